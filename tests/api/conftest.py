"""The API over real HTTP, as a client outside sees it: cookies in, a csrf header out."""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest
from aiohttp import ClientSession, CookieJar
from aiohttp.test_utils import TestServer
from sqlalchemy import select

from cli import http
from domain.payments import inbox
from domain.payments.gateways import sandbox
from domain.payments.gateways.sandbox import SandboxGateway
from kit import outbox
from kit.db import Database, Scope
from kit.settings import Settings
from tests.factories import places
from tests.factories.places import Town

SECRET = "a secret for tests that is long enough"


@pytest.fixture
async def town(db: Database) -> Town:
    return await places.open_town(db)


@pytest.fixture
def settings(fresh_url: str, redis_url: str, tmp_path: Path) -> Settings:
    return Settings(
        env="demo", data_dir=tmp_path, secret=SECRET, DATABASE_URL=fresh_url, REDIS_URL=redis_url, database_pool=10
    )


@pytest.fixture
async def server(settings: Settings, town: Town) -> AsyncIterator[TestServer]:
    app = http.create_app(settings)
    running = TestServer(app)
    await running.start_server()
    yield running
    await running.close()


@dataclass
class Answer:
    """Status, body and headers."""

    status: int
    body: Any
    headers: Mapping[str, str]


@dataclass
class Caller:
    """A client that keeps its cookies and sends the csrf header with unsafe calls."""

    server: TestServer
    session: ClientSession
    extra: dict[str, str] = field(default_factory=dict)

    async def call(self, method: str, path: str, json: Any = None, **headers: str) -> Answer:
        csrf = next((c.value for c in self.session.cookie_jar if c.key == "csrf"), "")
        sent = {"X-CSRF-Token": csrf} if csrf else {}
        url = self.server.make_url(path if path.startswith("/dev") else f"/api/v1{path}")
        async with self.session.request(
            method, url, json=json, headers=sent | self.extra | headers, allow_redirects=False
        ) as response:
            text = await response.text()
            body = await response.json(content_type=None) if text and "json" in response.content_type else text
            return Answer(response.status, body, response.headers)

    async def get(self, path: str, **headers: str) -> Answer:
        return await self.call("GET", path, **headers)

    async def post(self, path: str, json: Any = None, **headers: str) -> Answer:
        return await self.call("POST", path, json, **headers)


CallerAs = Callable[..., Awaitable[Caller]]


@pytest.fixture
async def caller(server: TestServer) -> AsyncIterator[CallerAs]:
    """``await caller("ana")`` is signed in, ``await caller()`` is nobody."""
    opened: list[ClientSession] = []

    async def open_caller(handle: str = "") -> Caller:
        session = ClientSession(cookie_jar=CookieJar(unsafe=True))
        opened.append(session)
        one = Caller(server, session)
        if handle:
            assert (await one.get(f"/dev/login/{handle}")).status == 303
        return one

    yield open_caller
    for session in opened:
        await session.close()


@dataclass
class Provider:
    """The sandbox company: decides, and has its notifications delivered over HTTP to our webhook."""

    db: Database
    gateway: SandboxGateway
    server: TestServer

    async def decide(self, payment_id: str, decision: str) -> None:
        await self.gateway.decide(payment_id, decision)

    async def deliver_all(self) -> int:
        """Post every queued notification, then do what the scheduler does with what was stored."""
        delivered = 0
        for kind in (sandbox.NOTIFY, inbox.PROCESS):
            async with self.db.begin(Scope.system()) as session:
                waiting = select(outbox.OutboxItem).where(
                    outbox.OutboxItem.state == "waiting", outbox.OutboxItem.kind == kind
                )
                rows = (await session.scalars(waiting)).all()
            for row in rows:
                if kind == sandbox.NOTIFY:
                    await self.gateway.deliver(row.payload, self.post)
                else:
                    await inbox.process(self.db, {"sandbox": self.gateway}, UUID(row.payload["event_id"]))
                async with self.db.begin(Scope.system()) as session:
                    outbox.finish(await session.get_one(outbox.OutboxItem, row.id))
                delivered += 1
        return delivered

    async def post(self, _url: str, headers: Mapping[str, str], body: bytes) -> int:
        async with ClientSession() as session, session.post(
            self.server.make_url("/api/v1/webhooks/sandbox"), data=body, headers=dict(headers)
        ) as response:
            return response.status


@pytest.fixture
async def provider(db: Database, server: TestServer, settings: Settings) -> Provider:
    return Provider(db, SandboxGateway(db, settings.secret_key, settings.public_url), server)


async def first_slot(one: Caller, town: Town, *, days: int = 1) -> str:
    """The first free time of the town's vet, some days ahead."""
    day = (datetime.now(tz=UTC) + timedelta(days=days)).date().isoformat()  # noqa: TID251
    found = await one.get(f"/providers/{town.practitioner_id}/availability?date={day}&service_id={town.service_id}")
    assert found.status == 200, found.body
    return str(found.body["slots"][0]["starts_at"])


def booking(town: Town, starts_at: str, **changes: Any) -> dict[str, Any]:
    return {
        "pet_id": str(town.pet_id), "provider_id": str(town.practitioner_id), "service_id": str(town.service_id),
        "starts_at": starts_at, "reason": "He has been scratching his ears since Monday",
    } | changes  # fmt: skip

