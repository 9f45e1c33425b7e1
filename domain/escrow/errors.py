"""When the answer about a held payment is no."""

from kit.errors import Conflict
from kit.i18n import N_


class AlreadyPaid(Conflict):
    """There is nothing left to pay."""

    code = "already_paid"
    title = N_("This appointment is already paid")


class ConsultationNotEnded(Conflict):
    """Confirming comes after the visit."""

    code = "consultation_not_ended"
    title = N_("You can confirm once the consultation has ended")


class UnderReview(Conflict):
    """An admin is looking; the parties' confirmations no longer decide."""

    code = "under_review"
    title = N_("Our team is reviewing this payment and will write to you both")


class PaymentReturned(Conflict):
    """The money is back with the pet owner, or on its way."""

    code = "payment_returned"
    title = N_("This payment was returned to the pet owner")
