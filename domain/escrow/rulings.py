"""An admin decides what the facts do not: release a hold, return it, or try a failed refund again. Always audited."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit import trail
from domain.booking.models import Appointment
from domain.escrow import holds, queries, releases
from domain.escrow.models import Escrow, EscrowState, move
from domain.payments import refunds
from domain.payments.models import Refund
from domain.subscriptions import plans
from kit import money
from kit.actor import Actor, Role
from kit.errors import Forbidden, NotFound, field_error
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


async def release(session: AsyncSession, actor: Actor, appointment_id: UUID, reason: str) -> Escrow:
    """Give a hold under review to the vet. Raises Forbidden, InvalidTransition, InvalidRequest without a reason."""
    escrow = await _open(session, actor, appointment_id, reason)
    await trail.record(
        session, actor, "escrow.ruled_release", ("escrow", escrow.id), clinic_id=escrow.clinic_id, reason=reason
    )
    await releases.release(session, escrow, by_silence=False)
    return escrow


async def refund(session: AsyncSession, actor: Actor, appointment_id: UUID, reason: str) -> Escrow:
    """Return a hold to the pet owner in full. Raises as ``release``."""
    escrow = await _open(session, actor, appointment_id, reason)
    await trail.record(
        session, actor, "escrow.ruled_refund", ("escrow", escrow.id), clinic_id=escrow.clinic_id, reason=reason
    )
    await holds.give_back(session, escrow, "ruled")
    return escrow


async def retry_refund(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Escrow:
    """Ask the provider once more after it refused a refund. Raises Forbidden, InvalidTransition."""
    escrow = await _open(session, actor, appointment_id, "retry")
    move(escrow, EscrowState.REFUNDING)
    failed = await session.scalar(
        select(Refund.id).where(Refund.attempt_id == escrow.attempt_id, Refund.state == "failed")
        .order_by(Refund.created_at.desc()).limit(1)
    )  # fmt: skip
    if failed is None:
        raise NotFound
    await refunds.retry(session, failed)
    await trail.record(session, actor, "escrow.refund_retried", ("escrow", escrow.id), clinic_id=escrow.clinic_id)
    return escrow


async def _open(session: AsyncSession, actor: Actor, appointment_id: UUID, reason: str) -> Escrow:
    if actor.role != Role.ADMIN:
        raise Forbidden
    if not reason.strip():
        raise field_error("reason", "required", N_("Write down the reason"))
    _, escrow = await queries.locked(session, appointment_id)
    if actor.person in {escrow.pet_owner_id, escrow.practitioner_user_id}:
        raise Forbidden
    return escrow
