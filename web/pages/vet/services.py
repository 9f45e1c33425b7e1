"""What a vet offers: name, field, length, price."""

from typing import Annotated, Any
from uuid import UUID

from aiohttp import web
from pydantic import StringConstraints

from domain.catalog import words
from domain.clinics.models import Clinic
from domain.practitioners import schedules
from domain.practitioners.models import Service
from domain.practitioners.schemas import EditService, ServiceWords
from kit import amounts, formats, i18n
from kit.errors import DomainError, NotFound
from kit.http import forms
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import Practitioner
from kit.http.routes import Routes
from kit.i18n import N_
from kit.money import Money
from web.pages.vet import desk
from web.responses import redirect

routes = Routes("vet_services", prefix="/vet/services")
LENGTHS = (10, 15, 20, 30, 40, 45, 60, 90, 120)
EMPTY = dict.fromkeys(("name", "description", "specialty", "mode", "duration_minutes", "price"), "")
REFUSALS = {
    "format": N_("Write the price in figures, like %(example)s"),
    "decimals": N_("This currency has fewer decimals: write it like %(example)s"),
    "ambiguous": N_("This could be read in two ways. Write it without a thousands mark, like %(example)s"),
}


class TypedService(ServiceWords):
    """A service with its price as somebody types it."""

    price: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]


@routes.get("", auth=Practitioner)
async def show(request: web.Request) -> web.Response:
    """What can be booked now."""
    session = request[SESSION]
    vet = await schedules.mine(session, request[ACTOR])
    fields = dict(await words.specialties(session, request[LOCALE]))
    return await desk.page(
        request, "vet/services.html", services=await schedules.services(session, vet), fields=fields, vet=vet
    )


@routes.get("/new", auth=Practitioner)
async def new(request: web.Request) -> web.Response:
    """An empty form."""
    return await _form(request, None, {"duration_minutes": 30, "mode": "video"})


@routes.get("/{service_id}", auth=Practitioner)
async def edit(request: web.Request, service_id: UUID) -> web.Response:
    """One service to change."""
    service = await _one(request, service_id)
    typed = {
        "name": service.name, "description": service.description, "specialty": service.specialty, "mode": service.mode,
        "duration_minutes": service.duration_minutes, "price": amounts.plain(service.price),
    }  # fmt: skip
    return await _form(request, service, typed)


async def _one(request: web.Request, service_id: UUID) -> Service:
    vet = await schedules.mine(request[SESSION], request[ACTOR])
    for service in await schedules.services(request[SESSION], vet):
        if service.id == service_id:
            return service
    raise NotFound


async def _form(
    request: web.Request, service: Service | None, typed: dict[str, Any], errors: dict[str, str] | None = None
) -> web.Response:
    session = request[SESSION]
    clinic = await session.get_one(Clinic, request[ACTOR].clinic)
    length = str(typed.get("duration_minutes", ""))
    known = sorted({*LENGTHS, *([int(length)] if length.isdecimal() else [])})
    return await desk.page(
        request, "vet/service.html", status=422 if errors else 200, service=service, values=EMPTY | typed, errors=errors or {},
        currency=clinic.currency, fields=await words.specialties(session, request[LOCALE]),
        lengths=[(minutes, formats.duration(minutes)) for minutes in known],
        example=amounts.plain(Money(_example(clinic.currency), clinic.currency)),
    )  # fmt: skip


def _example(currency: str) -> int:
    return {"ARS": 1_850_000, "PHP": 65_000, "USD": 2_500, "JOD": 12_500}.get(currency, 25_000)


@routes.post("/new", auth=Practitioner)
async def add(request: web.Request) -> web.Response:
    """Put it on offer."""
    return await _save(request, None)


@routes.post("/{service_id}", auth=Practitioner)
async def change(request: web.Request, service_id: UUID) -> web.Response:
    """Change it; what was booked keeps its name, length and price."""
    return await _save(request, await _one(request, service_id))


async def _save(request: web.Request, service: Service | None) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    form = await forms.read(request, TypedService)
    clinic = await session.get_one(Clinic, actor.clinic)
    if form.value is None:
        return await _form(request, service, form.typed, form.errors)
    try:
        price = amounts.parse(form.value.price, clinic.currency)
        data = EditService(**form.value.model_dump(exclude={"price"}), price_minor=price.amount_minor)
        await schedules.save_service(session, actor, service.id if service else None, data)
    except amounts.AmountUnreadableError as refusal:
        example = amounts.plain(Money(_example(clinic.currency), clinic.currency))
        form.errors["price"] = i18n.gettext(REFUSALS[refusal.reason], example=example)
    except ValueError:
        too_large = forms.WORDS["less_than"]
        form.errors["price"] = i18n.gettext(too_large)
    except DomainError as error:
        form.reject(error)
    if form.errors:
        return await _form(request, service, form.typed, form.errors)
    return redirect("/vet/services?done=saved")


@routes.post("/{service_id}/remove", auth=Practitioner)
async def remove(request: web.Request, service_id: UUID) -> web.Response:
    """No longer on offer."""
    await schedules.remove_service(request[SESSION], request[ACTOR], service_id)
    return redirect("/vet/services?done=removed")
