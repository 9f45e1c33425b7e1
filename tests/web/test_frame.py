"""The application stands up, speaks, and knows who asks."""

from tests.factories.places import Town
from tests.web.conftest import ClientAs


async def test_people_of_the_town_can_sign_in(client_as: ClientAs, town: Town) -> None:
    ana = await client_as("ana")
    me = await (await ana.get("/api/v1/auth/me")).json()
    assert (me["name"], me["role"]) == ("Ana Torres", "pet_owner")
    assert (await (await client_as()).get("/api/v1/auth/me")).status == 401
    found = await (await (await client_as()).get("/api/v1/providers")).json()
    assert {item["slug"] for item in found["items"]} == {town.slug, town.second_slug}
