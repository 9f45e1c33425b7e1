"""The times that booking turns on. Defaults; the front door may set others (``install``)."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class BookingPolicy:
    """How long a time is held, when the room opens and closes, until when cancelling gives the money back."""

    hold: timedelta = timedelta(minutes=15)
    join_early: timedelta = timedelta(minutes=10)
    join_late: timedelta = timedelta(minutes=30)
    cancel_notice: timedelta = timedelta(hours=2)


_policy = BookingPolicy()


def install(policy: BookingPolicy) -> None:
    """Use ``policy`` in this process."""
    global _policy  # noqa: PLW0603
    _policy = policy


def current() -> BookingPolicy:
    """The policy in force."""
    return _policy
