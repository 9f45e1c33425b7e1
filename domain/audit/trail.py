"""Writing the trail."""

from typing import Any
from uuid import UUID

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
