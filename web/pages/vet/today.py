"""The first page of the panel: a vet's day; for the people at the desk, the clinic's day."""

from collections.abc import Sequence
from datetime import timedelta
from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from domain.booking import agenda
from domain.booking.models import AppointmentStatus
from domain.clinics.models import Clinic
from domain.consultations import rooms, waiting
from domain.payouts import balances, earnings
from domain.practitioners import schedules
from domain.practitioners.models import PractitionerState
from domain.records import backlog
from kit import clock, zones
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import ClinicMember
from kit.http.routes import Routes
from web.money_parts import parts
from web.pages.vet import desk

routes = Routes("vet", prefix="/vet")
AHEAD = (AppointmentStatus.BOOKED, AppointmentStatus.IN_PROGRESS)


class DayQuery(BaseModel):
    """``day`` counts from today: -1 is yesterday."""

    day: Annotated[int, Field(ge=-60, le=60)] = 0


@routes.get("", auth=ClinicMember)
async def show(request: web.Request, query: DayQuery) -> web.Response:
    """Who is next, who waits and since when, what is unsigned, what money is on its way."""
    if request[ACTOR].practitioner_id is None:
        return await _front_desk(request, query.day)
    session, actor = request[SESSION], request[ACTOR]
    vet = await schedules.mine(session, actor)
    zone = actor.time_zone
    today = await agenda.of_day(session, actor, zone, zones.local_day(zone, clock.now()))
    mine = [entry for entry in today if entry.appointment.practitioner_user_id == actor.person]
    soon = await agenda.standing(session, actor, clock.now(), clock.now() + timedelta(days=30))
    sitting = await waiting.in_room(session, actor)
    by_id = {entry.appointment.id: entry for entry in soon}
    following = next((entry for entry in soon if not _waits(entry, sitting)), None)
    has = await balances.of_vet(session, actor.person)
    return await desk.page(
        request, "vet/today.html", vet=vet, is_pending=vet.state != PractitionerState.APPROVED, zone=zone,
        today=mine, next=following, opens=rooms.window,
        next_room=await rooms.of_appointment(session, following.appointment.id) if following else None,
        waiting=[(by_id[one.appointment_id], one.since, one.consultation_id) for one in sitting if one.appointment_id in by_id],
        unsigned=await backlog.unsigned(session, actor), money=[parts(currency, b) for currency, b in has.items()],
        release_at=await earnings.next_release(session, actor), ahead=AHEAD,
    )  # fmt: skip


def _waits(entry: agenda.Entry, sitting: Sequence[waiting.Waiting]) -> bool:
    return any(one.appointment_id == entry.appointment.id for one in sitting)


async def _front_desk(request: web.Request, offset: int) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    clinic = await session.get_one(Clinic, actor.clinic)
    day = zones.local_day(clinic.time_zone, clock.now()) + timedelta(days=offset)
    return await desk.page(
        request, "vet/front_desk.html", clinic=clinic, day=day, offset=offset, zone=clinic.time_zone,
        entries=await agenda.of_day(session, actor, clinic.time_zone, day),
    )  # fmt: skip
