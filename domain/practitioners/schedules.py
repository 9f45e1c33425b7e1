"""A vet's own hours, days off and services; every change is seen by search and slots at once."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.catalog.models import Specialty
from domain.clinics.models import Clinic
from domain.practitioners.events import PractitionerChanged
from domain.practitioners.models import Licence, Practitioner, ScheduleException, Service, WorkingHours
from domain.practitioners.schemas import AddException, EditProfile, EditService, SetHours
from kit import clock, events
from kit.actor import Actor
from kit.errors import NotFound, field_error
from kit.i18n import N_


async def mine(session: AsyncSession, actor: Actor) -> Practitioner:
    """The caller's own practitioner row; raises NotFound for a member who is no vet."""
    row = (
        await session.scalars(
            select(Practitioner).where(
                Practitioner.clinic_id == actor.clinic_id, Practitioner.user_id == actor.user_id
            )
        )
    ).one_or_none()
    if row is None:
        raise NotFound
    return row


async def hours(session: AsyncSession, vet: Practitioner) -> Sequence[WorkingHours]:
    """The week, in order."""
    rows = await session.scalars(
        select(WorkingHours)
        .where(WorkingHours.clinic_id == vet.clinic_id, WorkingHours.practitioner_id == vet.id)
        .order_by(WorkingHours.weekday, WorkingHours.opens_minute)
    )
    return rows.all()


async def set_hours(session: AsyncSession, actor: Actor, data: SetHours) -> Practitioner:
    """Replace the week. Appointments already made stay."""
    vet = await mine(session, actor)
    await session.execute(
        delete(WorkingHours).where(WorkingHours.clinic_id == vet.clinic_id, WorkingHours.practitioner_id == vet.id)
    )
    session.add_all(
        WorkingHours(clinic_id=vet.clinic_id, practitioner_id=vet.id, **window.model_dump()) for window in data.windows
    )
    vet.min_notice_minutes, vet.buffer_minutes = data.min_notice_minutes, data.buffer_minutes
    return await _changed(session, vet)


async def exceptions(session: AsyncSession, vet: Practitioner) -> Sequence[ScheduleException]:
    """Days that differ, from yesterday on."""
    rows = await session.scalars(
        select(ScheduleException)
        .where(
            ScheduleException.clinic_id == vet.clinic_id, ScheduleException.practitioner_id == vet.id,
            ScheduleException.day >= clock.now().date(),
        )
        .order_by(ScheduleException.day, ScheduleException.opens_minute)
    )  # fmt: skip
    return rows.all()


async def add_exception(session: AsyncSession, actor: Actor, data: AddException) -> ScheduleException:
    """A day off or an extra opening; slots change at once."""
    vet = await mine(session, actor)
    exception = ScheduleException(clinic_id=vet.clinic_id, practitioner_id=vet.id, **data.model_dump())
    session.add(exception)
    await _changed(session, vet)
    return exception


async def remove_exception(session: AsyncSession, actor: Actor, exception_id: UUID) -> None:
    """Back to the week; raises NotFound."""
    vet = await mine(session, actor)
    found = await session.get(ScheduleException, exception_id)
    if found is None or found.practitioner_id != vet.id:
        raise NotFound
    await session.delete(found)
    await _changed(session, vet)


async def services(session: AsyncSession, vet: Practitioner) -> Sequence[Service]:
    """What can be booked now, in the vet's order."""
    rows = await session.scalars(
        select(Service)
        .where(
            Service.clinic_id == vet.clinic_id, Service.practitioner_id == vet.id, Service.deleted_at.is_(None)
        )
        .order_by(Service.position, Service.created_at)
    )  # fmt: skip
    return rows.all()


async def licences(session: AsyncSession, vet: Practitioner) -> Sequence[Licence]:
    """Where the vet may practise, as an admin checked it."""
    rows = await session.scalars(
        select(Licence)
        .where(Licence.clinic_id == vet.clinic_id, Licence.practitioner_id == vet.id)
        .order_by(Licence.country, Licence.number)
    )
    return rows.all()


async def save_service(session: AsyncSession, actor: Actor, service_id: UUID | None, data: EditService) -> Service:
    """Add a service, or replace one; what was booked keeps its name, length and price."""
    vet = await mine(session, actor)
    if await session.get(Specialty, data.specialty) is None:
        raise field_error("specialty", "unknown", N_("Choose a field from the list"))
    clinic = await session.get_one(Clinic, vet.clinic_id)
    if service_id is None:
        service = Service(clinic_id=vet.clinic_id, practitioner_id=vet.id, position=len(await services(session, vet)))
        session.add(service)
    else:
        found = await session.get(Service, service_id)
        if found is None or found.practitioner_id != vet.id or found.deleted_at is not None:
            raise NotFound
        service = found
    for name, value in data.model_dump().items():
        setattr(service, name, value)
    service.currency = clinic.currency
    await _changed(session, vet)
    return service


async def remove_service(session: AsyncSession, actor: Actor, service_id: UUID) -> None:
    """No longer on offer; booked appointments stay."""
    vet = await mine(session, actor)
    found = await session.get(Service, service_id)
    if found is None or found.practitioner_id != vet.id or found.deleted_at is not None:
        raise NotFound
    found.deleted_at = clock.now()
    await _changed(session, vet)


async def edit_profile(session: AsyncSession, actor: Actor, data: EditProfile) -> Practitioner:
    """The words of the public page."""
    vet = await mine(session, actor)
    vet.headline, vet.bio = data.headline, data.bio
    return await _changed(session, vet)


async def _changed(session: AsyncSession, vet: Practitioner) -> Practitioner:
    await session.flush()
    await events.publish(session, PractitionerChanged(vet.id))
    return vet
