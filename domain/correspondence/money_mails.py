"""Mails about money: released, returned, withdrawn."""

from typing import Any

from domain.correspondence import paths
from domain.correspondence.booking_mails import going_back
from domain.correspondence.words import Content, Reader, amount, own
from kit import formats
from kit.i18n import gettext as _

Context = dict[str, Any]


def funds_released(reader: Reader, c: Context) -> Content:
    """The vet's part, and how it was reckoned."""
    why = (
        _("The time to object has passed, and the visit took place.")
        if c["by_silence"]
        else _("You have both confirmed the visit for %(pet)s.", pet=own(c["pet"]))
    )
    return Content(
        subject=_("%(amount)s is yours: %(pet)s, %(day)s", amount=amount(c["net"]), pet=own(c["pet"]),
                  day=reader.day(c["starts_at"])),
        paragraphs=[
            why, _("The payment is released. You can withdraw it whenever you like."),
        ],
        facts=[
            (_("Paid by the pet owner"), amount(c["price"])),
            (_("Commission of %(rate)s", rate=formats.percent(c["commission_bp"])), amount(c["commission"])),
            (_("You receive"), amount(c["net"])),
            (_("Reference"), own(c["reference"])),
        ],
        action=(_("See your earnings"), paths.EARNINGS),
    )  # fmt: skip


def refunded(_reader: Reader, c: Context) -> Content:
    """The provider has it, on its way to the payer."""
    return Content(
        subject=_("%(amount)s is back with you", amount=amount(c["price"])),
        paragraphs=[
            _("We have returned your payment for the visit of %(pet)s with %(vet)s, in full and the way you paid. "
              "Your bank may take some days to show it.", pet=own(c["pet"]), vet=own(c["vet"])),
        ],
        facts=[(_("Returned"), amount(c["price"])), (_("Reference"), own(c["reference"]))],
        action=(_("See your appointment"), paths.appointment(c)),
    )  # fmt: skip


def under_review(_reader: Reader, c: Context) -> Content:
    """The facts do not say whether the visit took place: a person of ours looks."""
    return Content(
        subject=_("We are looking at the payment for %(pet)s", pet=own(c["pet"])),
        paragraphs=[
            _("The time to confirm has passed, and what we know of the visit does not tell us whether it took place as "
              "agreed. One of us will look at it and decide."),
            _("The payment stays held until then. If you want to tell us something, answer this mail."),
        ],
        facts=[(_("Held"), amount(c["price"])), (_("Reference"), own(c["reference"]))],
        action=(_("See the appointment"), paths.appointment(c)),
    )  # fmt: skip


def payment_late_refund(reader: Reader, c: Context) -> Content:
    """Paid after the hold had run out, and the time was gone."""
    return Content(
        subject=_("Your payment arrived, but the time was gone"),
        paragraphs=[
            _("Your payment reached us after %(when)s with %(vet)s was no longer held, and we could not keep "
              "the time. We are sorry.", when=reader.moment(c["starts_at"]), vet=own(c["vet"])),
            going_back(c),
        ],
        facts=[(_("Going back to you"), amount(c["price"])), (_("Reference"), own(c["reference"]))],
        action=(_("Choose another time"), paths.vet(c)),
    )  # fmt: skip


def extra_payment_returned(_reader: Reader, c: Context) -> Content:
    """Paid twice: one of them goes back."""
    return Content(
        subject=_("You paid twice; one payment goes back to you"),
        paragraphs=[
            _("Two payments arrived for the visit of %(pet)s with %(vet)s. Your visit stays booked, and the second "
              "payment goes back to you in full.", pet=own(c["pet"]), vet=own(c["vet"])),
        ],
        facts=[(_("Going back to you"), amount(c["price"])), (_("Reference"), own(c["reference"]))],
        action=(_("See your appointment"), paths.appointment(c)),
    )  # fmt: skip


def payout_paid(_reader: Reader, c: Context) -> Content:
    """A withdrawal is on its way to the bank."""
    return Content(
        subject=_("Your withdrawal of %(amount)s is on its way", amount=amount(c["amount"])),
        paragraphs=[_("We have sent your money to the account below. Your bank may take some days to show it.")],
        facts=[
            (_("Amount"), amount(c["amount"])), (_("To"), own(c["destination"])),
            (_("Bank reference"), own(c["bank_reference"])), (_("Reference"), own(c["reference"])),
        ],
        action=(_("See your earnings"), paths.EARNINGS),
    )  # fmt: skip


def payout_rejected(_reader: Reader, c: Context) -> Content:
    """A withdrawal did not go through; the money is where it was."""
    reason = [_("The reason: %(reason)s", reason=own(c["reason"]))] if c["reason"] else []
    return Content(
        subject=_("Your withdrawal of %(amount)s could not be made", amount=amount(c["amount"])),
        paragraphs=[*reason, _("All of it is available again. Once this is put right, ask for it once more.")],
        facts=[
            (_("Amount"), amount(c["amount"])), (_("To"), own(c["destination"])), (_("Reference"), own(c["reference"])),
        ],
        action=(_("See your earnings"), paths.EARNINGS),
    )  # fmt: skip
