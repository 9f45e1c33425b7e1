"""A vet's money line by line: what is held, what is on its way, what was released, and by which rate."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import Appointment
from domain.escrow.models import Escrow, EscrowState
from domain.subscriptions import plans
from kit import clock, money
from kit.actor import Actor
from kit.db import Scope, scoped
from kit.money import Money

Part = Literal["held", "releasable", "released"]
E = EscrowState
STATES: dict[Part, tuple[EscrowState, ...]] = {
    "held": (E.HELD, E.REVIEW), "releasable": (E.AWAITING_CONFIRMATION,), "released": (E.RELEASED,),
}  # fmt: skip
PAGE = 30


@dataclass(frozen=True, slots=True)
class Line:
    """One appointment. ``is_frozen`` is False while the rate is only what today's plan would give."""

    appointment: Appointment
    state: str
    gross: Money
    rate_bp: int
    commission: Money
    net: Money
    at: datetime | None
    is_frozen: bool


async def lines(session: AsyncSession, actor: Actor, part: Part, page: int = 1) -> tuple[Sequence[Line], int]:
    """The caller's lines of one part over every clinic, soonest (or latest released) first; and how many there are."""
    chosen = (Escrow.practitioner_user_id == actor.person, Escrow.state.in_(STATES[part]), Escrow.amount_minor > 0)
    order = Escrow.released_at.desc() if part == "released" else Escrow.due_at.asc().nulls_last()
    async with scoped(session, Scope.system()):
        plan = await plans.active_plan(session, actor.person, clock.now())
        total = await session.scalar(select(func.count()).select_from(Escrow).where(*chosen))
        rows = await session.execute(
            select(Escrow, Appointment)
            .join(Appointment, Appointment.id == Escrow.appointment_id)
            .where(*chosen)
            .order_by(order, Escrow.id)
            .limit(PAGE)
            .offset((page - 1) * PAGE)
        )
        found = [_line(escrow, appointment, plan.commission_bp) for escrow, appointment in rows]
    return found, int(total or 0)


def _line(escrow: Escrow, appointment: Appointment, plan_bp: int) -> Line:
    rate = escrow.commission_bp if escrow.commission_bp is not None else plan_bp
    fee = escrow.commission_minor
    if fee is None:
        fee = money.commission(escrow.amount_minor, rate)
    currency = escrow.currency
    return Line(
        appointment, escrow.state, escrow.amount, rate, Money(fee, currency),
        Money(escrow.amount_minor - fee, currency), escrow.released_at or escrow.due_at,
        is_frozen=escrow.commission_bp is not None,
    )  # fmt: skip


async def next_release(session: AsyncSession, actor: Actor) -> datetime | None:
    """When the first of what is on its way is released at the latest, if nobody objects; None when nothing is."""
    async with scoped(session, Scope.system()):
        found: datetime | None = await session.scalar(
            select(func.min(Escrow.due_at)).where(
                Escrow.practitioner_user_id == actor.person, Escrow.state == E.AWAITING_CONFIRMATION
            )
        )
    return found
