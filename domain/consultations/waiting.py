"""Who sits in a vet's waiting room now, and since when."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.consultations.models import Consultation, ConsultationState, Presence
from kit.actor import Actor


@dataclass(frozen=True, slots=True)
class Waiting:
    """A pet owner who came in and was not let in yet."""

    appointment_id: UUID
    consultation_id: UUID
    since: datetime


async def in_room(session: AsyncSession, actor: Actor) -> Sequence[Waiting]:
    """Those who wait for the caller, the longest first."""
    rows = await session.execute(
        select(Consultation.appointment_id, Consultation.id, Presence.joined_at)
        .join(Presence, Presence.consultation_id == Consultation.id)
        .where(
            Consultation.practitioner_user_id == actor.person, Consultation.state == ConsultationState.PLANNED,
            Consultation.admitted_at.is_(None), Presence.role == "pet_owner", Presence.left_at.is_(None),
        )
        .order_by(Presence.joined_at)
    )  # fmt: skip
    return [Waiting(*row) for row in rows]
