"""/try: nobody signs up, and the whole promise is seen in one sitting."""

from collections.abc import Callable

import pytest
from playwright.async_api import expect

from tests.e2e.conftest import Enter
from tests.e2e.parties import Visitor
from tests.e2e.person import SECONDS
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]


async def test_a_whole_visit_without_an_account(
    site: Site, enter: Enter, record_property: Callable[[str, object], None]
) -> None:
    visitor = await enter(Visitor)
    assert isinstance(visitor, Visitor)
    await visitor.starts_a_visit()
    await visitor.joins()
    await visitor.sees_the_other()
    seconds = await visitor.first_frame_after_join()
    record_property("first_frame_seconds", seconds)
    assert seconds < 10  # about two on a quiet machine; benchmarks/call.py measures
    await visitor.keeps_receiving()
    await visitor.is_asked_for_a_photo()
    await visitor.sends_a_photo()
    await visitor.sees_the_record_written()
    await visitor.heads("The consultation has ended")
    await visitor.link("Continue").click()
    money = visitor.page.get_by_role("region", name=visitor.say("Your payment"))
    await expect(money.locator("[aria-current=step]")).to_contain_text(visitor.say("Both confirm"))
    await visitor.button("Yes, it took place").click()
    await expect(visitor.page.locator(".visit-head").get_by_text(visitor.say("Done"), exact=True)).to_be_visible(timeout=SECONDS)
    appointment = visitor.page.url.split("/appointments/")[1][:36]
    (held,) = await site.ask("select state from escrow where appointment_id = $1::uuid", appointment)
    assert held["state"] == "released"
