"""Small processes that keep the contract of the real ones, for tests of what starts and stops processes.

``python -m tests.cli.placeholders`` is ``lazo dev`` with these; http answers with its own process number, and
what it is asked to do.
"""

import asyncio
import os
import sys
from collections.abc import Callable

from aiohttp import web

from kit.settings import Settings


async def _pid(_request: web.Request) -> web.Response:
    return web.Response(text=str(os.getpid()))


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Answer on the HTTP port when this is http, else only be there."""
    name = os.environ.get("PLACEHOLDER_BREAKS", "")
    own = open("/proc/self/comm").read().strip().removeprefix("lazo-")  # noqa: ASYNC230, PTH123, SIM115
    if own == name:
        raise RuntimeError("the placeholder was told to break")
    app = web.Application()
    app.router.add_get("/", _pid)
    runner = web.AppRunner(app)
    await runner.setup()
    if own == "http":
        await web.TCPSite(runner, settings.http_host, settings.http_port).start()
    ready()
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        await asyncio.sleep(float(os.environ.get("PLACEHOLDER_LINGERS", "0")))
        raise
    finally:
        await runner.cleanup()


def main() -> int:
    """Be ``lazo dev`` with placeholders for all but caught mail."""
    from cli import demodata, dev, processes

    for process in ("http", "signaling", "media", "scheduler"):
        processes.MODULES[process] = "tests.cli.placeholders"
    demodata.MODULE = "tests.cli.no_such_module"
    return dev.run()


if __name__ == "__main__":
    sys.exit(main())
