"""In which role somebody acts: their membership decides, never the request."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.clinics.models import Membership
from domain.practitioners.models import Practitioner
from kit.actor import Actor, Role


async def actor_for(session: AsyncSession, user: User, session_id: UUID | None) -> Actor:
    """The actor for a signed-in person: admin, a clinic's member, else pet owner."""
    common = {
        "user_id": user.id, "name": user.name, "locale": user.locale, "time_zone": user.time_zone,
        "session_id": session_id,
    }  # fmt: skip
    if user.is_admin:
        return Actor(Role.ADMIN, **common)  # type: ignore[arg-type]
    row = (
        await session.execute(
            select(Membership.clinic_id, Membership.role, Membership.permissions, Practitioner.id)
            .outerjoin(
                Practitioner,
                (Practitioner.clinic_id == Membership.clinic_id) & (Practitioner.user_id == Membership.user_id),
            )
            .where(Membership.user_id == user.id, Membership.deactivated_at.is_(None))
            .order_by(Membership.created_at)
            .limit(1)
        )
    ).one_or_none()
    if row is None:
        return Actor(Role.PET_OWNER, **common)  # type: ignore[arg-type]
    return Actor(
        Role(row.role), clinic_id=row.clinic_id, practitioner_id=row.id, permissions=frozenset(row.permissions),
        **common,  # type: ignore[arg-type]
    )  # fmt: skip
