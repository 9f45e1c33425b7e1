"""A scheduler's tools over a world of real rows, and a post office that really takes letters."""

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass

import aiohttp
import pytest
from sqlalchemy import select, text

from domain.correspondence.letters import Composer
from domain.notifications.models import Delivery
from kit import outbox
from kit.db import Database, Scope
from kit.mail import SmtpTransport
from kit.outbox import OutboxItem
from kit.settings import Settings
from scheduler import dispatch
from scheduler.tools import Tools
from tests.factories import money, post
from tests.factories.money import World
from tests.factories.post import PostOffice

SENDER = "Lazo <hola@lazo.example>"


@dataclass(frozen=True)
class Wired(Tools):
    """Its posts arrive at our own webhook, without a web server between."""

    world: World

    async def post(self, url: str, headers: Mapping[str, str], body: bytes) -> int:
        return await self.world.webhook(url, headers, body)


@dataclass
class Bench:
    """A world, and one scheduler to move it on."""

    world: World
    tools: Tools
    office: PostOffice

    @property
    def db(self) -> Database:
        return self.tools.db

    async def drain(self) -> int:
        return await dispatch.drain(self.tools, lambda: False)

    async def rows(self, kind: str | None = None, prefix: str = "") -> list[OutboxItem]:
        async with self.db.begin(Scope.system()) as session:
            query = select(OutboxItem).where(OutboxItem.dedup_key.startswith(prefix)).order_by(OutboxItem.due_at)
            return list(await session.scalars(query if kind is None else query.where(OutboxItem.kind == kind)))

    async def deliveries(self, kind: str | None = None) -> list[Delivery]:
        async with self.db.begin(Scope.system()) as session:
            query = select(Delivery).order_by(Delivery.created_at)
            return list(await session.scalars(query if kind is None else query.where(Delivery.kind == kind)))

    async def enqueue(self, kind: str, key: str, payload: dict[str, str] | None = None) -> None:
        async with self.db.begin(Scope.system()) as session:
            await outbox.enqueue(session, kind, key, payload or {})

    async def shift(self, seconds: int) -> None:
        """Move the business clock of every process."""
        async with self.db.engine.begin() as connection:
            await connection.execute(text("update clock_shift set seconds = seconds + :s"), {"s": seconds})

    async def forget_leases(self) -> None:
        """As if a minute had passed for a worker that died."""
        async with self.db.engine.begin() as connection:
            await connection.execute(
                text("update outbox set leased_until = now() - interval '1 s' where state = 'waiting'")
            )


@pytest.fixture
async def bench(db: Database) -> AsyncIterator[Bench]:
    world = await money.open_world(db)
    async with post.opened() as office, aiohttp.ClientSession() as http:
        transport = SmtpTransport(Settings(smtp_port=office.port))
        compose = Composer("https://lazo.example", SENDER)
        yield Bench(world, Wired(db, transport, compose, world.gateways, http, world), office)
