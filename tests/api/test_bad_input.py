"""Wrong payloads, forged senders, other people's things: a clear refusal, and nothing changed."""

from typing import Any
from uuid import uuid4

import pytest

from tests.api.conftest import CallerAs, booking, first_slot
from tests.factories.places import Town


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"starts_at": "2027-01-04T10:00:00"}, "starts_at"),  # naive
        ({"starts_at": "2027-01-04T10:01:00Z"}, "starts_at"),  # off the grid
        ({"reason": "short"}, "reason"),
        ({"pet_id": "not-an-id"}, "pet_id"),
        ({"clinic_id": str(uuid4())}, "clinic_id"),  # unknown fields are refused
        ({"price_minor": 1}, "price_minor"),
        ({"triage": {"breathing": "perhaps"}}, "triage.breathing"),
    ],
)
async def test_a_wrong_field_is_named(caller: CallerAs, town: Town, changes: dict[str, Any], field: str) -> None:
    ana = await caller("ana")
    body = booking(town, "2027-01-04T10:00:00Z") | changes
    answer = await ana.post("/appointments", body)
    assert (answer.status, answer.body["code"]) == (422, "invalid_request")
    assert field in {error["field"] for error in answer.body["errors"]}


@pytest.mark.parametrize("raw", [b"", b"{", b"[1]", b'{"pet_id": NaN}', b"[" * 100_000, b"\xff\xfe", b"null"])
async def test_broken_json_is_422_never_500(caller: CallerAs, raw: bytes) -> None:
    ana = await caller("ana")
    csrf = next(c.value for c in ana.session.cookie_jar if c.key == "csrf")
    headers = {"X-CSRF-Token": csrf, "Content-Type": "application/json"}
    url = ana.server.make_url("/api/v1/appointments")
    async with ana.session.post(url, data=raw, headers=headers) as response:
        assert response.status == 422, await response.text()


async def test_anothers_things_look_like_nothing(caller: CallerAs, town: Town) -> None:
    ana, nour, farah = await caller("ana"), await caller("nour"), await caller("farah")
    held = (await ana.post("/appointments", booking(town, await first_slot(ana, town)))).body
    for stranger in (nour, farah):
        real = await stranger.get(f"/appointments/{held['id']}")
        random = await stranger.get(f"/appointments/{uuid4()}")
        assert real.status == random.status == 404
        assert {**real.body, "instance": ""} == {**random.body, "instance": ""}
    assert (await nour.get(f"/pets/{town.pet_id}")).status == 404
    assert (await nour.get(f"/pets/{town.pet_id}/medical-records")).status == 404
    assert (await nour.post("/appointments", booking(town, await first_slot(ana, town, days=2)))).status == 404
    stolen = await nour.call("PATCH", f"/appointments/{held['id']}/status", {"status": "cancelled", "version": 1})
    assert stolen.status == 404


async def test_writing_without_the_token_or_from_elsewhere_is_refused(caller: CallerAs) -> None:
    ana = await caller("ana")
    pet = {"name": "Rex", "species": "dog"}
    for headers in (
        {"X-CSRF-Token": ""}, {"X-CSRF-Token": "0" * 64}, {"Sec-Fetch-Site": "cross-site"},
        {"Origin": "https://evil.example"}, {"Origin": "null"}, {"Sec-Fetch-Site": "same-site"},
    ):  # fmt: skip
        answer = await ana.call("POST", "/pets", pet, **headers)
        assert (answer.status, answer.body["code"]) == (403, "cross_site_refused"), headers
    assert len((await ana.get("/pets")).body["items"]) == 1


async def test_forged_notifications_change_nothing(caller: CallerAs) -> None:
    nobody = await caller()
    url = nobody.server.make_url("/api/v1/webhooks/sandbox")
    for headers in ({}, {"X-Sandbox-Signature": "t=1,v1=00"}, {"X-Sandbox-Signature": "garbage"}):
        async with nobody.session.post(url, data=b'{"id":"x","data":{"id":"y"}}', headers=headers) as response:
            assert response.status == 401, await response.text()


async def test_every_refusal_has_a_code_and_the_headers_of_the_house(caller: CallerAs) -> None:
    nobody = await caller()
    for path, status in (("/nothing", 404), ("/pets", 401), (f"/providers/{uuid4()}", 404), ("/providers?limit=0", 422)):
        answer = await nobody.get(path)
        assert answer.status == status
        assert answer.body["code"]
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "frame-ancestors 'none'" in answer.headers["Content-Security-Policy"]
