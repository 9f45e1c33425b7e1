"""The search page: filters in the address, times that lead into booking, a way out of an empty list."""

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from multidict import MultiDict

from domain.booking import availability
from kit import clock
from kit.db import Database, Scope
from tests.factories.places import Town
from tests.web.conftest import Client, ClientAs
from web.filters import Filters

WORDS = {"specialty": {"general", "dermatology"}, "species": {"dog", "cat"}, "language": {"es", "en", "ar"}}
ZONE = "America/Argentina/Buenos_Aires"


async def search(client: Client, query: str = "", **headers: str) -> str:
    answer = await client.get(f"/search{query}", headers=headers)
    assert answer.status == 200
    return unescape(await answer.text())


def names(html: str) -> set[str]:
    return set(re.findall(r'class="vet__name"><a href="/vets/([^"]+)"', html))


class TestFilters:
    async def test_the_readers_country_is_the_default(self, client_as: ClientAs, town: Town) -> None:
        visitor = await client_as(language="es-AR")
        assert names(await search(visitor)) == {town.slug}
        assert names(await search(visitor, "?country=JO")) == {town.second_slug}
        assert names(await search(visitor, "?country=any")) == {town.slug, town.second_slug}

    @pytest.mark.parametrize(
        ("query", "found"),
        [
            ("?specialty=dermatology", True), ("?specialty=dermatology&specialty=general", True),
            ("?service=dermatology", True), ("?species=dog", True), ("?species=bird", False), ("?language=es", True),
            ("?language=ar", False), ("?rating=4.5", False), ("?q=sosá", True), ("?q=nobody", False),
            ("?min_price=18000&max_price=19000", True), ("?max_price=1000", False), ("?when=today", True),
            ("?when=tomorrow", True), ("?when=week", True), ("?when=evening", True), ("?when=now", True),
            ("?rating=ten&when=yesterday&specialty=astrology&max_price=lots", True),
        ],
    )  # fmt: skip
    async def test_each_filter(self, client_as: ClientAs, town: Town, query: str, found: bool) -> None:
        html = await search(await client_as(language="es-AR"), query)
        assert (town.slug in names(html)) is found

    async def test_a_service_shows_its_own_price(self, client_as: ClientAs, town: Town) -> None:
        html = await search(await client_as(language="en-AR"), "?service=dermatology")
        assert "24,000.00" in html

    async def test_an_empty_list_says_what_to_let_go(self, client_as: ClientAs, town: Town) -> None:
        html = await search(await client_as(language="en-AR"), "?species=bird&max_price=20000")
        assert "No vet fits all of this" in html
        assert "Without: Bird" in html

    async def test_htmx_gets_the_list_only(self, client_as: ClientAs, town: Town) -> None:
        part = await search(await client_as(language="es-AR"), **{"HX-Request": "true"})
        assert "<html" not in part
        assert names(part) == {town.slug}

    def test_an_address_is_read_back_as_it_was_written(self) -> None:
        query = "q=ojo&specialty=general&specialty=dermatology&species=dog&country=AR&max_price=20000&when=week&sort=price"
        words = WORDS | {"service": WORDS["specialty"]}
        pairs = MultiDict([(k, v) for k, many in parse_qs(query).items() for v in many])
        chosen = Filters.read(pairs, words, "EC")
        again = MultiDict([(k, v) for k, many in parse_qs(urlsplit(chosen.url()).query).items() for v in many])
        assert Filters.read(again, words, "EC") == chosen
        assert chosen.ask(ZONE).max_price == 2_000_000

    def test_the_evening_is_the_readers(self) -> None:
        with clock.at(datetime(2026, 11, 20, 15, 0, tzinfo=UTC)):
            from_at, to_at = Filters(when="evening").window(ZONE)
            assert (from_at, to_at) == (
                datetime(2026, 11, 20, 21, 0, tzinfo=UTC), datetime(2026, 11, 21, 2, 0, tzinfo=UTC)
            )  # fmt: skip
        with clock.at(datetime(2026, 11, 21, 2, 30, tzinfo=UTC)):
            assert Filters(when="evening").window(ZONE)[0] == datetime(2026, 11, 21, 21, 0, tzinfo=UTC)


async def test_each_time_in_a_row_can_be_booked(client_as: ClientAs, town: Town, db: Database) -> None:
    html = await search(await client_as(language="es-AR"), "?service=dermatology")
    times = [datetime.fromisoformat(one) for one in re.findall(r'data-starts-at="([^"]+)"', html)]
    assert len(times) == 3
    async with db.begin(Scope.public()) as session:
        for one in times:
            assert await availability.is_free(session, town.practitioner_id, 30, one)
            assert not await availability.is_free(session, town.practitioner_id, 30, one + timedelta(minutes=5))
