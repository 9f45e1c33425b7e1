"""A small world with real rows for tests of money: people, a vet with a service, animals, and a way to move it on."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select

from domain.accounts.models import User
from domain.booking import appointments
from domain.booking.events import AppointmentHeld
from domain.booking.models import Appointment
from domain.booking.schemas import ChangeStatus
from domain.catalog.models import Specialty, Species
from domain.clinics.models import Clinic
from domain.consultations import presence, rooms
from domain.escrow import charges, confirmations
from domain.escrow.models import Escrow
from domain.patients.models import Pet, PetOwnership
from domain.payments import inbox, ledger, refunds
from domain.payments.gateways import sandbox
from domain.payments.gateways.port import Gateways
from domain.payments.gateways.sandbox import SandboxGateway
from domain.payments.models import PaymentAttempt, Refund
from domain.payouts import balances
from domain.practitioners.models import Practitioner, PractitionerState, Service
from domain.subscriptions import plans
from domain.subscriptions.models import VetPlan
from kit import clock, events, ids, outbox
from kit.actor import Actor, Role
from kit.db import Database, Scope

RATES = {"free": 2000, "pro": 1200, "premium": 800}
SITE = "http://lazo.test"


def next_grid(after: datetime) -> datetime:
    """The next instant on the five-minute grid, strictly later."""
    seconds = int(after.timestamp())
    return after + timedelta(seconds=300 - seconds % 300) - timedelta(microseconds=after.microsecond)


@dataclass
class World:
    """Handles to it all; every method that acts commits."""

    db: Database
    gateway: SandboxGateway
    gateways: Gateways
    pet_owner: Actor
    vet: Actor
    admin: Actor
    second_admin: Actor
    practitioner_id: UUID
    service_id: UUID
    currency: str
    _booked: int = field(default=0)

    async def appointment(self, price: int = 10_000, *, starts_at: datetime | None = None) -> UUID:
        """A time is held for fifteen minutes, for an animal of its own."""
        self._booked += 1
        starts_at = starts_at or next_grid(clock.now()) + timedelta(hours=self._booked)
        async with self.db.begin(Scope.system()) as session:
            pet = Pet(created_by=self.pet_owner.person, name="Luna", species="dog")
            session.add(pet)
            await session.flush()
            session.add(PetOwnership(pet_id=pet.id, user_id=self.pet_owner.person, started_at=clock.now()))
            row = Appointment(
                reference=ids.reference(), clinic_id=self.vet.clinic, practitioner_id=self.practitioner_id,
                practitioner_user_id=self.vet.person, service_id=self.service_id, pet_id=pet.id,
                pet_owner_id=self.pet_owner.person, service_name="Consulta", mode="video", starts_at=starts_at,
                ends_at=starts_at + timedelta(minutes=20), blocked_until=starts_at + timedelta(minutes=20),
                time_zone="America/Argentina/Buenos_Aires", price_minor=price, currency=self.currency,
                reason="vomita desde ayer", hold_expires_at=clock.now() + timedelta(minutes=15),
            )  # fmt: skip
            session.add(row)
            await session.flush()
            await events.publish(session, AppointmentHeld(row.id))
            return row.id

    async def charge(self, appointment_id: UUID) -> PaymentAttempt:
        return await charges.charge(
            self.db, self.gateways, self.pet_owner, appointment_id, sandbox.CODE, f"{SITE}/back"
        )

    async def pay(self, appointment_id: UUID, decision: str = "approve") -> PaymentAttempt:
        """Charge, press the button on the hosted page, let the notifications arrive."""
        attempt = await self.charge(appointment_id)
        await self.gateway.decide(attempt.gateway_payment_id or "", decision)
        await self.settle()
        return await self.attempt(attempt.id)

    async def paid(self, price: int = 10_000) -> UUID:
        appointment_id = await self.appointment(price)
        await self.pay(appointment_id)
        return appointment_id

    async def settle(self) -> int:
        """Do what the scheduler does with the outbox, until nothing of ours is left, due or not yet due."""
        done = 0
        while True:
            async with self.db.begin(Scope.system()) as session:
                rows = (
                    await session.scalars(
                        select(outbox.OutboxItem)
                        .where(
                            outbox.OutboxItem.state == "waiting",
                            outbox.OutboxItem.kind.in_([sandbox.NOTIFY, inbox.PROCESS, refunds.SEND]),
                        )
                        .order_by(outbox.OutboxItem.due_at)
                    )
                ).all()
            if not rows:
                return done
            for row in rows:
                await self.work_off(row)
                done += 1

    async def work_off(self, row: outbox.OutboxItem) -> None:
        if row.kind == sandbox.NOTIFY:
            await self.gateway.deliver(row.payload, self.webhook)
        elif row.kind == inbox.PROCESS:
            await inbox.process(self.db, self.gateways, UUID(row.payload["event_id"]))
        else:
            await refunds.execute(self.db, self.gateways, UUID(row.payload["refund_id"]))
        async with self.db.begin(Scope.system()) as session:
            outbox.finish(await session.get_one(outbox.OutboxItem, row.id))

    async def webhook(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        """What our endpoint does with a notification."""
        notification = self.gateway.verify(headers, {}, body)
        async with self.db.begin(Scope.system()) as session:
            await inbox.receive(session, self.gateway, notification, body)
        return 200

    async def start(self, appointment_id: UUID) -> None:
        """Both enter, the vet admits: the consultation starts."""
        async with self.db.begin(Scope.system()) as session:
            room = await rooms.of_appointment(session, appointment_id)
            assert room is not None
            await presence.joined(session, room.id, self.vet.person, "practitioner")
            await presence.joined(session, room.id, self.pet_owner.person, "pet_owner")
            await rooms.admit(session, room.id, self.vet.person)

    async def finish(self, appointment_id: UUID) -> None:
        async with self.db.begin(Scope.system()) as session:
            room = await rooms.of_appointment(session, appointment_id)
            assert room is not None
            await rooms.finish(session, room.id, self.vet.person)

    async def meet(self, appointment_id: UUID, seconds: int = 900) -> None:
        """A visit of so many seconds, from its start (or now, if that has passed)."""
        begins = max(clock.now(), (await self.get(appointment_id)).starts_at)
        with clock.at(begins):
            await self.start(appointment_id)
        with clock.at(begins + timedelta(seconds=seconds)):
            await self.finish(appointment_id)

    async def confirm(self, actor: Actor, appointment_id: UUID) -> Escrow:
        async with self.db.begin(scope_of(actor)) as session:
            return await confirmations.confirm(session, actor, appointment_id)

    async def cancel(self, actor: Actor, appointment_id: UUID) -> None:
        async with self.db.begin(scope_of(actor)) as session:
            row = await session.get_one(Appointment, appointment_id)
            change = ChangeStatus(status="cancelled", version=row.version)
            await appointments.change_status(session, actor, appointment_id, change)

    async def switch(self, plan: str) -> None:
        async with self.db.begin(Scope.system()) as session:
            await plans.switch(session, self.vet.person, plan)

    async def get(self, appointment_id: UUID) -> Appointment:
        async with self.db.begin(Scope.system()) as session:
            return await session.get_one(Appointment, appointment_id)

    async def escrow(self, appointment_id: UUID) -> Escrow:
        async with self.db.begin(Scope.system()) as session:
            return (await session.scalars(select(Escrow).where(Escrow.appointment_id == appointment_id))).one()

    async def attempt(self, attempt_id: UUID) -> PaymentAttempt:
        async with self.db.begin(Scope.system()) as session:
            return await session.get_one(PaymentAttempt, attempt_id)

    async def refunds(self) -> list[Refund]:
        async with self.db.begin(Scope.system()) as session:
            return list(await session.scalars(select(Refund)))

    async def balance(self) -> balances.VetBalance:
        async with self.db.begin(scope_of(self.vet)) as session:
            found = await balances.of_vet(session, self.vet.person)
        return found.get(self.currency, balances.VetBalance())

    async def total(self, ref: ledger.AccountRef) -> int:
        async with self.db.begin(Scope.system()) as session:
            return await ledger.balance(session, ref)

    async def books(self) -> ledger.TrialBalance:
        async with self.db.begin(Scope.system()) as session:
            return await ledger.trial_balance(session)

    @property
    def clearing(self) -> ledger.AccountRef:
        return ledger.AccountRef.gateway_clearing(sandbox.CODE, self.gateway.merchant_account, self.currency)


def scope_of(actor: Actor) -> Scope:
    if actor.role == Role.PET_OWNER:
        return Scope.pet_owner(actor.person)
    if actor.role == Role.ADMIN:
        return Scope.platform(actor.person)
    return Scope.clinic(actor.clinic, actor.person)


async def open_world(db: Database, currency: str = "ARS") -> World:
    """Insert it; several may live in one database."""
    async with db.begin(Scope.system()) as session:
        for model, code in ((Species, "dog"), (Specialty, "general")):
            if await session.get(model, code) is None:
                session.add(model(code=code, names={"en": code}))
        for plan, rate in RATES.items():
            if await session.get(VetPlan, plan) is None:
                session.add(VetPlan(code=plan, names={"en": plan}, commission_bp=rate))
        people = [
            User(
                email=f"{ids.new_id()}@example.test", name=name, locale="es", country="AR",
                time_zone="America/Argentina/Buenos_Aires", is_admin=name.startswith("Root"),
            )
            for name in ("Ana", "Sosa", "Root", "Root2")
        ]  # fmt: skip
        clinic = Clinic(
            kind="independent", slug=str(ids.new_id()), name="Sosa", country="AR", currency=currency,
            time_zone="America/Argentina/Buenos_Aires",
        )  # fmt: skip
        session.add_all([*people, clinic])
        await session.flush()
        owner, vet, admin, second = people
        practitioner = Practitioner(
            clinic_id=clinic.id, user_id=vet.id, slug=str(ids.new_id()), name="Sosa", state=PractitionerState.APPROVED
        )
        session.add(practitioner)
        await session.flush()
        service = Service(
            clinic_id=clinic.id, practitioner_id=practitioner.id, name="Consulta", specialty="general",
            duration_minutes=20, price_minor=10_000, currency=currency,
        )  # fmt: skip
        session.add(service)
        await session.flush()
    gateway = SandboxGateway(db, b"test secret", SITE)
    return World(
        db=db, gateway=gateway, gateways={sandbox.CODE: gateway}, pet_owner=Actor(Role.PET_OWNER, owner.id),
        vet=Actor(Role.PRACTITIONER, vet.id, clinic.id, practitioner.id), admin=Actor(Role.ADMIN, admin.id),
        second_admin=Actor(Role.ADMIN, second.id), practitioner_id=practitioner.id, service_id=service.id,
        currency=currency,
    )  # fmt: skip
