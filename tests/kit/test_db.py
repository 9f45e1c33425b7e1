"""The door to the database: scope, role, clock."""

import pytest
from sqlalchemy import text

from kit import ids
from kit.db import Database, Scope, scoped


async def test_a_transaction_enters_the_role_that_owns_nothing(db: Database) -> None:
    async with db.begin(Scope.public()) as session:
        role = (await session.execute(text("select current_user"))).scalar_one()
    assert role == "lazo_app"


async def test_the_scope_ends_with_the_block_and_with_the_transaction(db: Database) -> None:
    mine = Scope.pet_owner(ids.new_id())
    ask = text("select current_setting('app.scope'), current_setting('app.user_id')")
    async with db.begin(mine) as session:
        async with scoped(session, Scope.system()):
            assert tuple((await session.execute(ask)).one()) == ("system", "")
        assert tuple((await session.execute(ask)).one()) == ("pet_owner", str(mine.user_id))
    async with db.begin(Scope.public()) as session:
        assert tuple((await session.execute(ask)).one()) == ("public", "")


async def test_a_transaction_without_a_declared_scope_does_not_begin(db: Database) -> None:
    async with db.sessions() as session:
        with pytest.raises(LookupError, match="scope"):
            await session.execute(text("select 1"))


async def test_without_a_scope_nothing_is_visible(db: Database) -> None:
    async with db.begin(Scope.public()) as session:
        assert (await session.execute(text("select count(*) from appointment"))).scalar_one() == 0
        assert (await session.execute(text("select count(*) from escrow"))).scalar_one() == 0
