"""What can stand in the way of a call."""

from kit.errors import Conflict, Forbidden
from kit.i18n import N_


class RoomNotOpenYet(Conflict):
    """The room opens some minutes before the start; ``opens_at`` says when."""

    code = "room_not_open_yet"
    title = N_("The room is not open yet")


class RoomClosed(Conflict):
    """The visit is over, was cancelled, or its time has passed."""

    code = "room_closed"
    title = N_("This consultation is over")


class NotAdmitted(Forbidden):
    """Only the vet of this consultation may do that."""

    code = "not_admitted"
    title = N_("Only the vet of this consultation can do that")
