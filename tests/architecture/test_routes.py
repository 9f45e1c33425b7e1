"""Every door has a policy, says what it is, and, where it speaks JSON, what it answers."""

from pathlib import Path
from typing import get_type_hints

import pytest
from aiohttp import web as http
from pydantic import SecretStr

from api import app as api_app
from kit.http.endpoint import Endpoint
from kit.http.policy import Policy
from kit.settings import Settings
from web import app as web_app

# Answers that are no document of ours: pictures, an acknowledgement to a provider, this API's own description.
RAW = {
    "/api/v1/files/{file_id}", "/api/v1/consultations/{consultation_id}/photos/{file_id}",
    "/api/v1/webhooks/{gateway}", "/api/v1/openapi.json",
}  # fmt: skip
WITHOUT_TOKEN = {"/api/v1/auth/login", "/api/v1/webhooks/{gateway}", "/dev/clock"}
SECRET = SecretStr("a secret that is long enough for production")
DEMO = Settings(env="demo", data_dir=Path("/nonexistent"), secret=SECRET)
PRODUCTION = Settings(env="production", data_dir=Path("/nonexistent"), secret=SECRET)


def endpoints(settings: Settings = DEMO) -> list[Endpoint]:
    tables = (*api_app.tables(settings), *web_app.tables(settings))
    return [one for table in tables for one in table.endpoints]


@pytest.mark.parametrize("endpoint", endpoints(), ids=lambda one: f"{one.method} {one.path}")
def test_each_route_has_a_policy_and_says_what_it_is(endpoint: Endpoint) -> None:
    assert isinstance(endpoint.auth, Policy)
    assert len((endpoint.handler.__doc__ or "").strip()) > 8


def test_json_routes_say_what_they_answer() -> None:
    silent = [
        (one.method, one.path)
        for table in api_app.tables(DEMO)
        for one in table.endpoints
        if one.path not in RAW and one.response is None and _answers_by_hand(one)
    ]
    assert not silent


def _answers_by_hand(endpoint: Endpoint) -> bool:
    returns = get_type_hints(endpoint.handler).get("return", type(None))
    return isinstance(returns, type) and issubclass(returns, http.StreamResponse)


def test_no_two_routes_are_the_same() -> None:
    seen = [(one.method, one.path) for one in endpoints()]
    assert len(seen) == len(set(seen))


def test_only_callers_that_prove_themselves_otherwise_go_without_a_token() -> None:
    assert {one.path for one in endpoints() if one.csrf == "exempt" and one.method != "GET"} <= WITHOUT_TOKEN


def test_what_is_for_trying_out_does_not_exist_in_production() -> None:
    assert not [one.path for one in endpoints(PRODUCTION) if one.path.startswith(("/dev", "/try", "/sandbox"))]
    assert [one for one in endpoints(DEMO) if one.path == "/dev/login/{handle}"]
