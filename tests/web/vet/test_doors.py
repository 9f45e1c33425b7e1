"""Who may enter the vet's panel, and that another vet's things do not exist there."""

import pytest

from domain.clinics.models import Membership, MembershipRole
from kit.db import Database, Scope
from tests.factories.places import Town
from tests.factories.stories import Teller
from tests.web.conftest import ClientAs, post

PAGES = ("", "/appointments", "/hours", "/services", "/services/new", "/patients", "/earnings", "/profile")


@pytest.mark.parametrize("page", PAGES)
async def test_each_page_opens_for_a_vet_and_for_nobody_else(client_as: ClientAs, page: str) -> None:
    assert (await (await client_as("sosa")).get(f"/vet{page}")).status == 200
    assert (await (await client_as("ana")).get(f"/vet{page}")).status == 403
    assert (await (await client_as("root")).get(f"/vet{page}")).status == 403
    visitor = await (await client_as()).get(f"/vet{page}", allow_redirects=False)
    assert visitor.status == 303
    assert visitor.headers["Location"].startswith("/signin?next=")


async def test_another_vets_appointment_chart_and_service_do_not_exist(client_as: ClientAs, story: Teller) -> None:
    appointment = await story.booked()
    farah = await client_as("farah")
    for path in (f"appointments/{appointment.id}", f"appointments/{appointment.id}/record",
                 f"appointments/{appointment.id}/cancel", f"patients/{appointment.patient_id}",
                 f"services/{story.town.service_id}"):  # fmt: skip
        answer = await farah.get(f"/vet/{path}")
        assert answer.status == 404, path
        assert "Toby" not in await answer.text()
    for path, fields in (("confirm", {}), ("cancel", {"version": 2}), ("record", {"version": 0}), ("record/sign", {"version": 0})):
        answer = await post(farah, f"/vet/appointments/{appointment.id}/{path}", **fields)
        assert answer.status == 404, path
    assert (await post(farah, f"/vet/patients/{appointment.patient_id}/alerts", alerts="x")).status == 404
    assert (await post(farah, f"/vet/services/{story.town.service_id}/remove")).status == 404


async def test_a_form_without_its_token_changes_nothing(client_as: ClientAs, story: Teller) -> None:
    sosa = await client_as("sosa")
    answer = await sosa.post("/vet/profile", data={"headline": "x", "bio": ""}, allow_redirects=False)
    assert answer.status == 403


async def test_a_receptionist_reads_the_clinics_day_and_nothing_else(
    client_as: ClientAs, story: Teller, db: Database, town: Town
) -> None:
    appointment = await story.booked(hours=1)
    async with db.begin(Scope.system()) as session:
        session.add(Membership(clinic_id=town.clinic_id, user_id=town.people["nour"], role=MembershipRole.STAFF))
    desk = await client_as("nour", language="en")
    pages = [await (await desk.get(f"/vet?day={day}")).text() for day in (0, 1)]
    assert any("Toby" in page for page in pages)
    assert not any(f"/vet/{place}" in page for page in pages for place in ("hours", "earnings", "appointments"))
    assert (await desk.get(f"/vet/appointments/{appointment.id}")).status == 403
    assert (await post(desk, "/vet/hours")).status == 403
