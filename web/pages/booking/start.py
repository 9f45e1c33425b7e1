"""The way into the four steps, from any time shown anywhere; and back to one that was left."""

from datetime import UTC, datetime
from uuid import UUID

from aiohttp import web
from pydantic import TypeAdapter, ValidationError

from domain.booking import drafts
from domain.booking.schemas import StartsAt
from domain.directory import profiles
from kit.errors import NotFound
from kit.http.keys import ACTOR, DATABASE, SESSION
from kit.http.policy import PetOwner, Public
from kit.http.routes import Routes
from kit.money import Money
from web import cards, regions, visitor
from web.pages.booking import steps
from web.responses import page, redirect

routes = Routes("booking")
_starts_at: TypeAdapter[datetime] = TypeAdapter(StartsAt)


def _instant(text: str) -> datetime | None:
    try:
        return _starts_at.validate_strings(text.replace(" ", "+")).astimezone(UTC)
    except ValidationError:
        return None


def _id(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise NotFound from None


@routes.get("/book", auth=Public, transaction=False)
async def start(request: web.Request) -> web.Response:
    """Open a draft and go to its first open step; a visitor is asked who they are first, with the choice in sight."""
    slug, service_id = request.query.get("vet", ""), _id(request.query.get("service", ""))
    starts_at = _instant(request.query.get("time", ""))
    if not request[ACTOR].is_signed_in:
        return await _ask_who(request, slug, service_id, starts_at)
    actor = PetOwner.admit(request[ACTOR])
    async with request.app[DATABASE].begin(PetOwner.scope(actor)) as session:
        draft = await drafts.start(session, actor, slug, service_id, starts_at)
    return redirect(f"/book/{draft.id}/{drafts.step_of(draft)}")


async def _ask_who(request: web.Request, slug: str, service_id: UUID, starts_at: datetime | None) -> web.Response:
    who = visitor.of(request)
    async with request.app[DATABASE].begin(Public.scope(request[ACTOR])) as session:
        vet = await profiles.by_slug(session, slug)
    service = next((one for one in vet.services if one.id == service_id), None)
    if service is None:
        raise NotFound
    return await page(
        request, "booking/who.html", vet=vet, service=service, starts_at=starts_at, zone=who.time_zone,
        price=Money(service.price.amount_minor, service.price.currency),
        next=cards.book_url(slug, service_id, starts_at), errors={},
        values={"country": who.country, "time_zone": who.time_zone}, countries=regions.countries(),
        zones=regions.zones(also=who.time_zone),
    )  # fmt: skip


@routes.get("/book/{draft_id}", auth=PetOwner)
async def resume(request: web.Request, draft_id: UUID) -> web.Response:
    """Go on where it was left."""
    return steps.onward(await steps.load(request, request[SESSION], draft_id))


@routes.get("/book/of/{appointment_id}", auth=PetOwner)
async def back_to(request: web.Request, appointment_id: UUID) -> web.Response:
    """To the payment step of an appointment that is not paid yet."""
    draft = await drafts.of_appointment(request[SESSION], request[ACTOR], appointment_id)
    return redirect(f"/book/{draft.id}/pay")
