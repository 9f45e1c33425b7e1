"""A vet's day: who is next, who waits, what is unsigned; one appointment from booking to release."""

from datetime import timedelta

from domain.consultations import presence
from kit import clock
from kit.db import Database, Scope
from tests.factories.stories import Teller
from tests.web.conftest import ClientAs, post


async def test_who_is_next_and_who_waits(client_as: ClientAs, story: Teller, db: Database) -> None:
    sosa = await client_as("sosa")
    assert "Nobody is next" in await (await sosa.get("/vet")).text()
    appointment = await story.booked()
    page = await (await sosa.get("/vet")).text()
    assert "Toby" in page
    assert "The room opens at" in page
    room = await story.room(appointment.id)
    with clock.at(appointment.starts_at - timedelta(minutes=2)):
        async with db.begin(Scope.system()) as session:
            await presence.joined(session, room.id, story.town.people["ana"], "pet_owner")
    page = await (await sosa.get("/vet")).text()
    assert "In your waiting room" in page
    assert f"/room/{room.id}" in page


async def test_an_unsigned_record_is_owed_until_it_is_signed(client_as: ClientAs, story: Teller) -> None:
    appointment = await story.booked()
    await story.met(appointment, signed=False)
    sosa = await client_as("sosa")
    here = f"/vet/appointments/{appointment.id}"
    assert f"{here}/record" in await (await sosa.get("/vet")).text()
    empty = await post(sosa, f"{here}/record/sign", version=0, diagnosis="", treatment="", notes="kept")
    assert empty.status == 422
    page = await empty.text()
    assert "Write the diagnosis and the treatment" in page
    assert ">kept</textarea>" in page
    saved = await post(sosa, f"{here}/record", version=0, diagnosis="Otitis", treatment="Clean it")
    assert saved.status == 303
    stale = await post(sosa, f"{here}/record", version=0, diagnosis="Something else", treatment="Wait")
    assert stale.status == 409
    page = await stale.text()
    assert "Otitis" in page
    assert "Something else" in page
    signed = await post(sosa, f"{here}/record/sign", version=1, diagnosis="Otitis", treatment="Clean it daily")
    assert signed.status == 303
    assert "can no longer be changed" in await (await sosa.get(f"{here}/record")).text()
    assert (await post(sosa, f"{here}/record", version=2, diagnosis="x", treatment="y")).status == 409
    assert "Everything is signed" in await (await sosa.get("/vet")).text()


async def test_confirming_releases_and_the_money_shows_line_by_line(client_as: ClientAs, story: Teller) -> None:
    appointment = await story.booked()
    sosa = await client_as("sosa")
    here = f"/vet/appointments/{appointment.id}"
    early = await post(sosa, f"{here}/confirm")
    assert early.status == 409
    assert "once the consultation has ended" in await early.text()
    await story.met(appointment)
    await story.confirm(story.ana(), appointment.id)
    assert (await post(sosa, f"{here}/confirm")).status == 303
    page = (await (await sosa.get("/vet/earnings?part=released")).text()).replace("\xa0", " ")
    assert "ARS 18,500.00" in page
    assert "20%" in page
    assert "ARS 14,800.00" in page


async def test_cancelling_says_first_that_all_goes_back(client_as: ClientAs, story: Teller) -> None:
    appointment = await story.booked()
    sosa = await client_as("sosa")
    here = f"/vet/appointments/{appointment.id}"
    asked = (await (await sosa.get(f"{here}/cancel")).text()).replace("\xa0", " ")
    assert "ARS 18,500.00</bdi> back in full" in asked
    assert (await story.get(appointment.id)).status == "booked", "looking changes nothing"
    assert (await post(sosa, f"{here}/cancel", version=99)).status == 412
    assert (await post(sosa, f"{here}/cancel", version=appointment.version, reason="ill")).status == 303
    assert (await story.get(appointment.id)).status == "cancelled"


async def test_the_list_is_filtered_by_the_address(client_as: ClientAs, story: Teller) -> None:
    await story.booked()
    sosa = await client_as("sosa")
    assert "Toby" in await (await sosa.get("/vet/appointments?when=upcoming&status=booked")).text()
    assert "Toby" not in await (await sosa.get("/vet/appointments?when=past")).text()
    assert "Toby" not in await (await sosa.get("/vet/appointments?when=all&status=completed")).text()
    assert (await sosa.get("/vet/appointments?status=nonsense")).status == 422


async def test_alerts_stand_wherever_the_animal_is(client_as: ClientAs, story: Teller) -> None:
    appointment = await story.booked()
    sosa = await client_as("sosa")
    chart = f"/vet/patients/{appointment.patient_id}"
    assert (await post(sosa, f"{chart}/alerts", alerts="Bites when held")).status == 303
    for path in (chart, f"/vet/appointments/{appointment.id}", "/vet", "/vet/patients?q=toby"):
        assert "Bites when held" in await (await sosa.get(path)).text(), path
    assert "Nobody by that name" in await (await sosa.get("/vet/patients?q=nobody")).text()
