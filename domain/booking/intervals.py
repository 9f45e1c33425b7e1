"""What is free: whole minutes since the epoch, so that a slot list is one sweep over sorted integers.

Everything is half-open, ``[start, end)``. Wall time was already turned into instants by ``kit.zones``.
"""

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

Span = tuple[int, int]


def minute_of(moment: datetime) -> int:
    """Whole minutes since the epoch, rounded down."""
    return int(moment.timestamp()) // 60


def moment_of(minute: int) -> datetime:
    """The instant of a minute since the epoch."""
    return datetime.fromtimestamp(minute * 60, tz=UTC)


def merge(spans: Iterable[Span]) -> list[Span]:
    """The same minutes as sorted, disjoint, non-empty spans."""
    merged: list[Span] = []
    for start, end in sorted(spans):
        if start >= end:
            continue
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged


def subtract(spans: list[Span], holes: list[Span]) -> list[Span]:
    """``spans`` without ``holes``; both merged."""
    left: list[Span] = []
    position = 0
    for start, end in spans:
        cursor = start
        while position < len(holes) and holes[position][1] <= cursor:
            position += 1
        ahead = position
        while ahead < len(holes) and holes[ahead][0] < end:
            if holes[ahead][0] > cursor:
                left.append((cursor, holes[ahead][0]))
            cursor = max(cursor, holes[ahead][1])
            ahead += 1
        if cursor < end:
            left.append((cursor, end))
    return left


def starts(opening: list[Span], busy: list[Span], length: int, blocked: int, step: int, earliest: int) -> Iterator[int]:
    """Every start on the grid at which ``length`` minutes fit.

    The grid is ``step`` minutes from the beginning of each opening. The meeting itself must end inside the opening;
    ``blocked`` (length plus the vet's pause after it) must not touch a busy span, and may reach past the opening.
    """
    position = 0
    for start, end in opening:
        cursor = start if earliest <= start else start + -(-(earliest - start) // step) * step
        while cursor + length <= end:
            while position < len(busy) and busy[position][1] <= cursor:
                position += 1
            if position < len(busy) and busy[position][0] < cursor + blocked:
                wait = busy[position][1] - start
                cursor = start + -(-wait // step) * step
            else:
                yield cursor
                cursor += step
