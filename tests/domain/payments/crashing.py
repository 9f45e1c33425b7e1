"""A process that reaches the provider and then never comes back: run by the crash tests, ended by SIGKILL."""

import asyncio
import sys
import time
from typing import Any
from uuid import UUID

from domain import reactions
from domain.escrow import charges
from domain.payments import inbox, refunds
from domain.payments.gateways.sandbox import SandboxGateway
from kit import events
from kit.actor import Actor, Role
from kit.db import Database

STOP_AFTER = {"charge": "create_checkout", "process": "fetch", "refund": "refund"}


class Stuck:
    """The sandbox gateway; after the named call has taken effect, the process hangs."""

    def __init__(self, gateway: SandboxGateway, stop_after: str) -> None:
        self._gateway, self._stop_after = gateway, stop_after

    def __getattr__(self, name: str) -> Any:
        real = getattr(self._gateway, name)
        if name != self._stop_after:
            return real

        async def stuck(*args: Any) -> None:
            await real(*args)
            sys.stdout.write("reached\n")
            sys.stdout.flush()
            time.sleep(60)  # noqa: ASYNC251 - hanging hard is the point

        return stuck


async def main(url: str, what: str, subject: str, person: str) -> None:
    events.install(reactions.REACTIONS)
    db = Database(url)
    gateways: Any = {"sandbox": Stuck(SandboxGateway(db, b"test secret", "http://lazo.test"), STOP_AFTER[what])}
    if what == "charge":
        owner = Actor(Role.PET_OWNER, UUID(person))
        await charges.charge(db, gateways, owner, UUID(subject), "sandbox", "http://lazo.test/back")
    elif what == "process":
        await inbox.process(db, gateways, UUID(subject))
    else:
        await refunds.execute(db, gateways, UUID(subject))


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
