"""The clinic's charts: find one, read it, note what changes how the animal is handled."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated
from uuid import UUID

from pydantic import StringConstraints
from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.schemas import Input
from domain.audit import trail
from domain.patients.models import Client, Patient, Pet
from kit.actor import Actor
from kit.errors import NotFound

PAGE = 30


class EditAlerts(Input):
    """What everybody who handles the animal must know first; empty for nothing."""

    alerts: Annotated[str, StringConstraints(strip_whitespace=True, max_length=300)] = ""


@dataclass(frozen=True, slots=True)
class Chart:
    """One animal in this clinic, with its person as the clinic records them."""

    patient: Patient
    pet: Pet
    client: Client


async def search(session: AsyncSession, actor: Actor, text: str, page: int = 1) -> tuple[Sequence[Chart], int]:
    """Charts by the animal's name, the person's name or the chart's number; newest first. And how many there are."""
    query = _charts(actor)
    for word in text.split()[:6]:
        like = f"%{word.replace('%', '').replace('_', '')}%"
        found: list[ColumnElement[bool]] = [Pet.name.ilike(like), Client.name.ilike(like)]
        if word.lstrip("#").isdecimal() and len(word) < 9:
            found.append(Patient.number == int(word.lstrip("#")))
        query = query.where(or_(*found))
    total = await session.scalar(select(func.count()).select_from(query.with_only_columns(Patient.id).subquery()))
    rows = await session.execute(query.order_by(Patient.number.desc()).limit(PAGE).offset((page - 1) * PAGE))
    return [Chart(*row) for row in rows], int(total or 0)


async def chart(session: AsyncSession, actor: Actor, patient_id: UUID) -> Chart:
    """One chart of the caller's clinic; another clinic's is NotFound."""
    row = (await session.execute(_charts(actor).where(Patient.id == patient_id))).one_or_none()
    if row is None:
        raise NotFound
    return Chart(*row)


async def set_alerts(session: AsyncSession, actor: Actor, patient_id: UUID, data: EditAlerts) -> Patient:
    """Replace the alerts of a chart; raises NotFound."""
    patient = (await chart(session, actor, patient_id)).patient
    patient.alerts = data.alerts
    await session.flush()
    await trail.record(
        session, actor, "patient.alerts_changed", ("patient", patient.id), clinic_id=patient.clinic_id
    )
    return patient


def _charts(actor: Actor) -> Select[Patient, Pet, Client]:
    return (
        select(Patient, Pet, Client)
        .join(Pet, Pet.id == Patient.pet_id)
        .join(Client, Client.id == Patient.client_id)
        .where(Patient.clinic_id == actor.clinic)
    )
