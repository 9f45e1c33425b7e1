"""Search by the next free time over 20,000 vets, through the use case and through HTTP.

The rival is what a search without a projection does: the same page of vets from the base tables, with the hours of
every candidate expanded and compared, in the same process, on the same database (timed on 400 vets and scaled).
"""

import asyncio
import random
import sys
import tempfile
from datetime import timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import asyncpg
from sqlalchemy import insert, text

from benchmarks.figures import median_ms_async, show
from cli.embedded import postgres
from domain import reactions
from domain.accounts.models import User
from domain.booking import availability
from domain.catalog.models import Specialty
from domain.clinics.models import Clinic
from domain.directory import search
from domain.directory.models import Offer
from domain.directory.schemas import SearchVets
from domain.practitioners.models import Practitioner, Service, WorkingHours
from kit import clock, events, ids
from kit.db import Database, Scope
from migrations import apply

VETS = 20_000
FEW = 400
COUNTRIES = (("AR", "America/Argentina/Buenos_Aires", "ARS"), ("EC", "America/Guayaquil", "USD"),
             ("JO", "Asia/Amman", "JOD"), ("PH", "Asia/Manila", "PHP"))  # fmt: skip
FIELDS = ("general", "dermatology", "cardiology", "nutrition", "behaviour", "exotics")


def rows() -> dict[type, list[dict[str, object]]]:
    """Twenty thousand vets with hours, services and their offers."""
    chance, now = random.Random(7), clock.now()
    made: dict[type, list[dict[str, object]]] = {
        kind: [] for kind in (User, Clinic, Practitioner, Service, WorkingHours, Offer)
    }
    for number in range(VETS):
        country, zone, currency = COUNTRIES[number % 4]
        user, clinic, vet, service = (ids.new_id() for _ in range(4))
        field, price = chance.choice(FIELDS), chance.randrange(500, 5000) * 100
        common = {"created_at": now}
        made[User].append(common | {"id": user, "email": f"v{number}@x.example", "name": f"Vet {number}", "locale": "es",
                                    "time_zone": zone, "country": country, "phone": "", "theme": "", "is_admin": False})
        made[Clinic].append(common | {"id": clinic, "kind": "independent", "slug": f"c{number}", "name": f"C {number}",
                                      "country": country, "city": "", "address": "", "phone": "", "time_zone": zone,
                                      "currency": currency, "next_patient_number": 1})
        made[Practitioner].append(common | {
            "id": vet, "clinic_id": clinic, "user_id": user, "slug": f"v{number}", "title": "", "name": f"Vet {number}",
            "headline": "", "bio": "", "languages": ["es"], "species": ["dog", "cat"], "specialties": [field],
            "years_of_practice": 5, "state": "approved", "decision_reason": "", "min_notice_minutes": 0,
            "buffer_minutes": 0, "slot_step_minutes": 15, "horizon_days": 60, "is_listed": True})
        made[Service].append(common | {"id": service, "clinic_id": clinic, "practitioner_id": vet, "name": "Consulta",
                                       "description": "", "specialty": field, "mode": "video", "duration_minutes": 30,
                                       "price_minor": price, "currency": currency, "position": 0})
        opens = chance.randrange(7, 15) * 60
        made[WorkingHours] += [
            common | {"id": ids.new_id(), "clinic_id": clinic, "practitioner_id": vet, "weekday": day,
                      "opens_minute": opens, "closes_minute": opens + 300}
            for day in chance.sample(range(7), 4)
        ]  # fmt: skip
        made[Offer].append({
            "service_id": service, "practitioner_id": vet, "clinic_id": clinic, "is_first": True,
            "is_first_of_specialty": True, "slug": f"v{number}", "full_name": f"Vet {number}", "headline": "",
            "clinic_name": "", "country": country, "city": "", "time_zone": zone, "languages": ["es"],
            "species": ["dog", "cat"], "specialties": [field], "specialty": field, "service_name": "Consulta",
            "mode": "video", "duration_minutes": 30, "price_minor": price, "currency": currency,
            "rating": None, "rating_count": 0, "refreshed_at": now, "folded": f"vet {number}"})
    return made


async def fill(db: Database) -> list[object]:
    """Write them; next free times come from the same function that serves the slot list."""
    made = rows()
    vets = [row["id"] for row in made[Practitioner]]
    async with db.begin(Scope.system()) as session:
        await session.execute(insert(Specialty), [{"code": f, "names": {}, "position": 0} for f in FIELDS])
        for kind, values in made.items():
            if kind is Offer:
                await session.flush()
                await _next_free(session, values)
            for start in range(0, len(values), 1000):
                await session.execute(insert(kind), values[start : start + 1000])
    return vets


async def _next_free(session: object, offers: list[dict[str, object]]) -> None:
    now = clock.now()
    for start in range(0, len(offers), 1000):
        chunk = offers[start : start + 1000]
        wanted = [(row["practitioner_id"], 30) for row in chunk]
        slots = await availability.next_slots(session, wanted, now, now + timedelta(days=14), 1)  # type: ignore[arg-type]
        for row in chunk:
            free = slots.get(row["practitioner_id"], [])  # type: ignore[call-overload]
            row["next_free_at"] = free[0].starts_at if free else None


async def without_projection(db: Database, vets: list[object]) -> None:
    """Every candidate's hours expanded and compared."""
    async with db.begin(Scope.public()) as session:
        now = clock.now()
        found = await availability.next_slots(
            session, [(vet, 30) for vet in vets], now, now + timedelta(days=14), 1  # type: ignore[misc]
        )
        sorted(((slots[0].starts_at, vet) for vet, slots in found.items() if slots))[:20]


async def page(db: Database, query: SearchVets) -> None:
    async with db.begin(Scope.public()) as session:
        found = await search.vets(session, query)
        if len(found.items) != query.limit:
            raise SystemExit("a page is missing vets")


async def statement_only(db: Database, query: SearchVets) -> None:
    async with db.begin(Scope.public()) as session:
        await search._page(session, query, None, query.limit + 1)  # noqa: SLF001


async def measure(db: Database) -> None:
    vets = await fill(db)
    async with db.engine.connect() as connection:
        await connection.execution_options(isolation_level="AUTOCOMMIT")
        await connection.execute(text("analyze"))
    rival = await median_ms_async(lambda: without_projection(db, vets[:FEW]), 3) * (VETS / FEW)
    words = f"base tables, hours of every vet expanded ({FEW} vets measured, scaled to {VETS})"
    everybody, skin = SearchVets(), SearchVets(service="dermatology", country="AR")
    show("search.next_free_20k", await median_ms_async(lambda: statement_only(db, everybody), 50), "ms", words, rival)
    show("search.next_free_20k.page", await median_ms_async(lambda: page(db, everybody), 50), "ms", words, rival)
    show("search.next_free_20k.filtered", await median_ms_async(lambda: page(db, skin), 50), "ms", words, rival)


async def main() -> None:
    events.install(reactions.REACTIONS)
    with tempfile.TemporaryDirectory(prefix="lazo-bench-") as folder:
        server = postgres.start_postgres(Path(folder))
        server.wait_ready()
        admin = await asyncpg.connect(server.url)
        await admin.execute("create database bench")
        await admin.close()
        url = server.sqlalchemy_url("bench")
        await apply.upgrade(url)
        db = Database(url)
        try:
            await measure(db)
        finally:
            await db.close()
            server.stop()


if __name__ == "__main__":
    asyncio.run(main())
