"""Appointments as rows of a list, with the names that belong to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import Appointment, AppointmentStatus
from domain.consultations import rooms
from domain.escrow import timeline as escrow_timeline
from domain.patients.models import Pet
from domain.practitioners.models import Practitioner
from domain.reviews import reviews
from kit import clock

S = AppointmentStatus


@dataclass(frozen=True, slots=True)
class AppointmentRow:
    """One appointment of a pet owner's, as a list shows it."""

    appointment: Appointment
    vet: Practitioner
    pet: Pet
    consultation_id: UUID | None
    opens_at: datetime
    can_join: bool
    needs_word: bool
    can_review: bool

    @property
    def href(self) -> str:
        """Its page."""
        return f"/appointments/{self.appointment.id}"

    @property
    def room_href(self) -> str:
        """The door of its room, once there is one."""
        return f"/room/{self.consultation_id}" if self.consultation_id else self.href


async def of_pet_owner(session: AsyncSession, found: Sequence[Appointment]) -> list[AppointmentRow]:
    """Rows for appointments that the reader may see, in the same order."""
    return [await _row(session, appointment) for appointment in found]


async def _row(session: AsyncSession, appointment: Appointment) -> AppointmentRow:
    opens_at, closes_at = rooms.window(appointment)
    is_alive = appointment.status in (S.BOOKED, S.IN_PROGRESS)
    visit = await rooms.of_appointment(session, appointment.id) if is_alive else None
    is_open = appointment.status == S.IN_PROGRESS or opens_at <= clock.now() <= closes_at
    return AppointmentRow(
        appointment=appointment, vet=await session.get_one(Practitioner, appointment.practitioner_id),
        pet=await session.get_one(Pet, appointment.pet_id), consultation_id=visit.id if visit else None,
        opens_at=opens_at, can_join=visit is not None and is_open,
        needs_word=await _needs_word(session, appointment), can_review=await _can_review(session, appointment),
    )  # fmt: skip


async def _needs_word(session: AsyncSession, appointment: Appointment) -> bool:
    if appointment.status != S.AWAITING_CONFIRMATION:
        return False
    held = await escrow_timeline.hold_of(session, appointment.id)
    return held is not None and held.state == "awaiting_confirmation" and held.pet_owner_confirmed_at is None


async def _can_review(session: AsyncSession, appointment: Appointment) -> bool:
    return appointment.status == S.COMPLETED and await reviews.of_appointment(session, appointment.id) is None
