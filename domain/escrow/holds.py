"""What happens to the held payment when an appointment or a payment moves on. All of it runs in their transaction."""

from datetime import timedelta

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit import trail
from domain.booking import appointments
from domain.booking.events import AppointmentCancelled, AppointmentExpired, AppointmentHeld, AppointmentUnattended
from domain.booking.models import Appointment
from domain.escrow import commission, policy, queries
from domain.escrow.events import ExtraPaymentReturned, HoldNeedsReview, HoldRefunded, PaymentCameTooLate
from domain.escrow.models import Escrow, EscrowState, move
from domain.payments import ledger, refunds
from domain.payments.events import PaymentApproved, PaymentReversed, RefundFinished
from domain.payments.ledger import AccountRef
from domain.payments.models import PaymentAttempt
from kit import clock, events, ids
from kit.actor import Actor
from kit.db import Scope, scoped

PLATFORM = Actor.system("escrow")
LATEST_AFTER_VISIT = timedelta(hours=24)
UNPAID = frozenset({EscrowState.AWAITING_PAYMENT, EscrowState.EXPIRED})


async def open_hold(session: AsyncSession, event: AppointmentHeld) -> None:
    """A time was taken: its payment is awaited. What costs nothing is booked at once."""
    appointment = await session.get_one(Appointment, event.appointment_id)
    await session.execute(
        insert(Escrow).values(
            id=ids.new_id(), created_at=clock.now(), clinic_id=appointment.clinic_id, appointment_id=appointment.id,
            pet_owner_id=appointment.pet_owner_id, practitioner_user_id=appointment.practitioner_user_id,
            amount_minor=appointment.price_minor, currency=appointment.currency, confirmed_by_silence=False,
            state=EscrowState.AWAITING_PAYMENT, due_at=appointment.hold_expires_at,
        ).on_conflict_do_nothing(index_elements=["appointment_id"])
    )  # fmt: skip
    if appointment.price_minor == 0:
        async with scoped(session, Scope.system()):
            appointment, escrow = await queries.locked(session, event.appointment_id)
            _hold(escrow, appointment)
            await appointments.confirm_payment(session, appointment.id)


async def take(session: AsyncSession, event: PaymentApproved) -> None:
    """The provider says it is paid: hold it, and book the time; if the time is gone, send the money back.

    A second payment for the same appointment is sent back by itself.
    """
    attempt = await session.get_one(PaymentAttempt, event.attempt_id)
    appointment, escrow = await queries.locked(session, event.appointment_id)
    if escrow.state not in UNPAID:
        await refunds.send_back(session, attempt, "paid_twice")
        await events.publish(session, ExtraPaymentReturned(appointment.id, attempt.id))
        return
    clearing = AccountRef.gateway_clearing(attempt.gateway, attempt.merchant_account, attempt.currency)
    await ledger.post(
        session, f"hold:{attempt.gateway}:{attempt.gateway_payment_id}", "payment_held",
        ("appointment", appointment.id),
        [
            (clearing, -attempt.amount_minor),
            (AccountRef.escrow_of(appointment.id, attempt.currency), attempt.amount_minor),
        ],
        attempt.approved_at,
    )  # fmt: skip
    escrow.attempt_id = attempt.id
    _hold(escrow, appointment)
    await session.flush()
    if await appointments.confirm_payment(session, appointment.id) == "lost":
        await give_back(session, escrow, "time_lost")
        await events.publish(session, PaymentCameTooLate(escrow.id, appointment.id))


def _hold(escrow: Escrow, appointment: Appointment) -> None:
    move(escrow, EscrowState.HELD)
    escrow.held_at, escrow.due_at = clock.now(), appointment.ends_at + LATEST_AFTER_VISIT


async def give_back(session: AsyncSession, escrow: Escrow, reason: str) -> None:
    """All of it, back to the pet owner; the hold must be locked. Raises InvalidTransition once it is the vet's."""
    move(escrow, EscrowState.REFUNDING)
    escrow.due_at = None
    await session.flush()
    attempt = await queries.paid_by(session, escrow)
    if attempt is None:
        move(escrow, EscrowState.REFUNDED)
        await session.flush()
        return
    await refunds.request(session, attempt, escrow.amount, reason)


async def expire(session: AsyncSession, event: AppointmentExpired) -> None:
    """Nobody paid in time."""
    _, escrow = await queries.locked(session, event.appointment_id)
    _let_go(escrow)


def _let_go(escrow: Escrow) -> None:
    if escrow.state == EscrowState.AWAITING_PAYMENT:
        move(escrow, EscrowState.EXPIRED)
        escrow.due_at = None


async def return_after_cancellation(session: AsyncSession, event: AppointmentCancelled) -> None:
    """A cancelled appointment is refunded in full; an unpaid one has nothing to refund."""
    _, escrow = await queries.locked(session, event.appointment_id)
    if escrow.state == EscrowState.HELD:
        await give_back(session, escrow, "cancelled")
    _let_go(escrow)


async def settle_unattended(session: AsyncSession, event: AppointmentUnattended) -> None:
    """No visit took place. The vet was missing: full refund. Only the pet owner was: the waiting vet's facts decide.

    The commission is then that of the plan on which the vet was when the visit should have begun.
    """
    appointment, escrow = await queries.locked(session, event.appointment_id)
    if escrow.state != EscrowState.HELD:
        return
    if event.absent != "pet_owner":
        await give_back(session, escrow, "vet_absent")
        return
    await commission.freeze_at(session, escrow, appointment.starts_at)
    move(escrow, EscrowState.AWAITING_CONFIRMATION)
    escrow.due_at = clock.now() + policy.current().window


async def close_refund(session: AsyncSession, event: RefundFinished) -> None:
    """The provider has answered about the money of a hold; failure stays visible until an admin has solved it."""
    _, escrow = await queries.locked(session, event.appointment_id)
    if escrow.attempt_id != event.attempt_id or escrow.state != EscrowState.REFUNDING:
        return
    if event.succeeded:
        move(escrow, EscrowState.REFUNDED)
        await session.flush()
        await events.publish(session, HoldRefunded(escrow.id, escrow.appointment_id))
        return
    move(escrow, EscrowState.REFUND_FAILED)
    await trail.record(
        session, PLATFORM, "escrow.refund_failed", ("escrow", escrow.id),
        clinic_id=escrow.clinic_id, refund_id=str(event.refund_id),
    )  # fmt: skip


async def freeze_reversed(session: AsyncSession, event: PaymentReversed) -> None:
    """The provider took the money back by itself: nothing is released until an admin has looked."""
    _, escrow = await queries.locked(session, event.appointment_id)
    if escrow.attempt_id == event.attempt_id and escrow.state in {EscrowState.HELD, EscrowState.AWAITING_CONFIRMATION}:
        move(escrow, EscrowState.REVIEW)
        escrow.due_at = None
        await session.flush()
        await events.publish(session, HoldNeedsReview(escrow.id, escrow.appointment_id))
