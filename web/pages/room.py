"""The video room, the same page for both sides; and signing the record from its end screen."""

from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts import users
from domain.booking.models import Appointment
from domain.consultations import rooms
from domain.consultations.errors import RoomClosed, RoomNotOpenYet
from domain.patients.models import Patient, Pet
from domain.practitioners.models import Practitioner
from domain.records import notes
from domain.records.errors import NoteIncomplete, NoteSigned
from domain.records.models import NoteState
from domain.records.schemas import NoteDraftOut, draft_out
from kit import formats
from kit.actor import Actor
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import PetOwner
from kit.http.policy import Practitioner as Vet
from kit.http.routes import Routes
from kit.i18n import gettext as _
from web import animals
from web.responses import page, redirect

routes = Routes("room", prefix="/room")
RETURN_SECONDS = 120
DRAWN = frozenset({"dog", "cat", "rabbit", "bird", "horse", "reptile"})


@routes.get("/{consultation_id}", auth=PetOwner | Vet)
async def enter(request: web.Request, consultation_id: UUID) -> web.Response:
    """The room while it is open; a calm page that says when, before and after."""
    session, actor = request[SESSION], request[ACTOR]
    visit = await rooms.get(session, actor, consultation_id)
    appointment = await session.get_one(Appointment, visit.appointment_id)
    side = rooms.side_of(actor, visit) or ""
    back = _appointment_url(side, appointment.id)
    try:
        seat = await rooms.seat(session, actor, consultation_id)
    except RoomNotOpenYet as error:
        opens_at = datetime.fromisoformat(error.extra["opens_at"])
        return await page(request, "room/closed.html", opens_at=opens_at, starts_at=appointment.starts_at, back=back)
    except RoomClosed:
        return await page(request, "room/closed.html", opens_at=None, starts_at=appointment.starts_at, back=back)
    context = await _common(session, actor, appointment, seat, request[LOCALE])
    add = _for_vet if side == "practitioner" else _for_pet_owner
    return await page(request, "room/room.html", room=context | await add(session, actor, appointment, seat))


def _appointment_url(side: str, appointment_id: UUID) -> str:
    return f"/vet/appointments/{appointment_id}" if side == "practitioner" else f"/appointments/{appointment_id}"


async def _common(
    session: AsyncSession, actor: Actor, appointment: Appointment, seat: rooms.Seat, locale: str
) -> dict[str, Any]:
    pet = await session.get_one(Pet, appointment.pet_id)
    api = f"/api/v1/consultations/{seat.consultation.id}"
    url = _appointment_url(seat.role, appointment.id)
    return {
        "role": seat.role, "locale": locale, "pet_name": pet.name,
        "pet_species": pet.species if pet.species in DRAWN else "paw", "pet_line": await animals.line(session, pet),
        "starts_at": appointment.starts_at, "ends_at": appointment.ends_at, "zone": actor.time_zone,
        "ticket_url": f"{api}/ticket", "photo_url": f"{api}/photos", "after_url": url, "back_url": url,
        "return_seconds": RETURN_SECONDS,
    }  # fmt: skip


async def _for_pet_owner(
    session: AsyncSession, actor: Actor, appointment: Appointment, seat: rooms.Seat
) -> dict[str, Any]:
    vet = await session.get_one(Practitioner, appointment.practitioner_id)
    until = formats.clock_time(seat.closes_at, actor.time_zone)
    return {
        "peer_name": vet.full_name, "peer_line": vet.headline, "alerts": [], "note": None, "note_url": "",
        "templates": [], "sign_url": "",
        "late_rule": _("If %(name)s has not come by %(time)s, your payment goes back in full by itself.",
                       name=vet.full_name, time=until),
    }  # fmt: skip


async def _for_vet(session: AsyncSession, _actor: Actor, appointment: Appointment, seat: rooms.Seat) -> dict[str, Any]:
    pet_owner = await users.get(session, appointment.pet_owner_id)
    pet = await session.get_one(Pet, appointment.pet_id)
    chart = await session.get(Patient, appointment.patient_id) if appointment.patient_id else None
    said = [*(chart.alerts.splitlines() if chart else []), *pet.notes.splitlines()]
    offered = await notes.templates(session, _actor.locale, pet.species)
    note = await _note(session, appointment)
    return {
        "peer_name": pet_owner.name, "peer_line": "", "alerts": [line for line in said if line.strip()],
        "note": note, "note_url": f"/api/v1/consultations/{seat.consultation.id}/note", "late_rule": "",
        "templates": [
            {"id": t.code, "name": t.name, "diagnosis": t.diagnosis, "treatment": t.treatment, "prescription": ""}
            for t in offered
        ],
        "sign_url": "" if note.state == NoteState.SIGNED else f"/room/{seat.consultation.id}/sign",
    }  # fmt: skip


async def _note(session: AsyncSession, appointment: Appointment) -> NoteDraftOut:
    found = await notes.of_appointment(session, appointment.id)
    if found is not None:
        return draft_out(found, await notes.internal_of(session, found))
    return NoteDraftOut(
        id=appointment.id, version=0, state=NoteState.DRAFT, template_code="", diagnosis="", treatment="",
        prescription="", notes="", internal_notes="", saved_at=None,
    )  # fmt: skip


@routes.post("/{consultation_id}/sign", auth=Vet)
async def sign(request: web.Request, consultation_id: UUID) -> web.Response:
    """Sign what was saved last; a record without diagnosis or treatment goes back to its page first."""
    session, actor = request[SESSION], request[ACTOR]
    visit = await rooms.get(session, actor, consultation_id)
    url = _appointment_url("practitioner", visit.appointment_id)
    written = await notes.of_appointment(session, visit.appointment_id)
    try:
        await notes.sign(session, actor, visit.appointment_id, written.version if written else 0)
    except NoteSigned:
        return redirect(url)
    except NoteIncomplete as error:
        return await page(request, "room/unsigned.html", status=error.status, words=_(error.title), back=url)
    return redirect(url)
