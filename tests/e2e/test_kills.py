"""``kill -9`` of one process after the other, each where it hurts most: nothing committed is lost, the path goes on."""

import asyncio
from datetime import datetime, timedelta
from uuid import UUID

import pytest
from playwright.async_api import Error, expect

from tests.e2e.conftest import Enter
from tests.e2e.parties import PetOwner, Vet, Visitor
from tests.e2e.person import SECONDS
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.kill, pytest.mark.timeout(500)]
VET, HANDLE = "Dr. Marisol Cruz", "cruz"


async def test_whatever_dies_on_the_way_nothing_is_lost(site: Site, enter: Enter) -> None:
    tala, cruz = await enter(PetOwner, region="PH"), await enter(Vet, region="PH")
    assert isinstance(tala, PetOwner)
    assert isinstance(cruz, Vet)
    await _http_dies_after_the_hold(site, tala)
    appointment = await _scheduler_dies_before_the_booking(site, tala)
    await _mail_dies_with_a_letter_due(site, tala)
    await _meet(site, appointment, tala, cruz)
    await _signaling_dies_in_the_call(site, tala, cruz)
    await _valkey_forgets_the_room(site, tala, cruz)
    await _postgresql_dies_while_the_vet_writes(site, appointment, tala, cruz)
    await site.clock(timedelta(minutes=5))
    await cruz.ends_the_call()
    await cruz.signs()
    await cruz.confirms()
    await _scheduler_dies_before_the_release(site, appointment)
    sums = await site.ask("select sum(amount_minor)::bigint as total from ledger_posting")
    assert sums[0]["total"] == 0


async def _http_dies_after_the_hold(site: Site, tala: PetOwner) -> None:
    await tala.signs_up("Tala Reyes", "PH")
    await tala.finds(VET, "dog")
    await tala.picks_a_time()
    await tala.names_a_new_pet("Kape", "Dog")
    await tala.says_why("He has been limping on his right back leg since our walk yesterday.")
    await tala.heads("Check your answers")
    pay = tala.page.url
    async with tala.page.expect_response(lambda answer: answer.url.endswith("/hold")):
        await tala.button("Hold this time and pay").click(no_wait_after=True)
    await site.kill("http")
    await site.comes_back("http")
    await _opens_again(tala, pay)
    await tala.heads("The time is yours while you pay")
    held = await site.ask(
        "select a.id from appointment a join app_user u on u.id = a.pet_owner_id where u.email = $1 and a.status = 'held'",
        tala.email,
    )  # fmt: skip
    assert len(held) == 1


async def _opens_again(tala: PetOwner, url: str) -> None:
    """As somebody does who meets an error page: reload until it answers."""
    for _ in range(40):
        try:
            await tala.page.goto(url)
        except Error:
            await tala.page.wait_for_timeout(250)
        else:
            return
    raise AssertionError("http did not come back")


async def _scheduler_dies_before_the_booking(site: Site, tala: PetOwner) -> UUID:
    await tala.goes_to_pay()
    with site.standing_still("scheduler"):
        await tala.pays()
        await tala.reads("We are waiting for the payment provider's word. This page changes by itself.")
        appointment = UUID(tala.page.url.split("/appointments/")[1][:36])
        (row,) = await site.ask("select status from appointment where id = $1", appointment)
        assert row["status"] == "held"
        with site.standing_still("mail"):
            await site.kill("scheduler")
            await site.comes_back("scheduler")
            await tala.sees_it_booked()
            await _letter_is_on_its_way(site, tala)
            await site.kill("mail")
    return appointment


async def _letter_is_on_its_way(site: Site, tala: PetOwner) -> None:
    """Wait until the scheduler has taken the letter in hand: it is due, and the one who takes letters says nothing."""
    question = (
        "select 1 from outbox o join delivery d on d.id = (o.payload->>'delivery_id')::uuid"
        " join app_user u on u.id = d.user_id where u.email = $1 and d.state = 'queued' and o.attempts > 0"
    )
    for _ in range(200):
        if await site.ask(question, tala.email):
            return
        await tala.page.wait_for_timeout(100)
    raise AssertionError("no letter is due")


async def _mail_dies_with_a_letter_due(site: Site, tala: PetOwner) -> None:
    await site.comes_back("mail")
    booked = tala.say("Booked: %(pet)s with %(vet)s, %(when)s", pet="Kape", vet=VET, when="")
    await site.letter(tala.email, booked)


async def _meet(site: Site, appointment: UUID, tala: PetOwner, cruz: Vet) -> None:
    (row,) = await site.ask("select starts_at from appointment where id = $1", appointment)
    starts_at: datetime = row["starts_at"]
    await site.clock_to(starts_at - timedelta(minutes=4))
    await tala.opens(f"/appointments/{appointment}")
    await tala.link("Join the call").click()
    await tala.joins()
    await cruz.signs_in(HANDLE)
    await cruz.goes_in()
    await cruz.admits("Tala Reyes")
    for one in (tala, cruz):
        await one.sees_the_other()


async def _signaling_dies_in_the_call(site: Site, tala: PetOwner, cruz: Vet) -> None:
    await site.kill("signaling")
    for one in (tala, cruz):
        await one.keeps_receiving()
    await site.comes_back("signaling")
    await tala.writes("Are you still there?")
    await cruz.hears("Are you still there?")
    await cruz.writes("I never left.")
    await tala.hears("I never left.")
    for one in (tala, cruz):
        assert await one.page.evaluate("window.connections.length") == 1


async def _valkey_forgets_the_room(site: Site, tala: PetOwner, cruz: Vet) -> None:
    await site.kill("Valkey")
    for one in (tala, cruz):
        await one.keeps_receiving()
    await site.comes_back("Valkey")
    await tala.writes("And now?")
    await cruz.hears("And now?")
    await cruz.writes("Still here.")
    await tala.hears("Still here.")
    for one in (tala, cruz):
        await one.sees_the_other()


async def _postgresql_dies_while_the_vet_writes(site: Site, appointment: UUID, tala: PetOwner, cruz: Vet) -> None:
    await cruz.takes_a_template()
    await cruz.sees_it_saved()
    diagnosis = cruz.page.get_by_role("textbox", name=cruz.say("Diagnosis"), exact=True)
    await diagnosis.fill("Sprain of the right hock.")
    await site.kill("PostgreSQL")
    for one in (tala, cruz):
        await one.keeps_receiving()
    await site.comes_back("PostgreSQL")
    await cruz.sees_it_saved()
    (note,) = await site.ask("select diagnosis from encounter_note where appointment_id = $1", appointment)
    assert note["diagnosis"] == "Sprain of the right hock."


async def _scheduler_dies_before_the_release(site: Site, appointment: UUID) -> None:
    """The pet owner says nothing for two days: the room's own facts speak, although the scheduler had just died."""
    with site.standing_still("scheduler"):
        await site.clock(timedelta(hours=48, minutes=1))
        (held,) = await site.ask("select state from escrow where appointment_id = $1", appointment)
        assert held["state"] == "awaiting_confirmation"
        await site.kill("scheduler")
    for _ in range(300):
        (held,) = await site.ask("select * from escrow where appointment_id = $1", appointment)
        if held["state"] == "released":
            break
        await asyncio.sleep(0.2)
    assert (held["state"], held["confirmed_by_silence"], held["commission_bp"]) == ("released", True, 800)
    assert held["commission_minor"] + held["net_minor"] == held["amount_minor"]


async def test_the_demo_vet_comes_back(site: Site, enter: Enter) -> None:
    visitor = await enter(Visitor)
    assert isinstance(visitor, Visitor)
    await visitor.starts_a_visit()
    await visitor.joins()
    await visitor.sees_the_other()
    await visitor.keeps_receiving()
    await site.kill("media")
    await visitor.page.wait_for_function("() => window.connections.length > 1", timeout=SECONDS)
    await visitor.sees_the_other()
    await visitor.keeps_receiving()
    await visitor.is_asked_for_a_photo()
    await expect(visitor.page.get_by_role("log").locator("li").first).to_be_visible()
