"""The JSON API: every table of routes, and the document that describes them."""

import json
from functools import cache

from aiohttp import web

from api import accounts, appointments, consultations, files, payments, pets, providers
from kit.http import openapi
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.settings import Settings

VERSION = "1.0.0"
TABLES = (
    accounts.routes, pets.routes, providers.routes, appointments.routes, payments.routes, consultations.routes,
    files.routes,
)  # fmt: skip

meta = Routes("meta", prefix="/api/v1")


@cache
def document() -> dict[str, object]:
    """OpenAPI 3.1, from the tables."""
    return openapi.document("Lazo API", VERSION, TABLES)


def as_text() -> str:
    """The document as it is committed in docs/openapi.json; ``make openapi`` writes it."""
    return json.dumps(document(), indent=1, ensure_ascii=False) + "\n"


@meta.get("/openapi.json", auth=Public, transaction=False)
async def openapi_json(request: web.Request) -> web.Response:  # noqa: ARG001
    """This API, described."""
    return web.json_response(document(), headers={"Cache-Control": "no-cache"})


def tables(settings: Settings) -> tuple[Routes, ...]:  # noqa: ARG001
    """What is mounted."""
    return (*TABLES, meta)
