"""The only clock. Business time can be moved in demo mode and in tests; the wall clock cannot.

Every process reads the shift at the start of each transaction (``kit.db``), so that a moved clock is seen by
all of them at once and a timer that comes due is done by the scheduler as it would be on that day.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

_shift = timedelta()
_frozen: datetime | None = None


def now() -> datetime:
    """The business instant, UTC, timezone-aware."""
    if _frozen is not None:
        return _frozen
    return wall() + _shift


def wall() -> datetime:
    """The machine's instant, UTC: for what protects (sessions, tickets), never for what is promised to people."""
    return datetime.now(tz=UTC)  # noqa: TID251


def set_shift(seconds: int) -> None:
    """Let business time run ``seconds`` ahead of the wall clock in this process."""
    global _shift  # noqa: PLW0603
    _shift = timedelta(seconds=seconds)


@contextmanager
def at(instant: datetime) -> Iterator[None]:
    """Hold business time at ``instant`` (aware) inside the block: demo history and tests."""
    global _frozen  # noqa: PLW0603
    if instant.tzinfo is None:
        raise ValueError("a naive datetime is not an instant")
    before, _frozen = _frozen, instant
    try:
        yield
    finally:
        _frozen = before
