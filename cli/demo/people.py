"""Catalogues, clinics, vets, pet owners and their animals, written as they would have been over the last years."""

import re
import unicodedata
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from cli.demo import content
from domain.accounts.models import User
from domain.catalog.models import Breed, Specialty, Species
from domain.clinics.models import Clinic, Membership
from domain.patients.models import Pet, PetOwnership
from domain.practitioners.models import Licence, Practitioner, Service, WorkingHours
from domain.records.models import NoteTemplate
from domain.subscriptions.models import VetPlan, VetSubscription
from kit import clock

OPENED = timedelta(days=720)
TRY_VETS = 5
LOCALES = {"AR": "es", "EC": "es", "JO": "ar", "PH": "en"}


@dataclass
class Cast:
    """Everybody by handle."""

    users: dict[str, User] = field(default_factory=dict)
    clinics: dict[str, Clinic] = field(default_factory=dict)
    vets: dict[str, Practitioner] = field(default_factory=dict)
    services: dict[str, list[Service]] = field(default_factory=dict)
    hours: dict[str, list[WorkingHours]] = field(default_factory=dict)
    pets: dict[str, Pet] = field(default_factory=dict)


def slug(text: str, handle: str) -> str:
    """A readable address; names in Arabic letters go by their handle."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9]+", "-", plain).strip("-") or handle


async def catalogues(session: AsyncSession) -> None:
    """Species, breeds, specialties, plans, texts to start a record from."""
    for position, row in enumerate(content.catalog("species", "species")):
        session.add(
            Species(code=row["code"], names=row["names"], ncbi_taxon=row.get("ncbi_taxon"), position=position)
        )
    await session.flush()
    for row in content.catalog("breeds", "breeds"):
        session.add(Breed(code=row["code"], species_code=row["species"], names=row["names"]))
    for position, row in enumerate(content.catalog("specialties", "specialties")):
        session.add(Specialty(code=row["code"], names=row["names"], position=position))
    for position, row in enumerate(content.catalog("plans", "plans")):
        session.add(VetPlan(**row, position=position))
    for row in content.catalog("diagnosis_templates", "templates"):
        known = {name: value for name, value in row.items() if name != "follow_up_days"}
        session.add(NoteTemplate(clinic_id=None, **known))


async def everybody(session: AsyncSession) -> Cast:
    """All people and places. System scope."""
    cast = Cast()
    for row in (*content.rows("people.toml", "staff"), *content.rows("people.toml", "pet_owners")):
        cast.users[row["handle"]] = _user(session, row, is_admin=row.get("role") == "platform_admin")
    for row in content.rows("clinics.toml", "clinics"):
        cast.clinics[row["handle"]] = _clinic(session, row)
    vets = content.rows("vets_*.toml", "vets")
    for row in vets:
        place = cast.clinics[row["clinic"]]
        cast.users[row["handle"]] = _user(session, _as_person(row, place))
    await session.flush()
    for row in vets:
        _vet(session, cast, row)
    tried = _try_vets(session, cast)
    await session.flush()
    _try_practitioners(session, cast, tried)
    await session.flush()
    for row in (*vets, *tried):
        _offer(session, cast, row)
    await session.flush()
    _memberships(session, cast)
    for row in content.rows("people.toml", "pet_owners"):
        for pet in row["pets"]:
            await _pet(session, cast, cast.users[row["handle"]].id, pet)
    await session.flush()
    return cast


def _as_person(row: dict[str, Any], place: Clinic) -> dict[str, Any]:
    return {
        "handle": row["handle"], "name": row["name"], "country": place.country, "locale": LOCALES[place.country],
        "time_zone": place.time_zone, "phone": place.phone, "email": f"{row['handle']}@lazo.example",
    }  # fmt: skip


def _user(session: AsyncSession, row: dict[str, Any], *, is_admin: bool = False) -> User:
    user = User(
        email=row["email"], name=row["name"], handle=row["handle"], locale=row["locale"],
        time_zone=row["time_zone"], country=row["country"], phone=row.get("phone", ""), is_admin=is_admin,
        email_verified_at=clock.now() - OPENED, created_at=clock.now() - OPENED,
    )  # fmt: skip
    session.add(user)
    return user


def _clinic(session: AsyncSession, row: dict[str, Any]) -> Clinic:
    names = ("kind", "name", "country", "city", "address", "phone", "time_zone", "currency", "latitude", "longitude")
    clinic = Clinic(slug=slug(row["name"], row["handle"]), **{name: row[name] for name in names})
    session.add(clinic)
    return clinic


def _vet(session: AsyncSession, cast: Cast, row: dict[str, Any]) -> None:
    place, user = cast.clinics[row["clinic"]], cast.users[row["handle"]]
    is_new = row["state"] == "pending"
    vet = Practitioner(
        clinic_id=place.id, user_id=user.id, slug=slug(f"{row['name']}", row["handle"]), title=row["title"],
        name=row["name"], headline=row["short"], bio=row["bio"].strip(), languages=row["languages"],
        species=row["species"], specialties=row["specialties"], years_of_practice=row["years_of_practice"],
        state=row["state"], min_notice_minutes=row["min_notice_minutes"],
        created_at=clock.now() - (timedelta(hours=30) if is_new else OPENED),
        decided_at=None if is_new else clock.now() - OPENED + timedelta(days=1),
    )  # fmt: skip
    session.add(vet)
    cast.vets[row["handle"]] = vet
    session.add(
        VetSubscription(user_id=user.id, plan_code=row["plan"], starts_at=clock.now() - OPENED, ends_at=None)
    )


def _offer(session: AsyncSession, cast: Cast, row: dict[str, Any]) -> None:
    handle = row["handle"]
    vet = cast.vets[handle]
    cast.services[handle] = [
        Service(clinic_id=vet.clinic_id, practitioner_id=vet.id, position=position, **service)
        for position, service in enumerate(row["services"])
    ]
    cast.hours[handle] = [
        WorkingHours(
            clinic_id=vet.clinic_id, practitioner_id=vet.id, weekday=window["weekday"],
            opens_minute=content.minutes(window["from"]), closes_minute=_closes(window),
        )
        for window in row["hours"]
    ]  # fmt: skip
    session.add_all([*cast.services[handle], *cast.hours[handle]])
    if "licence" in row:
        session.add(Licence(clinic_id=vet.clinic_id, practitioner_id=vet.id, **row["licence"]))


def _closes(window: dict[str, Any]) -> int:
    opens, closes = content.minutes(window["from"]), content.minutes(window["to"])
    return closes if closes > opens else closes + 1440


def _try_vets(session: AsyncSession, cast: Cast) -> list[dict[str, Any]]:
    """Vets of /try: always open, never listed; several, so that several visitors may try at once."""
    place = next(clinic for clinic in cast.clinics.values() if clinic.country == "AR")
    tried: list[dict[str, Any]] = []
    for number in range(1, TRY_VETS + 1):
        handle = "lazo-demo" if number == 1 else f"lazo-demo-{number}"
        cast.users[handle] = _user(session, _as_person({"handle": handle, "name": "Lía Montes"}, place))
        tried.append(
            {
                "handle": handle,
                "services": [
                    {"name": "Demo", "mode": "video", "specialty": "general", "duration_minutes": 15,
                     "price_minor": 1_850_000, "currency": "ARS"}
                ],
                "hours": [{"weekday": day, "from": "00:00", "to": "00:00"} for day in range(7)],
            }
        )  # fmt: skip
    return tried


def _try_practitioners(session: AsyncSession, cast: Cast, tried: list[dict[str, Any]]) -> None:
    place = next(clinic for clinic in cast.clinics.values() if clinic.country == "AR")
    for row in tried:
        cast.vets[row["handle"]] = Practitioner(
            clinic_id=place.id, user_id=cast.users[row["handle"]].id, slug=row["handle"], name="Lía Montes",
            languages=["es", "en", "ar"], species=["dog", "cat"], specialties=["general"], state="approved",
            min_notice_minutes=0, is_listed=False, slot_step_minutes=5,
        )  # fmt: skip
        session.add(cast.vets[row["handle"]])


def _memberships(session: AsyncSession, cast: Cast) -> None:
    chiefs = {row["clinic_owner"] for row in content.rows("clinics.toml", "clinics")}
    for handle, vet in cast.vets.items():
        role = "clinic_owner" if handle in chiefs else "practitioner"
        session.add(Membership(clinic_id=vet.clinic_id, user_id=vet.user_id, role=role))
    for row in content.rows("clinics.toml", "clinics"):
        for person in row["staff"]:
            session.add(
                Membership(
                    clinic_id=cast.clinics[row["handle"]].id, user_id=cast.users[person["handle"]].id, role="staff",
                    permissions=["appointments.view", "appointments.manage"],
                )
            )  # fmt: skip


async def _pet(session: AsyncSession, cast: Cast, user_id: UUID, row: dict[str, Any]) -> None:
    names = ("name", "species", "breed", "sex", "neutered", "weight_kg", "colour", "notes")
    pet = Pet(
        created_by=user_id, birth_on=row["birth_date"], birth_is_estimated=row["birth_estimated"],
        created_at=clock.now() - OPENED, **{name: row[name] for name in names},
    )  # fmt: skip
    session.add(pet)
    await session.flush()
    session.add(PetOwnership(pet_id=pet.id, user_id=user_id, started_at=clock.now() - OPENED))
    cast.pets[row["handle"]] = pet
