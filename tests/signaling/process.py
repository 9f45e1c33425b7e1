"""A signaling process of its own, for tests that kill it; the record is kept in memory and told on request."""

import asyncio
import json
import sys
from typing import Any
from uuid import UUID, uuid4

from aiohttp import web

from kit import clock
from kit.settings import Settings
from signaling.app import create_app, open_redis
from signaling.facts import Party
from signaling.state import RefusedError


class MemoryFacts:
    """The record without PostgreSQL: what was told, in order. The real one is tested with the domain."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []
        self.lines: dict[str, dict[str, Any]] = {}

    async def joined(self, party: Party, device: str) -> None:
        self.told.append(("joined", party.role))

    async def left(self, party: Party, seconds_ago: float = 0) -> None:
        self.told.append(("left", party.role))

    async def admit(self, party: Party) -> None:
        self.told.append(("admit", party.role))

    async def finish(self, party: Party) -> None:
        self.told.append(("finish", party.role))

    async def say(self, party: Party, body: str, client_id: UUID, file_id: UUID | None) -> dict[str, Any]:
        if body == "forbidden":
            raise RefusedError("forbidden")
        line = {
            "id": str(uuid4()), "client_id": str(client_id), "user": str(party.user), "role": party.role, "body": body,
            "file_id": str(file_id) if file_id else None, "at": clock.now().isoformat(),
        }  # fmt: skip
        return self.lines.setdefault(str(client_id), line)

    async def history(self, party: Party) -> list[dict[str, Any]]:
        return list(self.lines.values())


async def main(port: int) -> None:
    settings = Settings.load()
    facts = MemoryFacts()
    app = create_app(settings, open_redis(settings.redis_url), facts)

    async def told(_: web.Request) -> web.Response:
        return web.json_response(facts.told)

    app.router.add_get("/told", told)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    sys.stdout.write(json.dumps({"ready": port}) + "\n")
    sys.stdout.flush()
    await asyncio.Event().wait()


if __name__ == "__main__":
    asyncio.run(main(int(sys.argv[1])))
