"""The caller's animals and their published records."""

from collections.abc import Sequence
from typing import Annotated
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, Field

from domain.patients import pets
from domain.patients.models import Pet
from domain.patients.schemas import NewPet, PetOut
from domain.records import notes
from domain.records.schemas import RecordOut
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import PetOwner
from kit.http.routes import Routes

routes = Routes("pets", prefix="/api/v1/pets")


class PetList(BaseModel):
    """All of somebody's animals; few enough for one page."""

    items: list[PetOut]


class RecordFeed(BaseModel):
    """A page of records, latest first; ``next_cursor`` is null on the last one."""

    items: list[RecordOut]
    next_cursor: UUID | None


class RecordQuery(BaseModel):
    """Where to go on, and how many."""

    cursor: UUID | None = None
    limit: Annotated[int, Field(ge=1, le=100)] = 20


@routes.get("", auth=PetOwner)
async def list_pets(request: web.Request) -> PetList:
    """The caller's animals."""
    found: Sequence[Pet] = await pets.of_pet_owner(request[SESSION], request[ACTOR])
    return PetList(items=[PetOut.model_validate(pet, from_attributes=True) for pet in found])


@routes.post("", auth=PetOwner, status=201)
async def add_pet(request: web.Request, body: NewPet) -> PetOut:
    """A new animal of the caller's."""
    pet = await pets.add(request[SESSION], request[ACTOR], body)
    return PetOut.model_validate(pet, from_attributes=True)


@routes.get("/{pet_id}", auth=PetOwner)
async def get_pet(request: web.Request, pet_id: UUID) -> PetOut:
    """One of the caller's animals."""
    pet = await pets.one_of_pet_owner(request[SESSION], request[ACTOR], pet_id)
    return PetOut.model_validate(pet, from_attributes=True)


@routes.get("/{pet_id}/medical-records", auth=PetOwner)
async def medical_records(request: web.Request, pet_id: UUID, query: RecordQuery) -> RecordFeed:
    """Signed records of one of the caller's animals, latest first."""
    await pets.one_of_pet_owner(request[SESSION], request[ACTOR], pet_id)
    found = await notes.published(request[SESSION], pet_id, limit=query.limit + 1, before=query.cursor)
    shown = found[: query.limit]
    return RecordFeed(
        items=[RecordOut.model_validate(note, from_attributes=True) for note in shown],
        next_cursor=shown[-1].id if len(found) > query.limit else None,
    )
