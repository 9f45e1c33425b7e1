"""What nobody comes back for."""

from datetime import timedelta

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import BookingDraft
from kit import clock

DRAFT_KEPT = timedelta(days=7)


async def forget_drafts(session: AsyncSession, limit: int = 500) -> int:
    """Delete up to ``limit`` drafts untouched for a week; returns how many. System scope."""
    old = (
        select(BookingDraft.id)
        .where(BookingDraft.updated_at < clock.now() - DRAFT_KEPT)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    gone = await session.scalars(
        delete(BookingDraft)
        .where(BookingDraft.id.in_(old.scalar_subquery()))
        .returning(BookingDraft.id)
        .execution_options(synchronize_session=False)
    )
    return len(gone.all())
