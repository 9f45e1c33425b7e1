"""How migrations run: given a connection (tests, the front door) or DATABASE_URL, inside one transaction."""

import asyncio
import os

from alembic import context
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

from domain import tables
from migrations.env_rules import is_modelled


def migrate(connection: Connection) -> None:
    context.configure(
        connection=connection, target_metadata=tables.metadata, compare_type=True, compare_server_default=False,
        include_object=is_modelled,
    )
    with context.begin_transaction():
        connection.exec_driver_sql("set local lock_timeout = '5s'")
        context.run_migrations()


async def from_url(url: str) -> None:
    engine = create_async_engine(url)
    async with engine.begin() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


given: Connection | None = context.config.attributes.get("connection")
if given is not None:
    migrate(given)
else:
    asyncio.run(from_url(os.environ["DATABASE_URL"]))
