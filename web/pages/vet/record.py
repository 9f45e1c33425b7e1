"""Writing and signing a record outside the call; the same note as beside the video."""

from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from domain.booking import agenda
from domain.records import notes
from domain.records.errors import NoteConflict
from domain.records.models import NoteState
from domain.records.schemas import SaveNote
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import Practitioner
from kit.http.routes import Routes
from web.pages.vet import desk
from web.responses import redirect

routes = Routes("vet_record", prefix="/vet/appointments/{appointment_id}/record")
TEXTS = ("diagnosis", "treatment", "prescription", "notes", "internal_notes")


class TemplateQuery(BaseModel):
    """A text to start from."""

    template: Annotated[str, StringConstraints(max_length=60)] = ""


@routes.get("", auth=Practitioner)
async def show(request: web.Request, appointment_id: UUID, query: TemplateQuery) -> web.Response:
    """The note as it stands, or begun from a template; a signed one to read."""
    session, actor = request[SESSION], request[ACTOR]
    entry = await agenda.one(session, actor, appointment_id)
    note = await notes.of_appointment(session, appointment_id)
    values: dict[str, Any] = {name: getattr(note, name, "") for name in TEXTS[:-1]}
    values |= {
        "internal_notes": await notes.internal_of(session, note), "version": note.version if note else 0,
        "template_code": note.template_code if note else "",
    }  # fmt: skip
    for one in await notes.templates(session, request[LOCALE], entry.pet.species):
        if one.code == query.template:
            values |= {
                "template_code": one.code,
                **{name: values[name] or getattr(one, name) for name in ("diagnosis", "treatment", "notes")},
            }
    return await _page(request, entry, values, {})


async def _page(
    request: web.Request, entry: agenda.Entry, values: dict[str, Any], errors: dict[str, str], status: int = 200,
    theirs: dict[str, Any] | None = None,
) -> web.Response:  # fmt: skip
    session = request[SESSION]
    note = await notes.of_appointment(session, entry.appointment.id)
    return await desk.page(
        request, "vet/record.html", status=status, entry=entry, values=values, errors=errors, note=note,
        is_signed=note is not None and note.state == NoteState.SIGNED, theirs=theirs, zone=request[ACTOR].time_zone,
        templates=await notes.templates(session, request[LOCALE], entry.pet.species),
    )  # fmt: skip


@routes.post("", auth=Practitioner)
async def save(request: web.Request, appointment_id: UUID) -> web.Response:
    """Keep the draft."""
    return await _write(request, appointment_id, sign=False)


@routes.post("/sign", auth=Practitioner)
async def sign(request: web.Request, appointment_id: UUID) -> web.Response:
    """Keep it and sign it: published to the pet owner, and fixed."""
    return await _write(request, appointment_id, sign=True)


async def _write(request: web.Request, appointment_id: UUID, *, sign: bool) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    entry = await agenda.one(session, actor, appointment_id)
    form = await forms.read(request, SaveNote)
    theirs, status = None, 422
    if form.value is not None:
        try:
            note = await notes.save(session, actor, appointment_id, form.value)
            if sign:
                await notes.sign(session, actor, appointment_id, note.version)
            here = f"/vet/appointments/{appointment_id}"
            return redirect(f"{here}?done=signed" if sign else f"{here}/record?done=saved")
        except NoteConflict as conflict:
            theirs, status = conflict.extra["current"], 409
            form.reject(conflict)
            form.typed["version"] = theirs["version"]
        except DomainError as error:
            status = error.status
            form.reject(error)
        await session.rollback()
        entry = await agenda.one(session, actor, appointment_id)
    values = dict.fromkeys((*TEXTS, "template_code"), "") | {"version": 0} | form.typed
    return await _page(request, entry, values, form.errors, status, theirs)
