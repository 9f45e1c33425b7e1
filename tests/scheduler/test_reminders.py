"""Reminders: due by the clinic's clock, true when they go, once each, merged by day, of use or not at all."""

import asyncio
from datetime import UTC, datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from domain.correspondence import reminders
from kit import clock
from kit.db import Scope
from tests.factories.money import next_grid
from tests.scheduler.conftest import Bench

DAY = timedelta(days=1)


def at(zone: str, year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo(zone)).astimezone(UTC)


class TestTheDayBefore:
    @pytest.mark.parametrize(
        ("zone", "visit", "expected", "hours"),
        [
            ("America/Argentina/Buenos_Aires", (2026, 11, 21, 15, 30), (2026, 11, 20, 15, 30), 24),
            ("Africa/Cairo", (2026, 4, 24, 15), (2026, 4, 23, 15), 23),  # 24 April has no midnight hour
            ("Africa/Cairo", (2026, 4, 25, 0, 30), (2026, 4, 24, 1), 23.5),  # 00:30 does not exist on the 24th
            ("Africa/Cairo", (2026, 10, 30, 12), (2026, 10, 29, 12), 25),
            ("America/Santiago", (2026, 9, 6, 12), (2026, 9, 5, 12), 23),
            ("America/Santiago", (2026, 9, 7, 0, 15), (2026, 9, 6, 1), 23.25),
            ("America/Santiago", (2026, 4, 5, 12), (2026, 4, 4, 12), 25),
            ("Asia/Beirut", (2026, 3, 29, 10), (2026, 3, 28, 10), 23),
            ("Asia/Beirut", (2026, 10, 25, 10), (2026, 10, 24, 10), 25),
        ],
    )
    def test_is_the_same_hour_on_the_clinics_clock(
        self, zone: str, visit: tuple[int, ...], expected: tuple[int, ...], hours: float
    ) -> None:
        starts_at = at(zone, *visit)
        due_at = reminders.day_before(zone, starts_at)
        assert due_at == at(zone, *expected)
        assert (starts_at - due_at) == timedelta(hours=hours)


async def booked(bench: Bench, starts_at: datetime) -> UUID:
    appointment_id = await bench.world.appointment(starts_at=starts_at)
    await bench.world.pay(appointment_id)
    return appointment_id


async def kinds(bench: Bench) -> list[str]:
    return sorted(d.kind for d in await bench.deliveries() if d.state == "sent" and not d.kind.startswith("booking"))


class TestBooking:
    async def test_a_visit_days_away_is_reminded_of_the_day_before_and_ten_minutes_before(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + 3 * DAY)
        appointment_id = await booked(bench, starts_at)
        planned = await bench.rows("reminder", prefix=f"remind:{appointment_id}:v2:")
        assert [row.due_at for row in planned] == [starts_at - DAY, starts_at - timedelta(minutes=10)]
        await bench.drain()
        assert await kinds(bench) == []
        with clock.at(starts_at - DAY):
            await bench.drain()
            await bench.drain()
        assert await kinds(bench) == ["reminder"]
        with clock.at(starts_at - timedelta(minutes=9)):
            await bench.drain()
        assert await kinds(bench) == ["reminder", "starting_soon", "starting_soon"]

    async def test_a_visit_booked_for_today_is_reminded_of_at_once_and_shortly(self, bench: Bench) -> None:
        await booked(bench, next_grid(clock.now() + timedelta(hours=5)))
        await bench.drain()
        (mail,) = await bench.deliveries("reminder")
        assert (mail.state, mail.context["is_short"]) == ("sent", True)

    async def test_several_visits_of_one_day_are_one_mail(self, bench: Bench) -> None:
        noon = at("America/Argentina/Buenos_Aires", 2027, 2, 10, 12)
        visits = [await booked(bench, noon + timedelta(hours=hour)) for hour in (0, 2, 5)]
        other_day = await booked(bench, noon + timedelta(hours=13))
        with clock.at(noon - DAY + timedelta(hours=6)):
            await bench.drain()
        (mail,) = await bench.deliveries("reminder")
        assert [v["appointment_id"] for v in mail.context["visits"]] == [str(visit) for visit in visits]
        (later,) = await bench.rows("reminder", prefix=f"remind:{other_day}:v2:day")
        assert later.state == "waiting"

    async def test_several_at_once_by_two_schedulers_are_one_mail(self, bench: Bench) -> None:
        noon = at("America/Argentina/Buenos_Aires", 2027, 2, 10, 12)
        for hour in range(0, 10, 2):
            await booked(bench, noon + timedelta(hours=hour))
        with clock.at(noon - timedelta(hours=1)):
            await asyncio.gather(bench.drain(), bench.drain(), bench.drain())
            await bench.drain()
        assert len(await bench.deliveries("reminder")) == 1


class TestChanges:
    async def test_cancelled_reminders_do_not_come(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + 3 * DAY)
        appointment_id = await booked(bench, starts_at)
        await bench.world.cancel(bench.world.pet_owner, appointment_id)
        assert {row.state for row in await bench.rows("reminder")} == {"cancelled"}
        with clock.at(starts_at):
            await bench.drain()
        assert await kinds(bench) == ["cancelled", "cancelled", "refunded"]

    async def test_a_moved_visit_makes_the_old_reminder_a_no_op(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + 3 * DAY)
        appointment_id = await booked(bench, starts_at)
        async with bench.db.begin(Scope.system()) as session:
            row = await session.get_one(type(await bench.world.get(appointment_id)), appointment_id)
            row.starts_at += DAY
            row.ends_at += DAY
            row.blocked_until += DAY
        with clock.at(starts_at - timedelta(hours=2)):
            await bench.drain()
        assert await kinds(bench) == []
        states = {(row.state, row.last_error) for row in await bench.rows("reminder") if row.state != "waiting"}
        assert states == {("cancelled", reminders.NO_LONGER)}

    async def test_nobody_is_reminded_of_a_visit_that_has_begun(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + timedelta(minutes=3))
        appointment_id = await booked(bench, starts_at)
        with clock.at(starts_at):
            await bench.world.start(appointment_id)
            await bench.drain()
        assert await kinds(bench) == []


class TestAfterAnOutage:
    async def test_six_hours_late_and_still_of_use(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + 3 * DAY)
        await booked(bench, starts_at)
        with clock.at(starts_at - DAY + timedelta(hours=6)):
            await bench.drain()
        assert await kinds(bench) == ["reminder"]

    async def test_too_late_is_dropped_with_the_reason(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + 3 * DAY)
        await booked(bench, starts_at)
        with clock.at(starts_at + timedelta(hours=6)):
            await bench.drain()
        assert await kinds(bench) == []
        dropped = await bench.rows("reminder")
        assert {row.state for row in dropped} == {"cancelled"}
        assert all(row.last_error.startswith("too late") for row in dropped)

    async def test_just_before_the_visit_the_door_is_enough(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + 3 * DAY)
        await booked(bench, starts_at)
        with clock.at(starts_at - timedelta(minutes=5)):
            await bench.drain()
        assert await kinds(bench) == ["starting_soon", "starting_soon"]

    async def test_a_mail_that_waited_too_long_for_its_server_is_not_sent(self, bench: Bench) -> None:
        starts_at = next_grid(clock.now() + 3 * DAY)
        await booked(bench, starts_at)
        await bench.drain()
        bench.office.refuse = "451 come back"
        with clock.at(starts_at - timedelta(minutes=8)):
            await bench.drain()
        bench.office.refuse = ""
        with clock.at(starts_at + timedelta(hours=6)):
            await bench.drain()
        assert await kinds(bench) == []
        late = [row for row in await bench.rows("mail.send") if row.state == "cancelled"]
        assert {row.last_error for row in late} == {"too late to be of use"}


async def test_when_the_clock_jumps_what_is_due_is_due(bench: Bench) -> None:
    starts_at = next_grid(clock.now() + 3 * DAY)
    await booked(bench, starts_at)
    await bench.drain()
    await bench.shift(2 * 86_400 + 3_600)
    await bench.drain()
    await bench.drain()
    assert await kinds(bench) == ["reminder"]


async def test_confirming_is_asked_for_twice_and_only_of_who_has_not_answered(bench: Bench) -> None:
    appointment_id = await booked(bench, next_grid(clock.now() + timedelta(hours=1)))
    await bench.world.meet(appointment_id)
    hold = await bench.world.escrow(appointment_id)
    assert hold.due_at is not None
    with clock.at(hold.due_at - timedelta(hours=30)):
        await bench.drain()
        await bench.world.confirm(bench.world.vet, appointment_id)
    assert len(await bench.deliveries("please_confirm")) == 2
    with clock.at(hold.due_at - timedelta(hours=23)):
        await bench.drain()
    (again,) = await bench.deliveries("confirm_reminder")
    assert again.user_id == bench.world.pet_owner.user_id
    with clock.at(hold.due_at - timedelta(hours=22)):
        await bench.world.confirm(bench.world.pet_owner, appointment_id)
        await bench.drain()
    sent = {d.kind: d for d in await bench.deliveries()}
    assert sent["funds_released"].user_id == bench.world.vet.user_id
    assert sent["funds_released"].context["net"] == {"amount_minor": 8000, "currency": "ARS"}
    assert sent["review_request"].user_id == bench.world.pet_owner.user_id
