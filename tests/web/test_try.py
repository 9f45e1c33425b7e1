"""/try: a stranger, one button, and everything real; absent in production and from elsewhere."""

import json
from pathlib import Path

import pytest
from aiohttp.test_utils import TestClient, TestServer

from cli import http
from domain.accounts.models import User
from domain.consultations import rooms
from domain.consultations.models import Consultation
from domain.demonstration import visits
from domain.escrow import queries as escrow_queries
from domain.payments import ledger
from domain.practitioners.models import Practitioner, Service, WorkingHours
from kit.db import Database, Scope
from kit.http.keys import REDIS
from kit.settings import Settings
from media.calls import QUEUE, Call
from tests.factories.places import Town
from tests.factories.stories import Teller
from tests.web.conftest import SECRET, Client, ClientAs, post
from tests.web.pet_owner.conftest import story as story  # noqa: PLC0414


@pytest.fixture
async def demo_vet(db: Database, town: Town) -> None:
    """One vet who is always open, as the demo data has five."""
    async with db.begin(Scope.system()) as session:
        user = User(
            email="demo@example.test", handle="lazo-demo", name="Lía Montes", locale="es", country="AR",
            time_zone="America/Argentina/Buenos_Aires",
        )  # fmt: skip
        session.add(user)
        await session.flush()
        vet = Practitioner(
            clinic_id=town.clinic_id, user_id=user.id, slug="lazo-demo", name="Lía Montes", state="approved",
            min_notice_minutes=0, slot_step_minutes=5,
        )  # fmt: skip
        session.add(vet)
        await session.flush()
        session.add(
            Service(clinic_id=town.clinic_id, practitioner_id=vet.id, name="Demo", specialty="general",
                    duration_minutes=15, price_minor=1_850_000, currency="ARS")
        )  # fmt: skip
        session.add_all(
            WorkingHours(clinic_id=town.clinic_id, practitioner_id=vet.id, weekday=day, opens_minute=0,
                         closes_minute=1440)
            for day in range(7)
        )  # fmt: skip


async def _begin(client: Client, language: str = "en") -> str:
    answer = await client.post("/try", headers={"Accept-Language": language}, allow_redirects=False)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


@pytest.mark.usefixtures("demo_vet")
@pytest.mark.parametrize("language", ["es", "en", "ar"])
async def test_one_button_and_one_is_in_a_paid_visit(
    client_as: ClientAs, story: Teller, language: str
) -> None:
    visitor = await client_as(language=language)
    assert (await visitor.get("/try")).status == 200
    door = await _begin(visitor, language)
    assert "<video-room" in await (await visitor.get(door)).text()
    app = visitor.server.app  # type: ignore[attr-defined]
    call = Call.model_validate_json(await app[REDIS].rpop(QUEUE))
    assert call.locale == language
    assert door == f"/room/{call.consultation}"
    assert call.ticket
    home = await (await visitor.get("/home")).text()
    assert call.pet in home
    async with story.db.begin(Scope.system()) as session:
        visit = await session.get_one(Consultation, call.consultation)
        held = await escrow_queries.of_appointment(session, visit.appointment_id)
        assert held is not None
        assert held.state == "held"
        assert (await ledger.trial_balance(session)).holds


@pytest.mark.usefixtures("demo_vet")
async def test_the_demo_vet_confirms_by_herself(client_as: ClientAs, story: Teller) -> None:
    visitor = await client_as()
    door = await _begin(visitor)
    app = visitor.server.app  # type: ignore[attr-defined]
    call = json.loads(await app[REDIS].rpop(QUEUE))
    async with story.db.begin(Scope.system()) as session:
        visit = await session.get_one(Consultation, door.rsplit("/", 1)[1])
        for person, role in ((visit.practitioner_user_id, "practitioner"), (visit.pet_owner_id, "pet_owner")):
            await rooms.arrived(session, visit.id, person, role)
        await rooms.admit(session, visit.id, visit.practitioner_user_id)
        await rooms.finish(session, visit.id, visit.practitioner_user_id)
    path = f"/appointments/{visit.appointment_id}"
    assert "Lía Montes" in await (await visitor.get(path)).text()
    assert (await post(visitor, f"{path}/confirm")).status == 303
    page = await (await visitor.get(path)).text()
    assert "Payment released" in page
    assert call["user"] == str(visit.practitioner_user_id)


@pytest.mark.usefixtures("demo_vet")
async def test_when_every_demo_vet_is_busy_it_says_so(client_as: ClientAs) -> None:
    await _begin(await client_as())
    second = await (await client_as()).post("/try", headers={"Accept-Language": "en"}, allow_redirects=False)
    assert second.status == 409
    assert visits.EveryVetIsBusy.title in await second.text()


async def test_absent_in_production(settings: Settings, town: Town, tmp_path: Path) -> None:
    production = settings.model_copy(update={"env": "production"})
    assert len(SECRET) >= 32
    server = TestServer(http.create_app(production))
    client = TestClient(server)
    await client.start_server()
    try:
        for path in ("/try", "/dev/login/ana"):
            assert (await client.get(path, allow_redirects=False)).status == 404
        assert (await client.post("/try", allow_redirects=False)).status == 404
    finally:
        await client.close()
