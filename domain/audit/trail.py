"""Writing the trail, and reading it."""

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit.models import AuditEntry
from kit.actor import Actor


async def record(
    session: AsyncSession, actor: Actor, action: str, target: tuple[str, object], *,
    clinic_id: UUID | None = None, **details: Any,
) -> None:  # fmt: skip
    """Note that ``actor`` did ``action`` (``practitioner.approved``) to ``target`` ((type, id)), in this transaction."""
    session.add(
        AuditEntry(
            clinic_id=clinic_id, actor_id=actor.user_id, actor_role=actor.role, actor_label=actor.label,
            action=action, target_type=target[0], target_id=str(target[1]), details=details,
        )
    )  # fmt: skip
    await session.flush()


async def latest(session: AsyncSession, *, before: int | None = None, limit: int = 50) -> Sequence[AuditEntry]:
    """The newest entries first; ``before`` is the last sequence number of the page above. Platform scope."""
    query = select(AuditEntry).order_by(AuditEntry.sequence.desc()).limit(limit)
    if before is not None:
        query = query.where(AuditEntry.sequence < before)
    return (await session.scalars(query)).all()


async def about(session: AsyncSession, targets: Sequence[tuple[str, object]]) -> Sequence[AuditEntry]:
    """What was done to these targets ((type, id)), oldest first. Platform scope."""
    rows = await session.scalars(
        select(AuditEntry)
        .where(tuple_(AuditEntry.target_type, AuditEntry.target_id).in_([(kind, str(id_)) for kind, id_ in targets]))
        .order_by(AuditEntry.sequence)
    )
    return rows.all()
