"""Visits, past and to come, by the very use cases that people's taps call, with the clock held where it was then.

So the demo's books balance, its timelines are whole, and a rating is the sum of reviews that were written.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cli.demo.people import Cast
from domain.booking import timeline
from domain.booking.events import AppointmentHeld
from domain.booking.models import Appointment, AppointmentStatus
from domain.consultations import presence, rooms
from domain.escrow import charges, confirmations
from domain.payments import attempts
from domain.payments.gateways.sandbox import SandboxGateway
from domain.practitioners.models import Practitioner, Service
from domain.records import notes
from domain.records.schemas import SaveNote
from domain.reviews import reviews
from domain.reviews.schemas import WriteReview
from kit import clock, events, ids, zones
from kit.actor import Actor, Role
from kit.db import Database, Scope, rescope

GATEWAY = "sandbox"
HOUR = timedelta(hours=1)
PAID_AHEAD = timedelta(hours=20)


@dataclass
class Stage:
    """Where a visit is played: the database, the provider, everybody, and what is already taken."""

    database: Database
    gateway: SandboxGateway
    cast: Cast
    site_url: str
    taken: Counter[tuple[str, str]]

    def pet_owner(self, handle: str) -> Actor:
        """Somebody as a pet owner."""
        user = self.cast.users[handle]
        return Actor(Role.PET_OWNER, user.id, name=user.name, locale=user.locale, time_zone=user.time_zone)

    def practitioner(self, handle: str) -> Actor:
        """Somebody as a vet."""
        user, vet = self.cast.users[handle], self.cast.vets[handle]
        return Actor(
            Role.PRACTITIONER, user.id, vet.clinic_id, vet.id, name=user.name, locale=user.locale,
            time_zone=user.time_zone,
        )  # fmt: skip

    def service(self, row: dict[str, Any]) -> Service:
        """The service of a visit's row."""
        position: int = row["service"]
        return self.cast.services[row["vet"]][position]

    def start_of(self, row: dict[str, Any]) -> datetime:
        """A time inside the vet's hours about ``days_ago``, another one for each visit of a day."""
        zone = next(c.time_zone for c in self.cast.clinics.values() if c.id == self.cast.vets[row["vet"]].clinic_id)
        day = zones.local_day(zone, clock.now()) - timedelta(days=row["days_ago"])
        windows = {w.weekday: w for w in reversed(self.cast.hours[row["vet"]])}
        while day.weekday() not in windows:
            day -= timedelta(days=1)
        window = windows[day.weekday()]
        place = (row["vet"], day.isoformat())
        self.taken[place] += 1
        return zones.instant(zone, day, window.opens_minute + 60 * self.taken[place])


async def hold(session: AsyncSession, stage: Stage, row: dict[str, Any], starts_at: datetime) -> Appointment:
    """Take a time without asking whether it is free: history may lie outside today's hours. System scope."""
    vet: Practitioner = stage.cast.vets[row["vet"]]
    service, pet_owner = stage.service(row), stage.cast.users[row["pet_owner"]]
    ends_at = starts_at + timedelta(minutes=service.duration_minutes)
    zone = next(c.time_zone for c in stage.cast.clinics.values() if c.id == vet.clinic_id)
    appointment = Appointment(
        reference=ids.reference(), clinic_id=vet.clinic_id, practitioner_id=vet.id, practitioner_user_id=vet.user_id,
        service_id=service.id, pet_id=stage.cast.pets[row["pet"]].id, pet_owner_id=pet_owner.id,
        status=AppointmentStatus.HELD, service_name=service.name, mode=service.mode, starts_at=starts_at,
        ends_at=ends_at, blocked_until=ends_at, time_zone=zone, price_minor=service.price_minor,
        currency=service.currency, reason=row["reason"], hold_expires_at=clock.now() + timedelta(minutes=15),
    )  # fmt: skip
    session.add(appointment)
    await session.flush()
    await timeline.note(session, appointment, stage.pet_owner(row["pet_owner"]), "held")
    await events.publish(session, AppointmentHeld(appointment.id))
    return appointment


async def pay(stage: Stage, row: dict[str, Any], appointment_id: UUID) -> None:
    """Through the provider's page, and by the provider's word."""
    actor = stage.pet_owner(row["pet_owner"])
    back = f"{stage.site_url}/appointments/{appointment_id}"
    attempt = await charges.charge(
        stage.database, {GATEWAY: stage.gateway}, actor, appointment_id, GATEWAY, back
    )
    payment_id = attempt.gateway_payment_id or ""
    await stage.gateway.decide(payment_id, "approve")
    snapshot = await stage.gateway.fetch(payment_id)
    async with stage.database.begin(Scope.system()) as session:
        await attempts.apply(session, GATEWAY, snapshot)


async def book(stage: Stage, row: dict[str, Any], starts_at: datetime, *, at: datetime) -> UUID:
    """Held and paid at ``at``."""
    with clock.at(at):
        async with stage.database.begin(Scope.system()) as session:
            appointment_id = (await hold(session, stage, row, starts_at)).id
        await pay(stage, row, appointment_id)
    return appointment_id


async def meet(stage: Stage, row: dict[str, Any], appointment_id: UUID, starts_at: datetime) -> None:
    """Both in the room, the record written and signed, the visit ended."""
    pet_owner, vet = stage.pet_owner(row["pet_owner"]), stage.practitioner(row["vet"])
    minutes = timedelta(minutes=stage.service(row).duration_minutes)
    async with stage.database.begin(Scope.system()) as session:
        consultation = await rooms.of_appointment(session, appointment_id)
        if consultation is None:
            raise LookupError("a booked video visit has a room")
        with clock.at(starts_at - timedelta(minutes=2)):
            await presence.joined(session, consultation.id, pet_owner.person, "pet_owner", device="demo")
        with clock.at(starts_at + timedelta(seconds=20)):
            await presence.joined(session, consultation.id, vet.person, "practitioner", device="demo")
            await rooms.admit(session, consultation.id, vet.person)
        with clock.at(starts_at + minutes - timedelta(minutes=1)):
            await rescope(session, Scope.clinic(vet.clinic, vet.person))
            note = await notes.save(session, vet, appointment_id, SaveNote(version=0, **row["record"]))
            await notes.sign(session, vet, appointment_id, note.version)
            await rescope(session, Scope.system())
            await rooms.finish(session, consultation.id, vet.person)


async def confirm(stage: Stage, actor: Actor, appointment_id: UUID, *, at: datetime) -> None:
    """One side's word."""
    scope = Scope.pet_owner(actor.person)
    if actor.role is Role.PRACTITIONER:
        scope = Scope.clinic(actor.clinic, actor.person)
    with clock.at(at):
        async with stage.database.begin(scope) as session:
            await confirmations.confirm(session, actor, appointment_id)


async def past_visit(stage: Stage, row: dict[str, Any]) -> None:
    """A whole consultation, from the hold to the review."""
    starts_at = stage.start_of(row)
    ended = starts_at + timedelta(minutes=stage.service(row).duration_minutes)
    appointment_id = await book(stage, row, starts_at, at=starts_at - PAID_AHEAD)
    await meet(stage, row, appointment_id, starts_at)
    await confirm(stage, stage.practitioner(row["vet"]), appointment_id, at=ended + HOUR)
    await confirm(stage, stage.pet_owner(row["pet_owner"]), appointment_id, at=ended + 3 * HOUR)
    if "review" not in row:
        return
    actor = stage.pet_owner(row["pet_owner"])
    with clock.at(ended + 26 * HOUR):
        async with stage.database.begin(Scope.pet_owner(actor.person)) as session:
            await reviews.write(
                session, actor, appointment_id,
                WriteReview(rating=row["review"]["rating"], body=row["review"]["text"]),
            )  # fmt: skip


async def live_appointment(stage: Stage, row: dict[str, Any]) -> None:
    """One that is under way as the demo begins: booked, or ended and waiting for the pet owner's word."""
    minute = 60 * row["starts_in_minutes"]
    starts_at = datetime.fromtimestamp(-(-int(clock.now().timestamp() + minute) // 300) * 300, tz=clock.now().tzinfo)
    appointment_id = await book(stage, row, starts_at, at=min(clock.now(), starts_at) - PAID_AHEAD)
    if row["state"] == "booked":
        return
    await meet(stage, row, appointment_id, starts_at)
    await confirm(stage, stage.practitioner(row["vet"]), appointment_id, at=starts_at + HOUR)
