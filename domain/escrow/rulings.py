"""An admin decides what the facts do not: release a hold, return it, or try a failed refund again. Always audited."""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit import trail
from domain.booking import appointments
from domain.booking.models import Appointment, AppointmentStatus
from domain.escrow import holds, queries, releases
from domain.escrow.models import ALLOWED, Escrow, EscrowState, move
from domain.payments import refunds
from domain.payments.models import Refund
from domain.subscriptions import plans
from kit import money
from kit.actor import Actor, Role
from kit.errors import Forbidden, InvalidTransition, NotFound, field_error
from kit.i18n import N_
from kit.money import Money


@dataclass(frozen=True, slots=True)
class Preview:
    """What each decision would do, before it is made: who gets what."""

    gross: Money
    commission: Money
    net: Money
    rate_bp: int


async def preview(session: AsyncSession, appointment_id: UUID) -> Preview:
    """The amounts a ruling would move, by the frozen rate, or else that of the plan at the start. Platform scope."""
    appointment = await session.get(Appointment, appointment_id)
    escrow = await queries.of_appointment(session, appointment_id)
    if appointment is None or escrow is None:
        raise NotFound
    rate = escrow.commission_bp
    if rate is None:
        plan = await plans.active_plan(session, escrow.practitioner_user_id, appointment.starts_at)
        rate = plan.commission_bp
    fee = Money(money.commission(escrow.amount_minor, rate), escrow.currency)
    return Preview(escrow.amount, fee, escrow.amount - fee, rate)


DECIDABLE = frozenset({EscrowState.REVIEW, EscrowState.AWAITING_CONFIRMATION})


async def release(session: AsyncSession, actor: Actor, appointment_id: UUID, reason: str) -> Escrow:
    """Give what waits for a confirmation, or is under review, to the vet.

    Raises Forbidden for anybody but an admin who is not a party, InvalidRequest without a reason, InvalidTransition
    for a hold that is not to be decided.
    """
    _, escrow = await _open(session, actor, appointment_id, reason, DECIDABLE, to=EscrowState.RELEASED)
    await trail.record(
        session, actor, "escrow.ruled_release", ("escrow", escrow.id), clinic_id=escrow.clinic_id, reason=reason
    )
    await releases.release(session, escrow, by_silence=False)
    return escrow


async def refund(session: AsyncSession, actor: Actor, appointment_id: UUID, reason: str) -> Escrow:
    """Return it to the pet owner in full; the visit is closed. Raises as ``release``."""
    appointment, escrow = await _open(session, actor, appointment_id, reason, DECIDABLE, to=EscrowState.REFUNDING)
    await trail.record(
        session, actor, "escrow.ruled_refund", ("escrow", escrow.id), clinic_id=escrow.clinic_id, reason=reason
    )
    await holds.give_back(session, escrow, "ruled")
    if appointment.status == AppointmentStatus.AWAITING_CONFIRMATION:
        await appointments.complete(session, appointment.id)
    return escrow


async def retry_refund(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Escrow:
    """Ask the provider once more after it refused a refund. Raises as ``release``, and NotFound."""
    failed_only = frozenset({EscrowState.REFUND_FAILED})
    _, escrow = await _open(session, actor, appointment_id, "retry", failed_only, to=EscrowState.REFUNDING)
    failed = await session.scalar(
        select(Refund.id)
        .where(Refund.attempt_id == escrow.attempt_id, Refund.state == "failed")
        .order_by(Refund.created_at.desc())
        .limit(1)
    )
    if failed is None:
        raise NotFound
    move(escrow, EscrowState.REFUNDING)
    await refunds.retry(session, failed)
    await trail.record(session, actor, "escrow.refund_retried", ("escrow", escrow.id), clinic_id=escrow.clinic_id)
    return escrow


async def _open(
    session: AsyncSession,
    actor: Actor,
    appointment_id: UUID,
    reason: str,
    states: AbstractSet[EscrowState],
    to: EscrowState,
) -> tuple[Appointment, Escrow]:
    if actor.role != Role.ADMIN:
        raise Forbidden
    if not reason.strip():
        raise field_error("reason", "required", N_("Write down the reason"))
    appointment, escrow = await queries.locked(session, appointment_id)
    if actor.person in {escrow.pet_owner_id, escrow.practitioner_user_id}:
        raise Forbidden
    if escrow.state not in states:
        raise InvalidTransition(current=escrow.state, wanted=to, allowed=sorted(ALLOWED[EscrowState(escrow.state)]))
    return appointment, escrow
