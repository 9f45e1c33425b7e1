"""The four steps, as a browser without scripts walks them."""

import re
from datetime import datetime, timedelta
from html import unescape
from io import BytesIO

from aiohttp import FormData
from PIL import Image

from domain.booking import drafts, leftovers
from domain.booking.models import BookingDraft
from domain.catalog import red_flags
from kit import clock
from kit.actor import Actor, Role
from kit.db import Database, Scope
from tests.factories.places import Town
from tests.web.conftest import Client, ClientAs, post, token

REASON = "Scratches his left ear since Monday, and shakes his head."


async def text(client: Client, path: str, status: int = 200) -> str:
    answer = await client.get(path, allow_redirects=False)
    html = await answer.text()
    assert answer.status == status, (answer.status, answer.headers.get("Location"), html[:600])
    return unescape(html)


def slots(html: str) -> list[str]:
    """The times that a page offers, as their links name them."""
    return re.findall(r'href="(/book\?[^"]+time=[^"]+)"', html)


async def begin(client: Client, town: Town, nth: int = 0, link: str = "") -> str:
    """From the vet's page (or one of its times) into the steps; the draft's address."""
    link = link or slots(await text(client, f"/vets/{town.slug}"))[nth]
    answer = await client.get(link, allow_redirects=False)
    assert answer.status == 303
    return answer.headers["Location"].rsplit("/", 1)[0]


async def say_why(client: Client, draft: str, **more: object) -> str:
    """Step two; where it leads."""
    fields = {"reason": REASON, "flags": "none", **more}
    answer = await post(client, f"{draft}/reason", **fields)
    assert answer.status == 303, await answer.text()
    return answer.headers["Location"]


async def up_to_pay(client: Client, town: Town, nth: int = 0, link: str = "") -> str:
    draft = await begin(client, town, nth, link)
    chosen = await post(client, f"{draft}/pet", pet_id=town.pet_id)
    assert chosen.headers["Location"] == f"{draft}/reason"
    assert await say_why(client, draft) == f"{draft}/pay"
    return draft


class TestThePath:
    async def test_from_a_time_to_the_payment_page_and_back_booked(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        draft = await up_to_pay(ana, town)
        check = await text(ana, f"{draft}/pay")
        assert REASON in check
        assert "Hold this time and pay" in check
        assert "ARS 18,500.00" in check.replace("\xa0", " ")
        held = await post(ana, f"{draft}/hold")
        assert held.headers["Location"] == f"{draft}/pay"
        page = await text(ana, f"{draft}/pay")
        assert "<hold-countdown" in page
        assert "Hold this time and pay" not in page
        charged = await post(ana, f"{draft}/charge", gateway="sandbox")
        hosted = charged.headers["Location"]
        assert hosted.startswith("/sandbox/pay/sb_")
        assert "Tillbox" in await text(ana, hosted)
        paid = await post(ana, hosted, decision="approve")
        assert re.fullmatch(r"/appointments/[0-9a-f-]{36}\?paid=1", paid.headers["Location"])

    async def test_pressing_hold_twice_is_one_hold(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        draft = await up_to_pay(ana, town)
        for _press in range(2):
            assert (await post(ana, f"{draft}/hold")).headers["Location"] == f"{draft}/pay"
        mine = await (await ana.get("/api/v1/appointments")).json()
        assert len(mine["items"]) == 1

    async def test_each_time_shown_can_be_booked(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        shown = slots(await text(ana, f"/vets/{town.slug}"))
        assert len(shown) > 3
        for link in shown[:: max(1, len(shown) // 4)]:
            draft = await up_to_pay(ana, town, link=link)
            assert (await post(ana, f"{draft}/hold")).status == 303
            assert "<hold-countdown" in await text(ana, f"{draft}/pay")


class TestWhoAreYou:
    async def test_a_visitor_signs_up_in_the_middle_and_goes_on(self, client_as: ClientAs, town: Town) -> None:
        visitor = await client_as()
        link = slots(await text(visitor, f"/vets/{town.slug}"))[0]
        page = await text(visitor, link)
        assert "First, who are you?" in page
        signed = await post(
            visitor, "/signup", next=link, name="Leo Paz", email="leo@example.test", password="three quiet cats",
            country="AR", time_zone="America/Argentina/Buenos_Aires",
        )  # fmt: skip
        assert signed.headers["Location"] == link
        onward = await visitor.get(link, allow_redirects=False)
        assert onward.headers["Location"].endswith("/pet")
        page = await text(visitor, onward.headers["Location"])
        assert "Who is it for?" in page
        draft = onward.headers["Location"].rsplit("/", 1)[0]
        wrong = await post(visitor, f"{draft}/pet", pet_id="new", name="", species="")
        assert wrong.status == 422
        added = await post(visitor, f"{draft}/pet", pet_id="new", name="Misha", species="cat")
        assert added.headers["Location"] == f"{draft}/reason"
        assert "What is happening with <bdi>Misha</bdi>?" in await text(visitor, f"{draft}/reason")

    async def test_a_stranger_finds_no_draft(self, client_as: ClientAs, town: Town) -> None:
        draft = await up_to_pay(await client_as("ana"), town)
        nour = await client_as("nour")
        for step in ("pet", "reason", "time", "pay", "stop"):
            await text(nour, f"{draft}/{step}", 404)
        assert (await post(nour, f"{draft}/hold")).status == 404
        assert (await post(nour, f"{draft}/charge")).status == 404

    async def test_somebody_elses_animal_is_refused(self, client_as: ClientAs, town: Town) -> None:
        nour = await client_as("nour")
        draft = await begin(nour, town)
        assert (await post(nour, f"{draft}/pet", pet_id=town.pet_id)).status == 404


class TestReason:
    async def test_too_short_and_unanswered_keeps_what_was_typed(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        draft = await begin(ana, town)
        await post(ana, f"{draft}/pet", pet_id=town.pet_id)
        answer = await post(ana, f"{draft}/reason", reason="itchy")
        html = await answer.text()
        assert answer.status == 422
        assert ">itchy</textarea>" in html
        assert "Write a little more" in html
        answer = await post(ana, f"{draft}/reason", reason=REASON)
        assert answer.status == 422
        assert REASON in await answer.text()

    async def test_a_red_flag_stops_with_advice_and_books_nothing(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        draft = await begin(ana, town)
        await post(ana, f"{draft}/pet", pet_id=town.pet_id)
        question = red_flags.for_species("dog")[0]
        assert await say_why(ana, draft, flags=question.code) == f"{draft}/stop"
        page = await text(ana, f"{draft}/stop")
        assert question.advice["en"] in page
        assert "Nothing is booked" in page
        assert (await post(ana, f"{draft}/hold")).headers["Location"] == f"{draft}/stop"
        assert (await ana.get(f"{draft}/pay", allow_redirects=False)).headers["Location"] == f"{draft}/stop"
        assert await say_why(ana, draft) == f"{draft}/pay"

    async def test_photos_without_scripts(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        draft = await begin(ana, town)
        await post(ana, f"{draft}/pet", pet_id=town.pet_id)
        raw = BytesIO()
        Image.new("RGB", (40, 30), "teal").save(raw, "PNG")
        form = FormData([("csrf_token", token(ana)), ("reason", REASON), ("flags", "none")])
        form.add_field("photos", raw.getvalue(), filename="ear.png", content_type="image/png")
        form.add_field("photos", b"not a picture", filename="notes.png", content_type="image/png")
        answer = await ana.post(f"{draft}/reason", data=form, allow_redirects=False)
        html = await answer.text()
        assert answer.status == 422
        kept = re.findall(r'name="photos" value="([0-9a-f-]{36})" checked', html)
        assert len(kept) == 1
        assert await say_why(ana, draft, photos=kept[0]) == f"{draft}/pay"
        assert f"/api/v1/files/{kept[0]}" in await text(ana, f"{draft}/pay")


class TestTheTimeIsGone:
    async def test_somebody_was_faster(self, client_as: ClientAs, town: Town) -> None:
        ana, nour = await client_as("ana"), await client_as("nour")
        draft = await up_to_pay(ana, town)
        other = await begin(nour, town)
        await post(nour, f"{other}/pet", pet_id="new", name="Lulu", species="cat")
        await say_why(nour, other)
        assert (await post(nour, f"{other}/hold")).status == 303
        refused = await post(ana, f"{draft}/hold")
        html = unescape(await refused.text())
        assert refused.status == 409
        assert REASON in html
        nearest = re.findall(r'name="starts_at" value="([^"]+)"', html)
        assert len(nearest) == 3
        chosen = await post(ana, f"{draft}/time", starts_at=nearest[0])
        assert chosen.headers["Location"] == f"{draft}/pay"
        assert (await post(ana, f"{draft}/hold")).status == 303
        taken = await post(ana, f"{draft}/time", starts_at=(await _start_of(ana)))
        assert taken.status == 303  # one's own held time is no conflict

    async def test_the_hold_runs_out_and_can_be_taken_again(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        draft = await up_to_pay(ana, town, 6)
        await post(ana, f"{draft}/hold")
        later = clock.now() + timedelta(minutes=16)
        with clock.at(later):
            page = await text(ana, f"{draft}/pay")
            assert "has run out" in page
            assert "Hold this time and pay" in page
            assert (await post(ana, f"{draft}/hold")).status == 303
            assert "<hold-countdown" in await text(ana, f"{draft}/pay")

    async def test_another_time_gives_the_held_one_back(self, client_as: ClientAs, town: Town) -> None:
        ana = await client_as("ana")
        draft = await up_to_pay(ana, town, 2)
        await post(ana, f"{draft}/hold")
        first = await _start_of(ana)
        page = await text(ana, f"{draft}/time")
        other = re.findall(r'name="starts_at" value="([^"]+)"', page)[-1]
        assert (await post(ana, f"{draft}/time", starts_at=other)).status == 303
        assert (await (await ana.get("/api/v1/appointments")).json())["items"] == []
        assert (await post(ana, f"{draft}/time", starts_at=first)).status == 303


class TestLeavingAndComingBack:
    async def test_the_draft_is_found_again_and_forgotten_after_a_week(
        self, client_as: ClientAs, town: Town, db: Database
    ) -> None:
        ana = await client_as("ana")
        draft = await begin(ana, town)
        await post(ana, f"{draft}/pet", pet_id=town.pet_id)
        again = await begin(ana, town, 3)
        assert again == draft
        actor = Actor(Role.PET_OWNER, town.people["ana"])
        async with db.begin(Scope.pet_owner(actor.person)) as session:
            (open_one,) = await drafts.open_of(session, actor)
        assert (open_one.step, open_one.pet_name, open_one.vet_name) == ("reason", "Toby", "Dr. Carolina Sosa")
        home = await text(ana, "/home")
        assert f'href="{draft}/reason"' in home
        assert "Dr. Carolina Sosa" in home
        with clock.at(clock.now() + timedelta(days=7, minutes=1)):
            async with db.begin(Scope.system()) as session:
                assert await leftovers.forget_drafts(session) == 1
                assert await leftovers.forget_drafts(session) == 0
                assert await session.get(BookingDraft, open_one.id) is None


async def _start_of(client: Client) -> str:
    mine = await (await client.get("/api/v1/appointments")).json()
    return datetime.fromisoformat(mine["items"][0]["starts_at"]).isoformat()
