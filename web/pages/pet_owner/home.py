"""What a pet owner sees first: the next visit, what waits for a word of theirs, their animals."""

from aiohttp import web

from domain.booking import appointments, drafts
from domain.booking.models import AppointmentStatus
from domain.patients import pets
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from web import rows
from web.responses import page

routes = Routes("home")
RECENT = 5
S = AppointmentStatus


@routes.get("/home", auth=PetOwner)
async def home(request: web.Request) -> web.Response:
    """One thing stands out; the rest are lists."""
    session, actor = request[SESSION], request[ACTOR]
    ahead = await rows.of_pet_owner(session, await appointments.of_pet_owner(session, actor, upcoming=True))
    behind = await appointments.of_pet_owner(session, actor, upcoming=False, limit=RECENT)
    coming = [row for row in ahead if row.appointment.status in (S.BOOKED, S.IN_PROGRESS)]
    return await page(
        request, "pet_owner/home.html", coming=coming, pets=await pets.of_pet_owner(session, actor),
        to_pay=[row for row in ahead if row.appointment.status == S.HELD],
        to_confirm=[row for row in ahead if row.needs_word],
        drafts=await drafts.open_of(session, actor),
        to_review=[row for row in await rows.of_pet_owner(session, behind) if row.can_review],
    )  # fmt: skip
