"""One visit for somebody who only wants to see: everything real, in one go.

A throw-away pet owner signs up, adds an animal, takes a demo vet's next time, and pays through the sandbox provider,
all by the use cases that everybody's taps call; only the pressing is ours. Throw-aways are not tidied up yet.
"""

import secrets
import tomllib
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts import users
from domain.accounts.models import User
from domain.accounts.schemas import Register
from domain.booking import availability, holds, policy
from domain.booking.models import Appointment
from domain.booking.schemas import BookAppointment
from domain.catalog.models import Species
from domain.consultations import rooms
from domain.consultations.models import Consultation
from domain.demonstration import vets
from domain.escrow import charges
from domain.patients import pets
from domain.patients.schemas import NewPet
from domain.payments import attempts
from domain.payments.gateways import sandbox
from domain.payments.gateways.sandbox import SandboxGateway
from kit import clock
from kit.actor import Actor, Role
from kit.db import Database, Scope
from kit.errors import Conflict, NotFound
from kit.i18n import N_
from kit.i18n import gettext as _

CHAT = Path(__file__).with_name("chat.toml")
PLACES = {"es": ("America/Argentina/Buenos_Aires", "AR"), "en": ("Asia/Manila", "PH"), "ar": ("Asia/Amman", "JO")}
ANIMAL = "cat"
MAIL_DOMAIN = "visitor.lazo.example"


class EveryVetIsBusy(Conflict):
    """All demo vets are with other visitors."""

    code = "every_vet_is_busy"
    title = N_("All demo vets are with other visitors. Try again in a few minutes")


@dataclass(frozen=True, slots=True)
class Visit:
    """A paid visit whose room is open, and what the demo vet needs to play their part."""

    visitor: User
    appointment: Appointment
    consultation: Consultation
    call: dict[str, Any]


async def prepare(db: Database, gateway: SandboxGateway, site_url: str, *, locale: str, zone: str = "") -> Visit:
    """Make one visit in the visitor's language and zone; raises EveryVetIsBusy. Opens several transactions of its own."""
    async with db.begin(Scope.system()) as session:
        visitor = await _visitor(session, locale, zone)
    actor = Actor(
        Role.PET_OWNER, visitor.id, name=visitor.name, locale=visitor.locale, time_zone=visitor.time_zone
    )
    async with db.begin(Scope.pet_owner(visitor.id)) as session:
        appointment = await _take_next_time(session, actor, _script(locale)["default_pet"])
    await _pay(db, gateway, actor, appointment, f"{site_url}/appointments/{appointment.id}?paid=1")
    async with db.begin(Scope.system()) as session:
        consultation = await rooms.of_appointment(session, appointment.id)
    if consultation is None:
        raise LookupError(f"appointment {appointment.id} was paid and has no room")
    return Visit(visitor, appointment, consultation, _call(locale, appointment, consultation))


async def _visitor(session: AsyncSession, locale: str, zone: str) -> User:
    usual_zone, country = PLACES[locale]
    address = f"{secrets.token_hex(6)}@{MAIL_DOMAIN}"
    person = Register(
        name=_("Visitor"), email=address, password=secrets.token_urlsafe(24), locale=locale,
        time_zone=zone or usual_zone, country=country,
    )  # fmt: skip
    return await users.register(session, person)


async def _take_next_time(session: AsyncSession, actor: Actor, pet_name: str) -> Appointment:
    if await session.get(Species, ANIMAL) is None:
        raise NotFound
    pet = await pets.add(session, actor, NewPet(name=pet_name, species=ANIMAL))
    for vet, service in await vets.all_with_service(session):
        free = await availability.nearest(session, vet.id, service.duration_minutes, clock.now(), count=1)
        if not free or free[0].starts_at > clock.now() + policy.current().join_early:
            continue
        wish = BookAppointment(
            pet_id=pet.id, provider_id=vet.id, service_id=service.id, starts_at=free[0].starts_at,
            reason=_("I would like to see how a video consultation works."),
        )  # fmt: skip
        return await holds.take(session, actor, wish)
    raise EveryVetIsBusy


async def _pay(
    db: Database, gateway: SandboxGateway, actor: Actor, appointment: Appointment, return_url: str
) -> None:
    """The hosted page's button, and the provider's own word about it, without waiting for its notification."""
    attempt = await charges.charge(db, {sandbox.CODE: gateway}, actor, appointment.id, sandbox.CODE, return_url)
    payment_id = attempt.gateway_payment_id or ""
    await gateway.decide(payment_id, "approve")
    snapshot = await gateway.fetch(payment_id)
    async with db.begin(Scope.system()) as session:
        await attempts.apply(session, sandbox.CODE, snapshot)


@cache
def _scripts() -> dict[str, Any]:
    return tomllib.loads(CHAT.read_text("utf-8"))


def _script(locale: str) -> dict[str, Any]:
    found: dict[str, Any] = _scripts()[locale]
    return found


def _call(locale: str, appointment: Appointment, consultation: Consultation) -> dict[str, Any]:
    script = _script(locale)
    return {
        "room": consultation.room_id, "consultation": str(consultation.id),
        "user": str(appointment.practitioner_user_id), "name": script["vet_name"], "locale": locale,
        "pet": script["default_pet"], "script": {k: v for k, v in script.items() if k != "default_pet"},
    }  # fmt: skip
