"""Mails about somebody's account."""

from typing import Any

from domain.correspondence import paths
from domain.correspondence.words import Content, Reader, own
from kit.i18n import gettext as _

Context = dict[str, Any]


def welcome(_reader: Reader, _c: Context) -> Content:
    """The account is there."""
    return Content(
        subject=_("Welcome to Lazo"),
        paragraphs=[
            _("Your account is ready. Add your pet, choose a vet and a time, and meet by video from where you are."),
            _("When you book, we hold your payment. The vet receives it once you have both confirmed the visit."),
        ],
        action=(_("Add your pet"), paths.PETS),
    )


def security_notice(reader: Reader, c: Context) -> Content:
    """A sign-in was used from two places: the device was signed out."""
    device = [(_("Device"), own(c["device"]))] if c["device"] else []
    return Content(
        subject=_("We signed out one of your devices"),
        paragraphs=[
            _("The same sign-in was used from two places, which should not happen. To be safe we ended it. Nothing "
              "else was changed."),
            _("Sign in again as usual. If you do not know the device, change your password as well."),
        ],
        facts=[(_("When"), reader.with_zone(c["at"])), *device],
        action=(_("Check your account"), paths.SETTINGS),
    )  # fmt: skip


def vet_approved(_reader: Reader, _c: Context) -> Content:
    """They can be found and booked."""
    return Content(
        subject=_("You are approved: pet owners can book you now"),
        paragraphs=[
            _("We have checked your licence and your details. Your profile is public from now on."),
            _("Set your hours and prices, so that the times people see are right."),
        ],
        action=(_("Set your hours"), paths.VET_HOURS),
    )


def vet_rejected(_reader: Reader, c: Context) -> Content:
    """Not yet, and why."""
    return Content(
        subject=_("We could not approve your profile yet"),
        paragraphs=[*_reason(c), _("Correct your details, and we look at them again.")],
        action=(_("Open your profile"), paths.VET_PROFILE),
    )


def vet_suspended(_reader: Reader, c: Context) -> Content:
    """No new bookings for now, and why."""
    return Content(
        subject=_("Your profile is not public for now"),
        paragraphs=[*_reason(c), _("Pet owners cannot book you until this is settled. Visits already booked stay.")],
        action=(_("Open your profile"), paths.VET_PROFILE),
    )


def _reason(c: Context) -> list[str]:
    return [_("The reason: %(reason)s", reason=own(c["reason"]))] if c["reason"] else []
