"""After the visit both sides confirm, once each; then the money is released. Silence has a written answer.

Whoever has said nothing by ``due_at`` counts as having confirmed if the room's own facts say that the visit took
place; otherwise an admin looks. Either way it is audited and both are told.
"""

from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.audit import trail
from domain.booking.errors import HoldExpired
from domain.booking.models import Appointment
from domain.consultations.events import ConsultationEnded
from domain.escrow import evidence, policy, queries, releases
from domain.escrow.errors import ConsultationNotEnded, PaymentReturned, UnderReview
from domain.escrow.events import HoldNeedsReview
from domain.escrow.models import Escrow, EscrowState, move
from kit import clock, events, realtime
from kit.actor import Actor, Role
from kit.db import Scope, scoped
from kit.errors import Conflict, NotFound

RULE = Actor.system("confirmation rule")
NOT_NOW: dict[EscrowState, type[Conflict]] = {
    EscrowState.AWAITING_PAYMENT: ConsultationNotEnded,
    EscrowState.HELD: ConsultationNotEnded,
    EscrowState.REVIEW: UnderReview,
    EscrowState.EXPIRED: HoldExpired,
    EscrowState.REFUNDING: PaymentReturned,
    EscrowState.REFUND_FAILED: PaymentReturned,
    EscrowState.REFUNDED: PaymentReturned,
}


async def open_window(session: AsyncSession, event: ConsultationEnded) -> None:
    """The visit is over: both may confirm, until ``due_at``."""
    _, escrow = await queries.locked(session, event.appointment_id)
    if escrow.state == EscrowState.HELD:
        move(escrow, EscrowState.AWAITING_CONFIRMATION)
        escrow.due_at = clock.now() + policy.current().window
        await session.flush()


async def confirm(session: AsyncSession, actor: Actor, appointment_id: UUID) -> Escrow:
    """Say that the visit took place as agreed; the second side's word releases the money.

    Pressing again changes nothing. Raises NotFound for anybody else, ConsultationNotEnded (409) before the end,
    UnderReview, PaymentReturned and HoldExpired (409) when it is no longer theirs to decide.
    """
    _, escrow = await queries.locked(session, appointment_id)
    side = _side(actor, escrow)
    if escrow.state == EscrowState.RELEASED or getattr(escrow, side) is not None:
        return escrow
    refusal = NOT_NOW.get(EscrowState(escrow.state))
    if refusal is not None:
        raise refusal
    setattr(escrow, side, clock.now())
    news = {"appointment_id": str(escrow.appointment_id), "what": "confirmed"}
    for person in (escrow.pet_owner_id, escrow.practitioner_user_id):
        realtime.emit(session, f"user:{person}", "appointment.updated", news)
    await trail.record(session, actor, "escrow.confirmed", ("escrow", escrow.id), clinic_id=escrow.clinic_id)
    if escrow.pet_owner_confirmed_at and escrow.practitioner_confirmed_at:
        async with scoped(session, Scope.system()):
            await releases.release(session, escrow, by_silence=False)
    return escrow


def _side(actor: Actor, escrow: Escrow) -> str:
    if actor.role == Role.PET_OWNER and actor.person == escrow.pet_owner_id:
        return "pet_owner_confirmed_at"
    if actor.role in {Role.PRACTITIONER, Role.CLINIC_OWNER} and actor.person == escrow.practitioner_user_id:
        return "practitioner_confirmed_at"
    raise NotFound


async def confirm_by_silence(session: AsyncSession, appointment: Appointment, escrow: Escrow) -> None:
    """The window is over: release on the facts, or hand over to an admin. Both rows must be locked."""
    facts = await evidence.gather(session, escrow.appointment_id)
    silent = [
        name
        for name, at in (
            ("pet_owner", escrow.pet_owner_confirmed_at),
            ("practitioner", escrow.practitioner_confirmed_at),
        )
        if at is None
    ]
    released = facts.speaks_for_release(appointment.status)
    await trail.record(
        session, RULE, "escrow.confirmed_by_silence" if released else "escrow.sent_to_review", ("escrow", escrow.id),
        clinic_id=escrow.clinic_id, silent=silent, together_seconds=facts.together_seconds,
        practitioner_seconds=facts.practitioner_seconds,
    )  # fmt: skip
    if released:
        await releases.release(session, escrow, by_silence=True)
        return
    move(escrow, EscrowState.REVIEW)
    escrow.due_at = None
    await session.flush()
    await events.publish(session, HoldNeedsReview(escrow.id, escrow.appointment_id))
