"""PostgreSQL: one request or timer is one transaction, in one declared scope, under a role that owns nothing.

At the start of each transaction the session tells PostgreSQL who is asking (``app.scope``, ``app.clinic_id``,
``app.user_id``) and drops to the role ``lazo_app``; row-level security decides from there. The use case filters
as well: two locks.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Self
from uuid import UUID

from sqlalchemy import DateTime, MetaData, event, text
from sqlalchemy.engine import Connection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, async_sessionmaker, create_async_engine
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, SessionTransaction, mapped_column

from kit import clock, ids

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}

ENTER = text(
    "select set_config('app.scope', :scope, true), set_config('app.clinic_id', :clinic, true),"
    " set_config('app.user_id', :user, true), (select seconds from clock_shift), set_config('role', 'lazo_app', true)"
)
RESCOPE = text(
    "select set_config('app.scope', :scope, true), set_config('app.clinic_id', :clinic, true),"
    " set_config('app.user_id', :user, true)"
)


class Base(DeclarativeBase):
    """The parent of every table."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {datetime: DateTime(timezone=True)}  # noqa: RUF012


class Row(Base):
    """A table with a UUIDv7 key and the instant it was written."""

    __abstract__ = True

    id: Mapped[UUID] = mapped_column(primary_key=True, default=ids.new_id)
    created_at: Mapped[datetime] = mapped_column(default=clock.now)


@dataclass(frozen=True, slots=True)
class Scope:
    """For whom a transaction reads and writes: ``public``, ``pet_owner``, ``clinic``, ``platform`` or ``system``."""

    kind: str
    clinic_id: UUID | None = None
    user_id: UUID | None = None

    @classmethod
    def public(cls) -> Self:
        """What anybody may see."""
        return cls("public")

    @classmethod
    def pet_owner(cls, user_id: UUID) -> Self:
        """One person's own animals, appointments and published records."""
        return cls("pet_owner", user_id=user_id)

    @classmethod
    def clinic(cls, clinic_id: UUID, user_id: UUID) -> Self:
        """One clinic, one member of it."""
        return cls("clinic", clinic_id=clinic_id, user_id=user_id)

    @classmethod
    def platform(cls, user_id: UUID) -> Self:
        """An admin: everything, and audited."""
        return cls("platform", user_id=user_id)

    @classmethod
    def system(cls) -> Self:
        """The platform's own work: timers, webhooks, presence."""
        return cls("system")

    def parameters(self) -> dict[str, str]:
        """As PostgreSQL settings; an absent id is the empty string, which matches nothing."""
        return {
            "scope": self.kind,
            "clinic": str(self.clinic_id or ""),
            "user": str(self.user_id or ""),
        }


AFTER_COMMIT = "after_commit"


def after_commit(session: AsyncSession, work: Callable[[], Awaitable[None]]) -> None:
    """Run ``work`` once the transaction is on disk; never if it is rolled back."""
    session.info.setdefault(AFTER_COMMIT, []).append(work)


class Database:
    """The engine and its sessions; ``begin`` opens the only kind of transaction there is."""

    def __init__(self, url: str, *, pool_size: int = 10, **options: Any) -> None:
        self.engine: AsyncEngine = create_async_engine(
            url,
            pool_size=pool_size,
            max_overflow=0,
            pool_timeout=15,
            pool_pre_ping=True,
            connect_args={"command_timeout": 15, "server_settings": {"lock_timeout": "4s", "timezone": "UTC"}},
            **options,
        )
        self.sessions = async_sessionmaker(self.engine, expire_on_commit=False)

    @asynccontextmanager
    async def begin(self, scope: Scope) -> AsyncIterator[AsyncSession]:
        """One transaction in ``scope``: commits at the end of the block, rolls back on any exception."""
        async with self.sessions(info={"scope": scope}) as session:
            yield session
            await commit(session)

    async def close(self) -> None:
        """Give every connection back."""
        await self.engine.dispose()


WORKING_ON = "working_on"


def working_on(session: AsyncSession, row_id: UUID) -> None:
    """Say which row of a sweep is being done, so that a failing one can be passed by the next time."""
    session.info[WORKING_ON] = row_id


async def commit(session: AsyncSession) -> None:
    """Commit, then do what was waiting for it."""
    await session.commit()
    for work in session.info.pop(AFTER_COMMIT, []):
        await work()


@event.listens_for(Session, "after_begin")
def _enter(session: Session, _transaction: SessionTransaction, connection: Connection) -> None:
    scope = session.info.get("scope")
    if scope is None:
        raise LookupError("a transaction declares its scope before it begins")
    row = connection.execute(ENTER, scope.parameters()).one()
    clock.set_shift(row[3] or 0)


@asynccontextmanager
async def scoped(session: AsyncSession, scope: Scope) -> AsyncIterator[None]:
    """Act in another scope inside the block, in the same transaction: a named, greppable exception to the rule."""
    before: Scope = session.info["scope"]
    await rescope(session, scope)
    try:
        yield
        await session.flush()
    finally:
        if session.is_active:
            await rescope(session, before)


async def rescope(session: AsyncSession, scope: Scope) -> None:
    """Continue this transaction in ``scope``."""
    await session.flush()
    session.info["scope"] = scope
    await session.execute(RESCOPE, scope.parameters())
