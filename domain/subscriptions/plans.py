"""Which plan a vet is on at an instant, and moving between plans."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.subscriptions.models import VetPlan, VetSubscription
from kit import clock
from kit.errors import NotFound

FREE = "free"


async def active_plan(session: AsyncSession, user_id: UUID, at: datetime) -> VetPlan:
    """The plan of the subscription that covers ``at``; Free for a vet without one."""
    plan = await session.scalar(
        select(VetPlan)
        .join(VetSubscription, VetSubscription.plan_code == VetPlan.code)
        .where(
            VetSubscription.user_id == user_id,
            VetSubscription.starts_at <= at,
            or_(VetSubscription.ends_at.is_(None), VetSubscription.ends_at > at),
        )
        .order_by(VetSubscription.starts_at.desc())
        .limit(1)
    )
    return plan if plan is not None else await session.get_one(VetPlan, FREE)


async def switch(session: AsyncSession, user_id: UUID, plan_code: str) -> VetSubscription:
    """Be on ``plan_code`` from now on; consultations that have started keep their rate. Raises NotFound."""
    if await session.get(VetPlan, plan_code) is None:
        raise NotFound
    current = await session.scalar(
        select(VetSubscription)
        .where(VetSubscription.user_id == user_id, VetSubscription.ends_at.is_(None))
        .with_for_update()
    )
    if current is not None and current.plan_code == plan_code:
        return current
    now = clock.now()
    if current is not None:
        current.ends_at = max(now, current.starts_at)
        await session.flush()
    following = VetSubscription(user_id=user_id, plan_code=plan_code, starts_at=now)
    session.add(following)
    await session.flush()
    return following


async def offered(session: AsyncSession) -> Sequence[VetPlan]:
    """Every plan, in the order in which they are shown."""
    return (await session.scalars(select(VetPlan).order_by(VetPlan.position, VetPlan.commission_bp.desc()))).all()
