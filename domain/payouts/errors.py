"""When the answer about a withdrawal is no."""

from kit.errors import Conflict, Forbidden
from kit.i18n import N_


class PayoutDecidedAlready(Conflict):
    """Another admin was faster."""

    code = "payout_decided"
    title = N_("This withdrawal has already been decided")


class BankReferenceUsed(Conflict):
    """One transfer pays one withdrawal."""

    code = "bank_reference_used"
    title = N_("This bank reference belongs to another withdrawal")


class OwnPayout(Forbidden):
    """Two pairs of eyes: nobody decides about their own money."""

    code = "own_payout"
    title = N_("Somebody else must decide about your own withdrawal")
