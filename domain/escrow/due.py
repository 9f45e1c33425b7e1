"""The timer of the hold: what is due is claimed row by row, each in a transaction of its own."""

from uuid import UUID

from sqlalchemy import ColumnElement, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import Appointment
from domain.escrow import confirmations
from domain.escrow.models import Escrow, EscrowState
from kit import clock
from kit.db import Database, Scope


async def release_due(db: Database, limit: int = 50) -> int:
    """Answer the silence of up to ``limit`` holds; returns how many this caller answered.

    Any number of schedulers may do this at once: each hold is answered by one of them, the others pass it by. A hold
    that fails does not keep the others waiting; the failures are raised together at the end.
    """
    async with db.begin(Scope.system()) as session:
        candidates = list(
            await session.scalars(select(Escrow.id).where(*_is_due()).order_by(Escrow.due_at).limit(limit))
        )
    answered, failures = 0, []
    for escrow_id in candidates:
        try:
            async with db.begin(Scope.system()) as session:
                answered += await _answer(session, escrow_id)
        except Exception as failure:  # noqa: BLE001 - one bad row must not stop the others; all are raised below
            failures.append(failure)
    if failures:
        raise ExceptionGroup("holds that could not be answered", failures)
    return answered


def _is_due() -> tuple[ColumnElement[bool], ...]:
    return (Escrow.state == EscrowState.AWAITING_CONFIRMATION, Escrow.due_at <= clock.now())


async def _answer(session: AsyncSession, escrow_id: UUID) -> int:
    row = (
        await session.execute(
            select(Escrow, Appointment)
            .join(Appointment, Appointment.id == Escrow.appointment_id)
            .where(Escrow.id == escrow_id, *_is_due())
            .with_for_update(skip_locked=True, key_share=True)
        )
    ).one_or_none()
    if row is None:
        return 0
    await confirmations.confirm_by_silence(session, row[1], row[0])
    return 1
