"""One appointment through its whole story, as its pet owner sees and moves it."""

import re
from datetime import timedelta

from kit import clock
from tests.factories.stories import Teller
from tests.web.conftest import Client, ClientAs, post

# Isolates around names and amounts, and spaces that do not break.
PLAIN = {0x2068: None, 0x2069: None, 0xA0: " "}
SENTENCE = re.compile(r'class="what-next" role="status">(.*?)</p>', re.DOTALL)


async def look(client: Client, path: str) -> str:
    return (await (await client.get(path)).text()).translate(PLAIN)


def sentence(html: str) -> str:
    found = SENTENCE.search(html)
    assert found, "the page does not say what happens next"
    return found.group(1)


async def test_a_held_time_is_to_be_paid(client_as: ClientAs, story: Teller) -> None:
    held = await story.held()
    ana = await client_as("ana")
    page = await look(ana, f"/appointments/{held.id}")
    assert sentence(page).startswith("Pay by ")
    assert "Pay and book" in page
    assert "Pay for" in await look(ana, "/home")
    answer = await post(ana, f"/appointments/{held.id}/pay")
    assert answer.status == 303
    assert "/sandbox/pay/sb_" in answer.headers["Location"]
    waiting = await look(ana, f"/appointments/{held.id}?paid=1")
    assert "waiting for the payment provider" in sentence(waiting)
    assert "every 2s" in waiting, "the page asks again by itself"
    await story.pay(held.id)
    booked = await look(ana, f"/appointments/{held.id}?paid=1")
    assert "every 2s" not in booked
    assert "The room opens at" in sentence(booked)
    assert "ARS 18,500.00 paid and held" in booked
    assert "Receipt" in booked
    again = await post(ana, f"/appointments/{held.id}/pay")
    assert again.status == 409
    assert "There is a problem" in await again.text()


async def test_a_refused_payment_is_said_and_may_be_tried_again(client_as: ClientAs, story: Teller) -> None:
    held = await story.held()
    await story.pay(held.id, decision="decline")
    ana = await client_as("ana")
    page = await look(ana, f"/appointments/{held.id}?paid=1")
    assert "The payment was refused" in sentence(page)
    assert "every 2s" not in page
    assert "Pay and book" in page


async def test_a_hold_that_ran_out_says_so_before_the_sweep(client_as: ClientAs, story: Teller) -> None:
    held = await story.held()
    ana = await client_as("ana")
    with clock.at(clock.now() + timedelta(minutes=16)):
        page = await look(ana, f"/appointments/{held.id}")
    assert "Nothing was charged" in sentence(page)
    assert "Pay and book" not in page
    assert "Choose another time" in page


async def test_cancelling_says_the_refund_first(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    ana = await client_as("ana")
    asked = await look(ana, f"/appointments/{booked.id}/cancel")
    assert "ARS 18,500.00" in asked
    assert "goes back to you in full" in asked
    stale = await post(ana, f"/appointments/{booked.id}/cancel", version=booked.version - 1)
    assert stale.status == 412
    done = await post(ana, f"/appointments/{booked.id}/cancel", version=booked.version)
    assert done.status == 303
    page = await look(ana, f"/appointments/{booked.id}")
    assert "is on its way back" in sentence(page)
    assert "You cancelled" in page


async def test_too_late_to_cancel(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    ana = await client_as("ana")
    with clock.at(booked.starts_at - timedelta(minutes=90)):
        page = await look(ana, f"/appointments/{booked.id}")
        refused = await post(ana, f"/appointments/{booked.id}/cancel", version=booked.version)
    assert "too late to cancel" in page
    assert refused.status == 409
    assert "It is too late to cancel this appointment" in await refused.text()


async def test_from_the_call_to_the_release(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    ana = await client_as("ana")
    with clock.at(booked.starts_at - timedelta(minutes=5)):
        assert "Join the call" in await look(ana, "/home")
        assert "Join the call" in await look(ana, f"/appointments/{booked.id}")
        early = await post(ana, f"/appointments/{booked.id}/confirm")
        assert early.status == 409
    await story.met(booked)
    with clock.at(booked.starts_at + timedelta(hours=1)):
        page = await look(ana, f"/appointments/{booked.id}")
        assert "Did the consultation take place as agreed?" in sentence(page)
        assert "Read the record" in page
        assert "Waiting for you" in await look(ana, "/home")
        assert booked.reference in await look(ana, f"/appointments/{booked.id}/problem")
        assert (await post(ana, f"/appointments/{booked.id}/confirm")).status == 303
        page = await look(ana, f"/appointments/{booked.id}")
        assert "We are waiting for Dr. Carolina Sosa" in sentence(page)
        await story.confirm(story.sosa(), booked.id)
        page = await look(ana, f"/appointments/{booked.id}")
    assert "Everything is done" in sentence(page)
    assert "Payment released" in page
    assert "ARS 14,800.00 for Dr. Carolina Sosa, ARS 3,700.00 for Lazo." in page
    kinds = re.findall(r'timeline__title">([^<]+)', page)
    order = ["Time kept", "ARS 18,500.00 paid and held", "Booked", "The consultation began", "The record was signed",
             "The consultation ended", "You confirmed that it took place", "Payment released"]  # fmt: skip
    assert [title for title in kinds if title in order] == order


async def test_lists_are_to_come_and_over(client_as: ClientAs, story: Teller) -> None:
    ana = await client_as("ana")
    assert "No appointment ahead" in await look(ana, "/appointments")
    booked = await story.booked()
    assert str(booked.id) in await look(ana, "/appointments")
    assert str(booked.id) not in await look(ana, "/appointments?past=1")
    await post(ana, f"/appointments/{booked.id}/cancel", version=booked.version)
    assert str(booked.id) in await look(ana, "/appointments?past=1")


async def test_the_calendar_file_names_the_room_and_no_illness(client_as: ClientAs, story: Teller) -> None:
    booked = await story.booked()
    answer = await (await client_as("ana")).get(f"/appointments/{booked.id}/calendar.ics")
    text = (await answer.text()).replace("\r\n ", "")
    assert answer.content_type == "text/calendar"
    assert "METHOD:PUBLISH" in text
    assert "ATTENDEE" not in text
    assert f"/room/{(await story.room(booked.id)).id}" in text
    assert "ear" not in text.lower().replace("early", "")
