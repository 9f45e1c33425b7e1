"""Pictures that belong to an appointment."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking.models import Appointment, AppointmentPhoto
from domain.files.models import StoredFile
from kit import clock, ids
from kit.actor import Actor
from kit.errors import NotFound


async def attach(
    session: AsyncSession, actor: Actor, appointment: Appointment, file_ids: Sequence[UUID], *, stage: str
) -> None:
    """Add the caller's own uploads to the appointment; raises NotFound for anybody else's file."""
    for file_id in file_ids:
        stored = await session.get(StoredFile, file_id)
        if stored is None or stored.uploaded_by != actor.person:
            raise NotFound
        await session.execute(
            insert(AppointmentPhoto)
            .values(
                id=ids.new_id(), created_at=clock.now(), clinic_id=appointment.clinic_id,
                appointment_id=appointment.id, file_id=file_id, uploaded_by=actor.person, stage=stage,
            )
            .on_conflict_do_nothing()
        )  # fmt: skip


async def of(session: AsyncSession, appointment_id: UUID) -> Sequence[AppointmentPhoto]:
    """The pictures of an appointment that the session's scope may see, in the order they came."""
    rows = await session.scalars(
        select(AppointmentPhoto)
        .where(AppointmentPhoto.appointment_id == appointment_id)
        .order_by(AppointmentPhoto.created_at)
    )
    return rows.all()


async def is_readable(session: AsyncSession, actor: Actor, file_id: UUID) -> bool:
    """True if the caller uploaded the file, or it belongs to an appointment their scope may see."""
    stored = await session.get(StoredFile, file_id)
    if stored is None:
        return False
    if stored.uploaded_by == actor.user_id:
        return True
    linked = await session.scalar(select(AppointmentPhoto.id).where(AppointmentPhoto.file_id == file_id).limit(1))
    return linked is not None
