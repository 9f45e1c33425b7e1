"""The database at start: is it there, is it new, which migration is it at, does it hold demo data."""

import asyncio
import re
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

from cli.problems import SetupError

ROOT = Path(__file__).resolve().parent.parent
REVISION = re.compile(r"""^revision(?:\s*:\s*str)?\s*=\s*['"]([^'"]+)['"]""", re.MULTILINE)
DOWN_REVISION = re.compile(r"""^down_revision[^=\n]*=\s*(.+)$""", re.MULTILINE)
OLDEST_POSTGRES = 150000
CONNECT_SECONDS = 5.0
SCHEMES = ("postgresql", "postgres", "postgresql+asyncpg")
UNSET = "or unset DATABASE_URL to use the built-in PostgreSQL"


@dataclass(frozen=True, slots=True)
class Found:
    """What was found: the migration the database is at (empty when new), and how far demo data got."""

    revision: str
    demo: str


def for_asyncpg(url: str) -> str:
    """Return the address as asyncpg and libpq read it."""
    parts = urlsplit(url)
    return (
        urlunsplit(parts._replace(scheme="postgresql")) if parts.netloc else f"postgresql://{url.partition('://')[2]}"
    )


def for_sqlalchemy(url: str) -> str:
    """Return the address as SQLAlchemy's asyncpg dialect reads it, empty where empty; raises SetupError for others."""
    if url and url.partition("://")[0] not in SCHEMES:
        raise SetupError(
            f"DATABASE_URL: it begins with postgresql://, for PostgreSQL is what runs Lazo. Fix: correct it, {UNSET}"
        )
    return for_asyncpg(url).replace("postgresql://", "postgresql+asyncpg://", 1) if url else ""


def newest_revision(versions: Path = ROOT / "migrations" / "versions") -> str:
    """Return the migration nothing comes after, read from the files: Alembic itself takes a while to import."""
    texts = [path.read_text() for path in sorted(versions.glob("*.py"))]
    known = {found.group(1) for text in texts if (found := REVISION.search(text))}
    before = {
        name
        for text in texts
        for line in DOWN_REVISION.findall(text)
        for name in re.findall(r"'([^']+)'|\"([^\"]+)\"", line)
    }
    heads = known - {single or double for single, double in before}
    if len(heads) > 1:
        raise SetupError(f"Migrations {', '.join(sorted(heads))} have no order. Fix: alembic merge heads")
    return heads.pop() if heads else ""


def look(url: str) -> Found:
    """Connect, make the database when the server has none of that name, and say what is in it; raises SetupError."""
    return asyncio.run(_look(for_asyncpg(url)))


def remake(url: str) -> None:
    """Throw the database away and make it anew: only ever one of ours whose first load was cut short."""
    asyncio.run(_remake(for_asyncpg(url)))


def mark_demo(url: str, state: str) -> None:
    """Write down how far demo data got: ``loading`` or ``loaded``."""
    asyncio.run(_mark(for_asyncpg(url), state))


def migrate(url: str) -> None:
    """Bring the database to the newest migration, in one transaction; raises SetupError where that is refused."""
    from sqlalchemy.exc import DBAPIError  # noqa: PLC0415

    from migrations import apply  # noqa: PLC0415  # Alembic, only where there is something to migrate

    try:
        asyncio.run(apply.upgrade(for_sqlalchemy(url)))
    except DBAPIError as problem:
        reason = str(problem.orig).splitlines()[0].partition(">: ")[2] or str(problem.orig).splitlines()[0]
        raise SetupError(
            f"DATABASE_URL: the migration was undone: {reason}. Fix: use a user who may create roles and extensions, {UNSET}",
        ) from problem


async def _look(url: str) -> Found:
    import asyncpg  # noqa: PLC0415  # a command that needs no database does not pay for it

    where = _where(url)
    try:
        try:
            connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
        except asyncpg.InvalidCatalogNameError:
            await _create(url)
            connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    except (asyncpg.InvalidPasswordError, asyncpg.InvalidAuthorizationSpecificationError):
        raise SetupError(f"DATABASE_URL: {where} refuses that user or password. Fix: correct it, {UNSET}") from None
    except asyncpg.InsufficientPrivilegeError:
        raise SetupError(f"DATABASE_URL: that user may not create the database. Fix: create it, {UNSET}") from None
    except (OSError, TimeoutError) as problem:
        reason = getattr(problem, "strerror", None) or str(problem) or "no answer"
        raise SetupError(f"DATABASE_URL: no PostgreSQL at {where} ({reason}). Fix: start it, {UNSET}") from None
    except (asyncpg.PostgresError, asyncpg.InterfaceError, ValueError) as problem:
        raise SetupError(f"DATABASE_URL: {str(problem).splitlines()[0]}. Fix: correct it, {UNSET}") from None
    try:
        version = connection.get_server_version()
        if version.major < OLDEST_POSTGRES // 10000:
            raise SetupError(
                f"DATABASE_URL: PostgreSQL {version.major} at {where} is too old. Fix: use 15 or newer, {UNSET}"
            )
        known = await connection.fetchval("select to_regclass('alembic_version') is not null")
        revision = await connection.fetchval("select version_num from alembic_version") if known else ""
        query = "select shobj_description(oid, 'pg_database') from pg_database where datname = current_database()"
        return Found(revision or "", (await connection.fetchval(query) or "").removeprefix("demo data: "))
    finally:
        await connection.close()


async def _create(url: str) -> None:
    import asyncpg  # noqa: PLC0415

    maintenance, name = _maintenance(url)
    connection = await asyncpg.connect(maintenance, timeout=CONNECT_SECONDS)
    try:
        await connection.execute(f"create database {_quoted(name)}")
    finally:
        await connection.close()


async def _remake(url: str) -> None:
    import asyncpg  # noqa: PLC0415

    maintenance, name = _maintenance(url)
    connection = await asyncpg.connect(maintenance, timeout=CONNECT_SECONDS)
    try:
        await connection.execute(f"drop database if exists {_quoted(name)} with (force)")
    finally:
        await connection.close()
    await _create(url)


async def _mark(url: str, state: str) -> None:
    import asyncpg  # noqa: PLC0415

    connection = await asyncpg.connect(url, timeout=CONNECT_SECONDS)
    try:
        name = await connection.fetchval("select current_database()")
        await connection.execute(f"comment on database {_quoted(name)} is 'demo data: {state}'")
    finally:
        await connection.close()


def _maintenance(url: str) -> tuple[str, str]:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(path="/postgres")), parts.path.lstrip("/")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _where(url: str) -> str:
    """Name the server, never the password."""
    parts = urlsplit(url)
    try:
        return f"{parts.hostname or 'the local socket'}:{parts.port or 5432}"
    except ValueError:
        return "that address"
