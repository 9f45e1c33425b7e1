"""Home, a vet's page, plans, and the pages of refusals."""

import re
from html import unescape

from domain.booking.availability import nearest
from kit import clock
from kit.db import Database, Scope
from tests.factories.places import Town
from tests.web.conftest import Client, ClientAs


async def text(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path, allow_redirects=False)
    assert answer.status == status
    return unescape(await answer.text()).replace("\xa0", " ")


async def test_home_shows_who_is_free_soon(client_as: ClientAs, town: Town) -> None:
    html = await text(await client_as(language="es-AR,es"), "/")
    assert f"/vets/{town.slug}" in html
    html = await text(await client_as(language="en-AR"), "/")
    assert "1 vet is free within the hour" in html


async def test_plans_are_counted_through_in_each_currency(client_as: ClientAs, town: Town) -> None:
    visitor = await client_as(language="en-AR")
    html = await text(visitor, "/for-vets")
    assert "ARS 20,000.00" in html
    assert "ARS 17,600.00" in html  # Pro keeps 12 %
    assert "JOD 15.000" in await text(visitor, "/for-vets?currency=JOD")


async def test_privacy_says_where_the_picture_goes(client_as: ClientAs, town: Town) -> None:
    visitor = await client_as()
    assert "our servers see no picture" in await text(visitor, "/privacy")
    assert "48 hours" in await text(visitor, "/terms")


class TestVet:
    async def test_trust_first_then_prices_and_times(self, client_as: ClientAs, town: Town) -> None:
        html = await text(await client_as("nour"), f"/vets/{town.slug}")
        for fact in ("MP 1234", "Clinic Sosa", "Video consultation", "Skin consultation", "data-starts-at"):
            assert fact in html
        assert html.index("MP 1234") < html.index("data-starts-at")

    async def test_both_zones_are_named_when_they_differ(self, client_as: ClientAs, town: Town) -> None:
        visitor = await client_as(language="en")
        visitor.session.cookie_jar.update_cookies({"zone": "Asia/Manila"})
        html = await text(visitor, f"/vets/{town.slug}")
        assert "Times in Manila time." in html
        assert "The vet is in Buenos Aires" in html
        ana = await text(await client_as("ana"), f"/vets/{town.slug}")
        assert "The vet is in" not in ana

    async def test_service_and_day_are_in_the_address(
        self, client_as: ClientAs, town: Town, db: Database
    ) -> None:
        ana = await client_as("ana")
        html = await text(ana, f"/vets/{town.slug}")
        days = re.findall(r'class="day[^"]*" href="(/vets/[^"#]+)', html)
        assert len(days) == 14
        other = await text(ana, days[5])
        offered = re.findall(r'data-starts-at="([^"]+)"', other)
        assert len(offered) == 48
        async with db.begin(Scope.public()) as session:
            assert len(await nearest(session, town.practitioner_id, 30, clock.now())) == 3

    async def test_nonsense_in_the_address_is_no_error(self, client_as: ClientAs, town: Town) -> None:
        visitor = await client_as()
        for query in ("?date=2026-02-31", "?date=1999-01-01", "?date=9999-12-31", "?service=x", "?date=%00"):
            await text(visitor, f"/vets/{town.slug}{query}")
        await text(visitor, "/vets/nobody", 404)
        await text(visitor, f"/vets/{town.slug}/photo", 404)
        await text(visitor, "/book?vet=sosa&service=x", 404)
        await text(visitor, f"/book?vet=nobody&service={town.service_id}", 404)


async def test_a_page_that_is_not_there_leads_on(client_as: ClientAs, town: Town) -> None:
    html = await text(await client_as(), "/no/such/page", 404)
    assert "/search" in html
