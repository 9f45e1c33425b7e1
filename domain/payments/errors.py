"""When the answer about money is no."""

from kit.errors import Conflict, DomainError
from kit.i18n import N_


class InsufficientFunds(Conflict):
    """An account that never goes below zero would."""

    code = "insufficient_funds"
    title = N_("There is not enough money for that")


class PaymentNotAccepted(Conflict):
    """The provider refused to open a payment; nothing was charged."""

    code = "payment_not_accepted"
    title = N_("The payment provider did not accept this payment. Nothing was charged")


class SignatureRefused(DomainError):
    """A notification that its provider did not sign, or signed too long ago; it changes nothing."""

    status = 401
    code = "signature_refused"
    title = N_("This notification is not signed by its sender")


class LedgerKeyReusedError(RuntimeError):
    """One effect key for two different effects: a programming error, never a retry."""
