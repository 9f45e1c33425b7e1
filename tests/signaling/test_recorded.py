"""What the room leaves in PostgreSQL, through the real use cases."""

import asyncio
from datetime import timedelta
from uuid import uuid4

import pytest

from domain.consultations import presence, rooms
from domain.consultations.errors import RoomClosed
from domain.consultations.models import Consultation
from kit import clock
from kit.db import Database, Scope
from signaling.facts import Party
from signaling.recorded import RecordedFacts
from tests.factories.money import World, open_world


async def visit(world: World) -> tuple[Party, Party]:
    appointment = await world.get(await world.paid())
    async with world.db.begin(Scope.system()) as session:
        room = await rooms.of_appointment(session, appointment.id)
        assert room is not None
        return Party(room.id, world.pet_owner.person, "pet_owner"), Party(room.id, world.vet.person, "practitioner")


async def state(db: Database, party: Party) -> str:
    async with db.begin(Scope.system()) as session:
        return (await session.get_one(Consultation, party.consultation)).state


@pytest.mark.parametrize("admitted_first", [True, False])
async def test_it_starts_when_both_are_in_and_one_was_admitted(db: Database, admitted_first: bool) -> None:
    world, facts = await open_world(db), RecordedFacts(db)
    owner, vet = await visit(world)
    await facts.joined(vet, "computer")
    if admitted_first:
        await facts.admit(vet)
    await facts.joined(owner, "phone")
    if not admitted_first:
        await facts.admit(vet)
    assert await state(db, vet) == "in_progress"


@pytest.mark.race
async def test_arriving_and_admitting_at_once_starts_it(db: Database) -> None:
    world, facts = await open_world(db), RecordedFacts(db)
    owner, vet = await visit(world)
    await facts.joined(vet, "")
    await asyncio.gather(facts.joined(owner, "phone"), facts.admit(vet))
    assert await state(db, vet) == "in_progress"


async def test_stays_chat_and_the_end_are_kept(db: Database) -> None:
    world, facts = await open_world(db), RecordedFacts(db)
    owner, vet = await visit(world)
    began = clock.now()
    with clock.at(began):
        await facts.joined(vet, "computer")
        await facts.joined(owner, "phone")
        await facts.admit(vet)
    key = uuid4()
    first = await facts.say(owner, "Hola", key, None)
    assert await facts.say(owner, "Hola", key, None) == first
    assert first["role"] == "pet_owner"
    assert [line["body"] for line in await facts.history(vet)] == ["Hola"]
    with clock.at(began + timedelta(seconds=100)):
        await facts.left(owner)
        await facts.left(owner)
    with clock.at(began + timedelta(seconds=130)):
        await facts.joined(owner, "phone")
    with clock.at(began + timedelta(seconds=200)):
        await facts.joined(owner, "computer")  # the process that held the phone was killed: no leave was told
    with clock.at(began + timedelta(seconds=300)):
        await facts.finish(vet)
    async with db.begin(Scope.system()) as session:
        assert await presence.overlap_seconds(session, vet.consultation) == 270
        assert all(stay.left_at for stay in await presence.stays(session, vet.consultation))
    with pytest.raises(RoomClosed):
        await facts.admit(vet)
