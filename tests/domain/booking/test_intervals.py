"""Spans of minutes, against the plainest possible reading of what they mean."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from domain.booking import intervals

spans = st.lists(st.tuples(st.integers(0, 300), st.integers(1, 90)).map(lambda p: (p[0], p[0] + p[1])), max_size=8)


def minutes(some: list[intervals.Span]) -> set[int]:
    return {minute for start, end in some for minute in range(start, end)}


@given(spans)
def test_merging_keeps_every_minute_and_leaves_gaps_between(some: list[intervals.Span]) -> None:
    merged = intervals.merge(some)
    assert minutes(merged) == minutes(some)
    assert all(a[1] < b[0] for a, b in pairwise(merged))


@given(spans, spans)
def test_subtracting_removes_exactly_the_holes(some: list[intervals.Span], holes: list[intervals.Span]) -> None:
    left = intervals.subtract(intervals.merge(some), intervals.merge(holes))
    assert minutes(left) == minutes(some) - minutes(holes)


@given(
    spans, spans, st.sampled_from([10, 15, 20, 30, 45]), st.integers(0, 15), st.sampled_from([5, 10, 15, 30]),
    st.integers(0, 350),
)  # fmt: skip
def test_starts_are_all_and_only_those_that_fit(
    opening: list[intervals.Span], busy: list[intervals.Span], length: int, pause: int, step: int, earliest: int
) -> None:
    merged, taken = intervals.merge(opening), intervals.merge(busy)
    found = list(intervals.starts(merged, taken, length, length + pause, step, earliest))
    wanted = [
        start
        for begin, end in merged
        for start in range(begin, end, step)
        if start >= earliest and start + length <= end
        and not minutes([(start, start + length + pause)]) & minutes(taken)
    ]  # fmt: skip
    assert found == wanted
