"""Reminders: rows that come due, checked against the truth when they do.

Rule: a day before, at the same hour on the clinic's clock; booked later than that, at once and shorter; ten minutes
before, the door of the room. A reminder that could not be sent in time is sent as long as it helps, and dropped with a
reason otherwise. Several visits of one day (the pet owner's day) are one reminder (features NT-6, TZ-5).
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.booking import timeline
from domain.booking.models import Appointment, AppointmentStatus
from domain.correspondence import facts
from domain.escrow.models import EscrowState
from domain.notifications import mails
from kit import clock, outbox, zones
from kit.actor import Actor

KIND = "reminder"
SOON = timedelta(minutes=10)
USEFUL = timedelta(minutes=2)
NO_LONGER = "the appointment is no longer as it was"


def day_before(time_zone: str, at: datetime) -> datetime:
    """The same wall time one calendar day earlier in ``time_zone``; 23 or 25 hours before where the clock changes."""
    wall = zones.local(time_zone, at)
    return zones.instant(time_zone, wall.date() - timedelta(days=1), wall.hour * 60 + wall.minute)


def _prefix(appointment_id: UUID) -> str:
    return f"remind:{appointment_id}:"


async def plan(session: AsyncSession, appointment: Appointment) -> None:
    """Plan what a booked appointment needs; what was planned for an earlier version of it is withdrawn."""
    await withdraw(session, appointment.id)
    key = f"{_prefix(appointment.id)}v{appointment.version}"
    payload = {"appointment_id": str(appointment.id), "starts_at": appointment.starts_at.isoformat()}
    due_at = day_before(appointment.time_zone, appointment.starts_at)
    is_short = due_at <= clock.now()
    await outbox.enqueue(
        session, KIND, f"{key}:day", {**payload, "what": "day", "is_short": is_short},
        due_at=max(due_at, clock.now()),
    )  # fmt: skip
    if appointment.mode == "video":
        due_at = max(appointment.starts_at - SOON, clock.now())
        await outbox.enqueue(session, KIND, f"{key}:soon", {**payload, "what": "soon"}, due_at=due_at)


async def plan_confirming(session: AsyncSession, appointment: Appointment, confirm_until: datetime) -> None:
    """A day before silence has an answer, ask once more; not if that day has begun already."""
    due_at = day_before(appointment.time_zone, confirm_until)
    if due_at > clock.now():
        payload = {"what": "confirm", "appointment_id": str(appointment.id)}
        await outbox.enqueue(session, KIND, f"{_prefix(appointment.id)}confirm", payload, due_at=due_at)


async def withdraw(session: AsyncSession, appointment_id: UUID) -> None:
    """Nothing more to remind of."""
    await outbox.cancel(session, _prefix(appointment_id))


async def due(session: AsyncSession, payload: dict[str, Any]) -> str:
    """Tell what came due; the reason why not, or an empty string. System scope; may be done twice."""
    appointment_id = UUID(payload["appointment_id"])
    if payload["what"] == "confirm":
        return await _confirming(session, appointment_id)
    appointment = await session.get(Appointment, appointment_id)
    if appointment is None or not _is_as_planned(appointment, payload):
        return NO_LONGER
    if payload["what"] == "soon":
        return await _starting_soon(session, appointment)
    return await _day_before(session, appointment, is_short=payload["is_short"])


def _is_as_planned(appointment: Appointment, payload: dict[str, Any]) -> bool:
    return (
        appointment.status == AppointmentStatus.BOOKED
        and appointment.starts_at == datetime.fromisoformat(payload["starts_at"])
    )  # fmt: skip


async def _starting_soon(session: AsyncSession, appointment: Appointment) -> str:
    if appointment.starts_at <= clock.now():
        return "too late: the visit should have begun"
    _, context = await facts.of(session, appointment.id)
    people = {"pet_owner": appointment.pet_owner_id, "practitioner": appointment.practitioner_user_id}
    for side, person in people.items():
        more = {"useless_after": appointment.ends_at.isoformat()}
        key = f"appointment:{appointment.id}:v{appointment.version}:soon:{side}"
        await mails.tell(session, person, "starting_soon", key, facts.for_side(context, side, **more))
    return ""


async def _day_before(session: AsyncSession, appointment: Appointment, *, is_short: bool) -> str:
    now = clock.now()
    if appointment.starts_at <= now + USEFUL:
        return "too late: the visit is about to begin"
    if not is_short and appointment.mode == "video" and appointment.starts_at <= now + SOON:
        return "the mail with the door of the room says it"
    person = await session.get_one(User, appointment.pet_owner_id, with_for_update={"key_share": True})
    others = await _same_day(session, appointment, person.time_zone)
    joined = [v for v in others if await outbox.cancel(session, f"{_prefix(v.id)}v{v.version}:day")]
    visits = sorted([appointment, *joined], key=lambda visit: visit.starts_at)
    told = [facts.for_side((await facts.of(session, visit.id))[1], "pet_owner") for visit in visits]
    useless_after = (visits[-1].starts_at - USEFUL).isoformat()
    await mails.tell(
        session, person.id, "reminder", f"appointment:{appointment.id}:v{appointment.version}:day",
        {"visits": told, "is_short": is_short, "useless_after": useless_after},
    )  # fmt: skip
    for visit in visits:
        await timeline.note(session, visit, Actor.system("scheduler"), "reminded")
    return ""


async def _same_day(session: AsyncSession, appointment: Appointment, time_zone: str) -> Sequence[Appointment]:
    """The pet owner's other booked visits on the same day of theirs, still to come."""
    begins, ends = zones.day_bounds(time_zone, zones.local_day(time_zone, appointment.starts_at))
    rows = await session.scalars(
        select(Appointment).where(
            Appointment.pet_owner_id == appointment.pet_owner_id, Appointment.id != appointment.id,
            Appointment.status == AppointmentStatus.BOOKED,
            Appointment.starts_at >= max(begins, clock.now() + USEFUL), Appointment.starts_at < ends,
        )
    )  # fmt: skip
    return rows.all()


async def _confirming(session: AsyncSession, appointment_id: UUID) -> str:
    hold = await facts.hold_of(session, appointment_id)
    if hold is None or hold.state != EscrowState.AWAITING_CONFIRMATION or hold.due_at is None:
        return NO_LONGER
    if hold.due_at <= clock.now():
        return "too late: silence has answered"
    appointment, context = await facts.of(session, appointment_id)
    until = {"confirm_until": hold.due_at.isoformat(), "useless_after": hold.due_at.isoformat()}
    sides = {
        "pet_owner": (appointment.pet_owner_id, hold.pet_owner_confirmed_at),
        "practitioner": (appointment.practitioner_user_id, hold.practitioner_confirmed_at),
    }
    for side, (person, confirmed_at) in sides.items():
        if confirmed_at is None:
            key = f"appointment:{appointment_id}:confirm_reminder:{side}"
            await mails.tell(session, person, "confirm_reminder", key, facts.for_side(context, side, **until))
    return ""
