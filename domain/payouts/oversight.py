"""What an admin sees of appointments and money: queues, search, and the technical facts of one. No medical content."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from domain.accounts.models import User
from domain.booking.models import Appointment
from domain.clinics.models import Clinic
from domain.consultations import presence, rooms
from domain.consultations.models import Consultation, Presence
from domain.escrow.models import Escrow, EscrowState
from domain.payments import ledger
from domain.payments.ledger import LedgerLine
from domain.payments.models import GatewayEvent, PaymentAttempt, Refund
from domain.payouts.models import Payout, PayoutState
from domain.practitioners.models import Practitioner, PractitionerState
from kit.errors import NotFound
from kit.money import Money

PAGE = 30
PetOwner, Vet = aliased(User), aliased(User)


@dataclass(frozen=True, slots=True)
class Queues:
    """How much waits for a decision."""

    vets: int
    payouts: int
    reviews: int
    failed_refunds: int


@dataclass(frozen=True, slots=True)
class Found:
    """One appointment in a list; ``money_state`` is the hold's, or empty."""

    id: UUID
    reference: str
    status: str
    starts_at: datetime
    time_zone: str
    price: Money
    pet_owner_name: str
    vet_name: str
    clinic_name: str
    money_state: str


@dataclass(frozen=True, slots=True)
class Facts:
    """One appointment with everything that decides, and nothing about the animal's health."""

    appointment: Appointment
    pet_owner_name: str
    pet_owner_email: str
    vet_name: str
    vet_email: str
    clinic_name: str
    escrow: Escrow | None
    consultation: Consultation | None
    stays: Sequence[Presence]
    together_seconds: int
    lines: Sequence[LedgerLine]
    attempts: Sequence[PaymentAttempt]
    events: Sequence[GatewayEvent]
    refunds: Sequence[Refund]

    @property
    def sums(self) -> dict[str, int]:
        """The ledger lines added up per currency; each must be 0."""
        total: dict[str, int] = {}
        for line in self.lines:
            total[line.currency] = total.get(line.currency, 0) + line.amount_minor
        return total


async def queues(session: AsyncSession) -> Queues:
    """Count what waits. Platform scope."""

    async def count(model: type[Practitioner | Payout | Escrow], condition: ColumnElement[bool]) -> int:
        return int(await session.scalar(select(func.count()).select_from(model).where(condition)) or 0)

    return Queues(
        vets=await count(Practitioner, Practitioner.state == PractitionerState.PENDING),
        payouts=await count(Payout, Payout.state == PayoutState.REQUESTED),
        reviews=await count(Escrow, Escrow.state == EscrowState.REVIEW),
        failed_refunds=await count(Escrow, Escrow.state == EscrowState.REFUND_FAILED),
    )


async def search(
    session: AsyncSession, *, text: str = "", status: str = "", money_state: str = "", page: int = 1
) -> tuple[Sequence[Found], int]:
    """Appointments by reference, or a person's name or e-mail; latest first, and how many. Platform scope."""
    query = (
        select(Appointment, PetOwner.name, func.ltrim(Practitioner.title + " " + Practitioner.name), Clinic.name,
               Escrow.state)
        .join(PetOwner, PetOwner.id == Appointment.pet_owner_id)
        .join(Vet, Vet.id == Appointment.practitioner_user_id)
        .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
        .join(Clinic, Clinic.id == Appointment.clinic_id)
        .outerjoin(Escrow, Escrow.appointment_id == Appointment.id)
    )  # fmt: skip
    for word in text.split()[:6]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        columns = (Appointment.reference, PetOwner.name, PetOwner.email, Vet.email, Practitioner.name, Clinic.name)
        query = query.where(or_(*(column.ilike(like) for column in columns)))
    if status:
        query = query.where(Appointment.status == status)
    if money_state:
        query = query.where(Escrow.state == money_state)
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Appointment.id).subquery()))
    rows = await session.execute(
        query.order_by(Appointment.starts_at.desc(), Appointment.id).limit(PAGE).offset((page - 1) * PAGE)
    )
    found = [
        Found(a.id, a.reference, a.status, a.starts_at, a.time_zone, a.price, owner, vet, clinic, state or "")
        for a, owner, vet, clinic, state in rows
    ]
    return found, int(total or 0)


async def facts(session: AsyncSession, appointment_id: UUID) -> Facts:
    """Everything technical about one appointment; raises NotFound. Platform scope."""
    row = (
        await session.execute(
            select(Appointment, PetOwner, Practitioner, Vet.email, Clinic.name)
            .join(PetOwner, PetOwner.id == Appointment.pet_owner_id)
            .join(Vet, Vet.id == Appointment.practitioner_user_id)
            .join(Practitioner, Practitioner.id == Appointment.practitioner_id)
            .join(Clinic, Clinic.id == Appointment.clinic_id)
            .where(Appointment.id == appointment_id)
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    appointment, owner, vet, vet_email, clinic_name = row
    consultation = await rooms.of_appointment(session, appointment_id)
    attempts = (
        await session.scalars(
            select(PaymentAttempt)
            .where(PaymentAttempt.appointment_id == appointment_id)
            .order_by(PaymentAttempt.created_at)
        )
    ).all()
    return Facts(
        appointment, owner.name, owner.email, vet.full_name, vet_email, clinic_name,
        await session.scalar(select(Escrow).where(Escrow.appointment_id == appointment_id)),
        consultation,
        await presence.stays(session, consultation.id) if consultation else (),
        await presence.overlap_seconds(session, consultation.id) if consultation else 0,
        await ledger.lines_for(session, "appointment", appointment_id),
        attempts, await _events(session, attempts), await _refunds(session, attempts),
    )  # fmt: skip


async def _events(session: AsyncSession, attempts: Sequence[PaymentAttempt]) -> Sequence[GatewayEvent]:
    known = [attempt.gateway_payment_id for attempt in attempts if attempt.gateway_payment_id]
    rows = await session.scalars(
        select(GatewayEvent).where(GatewayEvent.gateway_payment_id.in_(known)).order_by(GatewayEvent.created_at)
    )
    return rows.all()


async def _refunds(session: AsyncSession, attempts: Sequence[PaymentAttempt]) -> Sequence[Refund]:
    rows = await session.scalars(
        select(Refund).where(Refund.attempt_id.in_([attempt.id for attempt in attempts])).order_by(Refund.created_at)
    )
    return rows.all()


@dataclass(frozen=True, slots=True)
class Withdrawal:
    """One withdrawal with who asks for it and who decided."""

    payout: Payout
    vet_name: str
    clinic_name: str
    decided_by: str


async def withdrawals(session: AsyncSession, state: str, limit: int = 100) -> Sequence[Withdrawal]:
    """Withdrawals in this state: what waits oldest first, what is decided latest first. Platform scope."""
    decider = aliased(User)
    order = Payout.created_at.asc() if state == PayoutState.REQUESTED else Payout.decided_at.desc()
    rows = await session.execute(
        select(Payout, Vet.name, Clinic.name, func.coalesce(decider.name, ""))
        .join(Vet, Vet.id == Payout.user_id)
        .join(Clinic, Clinic.id == Payout.clinic_id)
        .outerjoin(decider, decider.id == Payout.decided_by)
        .where(Payout.state == state)
        .order_by(order)
        .limit(limit)
    )
    return [Withdrawal(*row) for row in rows]
