"""Mails about an appointment before it begins."""

from typing import Any

from domain.correspondence import paths
from domain.correspondence.words import Content, Reader, amount, is_free, own
from kit.i18n import gettext as _
from kit.i18n import ngettext

Context = dict[str, Any]


def when_and_who(reader: Reader, c: Context) -> list[tuple[str, str]]:
    """The facts of an appointment, for either side."""
    facts = [(_("When"), reader.with_zone(c["starts_at"]))]
    there = reader.there(c["starts_at"], c["time_zone"])
    if there is not None:
        facts.append((_("At the clinic"), there))
    if c["side"] == "practitioner":
        facts += [(_("Pet"), own(c["pet"])), (_("Pet owner"), own(c["pet_owner"]))]
    else:
        facts += [(_("Vet"), own(c["vet"])), (_("Clinic"), own(c["clinic"])), (_("Pet"), own(c["pet"]))]
    facts.append((_("Service"), own(c["service"])))
    if c["mode"] == "clinic" and c["address"]:
        facts.append((_("Address"), own(c["address"])))
    return facts


def booking_confirmed_pet_owner(reader: Reader, c: Context) -> Content:
    """Paid, and the time is theirs."""
    how = (
        _("The room opens %(minutes)d minutes before. You need a camera, a microphone and good light.",
          minutes=c["join_early_minutes"])
        if c["mode"] == "video"
        else _("The visit takes place at the clinic.")
    )  # fmt: skip
    return Content(
        subject=_("Booked: %(pet)s with %(vet)s, %(when)s", **_who(reader, c)),
        paragraphs=[
            _("Your visit is booked. There is nothing to pay.")
            if is_free(c)
            else _("Your visit is booked and paid. We hold your payment; %(vet)s receives it once you have both "
                   "confirmed the visit.", vet=own(c["vet"])),
            how,
        ],
        facts=[*when_and_who(reader, c), *held_payment(c), (_("Reference"), own(c["reference"]))],
        action=(_("See your appointment"), paths.appointment(c)),
        after=[_until_when(reader, c)],
    )  # fmt: skip


def booking_confirmed_vet(reader: Reader, c: Context) -> Content:
    """Somebody booked them."""
    return Content(
        subject=_("New visit: %(pet)s, %(when)s", pet=own(c["pet"]), when=reader.moment(c["starts_at"])),
        paragraphs=[
            _("%(pet_owner)s booked a visit for %(pet)s. There is nothing to pay.",
              pet_owner=own(c["pet_owner"]), pet=own(c["pet"]))
            if is_free(c)
            else _("%(pet_owner)s booked a visit for %(pet)s and has paid. The payment is held until you have both "
                   "confirmed the visit.", pet_owner=own(c["pet_owner"]), pet=own(c["pet"])),
            _("The reason for the visit and the photos are in Lazo."),
        ],
        facts=[*when_and_who(reader, c), *held_payment(c), (_("Reference"), own(c["reference"]))],
        action=(_("Open the appointment"), paths.appointment(c)),
    )  # fmt: skip


def reminder(reader: Reader, c: Context) -> Content:
    """The day before; or at once and shorter, when the visit was booked for today. Several of one day are one mail."""
    visits: list[Context] = c["visits"]
    first = visits[0]
    if len(visits) > 1:
        day = reader.day(first["starts_at"])
        facts = [
            (reader.with_zone(v["starts_at"]), _("%(pet)s with %(vet)s", pet=own(v["pet"]), vet=own(v["vet"])))
            for v in visits
        ]
        return Content(
            subject=ngettext("You have %(num)d visit on %(day)s", "You have %(num)d visits on %(day)s", len(visits),
                             day=day),
            paragraphs=[_("So that you have them all in one place, these are your visits of that day.")],
            facts=facts,
            action=(_("See your appointments"), paths.APPOINTMENTS),
        )  # fmt: skip
    if c["is_short"]:
        paragraphs = [_("Your visit begins soon. We write again when the room opens.")]
    else:
        paragraphs = [
            _("%(vet)s sees %(pet)s on %(day)s. Have ready what you want to ask, and the medicines your pet takes.",
              vet=own(first["vet"]), pet=own(first["pet"]), day=reader.day(first["starts_at"])),
        ]  # fmt: skip
    return Content(
        subject=_("Reminder: %(pet)s with %(vet)s, %(when)s", **_who(reader, first)),
        paragraphs=paragraphs,
        facts=when_and_who(reader, first),
        action=(_("See your appointment"), paths.appointment(first)),
        after=[] if c["is_short"] else [_until_when(reader, first)],
    )  # fmt: skip


def starting_soon(reader: Reader, c: Context) -> Content:
    """The room is open: the door."""
    line = (
        _("The room for %(pet)s is open. %(pet_owner)s can wait there for you.",
          pet=own(c["pet"]), pet_owner=own(c["pet_owner"]))
        if c["side"] == "practitioner"
        else _("The room is open. Join a little early to check your camera and microphone; %(vet)s lets you in.",
               vet=own(c["vet"]))
    )  # fmt: skip
    return Content(
        subject=_("The visit for %(pet)s begins at %(time)s", pet=own(c["pet"]), time=reader.hour(c["starts_at"])),
        paragraphs=[line],
        facts=when_and_who(reader, c),
        action=(_("Join the visit"), paths.room(c)),
    )


def hold_expired(reader: Reader, c: Context) -> Content:
    """The minutes to pay have passed."""
    return Content(
        subject=_("The time with %(vet)s is no longer held", vet=own(c["vet"])),
        paragraphs=[
            _("We held %(when)s with %(vet)s for you, and the time to pay has passed. Nothing was charged.",
              when=reader.moment(c["starts_at"]), vet=own(c["vet"])),
            _("If you have just paid, you need to do nothing: we keep the time if it is still free, and otherwise "
              "all of your money goes back to you."),
        ],
        action=(_("Choose another time"), paths.vet(c)),
    )  # fmt: skip


def cancelled(reader: Reader, c: Context) -> Content:
    """It will not take place; what happens with the money."""
    return Content(
        subject=_("Cancelled: %(pet)s with %(vet)s, %(when)s", **_who(reader, c)),
        paragraphs=[_who_cancelled(c)] if is_free(c) else [_who_cancelled(c), going_back(c)],
        facts=[*when_and_who(reader, c), (_("Reference"), own(c["reference"]))],
        action=(_("Open your day"), paths.VET_TODAY)
        if c["side"] == "practitioner"
        else (_("Choose another time"), paths.vet(c)),
    )  # fmt: skip


def _who_cancelled(c: Context) -> str:
    by_pet_owner = c["cancelled_by"] == "pet_owner"
    if c["side"] == "practitioner":
        if by_pet_owner:
            return _("%(pet_owner)s cancelled the visit for %(pet)s. The time is free again.",
                     pet_owner=own(c["pet_owner"]), pet=own(c["pet"]))  # fmt: skip
        return _("The visit for %(pet)s is cancelled. The time is free again.", pet=own(c["pet"]))
    if by_pet_owner:
        return _("You cancelled the visit for %(pet)s.", pet=own(c["pet"]))
    return _(
        "%(clinic)s had to cancel the visit for %(pet)s. We are sorry.", clinic=own(c["clinic"]), pet=own(c["pet"])
    )


def held_payment(c: Context) -> list[tuple[str, str]]:
    """The fact of the held payment, where there is one."""
    return [] if is_free(c) else [(_("Held payment"), amount(c["price"]))]


def going_back(c: Context) -> str:
    """All of the payment returns to the pet owner, told to either side."""
    if c["side"] == "practitioner":
        return _("The held payment of %(amount)s goes back to the pet owner.", amount=amount(c["price"]))
    return _("All of your payment, %(amount)s, goes back to you the way you paid. Your bank may take some days to "
             "show it.", amount=amount(c["price"]))  # fmt: skip


def _until_when(reader: Reader, c: Context) -> str:
    until = reader.with_zone(c["cancel_until"])
    if is_free(c):
        return _("You can cancel until %(until)s.", until=until)
    return _("You can cancel with a full refund until %(until)s.", until=until)


def _who(reader: Reader, c: Context) -> dict[str, str]:
    return {"pet": own(c["pet"]), "vet": own(c["vet"]), "when": reader.moment(c["starts_at"])}
