"""Who is told what when something happens. Each runs in the transaction of the event, in system scope."""

from collections.abc import Awaitable, Callable
from functools import wraps
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.events import PersonRegistered, RefreshTokenReused
from domain.booking.events import (
    AppointmentBooked,
    AppointmentCancelled,
    AppointmentExpired,
    AppointmentUnattended,
)
from domain.booking.models import Appointment
from domain.consultations.events import ConsultationEnded, ConsultationStarted
from domain.correspondence import facts, reminders
from domain.escrow.events import ExtraPaymentReturned, HoldNeedsReview, HoldRefunded, HoldReleased, PaymentCameTooLate
from domain.escrow.models import Escrow, EscrowState
from domain.notifications import mails
from domain.payments.models import PaymentAttempt
from domain.payouts.events import PayoutDecided
from domain.payouts.models import Payout
from domain.practitioners.events import PractitionerDecided
from domain.records.events import NoteSigned
from kit import clock
from kit.db import Scope, scoped
from kit.money import Money

E = TypeVar("E")
Listener = Callable[[AsyncSession, E], Awaitable[None]]
REFUNDING = (EscrowState.REFUNDING, EscrowState.REFUNDED, EscrowState.REFUND_FAILED)
VET_DECISIONS = {"approved": "vet_approved", "rejected": "vet_rejected", "suspended": "vet_suspended"}


def _as_system(listener: Listener[E]) -> Listener[E]:
    """Mails name both sides, so their facts are read as the platform, whoever caused the event."""

    @wraps(listener)
    async def run(session: AsyncSession, event: E) -> None:
        async with scoped(session, Scope.system()):
            await listener(session, event)

    return run


async def _tell_both(
    session: AsyncSession, appointment: Appointment, kind: str, what: str, context: dict[str, Any]
) -> None:
    people = {"pet_owner": appointment.pet_owner_id, "practitioner": appointment.practitioner_user_id}
    for side, person in people.items():
        key = f"appointment:{appointment.id}:{what}:{side}"
        await mails.tell(session, person, kind, key, facts.for_side(context, side))


async def _tell_pet_owner(session: AsyncSession, appointment_id: UUID, kind: str, **more: Any) -> None:
    appointment, context = await facts.of(session, appointment_id)
    key = f"appointment:{appointment_id}:{kind}"
    await mails.tell(session, appointment.pet_owner_id, kind, key, facts.for_side(context, "pet_owner", **more))


@_as_system
async def registered(session: AsyncSession, event: PersonRegistered) -> None:
    """Somebody signed up: welcome."""
    await mails.tell(session, event.user_id, "welcome", f"user:{event.user_id}:welcome", {})


@_as_system
async def token_reused(session: AsyncSession, event: RefreshTokenReused) -> None:
    """A sign-in was used twice and ended: the person should know."""
    context = {"device": event.device, "at": clock.now().isoformat()}
    await mails.tell(session, event.user_id, "security_notice", f"session:{event.session_id}:reused", context)


@_as_system
async def booked(session: AsyncSession, event: AppointmentBooked) -> None:
    """The time is theirs: both are told, and the reminders are planned."""
    appointment, context = await facts.of(session, event.appointment_id)
    for side, person, kind in (
        ("pet_owner", appointment.pet_owner_id, "booking_confirmed_pet_owner"),
        ("practitioner", appointment.practitioner_user_id, "booking_confirmed_vet"),
    ):
        key = f"appointment:{appointment.id}:v{appointment.version}:booked:{side}"
        await mails.tell(session, person, kind, key, facts.for_side(context, side))
    await reminders.plan(session, appointment)


@_as_system
async def expired(session: AsyncSession, event: AppointmentExpired) -> None:
    """The minutes to pay have passed."""
    await _tell_pet_owner(session, event.appointment_id, "hold_expired")


@_as_system
async def cancelled(session: AsyncSession, event: AppointmentCancelled) -> None:
    """It will not take place; an unpaid hold given back is nobody's news."""
    await reminders.withdraw(session, event.appointment_id)
    if not event.was_booked:
        return
    appointment, context = await facts.of(session, event.appointment_id)
    by = await facts.who_cancelled(session, event.appointment_id)
    await _tell_both(session, appointment, "cancelled", "cancelled", {**context, "cancelled_by": by})


@_as_system
async def started(session: AsyncSession, event: ConsultationStarted) -> None:
    """Both are in: nobody needs reminding."""
    await reminders.withdraw(session, event.appointment_id)


@_as_system
async def ended(session: AsyncSession, event: ConsultationEnded) -> None:
    """The visit is over: both are asked to confirm, by the date when silence has an answer."""
    hold = await facts.hold_of(session, event.appointment_id)
    if hold is None or hold.due_at is None or hold.state != EscrowState.AWAITING_CONFIRMATION:
        return
    appointment, context = await facts.of(session, event.appointment_id)
    context["confirm_until"] = hold.due_at.isoformat()
    await _tell_both(session, appointment, "please_confirm", "please_confirm", context)
    await reminders.plan_confirming(session, appointment, hold.due_at)


@_as_system
async def unattended(session: AsyncSession, event: AppointmentUnattended) -> None:
    """The time passed without a visit; runs after the held payment has been settled."""
    await reminders.withdraw(session, event.appointment_id)
    appointment, context = await facts.of(session, event.appointment_id)
    hold = await facts.hold_of(session, event.appointment_id)
    context |= {"absent": event.absent, "money": _fate(hold)}
    if hold is not None and hold.due_at is not None:
        context["confirm_until"] = hold.due_at.isoformat()
    await _tell_both(session, appointment, "unattended", "unattended", context)


def _fate(hold: Escrow | None) -> str:
    if hold is None or hold.state in REFUNDING:
        return "refund"
    return "release" if hold.state == EscrowState.AWAITING_CONFIRMATION else "review"


@_as_system
async def signed(session: AsyncSession, event: NoteSigned) -> None:
    """The pet owner can read the record."""
    await _tell_pet_owner(session, event.appointment_id, "record_published", note_id=str(event.note_id))


@_as_system
async def released(session: AsyncSession, event: HoldReleased) -> None:
    """The vet's part is theirs; the pet owner is asked for a review."""
    await reminders.withdraw(session, event.appointment_id)
    hold = await session.get_one(Escrow, event.escrow_id)
    appointment, context = await facts.of(session, event.appointment_id)
    split = {
        "commission_bp": hold.commission_bp or 0, "by_silence": event.by_silence,
        "commission": facts.money(Money(hold.commission_minor or 0, hold.currency)),
        "net": facts.money(Money(hold.net_minor or 0, hold.currency)), "price": facts.money(hold.amount),
    }  # fmt: skip
    if hold.amount_minor:
        await mails.tell(
            session, appointment.practitioner_user_id, "funds_released", f"escrow:{hold.id}:released",
            facts.for_side(context, "practitioner", **split),
        )  # fmt: skip
    if appointment.status == "completed":
        await _tell_pet_owner(session, appointment.id, "review_request")


@_as_system
async def refunded(session: AsyncSession, event: HoldRefunded) -> None:
    """The provider has returned the payment."""
    hold = await session.get_one(Escrow, event.escrow_id)
    if hold.amount_minor:
        await _tell_pet_owner(session, event.appointment_id, "refunded", price=facts.money(hold.amount))


@_as_system
async def needs_review(session: AsyncSession, event: HoldNeedsReview) -> None:
    """An admin decides; both sides are told that nothing moves until then."""
    hold = await session.get_one(Escrow, event.escrow_id)
    appointment, context = await facts.of(session, event.appointment_id)
    if hold.amount_minor:
        held = context | {"price": facts.money(hold.amount)}
        await _tell_both(session, appointment, "under_review", "under_review", held)


@_as_system
async def paid_too_late(session: AsyncSession, event: PaymentCameTooLate) -> None:
    """The time was gone when the payment arrived."""
    await _tell_pet_owner(session, event.appointment_id, "payment_late_refund")


@_as_system
async def paid_twice(session: AsyncSession, event: ExtraPaymentReturned) -> None:
    """One of two payments goes back."""
    attempt = await session.get_one(PaymentAttempt, event.attempt_id)
    appointment, context = await facts.of(session, event.appointment_id)
    context = facts.for_side(context, "pet_owner", price=facts.money(attempt.amount))
    key = f"attempt:{attempt.id}:returned"
    await mails.tell(session, appointment.pet_owner_id, "extra_payment_returned", key, context)


@_as_system
async def vet_decided(session: AsyncSession, event: PractitionerDecided) -> None:
    """Approved, rejected or suspended, each time it is decided."""
    kind = VET_DECISIONS[event.state]
    key = f"practitioner:{event.practitioner_id}:{event.state}:{clock.now().isoformat()}"
    await mails.tell(session, event.user_id, kind, key, {"reason": event.reason})


@_as_system
async def payout_decided(session: AsyncSession, event: PayoutDecided) -> None:
    """A withdrawal was paid or rejected."""
    payout = await session.get_one(Payout, event.payout_id)
    context = {
        "amount": facts.money(payout.amount), "destination": payout.destination, "reason": payout.reason,
        "bank_reference": payout.bank_reference, "reference": payout.reference,
    }  # fmt: skip
    kind = "payout_paid" if event.paid else "payout_rejected"
    await mails.tell(session, event.user_id, kind, f"payout:{payout.id}:{kind}", context)
