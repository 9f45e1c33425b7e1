"""Wall time to instants, where zones skip and repeat hours."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kit import zones

ZONES = sorted(name for name in available_timezones() if zones.is_zone(name))


@pytest.mark.parametrize(
    ("zone", "day", "first"),
    [
        ("Africa/Cairo", date(2026, 4, 24), datetime(2026, 4, 23, 22, 0, tzinfo=UTC)),  # 00:00 does not exist
        ("Asia/Beirut", date(2026, 3, 29), datetime(2026, 3, 28, 22, 0, tzinfo=UTC)),
        ("America/Santiago", date(2026, 9, 6), datetime(2026, 9, 6, 4, 0, tzinfo=UTC)),
        ("America/Argentina/Buenos_Aires", date(2026, 11, 20), datetime(2026, 11, 20, 3, 0, tzinfo=UTC)),
    ],
)
def test_a_day_begins_at_its_first_instant(zone: str, day: date, first: datetime) -> None:
    assert zones.day_bounds(zone, day)[0] == first


def test_a_day_may_last_23_or_25_hours() -> None:
    short = zones.day_bounds("Africa/Cairo", date(2026, 4, 24))
    long = zones.day_bounds("Africa/Cairo", date(2026, 10, 29))
    assert short[1] - short[0] == timedelta(hours=23)
    assert long[1] - long[0] == timedelta(hours=25)


def test_late_evening_in_buenos_aires_is_still_today() -> None:
    assert zones.local_day("America/Argentina/Buenos_Aires", datetime(2026, 11, 21, 2, 30, tzinfo=UTC)) == date(
        2026, 11, 20
    )


def test_an_hour_that_happens_twice_opens_at_the_first_and_closes_at_the_second() -> None:
    # America/New_York, 2026-11-01: 01:30 happens at 05:30Z and again at 06:30Z.
    opens = zones.instant("America/New_York", date(2026, 11, 1), 90, "opening")
    closes = zones.instant("America/New_York", date(2026, 11, 1), 90, "closing")
    assert (opens.hour, closes.hour) == (5, 6)


def test_naive_is_refused() -> None:
    with pytest.raises(ValueError, match="naive"):
        zones.local_day("Asia/Amman", datetime(2026, 1, 1))  # noqa: DTZ001


@given(
    st.sampled_from(ZONES),
    st.dates(date(2024, 1, 1), date(2037, 12, 31)),
    st.integers(0, 2879),
    st.sampled_from(["opening", "closing"]),
)
def test_every_wall_time_becomes_itself_or_the_end_of_its_gap(
    zone: str, day: date, minute: int, edge: zones.Edge
) -> None:
    found = zones.instant(zone, day, minute, edge)
    wall = datetime.combine(day, datetime.min.time()) + timedelta(minutes=minute)
    back = found.astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    if back == wall:
        return
    # Swallowed by a gap: one second earlier the clocks still stood before the wall time, and now they stand after it.
    before = (found - timedelta(seconds=1)).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert before < wall < back


@given(st.sampled_from(ZONES), st.dates(date(2024, 1, 1), date(2037, 12, 30)))
def test_days_follow_each_other_without_hole_or_overlap(zone: str, day: date) -> None:
    start, end = zones.day_bounds(zone, day)
    assert zones.day_bounds(zone, day + timedelta(days=1))[0] == end
    assert timedelta(hours=22) < end - start < timedelta(hours=26) or zone in {"Pacific/Apia", "Pacific/Fakaofo"}


def test_a_browsers_old_name_is_the_zone_of_today() -> None:
    assert zones.canonical("America/Buenos_Aires") == "America/Argentina/Buenos_Aires"
    assert zones.canonical("Asia/Amman") == "Asia/Amman"
