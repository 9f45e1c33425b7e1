"""What makes a vet's public offer another one."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.events import AppointmentBooked, AppointmentCancelled, AppointmentExpired, AppointmentHeld
from domain.booking.models import Appointment
from domain.directory import offers
from domain.practitioners.events import PractitionerChanged
from domain.reviews.events import ReviewsChanged


async def time_changed(
    session: AsyncSession,
    event: AppointmentHeld | AppointmentBooked | AppointmentExpired | AppointmentCancelled,
) -> None:
    """A time was taken or given back."""
    appointment = await session.get_one(Appointment, event.appointment_id)
    await offers.refresh(session, [appointment.practitioner_id])


async def vet_changed(session: AsyncSession, event: PractitionerChanged | ReviewsChanged) -> None:
    """Profile, services, hours or rating changed."""
    await offers.refresh(session, [event.practitioner_id])
