"""What the room remembers: facts of attendance that speak for somebody who says nothing."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import AppointmentStatus
from domain.consultations import presence
from domain.consultations.models import Consultation
from domain.escrow import policy


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
    return Evidence(
        await presence.overlap_seconds(session, consultation.id),
        await presence.seconds_in(session, consultation.id, "practitioner"),
    )
