"""Admins decide who may be found: licence checked, decision with a reason, audited."""

from collections.abc import Sequence
from typing import Annotated, Literal
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.schemas import Input
from domain.audit import trail
from domain.clinics.models import Clinic
from domain.practitioners.events import PractitionerChanged, PractitionerDecided
from domain.practitioners.models import Licence, Practitioner, PractitionerState
from kit import clock, events
from kit.actor import Actor
from kit.errors import InvalidTransition, NotFound, field_error
from kit.i18n import N_

P = PractitionerState
ALLOWED = {
    P.PENDING: frozenset({P.APPROVED, P.REJECTED}),
    P.APPROVED: frozenset({P.SUSPENDED}),
    P.SUSPENDED: frozenset({P.APPROVED}),
    P.REJECTED: frozenset({P.APPROVED}),
}


class DecideVet(Input):
    """Approve, reject or suspend; anything but approval needs a reason."""

    state: Literal["approved", "rejected", "suspended"]
    reason: Annotated[str, StringConstraints(strip_whitespace=True, max_length=500)] = ""


async def queue(session: AsyncSession, state: str = P.PENDING) -> Sequence[tuple[Practitioner, Clinic, list[Licence]]]:
    """Vets in this state with their clinic and licences, longest waiting first. Platform scope."""
    rows = await session.execute(
        select(Practitioner, Clinic)
        .join(Clinic, Clinic.id == Practitioner.clinic_id)
        .where(Practitioner.state == state)
        .order_by(Practitioner.created_at)
        .limit(100)
    )
    found = [(row[0], row[1]) for row in rows]
    licences: dict[UUID, list[Licence]] = {}
    for licence in await session.scalars(
        select(Licence).where(Licence.practitioner_id.in_([vet.id for vet, _ in found]))
    ):
        licences.setdefault(licence.practitioner_id, []).append(licence)
    return [(vet, clinic, licences.get(vet.id, [])) for vet, clinic in found]


async def decide(session: AsyncSession, actor: Actor, practitioner_id: UUID, data: DecideVet) -> Practitioner:
    """Record the decision; an approved vet is found from now on, any other not. Platform scope."""
    vet = (
        await session.scalars(select(Practitioner).where(Practitioner.id == practitioner_id).with_for_update())
    ).one_or_none()
    if vet is None:
        raise NotFound
    to = P(data.state)
    if to not in ALLOWED[P(vet.state)]:
        raise InvalidTransition(current=vet.state, allowed=sorted(ALLOWED[P(vet.state)]))
    if to is not P.APPROVED and not data.reason:
        raise field_error("reason", "missing", N_("Write the reason; the vet will read it"))
    before, vet.state = vet.state, to
    vet.decided_at, vet.decided_by, vet.decision_reason = clock.now(), actor.user_id, data.reason
    await session.flush()
    await trail.record(
        session, actor, f"practitioner.{to}", ("practitioner", vet.id), clinic_id=vet.clinic_id, before=before,
        reason=data.reason,
    )  # fmt: skip
    await events.publish(session, PractitionerChanged(vet.id))
    await events.publish(session, PractitionerDecided(vet.id, vet.user_id, to, data.reason))
    return vet
