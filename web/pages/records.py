"""A signed record, on a page and on paper: to the animal's people and to the clinic that wrote it."""

from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import Appointment
from domain.patients.models import Pet
from domain.records import notes, pdf
from domain.records.models import EncounterNote
from kit import formats, i18n
from kit.actor import CLINIC_ROLES
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import ClinicMember, PetOwner
from kit.http.routes import Routes
from kit.i18n import gettext as _
from web import animals
from web.render import DIST
from web.responses import page

routes = Routes("records", prefix="/records")
SEAL_LETTERS = 16


@routes.get("/{record_id}.pdf", auth=PetOwner | ClinicMember)
async def paper(request: web.Request, record_id: UUID) -> web.Response:
    """The same on A4."""
    record, pet = await _read(request, record_id)
    body = await pdf.render(await _sheet(request[SESSION], record, pet, request[ACTOR].time_zone), DIST / "pdf-fonts")
    return web.Response(
        body=body, content_type="application/pdf",
        headers={"Content-Disposition": f'inline; filename="lazo-{_seal(record)}.pdf"', "Cache-Control": "private, no-store"},
    )  # fmt: skip


@routes.get("/{record_id}", auth=PetOwner | ClinicMember)
async def show(request: web.Request, record_id: UUID) -> web.Response:
    """In plain words, as the vet signed it."""
    record, pet = await _read(request, record_id)
    is_clinic = request[ACTOR].role in CLINIC_ROLES
    return await page(
        request, "record.html", layout="layouts/vet.html" if is_clinic else "layouts/pet_owner.html", record=record,
        pet=pet, line=await animals.line(request[SESSION], pet), sections=_sections(record), seal=_seal(record),
        appointment_url=f"{'/vet' if is_clinic else ''}/appointments/{record.appointment_id}",
        back="" if is_clinic else f"/pets/{record.pet_id}",
    )  # fmt: skip


async def _read(request: web.Request, record_id: UUID) -> tuple[EncounterNote, Pet]:
    record = await notes.signed(request[SESSION], request[ACTOR], record_id)
    return record, await request[SESSION].get_one(Pet, record.pet_id)


def _sections(record: EncounterNote) -> list[tuple[str, str]]:
    parts = (
        (_("Diagnosis"), record.diagnosis), (_("Treatment and advice"), record.treatment),
        (_("Prescription"), record.prescription), (_("Notes"), record.notes),
    )  # fmt: skip
    return [(name, text) for name, text in parts if text.strip()]


def _seal(record: EncounterNote) -> str:
    return record.content_sha256.hex()[:SEAL_LETTERS] if record.content_sha256 else ""


async def _sheet(session: AsyncSession, record: EncounterNote, pet: Pet, zone: str) -> pdf.Sheet:
    appointment = await session.get(Appointment, record.appointment_id)
    signed = formats.day_clock(record.signed_at, zone) if record.signed_at else ""
    facts = [
        (_("Animal"), pet.name), (_("Kind"), await animals.line(session, pet)), (_("Vet"), record.author_name),
        (_("Clinic"), record.clinic_name), (_("Signed"), f"{signed} ({formats.zone_name(zone)})"),
    ]  # fmt: skip
    if appointment is not None:
        facts.insert(0, (_("Visit"), formats.day_clock(appointment.starts_at, zone)))
    return pdf.Sheet(
        locale=i18n.current(), direction=i18n.direction(), title=_("Record of %(pet)s", pet=pet.name),
        reference=appointment.reference if appointment else "", facts=facts, sections=_sections(record),
        footer=_("Signed in Lazo. Seal %(seal)s", seal=_seal(record)),
    )  # fmt: skip
