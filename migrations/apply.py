"""Bring a database to the newest revision; what the front door and the tests call."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import create_async_engine

HERE = Path(__file__).parent


def _upgrade(connection: Connection) -> None:
    config = Config()
    config.set_main_option("script_location", str(HERE))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


async def upgrade(sqlalchemy_url: str) -> None:
    """Apply what is missing, in one transaction, under a lock that a second starter waits for."""
    engine = create_async_engine(sqlalchemy_url)
    try:
        async with engine.begin() as connection:
            await connection.exec_driver_sql("select pg_advisory_xact_lock(4201337)")
            await connection.run_sync(_upgrade)
    finally:
        await engine.dispose()
