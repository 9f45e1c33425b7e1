"""The platform's part is that of the plan on which the vet was when the consultation began; frozen then, for good."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from domain.consultations.events import ConsultationStarted
from domain.escrow import queries
from domain.escrow.models import Escrow
from domain.subscriptions import plans
from kit import clock


async def freeze(session: AsyncSession, event: ConsultationStarted) -> None:
    """Both are in: the rate of this instant counts, whatever happens to the plan later."""
    _, escrow = await queries.locked(session, event.appointment_id)
    await freeze_at(session, escrow, clock.now())


async def freeze_at(session: AsyncSession, escrow: Escrow, at: datetime) -> None:
    """Snapshot plan and rate as of ``at``, once; the database refuses a second value."""
    if escrow.commission_bp is not None:
        return
    plan = await plans.active_plan(session, escrow.practitioner_user_id, at)
    escrow.plan_code, escrow.commission_bp, escrow.frozen_at = plan.code, plan.commission_bp, at
    await session.flush()
