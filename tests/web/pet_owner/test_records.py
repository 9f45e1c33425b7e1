"""A signed record, on a page and on paper, and who may read it."""

from datetime import timedelta

from kit import clock
from tests.factories.stories import Teller
from tests.web.conftest import ClientAs


async def test_the_pet_owner_and_the_clinic_read_it(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    note_id = await story.sign(booked.id)
    ana, sosa = await client_as("ana"), await client_as("sosa")
    for reader in (ana, sosa):
        page = await (await reader.get(f"/records/{note_id}")).text()
        assert "Otitis of the left ear" in page
        assert "No swimming" in page
        assert "the family is worried" not in page
    assert f"/records/{note_id}" in await (await ana.get(f"/pets/{story.town.pet_id}")).text()


async def test_on_paper(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    note_id = await story.sign(booked.id)
    answer = await (await client_as("ana")).get(f"/records/{note_id}.pdf")
    assert answer.content_type == "application/pdf"
    assert (await answer.read()).startswith(b"%PDF-")
    assert "no-store" in answer.headers["Cache-Control"]


async def test_a_draft_is_no_record(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    await story.met(booked, signed=False)
    with clock.at(booked.starts_at + timedelta(hours=1)):
        page = await (await (await client_as("ana")).get(f"/appointments/{booked.id}")).text()
    assert "The vet signs the record" in page
    assert "/records/" not in page
