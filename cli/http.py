"""The HTTP process: the JSON API and the pages in one application, on one origin."""

import asyncio
from collections.abc import AsyncIterator, Callable

from aiohttp import web as http

from api import app as api_app
from cli.authentication import authenticate
from domain import wiring
from kit.http import keys, middlewares, problems
from kit.settings import Settings
from web import app as web_app
from web import render, responses

MAX_BODY = 3 * 1024 * 1024


def create_app(settings: Settings) -> http.Application:
    """The whole application; nothing is read from the environment and nothing is global but what ``wiring`` installs."""
    app = http.Application(
        client_max_size=MAX_BODY,
        middlewares=[
            middlewares.request_id, middlewares.security_headers, problems.problems, middlewares.authenticate,
            middlewares.locale, problems.problems,
        ],
    )  # fmt: skip
    app[keys.SETTINGS] = settings
    who_asks: keys.Authenticate = authenticate
    app[keys.AUTHENTICATE] = who_asks
    described: keys.Document = api_app.document
    app[keys.API_DOCUMENT] = described
    app[keys.TEMPLATES] = render.create_environment(settings)
    refusals: problems.ErrorPage = responses.error_page
    app[problems.ERROR_PAGE] = refusals
    app.cleanup_ctx.append(_resources)
    for table in (*api_app.tables(settings), *web_app.tables(settings)):
        app.router.add_routes(table)
    web_app.add_static(app)
    return app


async def _resources(app: http.Application) -> AsyncIterator[None]:
    async with wiring.resources(app[keys.SETTINGS]) as found:
        app[keys.DATABASE] = found.database
        app[keys.REDIS] = found.redis
        app[keys.STORAGE] = found.storage
        app[keys.GATEWAYS] = found.gateways
        yield


async def serve(settings: Settings, ready: Callable[[], None]) -> None:
    """Answer requests until cancelled."""
    runner = http.AppRunner(create_app(settings), access_log=None, handle_signals=False, shutdown_timeout=3)
    await runner.setup()
    try:
        await http.TCPSite(runner, settings.http_host, settings.http_port, reuse_address=True).start()
        ready()
        await asyncio.Event().wait()
    finally:
        await runner.cleanup()
