"""Appointments in the town at any point of their story, reached by the use cases that people's taps call."""

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from domain.booking import availability, holds
from domain.booking.models import Appointment
from domain.booking.schemas import BookAppointment
from domain.consultations import presence, rooms
from domain.consultations.models import Consultation
from domain.escrow import charges, confirmations
from domain.payments import attempts
from domain.payments.gateways.sandbox import SandboxGateway
from domain.records import notes
from domain.records.schemas import SaveNote
from kit import clock
from kit.actor import Actor, Role
from kit.db import Database, Scope
from tests.factories.places import Town

SITE = "http://lazo.test"


@dataclass
class Teller:
    """Moves one appointment of Ana's with Dr. Sosa along."""

    db: Database
    town: Town
    gateway: SandboxGateway

    def ana(self) -> Actor:
        return Actor(Role.PET_OWNER, self.town.people["ana"], name="Ana Torres", locale="en", time_zone="UTC")

    def sosa(self) -> Actor:
        return Actor(
            Role.CLINIC_OWNER, self.town.people["sosa"], self.town.clinic_id, self.town.practitioner_id, locale="en"
        )

    async def held(self, *, hours: int = 4) -> Appointment:
        async with self.db.begin(Scope.pet_owner(self.town.people["ana"])) as session:
            around = clock.now() + timedelta(hours=hours)
            free = await availability.nearest(session, self.town.practitioner_id, 30, around, count=1)
            wish = BookAppointment(
                pet_id=self.town.pet_id, provider_id=self.town.practitioner_id, service_id=self.town.service_id,
                starts_at=free[0].starts_at, reason="He has been scratching his left ear since Monday.",
            )  # fmt: skip
            return await holds.take(session, self.ana(), wish)

    async def pay(self, appointment_id: UUID, *, decision: str = "approve") -> None:
        attempt = await charges.charge(
            self.db, {"sandbox": self.gateway}, self.ana(), appointment_id, "sandbox", f"{SITE}/back"
        )
        await self.gateway.decide(attempt.gateway_payment_id or "", decision)
        snapshot = await self.gateway.fetch(attempt.gateway_payment_id or "")
        async with self.db.begin(Scope.system()) as session:
            await attempts.apply(session, "sandbox", snapshot)

    async def booked(self, *, hours: int = 4) -> Appointment:
        appointment = await self.held(hours=hours)
        await self.pay(appointment.id)
        return await self.get(appointment.id)

    async def met(self, appointment: Appointment, *, signed: bool = True) -> None:
        """Both come at the start, the vet writes, and ends it ten minutes later."""
        room = await self.room(appointment.id)
        with clock.at(appointment.starts_at):
            async with self.db.begin(Scope.system()) as session:
                await presence.joined(session, room.id, self.town.people["sosa"], "practitioner")
                await presence.joined(session, room.id, self.town.people["ana"], "pet_owner")
                await rooms.admit(session, room.id, self.town.people["sosa"])
            if signed:
                await self.sign(appointment.id)
        with clock.at(appointment.starts_at + timedelta(minutes=10)):
            async with self.db.begin(Scope.system()) as session:
                await rooms.finish(session, room.id, self.town.people["sosa"])

    async def sign(self, appointment_id: UUID) -> UUID:
        sosa = self.sosa()
        async with self.db.begin(Scope.clinic(sosa.clinic, sosa.person)) as session:
            content = SaveNote(
                version=0, diagnosis="Otitis of the left ear", treatment="Clean it daily\nNo swimming",
                prescription="Ear drops, twice a day, 7 days", internal_notes="the family is worried",
            )
            note = await notes.save(session, sosa, appointment_id, content)
            await notes.sign(session, sosa, appointment_id, note.version)
            return note.id

    async def confirm(self, actor: Actor, appointment_id: UUID) -> None:
        scope = Scope.pet_owner(actor.person) if actor.clinic_id is None else Scope.clinic(actor.clinic, actor.person)
        async with self.db.begin(scope) as session:
            await confirmations.confirm(session, actor, appointment_id)

    async def get(self, appointment_id: UUID) -> Appointment:
        async with self.db.begin(Scope.system()) as session:
            return await session.get_one(Appointment, appointment_id)

    async def room(self, appointment_id: UUID) -> Consultation:
        async with self.db.begin(Scope.system()) as session:
            found = await rooms.of_appointment(session, appointment_id)
            assert found is not None
            return found
