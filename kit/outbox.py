"""What must happen after the commit, at least once: rows with a due time, claimed by whichever scheduler is free.

``dedup_key`` names the business effect (``appointment:{id}:v2:remind24``), so that asking twice is one row. A row is
leased while it is worked on; a worker that dies lets the lease run out and another takes it. After ``MAX_ATTEMPTS``
the row is dead and waits for an admin.
"""

from collections.abc import Sequence
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any
from uuid import UUID

from sqlalchemy import CheckConstraint, Index, String, func, select, update
from sqlalchemy.dialects.postgresql import JSONB, insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from kit import clock, ids
from kit.db import Base, Row
from kit.errors import Conflict, NotFound

LEASE = timedelta(seconds=60)
LATE = timedelta(minutes=5)
MAX_ATTEMPTS = 8
BACKOFF_SECONDS = (5, 30, 120, 600, 1800, 3600, 10800)


class OutboxState(StrEnum):
    """Where a row stands."""

    WAITING = "waiting"
    DONE = "done"
    CANCELLED = "cancelled"
    DEAD = "dead"


class OutboxItem(Row):
    """One thing to do."""

    __tablename__ = "outbox"
    __table_args__ = (
        CheckConstraint("state in ('waiting', 'done', 'cancelled', 'dead')", name="state"),
        Index("ix_outbox_due", "due_at", postgresql_where="state = 'waiting'"),
        # Withdrawing by prefix stays an index scan whatever the database's collation.
        Index(
            "ix_outbox_waiting_key", "dedup_key", postgresql_ops={"dedup_key": "varchar_pattern_ops"},
            postgresql_where="state = 'waiting'",
        ),
    )

    kind: Mapped[str] = mapped_column(String(60))
    dedup_key: Mapped[str] = mapped_column(String(200), unique=True)
    payload: Mapped[dict[str, Any]] = mapped_column(JSONB)
    due_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(String(12), default=OutboxState.WAITING)
    attempts: Mapped[int] = mapped_column(default=0)
    leased_until: Mapped[datetime | None]
    finished_at: Mapped[datetime | None]
    last_error: Mapped[str] = mapped_column(default="")


class JobRun(Base):
    """The last run of each line of the timetable, for the admin's eyes (features TZ-8)."""

    __tablename__ = "job_run"

    name: Mapped[str] = mapped_column(String(60), primary_key=True)
    started_at: Mapped[datetime]
    finished_at: Mapped[datetime | None]
    next_at: Mapped[datetime | None]
    runs: Mapped[int] = mapped_column(default=0)
    handled: Mapped[int] = mapped_column(default=0)
    last_error: Mapped[str] = mapped_column(default="")
    failed_at: Mapped[datetime | None]

    def is_late(self) -> bool:
        """True when its turn has come and gone by more than a few minutes."""
        return self.next_at is not None and self.next_at < clock.wall() - LATE


async def enqueue(
    session: AsyncSession, kind: str, dedup_key: str, payload: dict[str, Any], *, due_at: datetime | None = None
) -> None:
    """Promise to do ``kind`` at ``due_at`` (now by default); the same ``dedup_key`` twice is one promise."""
    await session.execute(
        insert(OutboxItem)
        .values(
            id=ids.new_id(), kind=kind, dedup_key=dedup_key, payload=payload, due_at=due_at or clock.now(),
            created_at=clock.now(), state=OutboxState.WAITING, attempts=0, last_error="",
        )
        .on_conflict_do_nothing(index_elements=["dedup_key"])
    )  # fmt: skip


async def cancel(session: AsyncSession, prefix: str) -> int:
    """Withdraw what is still waiting under keys that start with ``prefix``; returns how many rows that were."""
    withdrawn = await session.scalars(
        update(OutboxItem)
        .where(OutboxItem.dedup_key.startswith(prefix, autoescape=True), OutboxItem.state == OutboxState.WAITING)
        .values(state=OutboxState.CANCELLED, finished_at=clock.now())
        .returning(OutboxItem.id)
        .execution_options(synchronize_session=False)
    )
    return len(withdrawn.all())


async def claim(session: AsyncSession, limit: int) -> list[OutboxItem]:
    """Lease up to ``limit`` due rows for this worker; others skip them."""
    now = clock.now()
    due = (
        select(OutboxItem.id)
        .where(
            OutboxItem.state == OutboxState.WAITING,
            OutboxItem.due_at <= now,
            OutboxItem.leased_until.is_(None) | (OutboxItem.leased_until < clock.wall()),
        )
        .order_by(OutboxItem.due_at)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    rows = await session.scalars(
        update(OutboxItem)
        .where(OutboxItem.id.in_(due.scalar_subquery()))
        .values(leased_until=clock.wall() + LEASE, attempts=OutboxItem.attempts + 1)
        .returning(OutboxItem)
    )
    return sorted(rows, key=lambda item: item.due_at)


def finish(item: OutboxItem) -> None:
    """It is done."""
    item.state, item.finished_at, item.leased_until, item.last_error = OutboxState.DONE, clock.now(), None, ""


def drop(item: OutboxItem, reason: str) -> None:
    """It came due and was of no use any more."""
    item.state, item.finished_at, item.leased_until = OutboxState.CANCELLED, clock.now(), None
    item.last_error = reason[:500]


def bury(item: OutboxItem, reason: str) -> None:
    """It never will work: dead at once, for an admin to see."""
    item.state, item.finished_at, item.leased_until = OutboxState.DEAD, clock.now(), None
    item.last_error = reason[:500]


def fail(item: OutboxItem, error: str) -> None:
    """It did not work: again later, or dead after ``MAX_ATTEMPTS``."""
    item.last_error, item.leased_until = error[:500], None
    if item.attempts >= MAX_ATTEMPTS:
        item.state, item.finished_at = OutboxState.DEAD, clock.now()
    else:
        item.due_at = clock.now() + timedelta(seconds=BACKOFF_SECONDS[min(item.attempts, len(BACKOFF_SECONDS)) - 1])


async def dead(session: AsyncSession, limit: int = 100) -> Sequence[OutboxItem]:
    """What was given up, latest first."""
    rows = await session.scalars(
        select(OutboxItem)
        .where(OutboxItem.state == OutboxState.DEAD)
        .order_by(OutboxItem.finished_at.desc(), OutboxItem.id)
        .limit(limit)
    )
    return rows.all()


async def counts(session: AsyncSession) -> dict[str, int]:
    """How many rows wait past their due time (``late``), wait (``waiting``), and were given up (``dead``)."""
    waiting = OutboxItem.state == OutboxState.WAITING
    row = (
        await session.execute(
            select(
                func.count().filter(waiting),
                func.count().filter(waiting, OutboxItem.due_at < clock.now() - LATE),
                func.count().filter(OutboxItem.state == OutboxState.DEAD),
            )
        )
    ).one()
    return {"waiting": row[0], "late": row[1], "dead": row[2]}


async def retry(session: AsyncSession, item_id: UUID) -> OutboxItem:
    """Try a dead row again from the start; raises NotFound, or Conflict for one that is not dead."""
    item = await session.get(OutboxItem, item_id, with_for_update=True)
    if item is None:
        raise NotFound
    if item.state != OutboxState.DEAD:
        raise Conflict
    item.state, item.attempts, item.due_at, item.finished_at = OutboxState.WAITING, 0, clock.now(), None
    await session.flush()
    return item


async def job_runs(session: AsyncSession) -> Sequence[JobRun]:
    """Every line of the timetable that has run, by name."""
    return (await session.scalars(select(JobRun).order_by(JobRun.name))).all()
