"""The migrated database by the house's rules: tenancy, row security, ownership, instants; and equal to the models."""

from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from domain import tables
from migrations.env_rules import is_modelled
from tests.conftest import database_url

# These name a clinic without being its rows: a person's session, the platform's trail, the public directory.
NOT_TENANT = {"auth_session", "offer"}


@pytest.fixture
async def catalog(server_url: str, template: str) -> AsyncIterator[Any]:
    """A connection to the migrated, empty database, as its owner."""
    url = database_url(server_url, template).replace("postgresql+asyncpg://", "postgresql://", 1)
    connection = await asyncpg.connect(url)
    yield connection
    await connection.close()


async def _tenant_tables(catalog: Any) -> set[str]:
    rows = await catalog.fetch(
        "select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'clinic_id'"
        " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace and not a.attisdropped"
    )
    return {row[0] for row in rows} - NOT_TENANT


async def test_each_tenant_table_has_row_security_forced_and_a_policy(catalog: Any) -> None:
    rows = await catalog.fetch(
        "select c.relname, c.relrowsecurity and c.relforcerowsecurity,"
        " (select count(*) from pg_policy p where p.polrelid = c.oid) from pg_class c"
        " where c.relkind = 'r' and c.relnamespace = 'public'::regnamespace"
    )
    guarded = {row[0] for row in rows if row[1] and row[2] > 0}
    tenants = await _tenant_tables(catalog)
    assert len(tenants) > 15
    assert tenants - guarded == set()


async def test_each_tenant_table_has_an_index_that_begins_with_the_clinic(catalog: Any) -> None:
    rows = await catalog.fetch(
        "select distinct c.relname from pg_index i join pg_class c on c.oid = i.indrelid"
        " join pg_attribute a on a.attrelid = c.oid and a.attnum = i.indkey[0] where a.attname = 'clinic_id'"
    )
    assert await _tenant_tables(catalog) - {row[0] for row in rows} == set()


async def test_the_application_owns_nothing_and_does_not_go_round_row_security(catalog: Any) -> None:
    owned = await catalog.fetch(
        "select relname::text from pg_class where relowner = 'lazo_app'::regrole"
        " union all select proname::text from pg_proc where proowner = 'lazo_app'::regrole"
    )
    assert not owned
    role = await catalog.fetchrow("select rolsuper, rolbypassrls, rolcanlogin from pg_roles where rolname = 'lazo_app'")
    assert tuple(role) == (False, False, False)


async def test_views_see_with_the_eyes_of_who_asks(catalog: Any) -> None:
    views = await catalog.fetch(
        "select relname from pg_class where relkind in ('v', 'm') and relnamespace = 'public'::regnamespace"
        " and not coalesce(reloptions @> array['security_invoker=true'], false)"
    )
    assert not views


async def test_functions_that_run_as_their_owner_fix_their_search_path(catalog: Any) -> None:
    loose = await catalog.fetch(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace and prosecdef"
        " and not exists (select 1 from unnest(coalesce(proconfig, '{}')) s where s like 'search_path=%')"
    )
    assert not loose


async def test_every_instant_knows_its_zone(catalog: Any) -> None:
    naive = await catalog.fetch(
        "select table_name, column_name from information_schema.columns"
        " where table_schema = 'public' and data_type in ('timestamp without time zone', 'time without time zone')"
    )
    assert not naive


async def test_money_is_whole(catalog: Any) -> None:
    loose = await catalog.fetch(
        "select table_name, column_name, data_type from information_schema.columns where table_schema = 'public'"
        " and column_name like '%\\_minor' and data_type <> 'bigint'"
    )
    assert not loose


async def test_the_models_are_the_migrated_schema(server_url: str, template: str) -> None:
    def compare(connection: Connection) -> list[Any]:
        rules = {"compare_type": True, "include_object": is_modelled}
        return list(compare_metadata(MigrationContext.configure(connection, opts=rules), tables.metadata))

    engine = create_async_engine(database_url(server_url, template))
    try:
        async with engine.connect() as connection:
            differences = await connection.run_sync(compare)
    finally:
        await engine.dispose()
    assert differences == []
