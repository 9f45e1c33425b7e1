"""The whole path: a new pet owner finds a vet, books, pays, meets, reads the record; the vet is paid; a review stands."""

from datetime import datetime, timedelta
from decimal import ROUND_HALF_UP, Decimal
from uuid import UUID

import pytest
from playwright.async_api import expect

from domain.catalog import red_flags
from kit import formats, i18n
from kit.money import Money
from tests.e2e.conftest import Enter
from tests.e2e.parties import PetOwner, Vet
from tests.e2e.person import SECONDS, Person
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
VET, HANDLE = "Dra. Valentina Sosa", "sosa"
REASON = "Licks her left front paw since Monday; it is red between the toes."
REVIEW = "She looked at every paw and told us what to do, day by day."


async def test_one_consultation_whole(site: Site, enter: Enter) -> None:
    leo, sosa = await enter(PetOwner), await enter(Vet, locale="es")
    assert isinstance(leo, PetOwner)
    assert isinstance(sosa, Vet)
    appointment = await _book(site, leo)
    await _meet(site, appointment, leo, sosa)
    await _both_confirm(leo, sosa, appointment)
    await _money(site, leo, appointment)
    await _record(leo)
    await _review(leo, await enter(Person))


async def _book(site: Site, leo: PetOwner) -> UUID:
    await leo.signs_up("Leo Paz", "AR")
    await leo.finds(VET, "dog")
    await leo.picks_a_time()
    await leo.names_a_new_pet("Runa", "Dog")
    emergency = red_flags.for_species("dog")[0].text["en"]
    await leo.says_why(REASON, photo=True, answer=emergency)
    await leo.heads("Go to a clinic now")
    await leo.link("I answered by mistake").click()
    await leo.page.get_by_role("checkbox", name=emergency, exact=True).uncheck(force=True)
    await leo.says_why(REASON)
    await leo.changes_the_time()
    await leo.holds()
    amount = await leo.goes_to_pay()
    await leo.pays()
    appointment = await leo.sees_it_booked()
    (row,) = await site.ask("select * from appointment where id = $1", appointment)
    with i18n.use("en"):
        assert amount == formats.money(Money(row["price_minor"], row["currency"]))
    booked = leo.say("Booked: %(pet)s with %(vet)s, %(when)s", pet="Runa", vet=VET, when="")
    letter = await site.letter(leo.email, booked)
    await leo.opens(f"/dev/mail/{letter.id}")
    await leo.heads(letter.subject)
    assert any(one.content_type == "text/calendar" for one in letter.attachments)
    return appointment


async def _meet(site: Site, appointment: UUID, leo: PetOwner, sosa: Vet) -> None:
    (row,) = await site.ask("select starts_at from appointment where id = $1", appointment)
    starts_at: datetime = row["starts_at"]
    await site.clock_to(starts_at - timedelta(minutes=4))
    await leo.opens(f"/appointments/{appointment}")
    await leo.link("Join the call").click()
    await leo.joins()
    await leo.heads("You are in the waiting room")
    await sosa.signs_in(HANDLE)
    await sosa.goes_in()
    await sosa.admits("Leo Paz")
    for one in (leo, sosa):
        await one.sees_the_other()
    for one in (leo, sosa):
        await one.keeps_receiving(frames=30)
    await leo.writes("Can you see the paw?")
    await sosa.hears("Can you see the paw?")
    await sosa.writes("Yes, hold it to the light, please.")
    await leo.hears("Yes, hold it to the light, please.")
    diagnosis = await sosa.takes_a_template()
    await sosa.sees_it_saved()
    (note,) = await site.ask("select diagnosis from encounter_note where appointment_id = $1", appointment)
    assert note["diagnosis"] == diagnosis
    await sosa.ends_the_call()
    await sosa.signs()
    await leo.heads("The consultation has ended")


async def _both_confirm(leo: PetOwner, sosa: Vet, appointment: UUID) -> None:
    await leo.link("Continue").click()
    await leo.button("Yes, it took place").click()
    await expect(leo.button("Yes, it took place")).to_have_count(0)
    await expect(leo.page.locator(".what-next")).to_contain_text("You have confirmed.")
    await sosa.confirms()
    await expect(leo.page.locator(".visit-head").get_by_text(leo.say("Done"), exact=True)).to_be_visible(timeout=SECONDS)


async def _money(site: Site, leo: PetOwner, appointment: UUID) -> None:
    """What the page says, what the books say, and what the vet's plan says are the same numbers."""
    (held,) = await site.ask(
        "select escrow.*, vet_plan.commission_bp as plan_bp from escrow join vet_plan on vet_plan.code = plan_code"
        " where appointment_id = $1", appointment,
    )  # fmt: skip
    gross = held["amount_minor"]
    fee = int((Decimal(gross) * held["plan_bp"] / 10_000).quantize(Decimal(1), ROUND_HALF_UP))
    assert (held["state"], held["plan_code"], held["commission_bp"]) == ("released", "pro", 1200)
    assert (held["commission_minor"], held["net_minor"]) == (fee, gross - fee)
    story = leo.page.get_by_role("region", name="Your payment")
    with i18n.use("en"):
        for part in (gross, gross - fee, fee):
            await expect(story.get_by_text(formats.money(Money(part, held["currency"]))).first).to_be_visible()
    released = await site.ask(
        "select a.code, p.amount_minor from ledger_posting p join ledger_journal j on j.id = p.journal_id"
        " join ledger_account a on a.id = p.account_id where j.effect_key = $1 order by p.amount_minor",
        f"release:{appointment}",
    )  # fmt: skip
    assert [line["amount_minor"] for line in released] == [-gross, fee, gross - fee], released
    sums = await site.ask(
        "select a.currency, sum(p.amount_minor)::bigint as total from ledger_posting p"
        " join ledger_account a on a.id = p.account_id group by a.currency",
    )  # fmt: skip
    assert sums
    assert all(one["total"] == 0 for one in sums)


async def _record(leo: PetOwner) -> None:
    await leo.link("Read the record").first.click()
    await leo.heads("Record of %(pet)s", pet="Runa")
    href = await leo.link("Save as PDF").get_attribute("href")
    assert href
    pdf = await leo.page.request.get(href)
    assert pdf.headers["content-type"] == "application/pdf"
    assert (await pdf.body()).startswith(b"%PDF-")
    await leo.link("See the visit").click()


async def _review(leo: PetOwner, anybody: Person) -> None:
    await leo.link("Write a review").click()
    await leo.reviews(REVIEW)
    await leo.reads("Everything is done.")
    await anybody.opens("/vets/valentina-sosa")
    await anybody.reads(REVIEW)
