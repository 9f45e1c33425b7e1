"""To anybody else an appointment, an animal, a record and a room do not exist: the same bytes as for a random id."""

import re
from uuid import UUID, uuid4

import pytest

from tests.factories.stories import Teller
from tests.web.conftest import Client, ClientAs, post

ID = re.compile(rb"[0-9a-f]{8}-(?:[0-9a-f]{4}-){3}[0-9a-f]{12}")
PAGES = (
    "/appointments/{a}", "/appointments/{a}?paid=1", "/appointments/{a}/cancel", "/appointments/{a}/problem",
    "/appointments/{a}/review", "/appointments/{a}/calendar.ics", "/pets/{p}",
    "/pets/{p}/edit", "/records/{r}", "/records/{r}.pdf", "/room/{c}",
)  # fmt: skip
FORMS = (
    "/appointments/{a}/pay", "/appointments/{a}/cancel", "/appointments/{a}/confirm", "/appointments/{a}/review",
    "/pets/{p}/edit",
)  # fmt: skip
FIELDS = {"version": 2, "rating": 1, "name": "Mine", "species": "dog"}


async def _same(client: Client, template: str, real: dict[str, UUID], *, sends: bool = False) -> tuple[int, int]:
    bodies, statuses = [], []
    for ids in (real, {name: uuid4() for name in real}):
        path = template.format(**ids)
        answer = await (post(client, path, **FIELDS) if sends else client.get(path, allow_redirects=False))
        statuses.append(answer.status)
        bodies.append(ID.sub(b"", await answer.read()))
    assert bodies[0] == bodies[1], template
    return statuses[0], statuses[1]


@pytest.fixture
async def real(story: Teller) -> dict[str, UUID]:
    booked = await story.booked()
    room = await story.room(booked.id)
    return {"a": booked.id, "p": story.town.pet_id, "r": await story.sign(booked.id), "c": room.id}


@pytest.mark.parametrize("who", ["nour", "farah"])
async def test_a_stranger_sees_nothing(client_as: ClientAs, real: dict[str, UUID], who: str) -> None:
    client = await client_as(who)
    for template in PAGES:
        assert await _same(client, template, real) == (404, 404), template
    for template in FORMS:
        assert await _same(client, template, real, sends=True) == (404, 404), template


async def test_a_visitor_is_sent_to_sign_in(client_as: ClientAs, real: dict[str, UUID]) -> None:
    client = await client_as()
    for template in PAGES:
        assert await _same(client, template, real) == (303, 303), template
