"""Looking at a page changes nothing: no GET writes a row, whoever looks."""

from collections.abc import Iterator
from contextlib import contextmanager

from aiohttp import web
from sqlalchemy import event

from api import app as api_app
from domain.payments.gateways.sandbox import SandboxGateway
from kit.db import Database
from kit.http.keys import DATABASE
from kit.settings import Settings
from tests.factories.places import Town
from tests.factories.stories import SITE, Teller
from tests.web.conftest import SECRET, ClientAs
from web import app as web_app

WRITES = ("insert", "update", "delete", "truncate")
SIGNS_IN = {"/dev/login/{handle}"}


@contextmanager
def written(app: web.Application) -> Iterator[list[str]]:
    """The writing statements that run inside the block."""
    found: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        if statement.lstrip().lower().startswith(WRITES):
            found.append(statement)

    engine = app[DATABASE].engine.sync_engine
    event.listen(engine, "before_cursor_execute", note)
    try:
        yield found
    finally:
        event.remove(engine, "before_cursor_execute", note)


async def test_no_get_writes(
    client_as: ClientAs, app: web.Application, settings: Settings, db: Database, town: Town
) -> None:
    story = Teller(db, town, SandboxGateway(db, SECRET.encode(), SITE))
    appointment = await story.booked()
    room = await story.room(appointment.id)
    known = {
        "appointment_id": appointment.id, "pet_id": town.pet_id, "service_id": town.service_id, "slug": town.slug,
        "consultation_id": room.id, "patient_id": appointment.patient_id, "provider_id": town.practitioner_id,
    }  # fmt: skip
    paths = []
    for table in (*api_app.tables(settings), *web_app.tables(settings)):
        for one in table.endpoints:
            if one.method == "GET" and one.path not in SIGNS_IN and set(one.path_params) <= set(known):
                paths.append(one.path.format(**known))
    assert len(paths) > 50
    for handle in ("ana", "sosa", "root", ""):
        client = await client_as(handle)
        for path in paths:
            with written(app) as found:
                answer = await client.get(path, allow_redirects=False, headers={"Accept": "text/html"})
            assert answer.status < 500, path
            assert not found, (handle, path, found)
