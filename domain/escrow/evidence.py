"""What the room remembers: facts of attendance that speak for somebody who says nothing."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import AppointmentStatus
from domain.consultations import presence
from domain.consultations.models import Consultation, Presence
from domain.escrow import policy
from kit import clock


@dataclass(frozen=True, slots=True)
class Evidence:
    """Seconds both were in the room together, and seconds the vet was there at all."""

    together_seconds: int
    practitioner_seconds: int

    def speaks_for_release(self, status: str) -> bool:
        """They met for long enough; or, when the pet owner never came, the vet waited for long enough."""
        rule = policy.current()
        if status == AppointmentStatus.NO_SHOW:
            return self.practitioner_seconds >= rule.no_show_wait_minutes * 60
        return self.together_seconds >= rule.together_seconds


async def gather(session: AsyncSession, appointment_id: UUID) -> Evidence:
    """The facts about one appointment; all zero when nobody ever entered."""
    consultation = await session.scalar(select(Consultation).where(Consultation.appointment_id == appointment_id))
    if consultation is None:
        return Evidence(0, 0)
    together = await presence.overlap_seconds(session, consultation.id)
    stayed = func.extract("epoch", func.coalesce(Presence.left_at, clock.now()) - Presence.joined_at)
    waited = await session.scalar(
        select(func.coalesce(func.sum(stayed), 0)).where(
            Presence.consultation_id == consultation.id, Presence.role == "practitioner"
        )
    )
    return Evidence(int(together), int(waited or 0))
