"""The vets of /try: always open, never listed, played by the media process. They exist only in demo data."""

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.consultations.events import ConsultationEnded
from domain.consultations.models import Consultation
from domain.escrow import confirmations
from domain.practitioners.models import Practitioner, Service
from kit.actor import Actor, Role

HANDLES = "lazo-demo"


async def all_with_service(session: AsyncSession) -> Sequence[tuple[Practitioner, Service]]:
    """Every demo vet with what they offer, in a steady order; empty where no demo data is loaded."""
    rows = await session.execute(
        select(Practitioner, Service)
        .join(User, User.id == Practitioner.user_id)
        .join(Service, (Service.clinic_id == Practitioner.clinic_id) & (Service.practitioner_id == Practitioner.id))
        .where(User.handle.startswith(HANDLES), Service.deleted_at.is_(None))
        .order_by(User.handle, Service.position)
    )
    return [(row[0], row[1]) for row in rows]


async def confirm(session: AsyncSession, event: ConsultationEnded) -> None:
    """A demo vet has nobody to press the button: they confirm as soon as the visit has ended."""
    visit = await session.get_one(Consultation, event.consultation_id)
    person = await session.get_one(User, visit.practitioner_user_id)
    if person.handle is None or not person.handle.startswith(HANDLES):
        return
    actor = Actor(Role.PRACTITIONER, person.id, visit.clinic_id, name=person.name)
    await confirmations.confirm(session, actor, event.appointment_id)
