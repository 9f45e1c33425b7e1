"""What the room asks for: a ticket, the record beside the video, pictures."""

from uuid import UUID

from aiohttp import web
from pydantic import BaseModel

from api import files
from domain.booking import photos
from domain.booking.models import Appointment
from domain.consultations import rooms
from domain.consultations.errors import RoomClosed, RoomNotOpenYet
from domain.consultations.models import Consultation
from domain.files import images
from domain.files.images import ImageRefused
from domain.records import notes
from domain.records.errors import NoteConflict, NoteSigned
from domain.records.schemas import NoteDraftOut, SaveNote, draft_out
from kit import tickets
from kit.errors import NotFound
from kit.http.keys import ACTOR, DATABASE, SESSION, SETTINGS, STORAGE
from kit.http.policy import PetOwner, Practitioner
from kit.http.routes import Routes
from kit.http.uploads import one_file

routes = Routes("consultations", prefix="/api/v1/consultations")
TICKET_SECONDS = 60


class IceServer(BaseModel):
    """As RTCPeerConnection takes it."""

    urls: list[str]


class TicketOut(BaseModel):
    """One minute to enter the room with; docs/SIGNALING.md says how."""

    ticket: str
    signaling_url: str
    ice_servers: list[IceServer]
    role: str
    polite: bool


class PhotoOut(BaseModel):
    """A stored picture."""

    id: UUID
    url: str


@routes.post("/{consultation_id}/ticket", auth=PetOwner | Practitioner, problems=(RoomNotOpenYet, RoomClosed))
async def ticket(request: web.Request, consultation_id: UUID) -> TicketOut:
    """A ticket for the caller's seat, while the room is open."""
    actor, settings = request[ACTOR], request.app[SETTINGS]
    seat = await rooms.seat(request[SESSION], actor, consultation_id)
    claims = {
        "room": seat.consultation.room_id, "consultation": str(consultation_id), "user": str(actor.person),
        "role": seat.role, "name": actor.name, "locale": actor.locale,
    }  # fmt: skip
    return TicketOut(
        ticket=tickets.sign(settings.secret_key, "room", claims, ttl_seconds=TICKET_SECONDS),
        signaling_url=settings.signaling_url,
        ice_servers=[IceServer(urls=[url]) for url in settings.ice_servers],
        role=seat.role, polite=seat.is_polite,
    )  # fmt: skip


async def _as_vet(request: web.Request, consultation_id: UUID) -> Consultation:
    return await rooms.get(request[SESSION], request[ACTOR], consultation_id)


@routes.get("/{consultation_id}/note", auth=Practitioner)
async def read_note(request: web.Request, consultation_id: UUID) -> NoteDraftOut:
    """The note as it was last saved; NotFound before the first save."""
    consultation = await _as_vet(request, consultation_id)
    note = await notes.of_appointment(request[SESSION], consultation.appointment_id)
    if note is None:
        raise NotFound
    return draft_out(note, await notes.internal_of(request[SESSION], note))


@routes.route("PUT", "/{consultation_id}/note", auth=Practitioner, problems=(NoteConflict, NoteSigned))
async def save_note(request: web.Request, consultation_id: UUID, body: SaveNote) -> NoteDraftOut:
    """Save the note on top of the version that was read."""
    consultation = await _as_vet(request, consultation_id)
    note = await notes.save(request[SESSION], request[ACTOR], consultation.appointment_id, body)
    return draft_out(note, body.internal_notes)


@routes.post(
    "/{consultation_id}/photos", auth=PetOwner | Practitioner, status=201, transaction=False,
    problems=(ImageRefused,),
)  # fmt: skip
async def add_photo(request: web.Request, consultation_id: UUID) -> PhotoOut:
    """Send a picture during the call (multipart, field ``photo``); it becomes part of the appointment."""
    actor, database = request[ACTOR], request.app[DATABASE]
    scope = PetOwner.scope(actor)
    async with database.begin(scope) as session:
        await rooms.get(session, actor, consultation_id)
    picture = await images.clean(await one_file(request, images.MAX_BYTES))
    async with database.begin(scope) as session:
        consultation = await rooms.get(session, actor, consultation_id)
        appointment = await session.get_one(Appointment, consultation.appointment_id)
        stored = await images.keep(session, request.app[STORAGE], picture, by=actor.person, purpose="appointment")
        await photos.attach(session, actor, appointment, [stored.id], stage="call")
    return PhotoOut(id=stored.id, url=f"/api/v1/consultations/{consultation_id}/photos/{stored.id}")


@routes.get("/{consultation_id}/photos/{file_id}", auth=PetOwner | Practitioner)
async def get_photo(request: web.Request, consultation_id: UUID, file_id: UUID) -> web.Response:
    """One picture of this appointment, to those who have a seat in the room."""
    await rooms.get(request[SESSION], request[ACTOR], consultation_id)
    return await files.picture_response(request, file_id)
