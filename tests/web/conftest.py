"""The whole HTTP application on a database of the test's own, and clients signed in as the people of the town."""

from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import ClientResponse, web
from aiohttp.test_utils import TestClient, TestServer

from cli import http
from domain import reactions
from kit import events
from kit.db import Database
from kit.settings import Settings
from tests.factories import places
from tests.factories.places import Town

SECRET = "a secret for tests that is long enough"
Client = TestClient[web.Request, web.Application]
ClientAs = Callable[..., Awaitable[Client]]


@pytest.fixture
async def town(db: Database) -> Town:
    """People, vets and animals with real rows."""
    events.install(reactions.REACTIONS)
    return await places.open_town(db)


@pytest.fixture
def settings(fresh_url: str, redis_url: str, tmp_path: Path) -> Settings:
    """Demo mode, on the test's own stores."""
    return Settings(
        env="demo", data_dir=tmp_path, secret=SECRET, DATABASE_URL=fresh_url, REDIS_URL=redis_url, database_pool=4
    )


@pytest.fixture
async def app(settings: Settings, town: Town) -> web.Application:
    """The application, not yet listening."""
    return http.create_app(settings)


@pytest.fixture
async def client_as(app: web.Application) -> AsyncIterator[ClientAs]:
    """``await client_as("ana")`` is a browser signed in as Ana; ``await client_as()`` a visitor.

    Redirects are not followed unless asked. ``client.csrf`` is what a form posts as ``csrf_token``.
    """
    server = TestServer(app)
    opened: list[Client] = []

    async def open_client(handle: str = "", *, language: str = "en") -> Client:
        client: Client = TestClient(server, headers={"Accept-Language": language})
        opened.append(client)
        await client.start_server()
        if handle:
            answer = await client.get(f"/dev/login/{handle}", allow_redirects=False)
            assert answer.status == 303, await answer.text()
        return client

    yield open_client
    for client in opened:
        await client.close()


def token(client: Client) -> str:
    """The form token of the client's session; empty for a visitor."""
    for cookie in client.session.cookie_jar:
        if cookie.key.endswith("csrf"):
            return cookie.value
    return ""


async def post(client: Client, path: str, **fields: object) -> ClientResponse:
    """Send a form as the page would; lists repeat the name. Redirects are not followed."""
    data = [("csrf_token", token(client))]
    for name, value in fields.items():
        data += [(name, str(one)) for one in value] if isinstance(value, list | tuple) else [(name, str(value))]
    return await client.post(path, data=data, allow_redirects=False)
