"""A pet owner's animals: who they are, what vets have written about them."""

from typing import Any
from uuid import UUID

from aiohttp import web

from domain.catalog import words
from domain.patients import pets
from domain.patients.models import Pet
from domain.patients.schemas import NewPet
from domain.records import notes
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, LOCALE, SESSION
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from web import animals
from web.responses import page, redirect, safe_next

routes = Routes("my_pets", prefix="/pets")
RECORDS_SHOWN = 100
EMPTY = {"sex": "unknown", "neutered": "unknown"}


@routes.get("", auth=PetOwner)
async def index(request: web.Request) -> web.Response:
    """All of them."""
    found = await pets.of_pet_owner(request[SESSION], request[ACTOR])
    lines = [(pet, await animals.line(request[SESSION], pet)) for pet in found]
    return await page(request, "pet_owner/pets.html", pets=lines)


@routes.get("/new", auth=PetOwner)
async def show_new(request: web.Request) -> web.Response:
    """Half a minute: a name and a kind are enough."""
    return await _form(request, dict(EMPTY), None, {})


@routes.post("/new", auth=PetOwner)
async def add(request: web.Request) -> web.Response:
    """A new animal."""
    return await _save(request, None)


@routes.get("/breeds", auth=PetOwner)
async def breeds(request: web.Request) -> web.Response:
    """The breeds of the kind just chosen, as the field of the form."""
    species = request.query.get("species", "")
    found = await words.breeds(request[SESSION], request[LOCALE], species)
    return await page(request, "pet_owner/breed_field.html", breeds=found, values={}, errors={})


@routes.get("/{pet_id}", auth=PetOwner)
async def show(request: web.Request, pet_id: UUID) -> web.Response:
    """Facts, and the records of every clinic, latest first."""
    session = request[SESSION]
    pet = await pets.one_of_pet_owner(session, request[ACTOR], pet_id)
    return await page(
        request, "pet_owner/pet.html", pet=pet, kind=await animals.kind(session, pet), age=animals.age(pet),
        line=await animals.line(session, pet), born=animals.born(pet), sex=animals.sex(pet), weight=animals.weight(pet),
        records=await notes.published(session, pet_id, limit=RECORDS_SHOWN),
    )  # fmt: skip


@routes.get("/{pet_id}/edit", auth=PetOwner)
async def show_edit(request: web.Request, pet_id: UUID) -> web.Response:
    """The same form with what is known."""
    pet = await pets.one_of_pet_owner(request[SESSION], request[ACTOR], pet_id)
    values = {name: getattr(pet, name) for name in NewPet.model_fields}
    return await _form(request, values, pet, {})


@routes.post("/{pet_id}/edit", auth=PetOwner)
async def edit(request: web.Request, pet_id: UUID) -> web.Response:
    """Correct or complete it."""
    return await _save(request, await pets.one_of_pet_owner(request[SESSION], request[ACTOR], pet_id))


async def _save(request: web.Request, pet: Pet | None) -> web.Response:
    form = await forms.read(request, NewPet)
    target = safe_next(str(form.typed.get("next", "")), "")
    if form.value is not None:
        try:
            if pet is None:
                pet = await pets.add(request[SESSION], request[ACTOR], form.value)
            else:
                await pets.change(request[SESSION], request[ACTOR], pet.id, form.value)
            return redirect(target or f"/pets/{pet.id}")
        except DomainError as error:
            form.reject(error)
    return await _form(request, EMPTY | form.typed, pet, form.errors, status=422)


async def _form(
    request: web.Request, values: dict[str, Any], pet: Pet | None, errors: dict[str, str], status: int = 200
) -> web.Response:
    session, locale = request[SESSION], request[LOCALE]
    chosen = str(values.get("species", ""))
    return await page(
        request, "pet_owner/pet_form.html", status=status, pet=pet, values=values, errors=errors,
        species=await words.species(session, locale), breeds=await words.breeds(session, locale, chosen),
        next=safe_next(str(values.get("next") or request.query.get("next", "")), ""),
    )  # fmt: skip
