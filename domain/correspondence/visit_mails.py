"""Mails about a visit that took place, or did not."""

from typing import Any

from domain.correspondence import paths
from domain.correspondence.booking_mails import going_back, held_payment, when_and_who
from domain.correspondence.words import Content, Reader, amount, is_free, own
from kit.i18n import gettext as _

Context = dict[str, Any]


def please_confirm(reader: Reader, c: Context) -> Content:
    """After the call: confirm, and until when there is time."""
    return Content(
        subject=_("Please confirm the visit for %(pet)s", pet=own(c["pet"])),
        paragraphs=[_confirming(c), _silence(reader, c)],
        facts=[*when_and_who(reader, c), *held_payment(c)],
        action=(_("Confirm the visit"), paths.appointment(c)),
    )


def confirm_reminder(reader: Reader, c: Context) -> Content:
    """A day before silence has an answer."""
    return Content(
        subject=_("Still open: confirm the visit for %(pet)s", pet=own(c["pet"])),
        paragraphs=[_("You have not answered yet."), _confirming(c), _silence(reader, c)],
        facts=[(_("Open until"), reader.with_zone(c["confirm_until"])), *held_payment(c)],
        action=(_("Confirm the visit"), paths.appointment(c)),
    )


def _confirming(c: Context) -> str:
    names = {"pet": own(c["pet"]), "pet_owner": own(c["pet_owner"]), "vet": own(c["vet"])}
    if c["side"] == "practitioner":
        if is_free(c):
            return _("The visit for %(pet)s has ended. Confirm that it took place.", **names)
        return _("The visit for %(pet)s has ended. Confirm that it took place; once %(pet_owner)s has confirmed too, "
                 "the held payment is yours.", **names)  # fmt: skip
    if is_free(c):
        return _("The visit with %(vet)s has ended. Confirm that it took place.", **names)
    return _("The visit with %(vet)s has ended. Confirm that it took place, and your held payment goes to the vet. "
             "If something was not right, tell us there instead.", **names)  # fmt: skip


def _silence(reader: Reader, c: Context) -> str:
    return _("If you were both in the room and we hear nothing from you, the visit counts as confirmed on %(until)s.",
             until=reader.with_zone(c["confirm_until"]))  # fmt: skip


def record_published(_reader: Reader, c: Context) -> Content:
    """The record can be read; what it says stays behind the sign-in."""
    return Content(
        subject=_("The record of the visit for %(pet)s is ready", pet=own(c["pet"])),
        paragraphs=[
            _("%(vet)s has signed the record of your visit: what was found, and what to do now. You can read it, "
              "print it, or save it as a PDF.", vet=own(c["vet"])),
        ],
        action=(_("Read the record"), paths.record(c)),
    )  # fmt: skip


def review_request(_reader: Reader, c: Context) -> Content:
    """After it is all done."""
    return Content(
        subject=_("How was it with %(vet)s?", vet=own(c["vet"])),
        paragraphs=[
            _("The visit for %(pet)s is complete. A few honest words help other people choose, and help %(vet)s as "
              "well.", pet=own(c["pet"]), vet=own(c["vet"])),
            _("Your review has nothing to do with the payment; that is settled."),
        ],
        action=(_("Write a review"), paths.review(c)),
    )  # fmt: skip


def unattended(reader: Reader, c: Context) -> Content:
    """The time passed without a visit: who was missing, and what happens with the money."""
    return Content(
        subject=_("The visit for %(pet)s did not take place", pet=own(c["pet"])),
        paragraphs=[_missing(c)] if is_free(c) else [_missing(c), _what_now(reader, c)],
        facts=[*when_and_who(reader, c), (_("Reference"), own(c["reference"]))],
        action=(_("See what happened"), paths.appointment(c)),
    )


def _missing(c: Context) -> str:
    is_vet, absent = c["side"] == "practitioner", c["absent"]
    if absent == "both":
        return _("Nobody entered the room, and it is closed now.")
    if absent == "practitioner":
        if is_vet:
            return _("%(pet_owner)s was in the room, and you were not there long enough to meet.",
                     pet_owner=own(c["pet_owner"]))  # fmt: skip
        return _("%(vet)s did not come to the visit. We are sorry.", vet=own(c["vet"]))
    if is_vet:
        return _("You waited, and %(pet_owner)s did not come.", pet_owner=own(c["pet_owner"]))
    return _("%(vet)s waited for you in the room, and the two of you did not meet.", vet=own(c["vet"]))


def _what_now(reader: Reader, c: Context) -> str:
    if c["money"] == "refund":
        return going_back(c)
    if c["money"] == "release" and c.get("confirm_until"):
        return _("The payment of %(amount)s stays held. Unless the pet owner objects, it goes to the vet, who was "
                 "there, on %(until)s.", amount=amount(c["price"]), until=reader.with_zone(c["confirm_until"]))  # fmt: skip
    return _("The payment of %(amount)s stays held. Our team looks at what happened and writes to you.",
             amount=amount(c["price"]))  # fmt: skip
