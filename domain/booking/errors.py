"""What can stand in the way of a booking."""

from kit.errors import Conflict, DomainError
from kit.i18n import N_


class SlotTaken(Conflict):
    """The time is not free (any more); ``alternatives`` holds the three nearest free ones."""

    code = "slot_taken"
    title = N_("That time has just been taken")


class PetBusy(Conflict):
    """The animal already has an appointment that overlaps."""

    code = "pet_busy"
    title = N_("This animal already has an appointment at that time")


class RedFlag(Conflict):
    """An answer says emergency: no video call; ``advice`` says what to do now."""

    code = "red_flag"
    title = N_("This needs a clinic now, not a video call")


class CancelTooLate(Conflict):
    """The appointment is too close to be cancelled with a refund."""

    code = "cancel_too_late"
    title = N_("It is too late to cancel this appointment")


class HoldExpired(Conflict):
    """The time was held, and the minutes to pay ran out."""

    code = "hold_expired"
    title = N_("The time we held for you has run out")


class AppointmentChanged(DomainError):
    """The version shown is not the current one."""

    status = 412
    code = "stale_version"
    title = N_("This appointment was changed in the meantime. Reload to see it as it is")
