"""The pet owner's animals."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalog.models import Breed, Species
from domain.patients.models import Pet, PetOwnership
from domain.patients.schemas import NewPet
from kit import clock
from kit.actor import Actor
from kit.errors import NotFound, field_error
from kit.i18n import N_


async def of_pet_owner(session: AsyncSession, actor: Actor) -> Sequence[Pet]:
    """The animals somebody has now, oldest acquaintance first."""
    rows = await session.scalars(
        select(Pet)
        .join(PetOwnership, PetOwnership.pet_id == Pet.id)
        .where(PetOwnership.user_id == actor.person, PetOwnership.ended_at.is_(None), Pet.deleted_at.is_(None))
        .order_by(Pet.created_at)
    )
    return rows.all()


async def one_of_pet_owner(session: AsyncSession, actor: Actor, pet_id: UUID) -> Pet:
    """One of somebody's animals; another person's is NotFound."""
    pet = (
        await session.scalars(
            select(Pet)
            .join(PetOwnership, PetOwnership.pet_id == Pet.id)
            .where(
                Pet.id == pet_id, PetOwnership.user_id == actor.person, PetOwnership.ended_at.is_(None),
                Pet.deleted_at.is_(None),
            )
        )
    ).one_or_none()  # fmt: skip
    if pet is None:
        raise NotFound
    return pet


async def _check_words(session: AsyncSession, data: NewPet) -> None:
    if await session.get(Species, data.species) is None:
        raise field_error("species", "unknown", N_("Choose the kind of animal from the list"))
    if data.breed is not None:
        breed = await session.get(Breed, data.breed)
        if breed is None or breed.species_code != data.species:
            raise field_error("breed", "unknown", N_("Choose a breed of this kind of animal"))


async def add(session: AsyncSession, actor: Actor, data: NewPet) -> Pet:
    """A new animal that belongs to the caller from now on."""
    await _check_words(session, data)
    pet = Pet(created_by=actor.person, **data.model_dump())
    session.add(pet)
    await session.flush()
    session.add(PetOwnership(pet_id=pet.id, user_id=actor.person, started_at=clock.now()))
    await session.flush()
    return pet


async def change(session: AsyncSession, actor: Actor, pet_id: UUID, data: NewPet) -> Pet:
    """Correct what is known about one's animal."""
    pet = await one_of_pet_owner(session, actor, pet_id)
    await _check_words(session, data)
    for name, value in data.model_dump().items():
        setattr(pet, name, value)
    await session.flush()
    return pet
