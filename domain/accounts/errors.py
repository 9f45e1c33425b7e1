"""What can be wrong with signing in and up."""

from kit.errors import Conflict, DomainError
from kit.i18n import N_


class WrongCredentials(DomainError):
    """The e-mail or the password is wrong; which one is not said."""

    status = 401
    code = "wrong_credentials"
    title = N_("That e-mail and password do not match")


class EmailTaken(Conflict):
    """Somebody already signs in with this e-mail."""

    code = "email_taken"
    title = N_("There is already an account with this e-mail. Sign in instead")
