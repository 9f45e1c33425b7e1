"""Free times from hours, exceptions and what is taken; search and the slot list give the same answer."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from domain.booking import availability, holds, intervals
from domain.booking.availability import Timetable
from domain.booking.errors import SlotTaken
from domain.booking.schemas import BookAppointment
from domain.directory import offers, search
from domain.directory.schemas import SearchVets
from domain.practitioners.models import Practitioner, ScheduleException, WorkingHours
from kit import clock, zones
from kit.actor import Actor, Role
from kit.db import Database, Scope
from tests.factories import places

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)  # a Monday


def table(
    zone: str, hours: list[WorkingHours], exceptions: list[ScheduleException] | None = None, **vet: int
) -> Timetable:
    settings = {"min_notice_minutes": 0, "buffer_minutes": 0, "slot_step_minutes": 30, "horizon_days": 60} | vet
    return Timetable(Practitioner(**settings), zone, hours, exceptions or [], [])


def on(made: Timetable, day: date, minutes: int = 30) -> list[str]:
    opens, closes = zones.day_bounds(made.time_zone, day)
    return [zones.local(made.time_zone, s.starts_at).strftime("%H:%M") for s in made.slots(opens, closes, minutes)]


MONDAY = [WorkingHours(weekday=0, opens_minute=540, closes_minute=660)]
NIGHT = [WorkingHours(weekday=0, opens_minute=1320, closes_minute=1560)]
DAY = date(2026, 11, 23)


def test_the_last_start_still_fits_before_closing() -> None:
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        assert on(table("America/Guayaquil", MONDAY), DAY) == ["09:00", "09:30", "10:00", "10:30"]
        assert on(table("America/Guayaquil", MONDAY), DAY, 45) == ["09:00", "09:30", "10:00"]


def test_a_window_over_midnight_belongs_to_both_days() -> None:
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        night = table("Asia/Manila", NIGHT)
        assert on(night, DAY) == ["22:00", "22:30", "23:00", "23:30"]
        assert on(night, DAY + timedelta(days=1)) == ["00:00", "00:30", "01:00", "01:30"]


def test_exceptions_win_over_the_week() -> None:
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        off = ScheduleException(day=DAY, kind="closed", opens_minute=None, closes_minute=None)
        hole = ScheduleException(day=DAY, kind="closed", opens_minute=570, closes_minute=630)
        extra = ScheduleException(day=DAY, kind="open", opens_minute=900, closes_minute=930)
        assert on(table("America/Guayaquil", MONDAY, [off]), DAY) == []
        assert on(table("America/Guayaquil", MONDAY, [hole]), DAY) == ["09:00", "10:30"]
        assert on(table("America/Guayaquil", MONDAY, [off, extra]), DAY) == ["15:00"]


def test_notice_counts_from_now() -> None:
    monday = datetime(2026, 11, 23, 14, 10, tzinfo=UTC)  # 09:10 in Guayaquil
    with clock.at(monday):
        assert on(table("America/Guayaquil", MONDAY, min_notice_minutes=30), DAY) == ["10:00", "10:30"]


def test_effective_dates_bound_a_window() -> None:
    bounded = [WorkingHours(weekday=0, opens_minute=540, closes_minute=600, valid_to=DAY)]
    with clock.at(datetime(2026, 11, 20, tzinfo=UTC)):
        assert on(table("America/Guayaquil", bounded), DAY)
        assert not on(table("America/Guayaquil", bounded), DAY + timedelta(days=7))


@given(
    st.sampled_from(["Africa/Cairo", "Asia/Beirut", "America/Santiago", "Africa/Casablanca", "Asia/Amman", "Asia/Manila"]),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)), st.integers(0, 1380).map(lambda m: m - m % 5),
    st.integers(30, 600).map(lambda m: m - m % 5),
)  # fmt: skip
def test_every_slot_lies_inside_the_wall_hours_on_any_day(zone: str, day: date, opens: int, length: int) -> None:
    window = WorkingHours(weekday=day.weekday(), opens_minute=opens, closes_minute=opens + length)
    with clock.at(datetime(day.year, day.month, day.day, tzinfo=UTC) - timedelta(days=3)):
        made = table(zone, [window], slot_step_minutes=15)
        start = zones.instant(zone, day, opens)
        end = zones.instant(zone, day, opens + length, "closing")
        slots = list(made.slots(start - timedelta(hours=3), end + timedelta(hours=3), 15))
    assert all(start <= s.starts_at and s.ends_at <= end for s in slots)
    assert len(slots) == max(0, intervals.minute_of(end) - intervals.minute_of(start)) // 15


async def test_what_is_shown_can_be_booked_and_search_agrees(db: Database) -> None:
    town = await places.open_town(db)
    ana = Actor(Role.PET_OWNER, town.people["ana"], name="Ana")
    scope = Scope.pet_owner(ana.person)
    for _ in range(6):
        async with db.begin(Scope.public()) as session:
            feed = await search.vets(session, SearchVets(country="AR"))
            shown = feed.items[0].next_slots[0].starts_at
            window = SearchVets(country="AR", free_from=shown, free_to=shown + timedelta(minutes=1))
            assert len((await search.vets(session, window)).items) == 1
        async with db.begin(scope) as session:
            await holds.take(session, ana, _booking(town, shown))
        async with db.begin(Scope.public()) as session:
            assert (await search.vets(session, window)).items == []
            assert not await availability.is_free(session, town.practitioner_id, 30, shown)


async def test_an_expired_hold_is_free_at_once(db: Database) -> None:
    town = await places.open_town(db)
    ana = Actor(Role.PET_OWNER, town.people["ana"], name="Ana")
    async with db.begin(Scope.public()) as session:
        slots = await availability.next_slots(session, [(town.practitioner_id, 30)], clock.now(), _far(), 20)
        time = slots[town.practitioner_id][-1].starts_at
    async with db.begin(Scope.pet_owner(ana.person)) as session:
        first = await holds.take(session, ana, _booking(town, time))
    with clock.at(clock.now() + timedelta(minutes=15, seconds=1)):
        async with db.begin(Scope.pet_owner(ana.person)) as session:
            second = await holds.take(session, ana, _booking(town, time))
        async with db.begin(Scope.system()) as session:
            await session.refresh(merged := await session.merge(first, load=True))
            assert merged.status == "expired"
            assert await holds.expire_due(session) == 0
    assert second.id != first.id


async def test_a_time_outside_the_hours_is_refused_with_alternatives(db: Database) -> None:
    town = await places.open_town(db)
    ana = Actor(Role.PET_OWNER, town.people["ana"], name="Ana")
    async with db.begin(Scope.pet_owner(ana.person)) as session:
        with pytest.raises(SlotTaken) as refused:
            await holds.take(session, ana, _booking(town, zones.instant(places.ZONE, date(2020, 1, 6), 600)))
    assert refused.value.extra["alternatives"] == []


async def test_offers_follow_the_hours(db: Database) -> None:
    town = await places.open_town(db)
    async with db.begin(Scope.system()) as session:
        vet = await session.get_one(Practitioner, town.practitioner_id)
        vet.state = "suspended"
        await session.flush()
        await offers.refresh(session, [vet.id])
    async with db.begin(Scope.public()) as session:
        assert town.practitioner_id not in {c.id for c in (await search.vets(session, SearchVets())).items}


def _far() -> datetime:
    return clock.now() + timedelta(days=3)


def _booking(town: places.Town, starts_at: datetime) -> BookAppointment:
    provider: UUID = town.practitioner_id
    return BookAppointment(
        pet_id=town.pet_id, provider_id=provider, service_id=town.service_id, starts_at=starts_at,
        reason="He has been scratching his ears since Monday",
    )  # fmt: skip
