"""Releasing a hold: the claim and the posting are one transaction, so that nothing is paid twice."""

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import appointments
from domain.booking.models import AppointmentStatus
from domain.escrow import commission, queries
from domain.escrow.events import HoldReleased
from domain.escrow.models import Escrow, EscrowState, move
from domain.payments import ledger
from domain.payments.ledger import AccountRef
from kit import clock, events, money


async def release(session: AsyncSession, escrow: Escrow, *, by_silence: bool) -> None:
    """The vet gets the amount less the frozen commission, and the appointment is completed.

    ``net = gross - commission``, so that the parts are the whole. Releasing what is released changes nothing; raises
    InvalidTransition for a hold that is not the vet's to get.
    """
    appointment, escrow = await queries.locked(session, escrow.appointment_id)
    if escrow.state == EscrowState.RELEASED:
        return
    if escrow.commission_bp is None:
        await commission.freeze_at(session, escrow, appointment.starts_at)
    gross = escrow.amount_minor
    fee = money.commission(gross, escrow.commission_bp or 0)
    move(escrow, EscrowState.RELEASED)
    escrow.released_at, escrow.due_at, escrow.confirmed_by_silence = clock.now(), None, by_silence
    escrow.commission_minor, escrow.net_minor = fee, gross - fee
    await session.flush()
    vet = AccountRef.vet_payable(escrow.practitioner_user_id, escrow.currency)
    lines = [
        (AccountRef.escrow_of(escrow.appointment_id, escrow.currency), -gross),
        (vet, gross - fee),
        (AccountRef.commission(escrow.currency), fee),
    ]
    if gross:
        await ledger.post(
            session, f"release:{escrow.appointment_id}", "hold_released", ("appointment", escrow.appointment_id),
            [line for line in lines if line[1]],
        )  # fmt: skip
    if appointment.status == AppointmentStatus.AWAITING_CONFIRMATION:
        await appointments.complete(session, appointment.id)
    await events.publish(session, HoldReleased(escrow.id, escrow.appointment_id, by_silence))
