"""Typed keys of what an application and a request carry; string keys are forbidden."""

from collections.abc import Callable, Mapping
from typing import Any, Protocol

import jinja2
from aiohttp import web
from redis.asyncio import Redis
from sqlalchemy.ext.asyncio import AsyncSession

from kit.actor import Actor
from kit.db import Database
from kit.settings import Settings
from kit.storage import Storage

SETTINGS = web.AppKey("settings", Settings)
DATABASE = web.AppKey("database", Database)
REDIS = web.AppKey("redis", Redis)
STORAGE = web.AppKey("storage", Storage)
GATEWAYS: web.AppKey[Mapping[str, Any]] = web.AppKey("gateways", Mapping)
Document = Callable[[], Mapping[str, Any]]
API_DOCUMENT: web.AppKey[Document] = web.AppKey("api_document")
TEMPLATES = web.AppKey("templates", jinja2.Environment)


class Authenticate(Protocol):
    """Says who sends a request."""

    async def __call__(self, request: web.Request, /) -> Actor:
        """The actor; anonymous for anybody without a living session."""


AUTHENTICATE: web.AppKey[Authenticate] = web.AppKey("authenticate", Authenticate)

SESSION = web.RequestKey("session", AsyncSession)
ACTOR = web.RequestKey("actor", Actor)
LOCALE = web.RequestKey("locale", str)
REQUEST_ID = web.RequestKey("request_id", str)
COOKIES_TO_SET: web.RequestKey[list[Callable[[web.StreamResponse], None]]] = web.RequestKey("cookies_to_set", list)
