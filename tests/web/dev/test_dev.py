"""What is there for trying Lazo out, and only there; and the API's reference."""

from datetime import datetime, timedelta
from email.message import EmailMessage

from aiohttp.test_utils import TestClient, TestServer

from cli import http
from kit import mailbox
from kit.settings import Settings
from tests.web.conftest import SECRET, ClientAs, post

HTML = {"Accept": "text/html"}


def letter(subject: str) -> bytes:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = "Lazo <hola@lazo.example>", "ana@example.test", subject
    message.set_content("Plain words")
    message.add_alternative("<p>Rich <script>alert(1)</script>words</p>", subtype="html")
    message.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="visita.ics")
    return message.as_bytes()


async def test_the_hub_leads_everywhere(client_as: ClientAs) -> None:
    page = await (await (await client_as()).get("/dev")).text()
    for place in ("/dev/login/sosa", "/dev/mail", "/dev/clock", "/dev/kit", "/try", "/api/docs"):
        assert f'href="{place}"' in page


async def test_a_letter_is_shown_in_a_frame_that_can_do_nothing(client_as: ClientAs, settings: Settings) -> None:
    visitor = await client_as()
    assert "No letters yet" in await (await visitor.get("/dev/mail")).text()
    name = mailbox.store(settings.data_dir, letter("Your <b>booking</b>"), ["ana@example.test"])
    assert "Your &lt;b&gt;booking&lt;/b&gt;" in await (await visitor.get("/dev/mail")).text()
    answer = await visitor.get(f"/dev/mail/{name}")
    assert "frame-src 'self'" in answer.headers["Content-Security-Policy"]
    page = await answer.text()
    assert "sandbox></iframe>" in page
    assert "Plain words" in page
    body = await visitor.get(f"/dev/mail/{name}/html")
    assert body.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    file = await visitor.get(f"/dev/mail/{name}/files/0")
    assert "visita.ics" in file.headers["Content-Disposition"]
    for path in (f"/dev/mail/{name}/files/9", "/dev/mail/nothing", "/dev/mail/..%2f..%2fsecret"):
        assert (await visitor.get(path)).status == 404, path


async def test_the_clock_moves_by_script_and_by_button(client_as: ClientAs) -> None:
    visitor = await client_as()
    before = datetime.fromisoformat((await (await visitor.get("/dev/clock")).json())["now"])
    moved = await (await visitor.post("/dev/clock", json={"advance": "PT24H"})).json()
    assert datetime.fromisoformat(moved["now"]) - before >= timedelta(hours=24)
    assert (await post(visitor, "/dev/clock/move", advance="P2D")).status == 303
    after = datetime.fromisoformat((await (await visitor.get("/dev/clock")).json())["now"])
    assert after - before >= timedelta(days=3)
    assert "The clock was moved" in await (await visitor.get("/dev/clock", headers=HTML)).text()
    assert (await visitor.post("/dev/clock", json={"advance": "soon"})).status == 422


async def test_none_of_it_exists_in_production(settings: Settings) -> None:
    there = Settings(
        env="production", data_dir=settings.data_dir, secret=SECRET, DATABASE_URL=settings.database_url,
        REDIS_URL=settings.redis_url, database_pool=2,
    )  # fmt: skip
    async with TestClient(TestServer(http.create_app(there))) as visitor:
        for path in ("/dev", "/dev/mail", "/dev/clock", "/dev/kit", "/dev/login/ana", "/try"):
            assert (await visitor.get(path, allow_redirects=False)).status == 404, path
        assert (await visitor.post("/dev/clock", json={"advance": "PT1H"})).status == 404
        assert (await visitor.get("/api/docs")).status == 200


async def test_the_reference_lists_every_call_and_can_be_searched(client_as: ClientAs) -> None:
    visitor = await client_as()
    document = await (await visitor.get("/api/v1/openapi.json")).json()
    page = await (await visitor.get("/api/docs")).text()
    for path, methods in document["paths"].items():
        for operation in methods.values():
            assert f'id="{operation["operationId"]}"' in page, path
    for name in document["components"]["schemas"]:
        assert f'id="schema-{name}"' in page
    assert "slot_taken" in page
    assert "curl -X POST" in page
    found = await (await visitor.get("/api/docs?q=charge")).text()
    assert "/payments/charge" in found
    assert 'id="pets_list_pets"' not in found
    assert "Nothing found" in await (await visitor.get("/api/docs?q=zzzz")).text()
