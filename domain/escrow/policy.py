"""The written rule about silence, in one place; each process installs the numbers of its settings at its start."""

from dataclasses import dataclass
from datetime import timedelta


@dataclass(frozen=True, slots=True)
class EscrowPolicy:
    """How long we wait for a confirmation, and what attendance speaks for somebody who stays silent."""

    confirm_hours: int = 48
    together_seconds: int = 60
    no_show_wait_minutes: int = 10

    @property
    def window(self) -> timedelta:
        """From the end of the visit until silence has an answer."""
        return timedelta(hours=self.confirm_hours)


_policy = EscrowPolicy()


def install(policy: EscrowPolicy) -> None:
    """Use these numbers in this process."""
    global _policy  # noqa: PLW0603
    _policy = policy


def current() -> EscrowPolicy:
    """The numbers in force."""
    return _policy
