"""``lazo migration``: the next migration, written by comparing the tables in the code with a migrated database."""

import asyncio
import re
import tempfile
from pathlib import Path

from cli import databases
from cli.embedded import postgres
from cli.problems import SetupError


def write(message: str) -> str:
    """Write the next file of ``migrations/versions`` and return its name; the database used is thrown away."""
    if not message.strip():
        raise SetupError('A migration needs a name. Fix: make migration m="what changes"')
    newest = databases.newest_revision()
    number = f"{int(newest) + 1:04d}" if re.fullmatch(r"\d{4}", newest) else "0001"
    with tempfile.TemporaryDirectory(prefix="lazo-migration-") as place:
        server = postgres.start_postgres(Path(place))
        try:
            databases.migrate(server.url)
            asyncio.run(_compare(server.sqlalchemy_url(), message, number))
        finally:
            server.stop()
    return next(path.name for path in (databases.ROOT / "migrations" / "versions").glob(f"{number}_*.py"))


async def _compare(url: str, message: str, number: str) -> None:
    from alembic import command  # noqa: PLC0415
    from alembic.config import Config  # noqa: PLC0415
    from sqlalchemy.ext.asyncio import create_async_engine  # noqa: PLC0415

    config = Config(databases.ROOT / "alembic.ini")
    config.set_main_option("script_location", str(databases.ROOT / "migrations"))

    def revise(connection: object) -> None:
        config.attributes["connection"] = connection
        command.revision(config, message, autogenerate=True, rev_id=number)

    engine = create_async_engine(url)
    try:
        async with engine.begin() as connection:
            await connection.run_sync(revise)
    finally:
        await engine.dispose()
