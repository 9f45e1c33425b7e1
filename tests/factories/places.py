"""A small town for tests of pages: pet owners with animals, vets with hours and services, an admin."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.catalog.models import Specialty, Species
from domain.clinics.models import Clinic, Membership, MembershipRole
from domain.directory import offers
from domain.patients.models import Pet, PetOwnership
from domain.practitioners.models import Licence, Practitioner, PractitionerState, Service, WorkingHours
from domain.subscriptions.models import VetPlan
from kit import clock
from kit.db import Database, Scope

ZONE = "America/Argentina/Buenos_Aires"
RATES = {"free": 2000, "pro": 1200, "premium": 800}
SPECIES = {"dog": "Dog", "cat": "Cat", "bird": "Bird"}
SPECIALTIES = {"general": "General practice", "dermatology": "Skin, coat and ears"}


@dataclass(frozen=True, slots=True)
class Town:
    """Ids of what was inserted; people are found by their handle (``ana``, ``nour``, ``sosa``, ``farah``, ``root``)."""

    people: dict[str, UUID]
    pet_id: UUID
    practitioner_id: UUID
    slug: str
    service_id: UUID
    clinic_id: UUID
    second_slug: str


def _person(handle: str, name: str, locale: str = "en", country: str = "AR", zone: str = ZONE) -> User:
    return User(
        email=f"{handle}@example.test", handle=handle, name=name, locale=locale, country=country, time_zone=zone,
        is_admin=handle == "root",
    )  # fmt: skip


async def open_town(db: Database) -> Town:
    """Insert it all: two vets open around the clock in half hours, Ana with one dog, Nour with none."""
    people = {
        "ana": _person("ana", "Ana Torres"),
        "nour": _person("nour", "Nour Haddad", "ar", "JO", "Asia/Amman"),
        "sosa": _person("sosa", "Carolina Sosa"),
        "farah": _person("farah", "Farah Nasser", "en", "JO", "Asia/Amman"),
        "root": _person("root", "Root"),
    }
    async with db.begin(Scope.system()) as session:
        session.add_all(Species(code=c, names={"en": n}, position=i) for i, (c, n) in enumerate(SPECIES.items()))
        session.add_all(Specialty(code=c, names={"en": n}, position=i) for i, (c, n) in enumerate(SPECIALTIES.items()))
        session.add_all(
            VetPlan(code=c, names={"en": c.title()}, commission_bp=bp, position=i, monthly_prices={"ARS": i * 100_000})
            for i, (c, bp) in enumerate(RATES.items())
        )
        session.add_all(people.values())
        await session.flush()
        pet = Pet(created_by=people["ana"].id, name="Toby", species="dog")
        session.add(pet)
        await session.flush()
        session.add(PetOwnership(pet_id=pet.id, user_id=people["ana"].id, started_at=clock.now()))
        first, service = await _vet(session, people["sosa"], "Sosa", "AR", "ARS", ZONE)
        second, _ = await _vet(session, people["farah"], "Farah", "JO", "JOD", "Asia/Amman")
        await offers.refresh(session, [first.id, second.id])
    return Town(
        people={handle: person.id for handle, person in people.items()}, pet_id=pet.id, practitioner_id=first.id,
        slug=first.slug, service_id=service.id, clinic_id=first.clinic_id, second_slug=second.slug,
    )  # fmt: skip


async def _vet(
    session: AsyncSession, user: User, name: str, country: str, currency: str, zone: str
) -> tuple[Practitioner, Service]:
    clinic = Clinic(
        kind="independent", slug=f"c-{name.lower()}", name=f"Clinic {name}", country=country, currency=currency,
        time_zone=zone, city=name,
    )  # fmt: skip
    session.add(clinic)
    await session.flush()
    session.add(Membership(clinic_id=clinic.id, user_id=user.id, role=MembershipRole.CLINIC_OWNER))
    vet = Practitioner(
        clinic_id=clinic.id, user_id=user.id, slug=name.lower(), title="Dr.", name=user.name,
        headline="Small animals", bio="Twelve years with dogs and cats.", languages=["en", "es"],
        species=["dog", "cat"], specialties=["general", "dermatology"], years_of_practice=12,
        state=PractitionerState.APPROVED, slot_step_minutes=30,
    )  # fmt: skip
    session.add(vet)
    await session.flush()
    session.add(
        Licence(clinic_id=clinic.id, practitioner_id=vet.id, number="MP 1234", body="College", country=country, region="")
    )
    services = [
        Service(
            clinic_id=clinic.id, practitioner_id=vet.id, name=words, specialty=specialty, duration_minutes=30,
            price_minor=price, currency=currency, position=position,
        )
        for position, (words, specialty, price) in enumerate(
            [("Video consultation", "general", 1_850_000), ("Skin consultation", "dermatology", 2_400_000)]
        )
    ]  # fmt: skip
    session.add_all(services)
    session.add_all(
        WorkingHours(clinic_id=clinic.id, practitioner_id=vet.id, weekday=day, opens_minute=0, closes_minute=1440)
        for day in range(7)
    )
    await session.flush()
    return vet, services[0]
