"""One's own data; and a review, which touches no money."""

from datetime import timedelta

from kit import clock
from tests.factories.places import Town
from tests.factories.stories import Teller
from tests.web.conftest import ClientAs, post


async def test_a_phone_is_kept_in_its_international_form(client_as: ClientAs, town: Town) -> None:
    ana = await client_as("ana")
    zone = "America/Argentina/Buenos_Aires"
    refused = await post(ana, "/me", name="Ana Torres", phone="12", time_zone=zone)
    assert refused.status == 422
    assert "Write a phone number with its area code" in await refused.text()
    assert (await post(ana, "/me", name="Ana T. Torres", phone="011 4343 1234", time_zone=zone)).status == 303
    page = await (await ana.get("/me")).text()
    assert "+541143431234" in page
    assert "Ana T. Torres" in page


async def test_everybody_has_a_page_about_themselves(client_as: ClientAs, town: Town) -> None:
    for handle in ("ana", "sosa", "root"):
        assert (await (await client_as(handle)).get("/me")).status == 200


async def test_a_review_waits_for_the_end_and_can_be_edited(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    ana = await client_as("ana")
    path = f"/appointments/{booked.id}/review"
    assert (await ana.get(path, allow_redirects=False)).status == 303
    assert (await post(ana, path, rating=5)).status == 422
    await story.met(booked)
    with clock.at(booked.starts_at + timedelta(hours=1)):
        for actor in (story.ana(), story.sosa()):
            await story.confirm(actor, booked.id)
        missing = await post(ana, path, body="Kind and clear.")
        assert missing.status == 422
        assert "Kind and clear." in await missing.text()
        assert (await post(ana, path, rating=5, body="Kind and clear.")).status == 303
        assert (await post(ana, path, rating=4, body="Kind, clear, a little late.")).status == 303
        shown = await (await ana.get(path)).text()
        assert "a little late" in shown
        assert "Review written" in await (await ana.get(f"/appointments/{booked.id}")).text()
    public = await (await (await client_as()).get(f"/vets/{story.town.slug}")).text()
    assert "Ana T." in public
    assert "Ana Torres" not in public
