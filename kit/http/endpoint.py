"""Typed endpoints: the handler's signature is the contract.

``body`` is parsed from JSON, ``query`` from the query string, every other parameter from the path; the return
annotation is the response schema. Around the handler stand, in this order: who is asking (401, 403), the payload
(422), one transaction, committed before the first byte of the answer leaves. A refusal rolls it back.
"""

import inspect
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Any, Literal, get_type_hints

from aiohttp import web
from pydantic import BaseModel, TypeAdapter, ValidationError

from kit.db import commit
from kit.errors import DomainError, InvalidRequest
from kit.http import csrf
from kit.http.keys import ACTOR, DATABASE, SESSION
from kit.http.policy import Policy

Handler = Callable[..., Awaitable[Any]]
# "in_form": a form with files in it, whose token is a part that ``uploads.mixed_form`` reads and checks.
Csrf = Literal["checked", "in_form", "exempt"]
UNSAFE = frozenset({"POST", "PUT", "PATCH", "DELETE"})


@dataclass(frozen=True, slots=True)
class Endpoint:
    """One route: who, what goes in, what comes out."""

    method: str
    path: str
    handler: Handler
    auth: Policy
    status: int
    body: TypeAdapter[Any] | None
    query: type[BaseModel] | None
    path_params: dict[str, TypeAdapter[Any]]
    response: TypeAdapter[Any] | None
    transaction: bool
    csrf: Csrf
    problems: tuple[type[DomainError], ...]

    async def __call__(self, request: web.Request) -> web.StreamResponse:
        """Answer one request."""
        request[ACTOR] = self.auth.admit(request[ACTOR])
        if self.method in UNSAFE and self.csrf != "exempt":
            csrf.check_origin(request)
            if self.csrf == "checked" or request.content_type != "multipart/form-data":
                await csrf.check_token(request)
        arguments = await self._arguments(request)
        if not self.transaction:
            return self._answer(await self.handler(request, **arguments))
        database = request.app[DATABASE]
        async with database.sessions(info={"scope": self.auth.scope(request[ACTOR])}) as session:
            request[SESSION] = session
            response = self._answer(await self.handler(request, **arguments))
            if response.status < 400:
                await commit(session)
        return response

    async def _arguments(self, request: web.Request) -> dict[str, Any]:
        arguments: dict[str, Any] = {}
        for name, adapter in self.path_params.items():
            arguments[name] = _parse(adapter.validate_strings, request.match_info[name], "path", name)
        if self.query is not None:
            arguments["query"] = _parse(self.query.model_validate, _pairs(request, self.query), "query")
        if self.body is not None:
            raw = await request.read()
            arguments["body"] = _parse(self.body.validate_json, raw or b"null", "body")
        return arguments

    def _answer(self, result: Any) -> web.StreamResponse:
        if isinstance(result, web.StreamResponse):
            return result
        if self.response is None:
            return web.Response(status=204)
        payload = self.response.dump_json(self.response.validate_python(result, from_attributes=True), by_alias=True)
        return web.Response(
            body=payload, status=self.status, content_type="application/json", headers={"Cache-Control": "no-store"}
        )


def inspect_handler(
    method: str, path: str, handler: Handler, *, auth: Policy, status: int, transaction: bool, csrf: Csrf,
    problems: tuple[type[DomainError], ...],
) -> Endpoint:  # fmt: skip
    """Read the contract off the signature; raises TypeError for a parameter that is in no path."""
    hints = get_type_hints(handler, include_extras=True)
    returns = hints.pop("return", type(None))
    names = [p for p in inspect.signature(handler).parameters if p != "request"]
    params = {n: TypeAdapter(hints[n]) for n in names if n not in ("body", "query")}
    missing = [n for n in params if f"{{{n}" not in path]
    if missing:
        raise TypeError(f"{handler.__qualname__}: {missing} not in path {path!r}")
    raw = isinstance(returns, type) and issubclass(returns, web.StreamResponse)
    return Endpoint(
        method=method, path=path, handler=handler, auth=auth, status=status, problems=problems,
        body=TypeAdapter(hints["body"]) if "body" in names else None,
        query=hints["query"] if "query" in names else None,
        path_params=params,
        response=None if raw or returns is type(None) else TypeAdapter(returns),
        transaction=transaction, csrf=csrf,
    )  # fmt: skip


def _pairs(request: web.Request, model: type[BaseModel]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for key in request.query:
        info = model.model_fields.get(key)
        many = info is not None and getattr(info.annotation, "__origin__", None) in (list, set, tuple)
        values[key] = request.query.getall(key) if many else request.query[key]
    return values


def _parse(validate: Callable[[Any], Any], value: Any, where: str, name: str | None = None) -> Any:
    try:
        return validate(value)
    except ValidationError as error:
        raise InvalidRequest(field_errors(error, where, name)) from error
    except RecursionError:
        raise InvalidRequest([{"in": where, "field": "", "code": "too_deep", "message": "nested too deeply"}]) from None


def field_errors(error: ValidationError, where: str, name: str | None = None) -> list[dict[str, str]]:
    """Pydantic's findings as ``{in, field, code, message}``, without echoing what was sent."""
    return [
        {
            "in": where,
            "field": ".".join(map(str, e["loc"])) or (name or ""),
            "code": e["type"],
            "message": e["msg"].removeprefix("Value error, "),
        }
        for e in error.errors(include_url=False, include_context=False, include_input=False)
    ]
