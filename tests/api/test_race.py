"""One time, a hundred people at the same moment, over HTTP."""

import asyncio
from collections import Counter

import pytest
from sqlalchemy import text

from kit.db import Database, Scope
from tests.api.conftest import CallerAs, booking, first_slot
from tests.factories.places import Town

CROWD = 100


@pytest.mark.race
async def test_of_a_hundred_exactly_one_gets_the_time(caller: CallerAs, town: Town, db: Database) -> None:
    ana = await caller("ana")
    starts_at = await first_slot(ana, town)
    pets = [(await ana.post("/pets", {"name": f"P{n}", "species": "dog"})).body["id"] for n in range(CROWD)]
    answers = await asyncio.gather(
        *(ana.post("/appointments", booking(town, starts_at, pet_id=pet)) for pet in pets)
    )
    assert Counter((a.status, a.body.get("code")) for a in answers) == {(201, None): 1, (409, "slot_taken"): CROWD - 1}
    async with db.begin(Scope.system()) as session:
        held = await session.execute(text("select count(*) from appointment where status = 'held'"))
        opened = await session.execute(text("select count(*) from escrow"))
        assert (held.scalar_one(), opened.scalar_one()) == (1, 1)


@pytest.mark.race
async def test_overlapping_lengths_are_refused_too(caller: CallerAs, town: Town, db: Database) -> None:
    """Many callers, starts half a step apart through the database's own constraint: nothing ever overlaps."""
    ana = await caller("ana")
    slots = [await first_slot(ana, town)]
    pets = [(await ana.post("/pets", {"name": f"P{n}", "species": "dog"})).body["id"] for n in range(30)]
    answers = await asyncio.gather(
        *(ana.post("/appointments", booking(town, slots[0], pet_id=pet)) for pet in pets),
        *(ana.post("/appointments", booking(town, slots[0], pet_id=pets[0])) for _ in range(10)),
    )
    assert sum(a.status == 201 for a in answers) == 1
    async with db.begin(Scope.system()) as session:
        overlaps = await session.execute(
            text(
                "select count(*) from appointment a join appointment b on a.id < b.id"
                " and a.practitioner_user_id = b.practitioner_user_id and a.status = 'held' and b.status = 'held'"
                " and tstzrange(a.starts_at, a.blocked_until) && tstzrange(b.starts_at, b.blocked_until)"
            )
        )
        assert overlaps.scalar_one() == 0
