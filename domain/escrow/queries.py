"""Reading and holding still. Rows are locked in the order appointment, hold; nothing waits in a circle."""

from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import appointments
from domain.booking.models import Appointment
from domain.escrow.models import Escrow
from domain.payments.models import PaymentAttempt
from kit.errors import NotFound


async def locked(session: AsyncSession, appointment_id: UUID) -> tuple[Appointment, Escrow]:
    """The appointment and its hold, read anew and held until the transaction ends; raises NotFound."""
    appointment = await appointments.locked(session, appointment_id)
    escrow = await session.scalar(
        select(Escrow).where(Escrow.appointment_id == appointment_id).with_for_update(key_share=True)
        .execution_options(populate_existing=True)
    )  # fmt: skip
    if escrow is None:
        raise NotFound
    return appointment, escrow


async def of_appointment(session: AsyncSession, appointment_id: UUID) -> Escrow | None:
    """The hold of an appointment, as far as this scope sees it."""
    return await session.scalar(select(Escrow).where(Escrow.appointment_id == appointment_id))


async def paid_by(session: AsyncSession, escrow: Escrow) -> PaymentAttempt | None:
    """The attempt whose money is held; None where nothing had to be paid."""
    return await session.get(PaymentAttempt, escrow.attempt_id) if escrow.attempt_id else None
