"""The same path on a phone in Arabic: from right to left, nothing sideways, dinars with three decimals."""

from datetime import datetime, timedelta
from uuid import UUID

import pytest
from playwright.async_api import Page, expect

from kit import formats, i18n
from kit.money import Money
from tests.e2e.conftest import Enter
from tests.e2e.parties import PetOwner, Vet
from tests.e2e.person import SECONDS
from tests.e2e.site import Site

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(400)]
PHONE = (390, 844)
VET, HANDLE = "د. فرح الحديدي", "farah"
REASON = "تعطس لولو منذ أمس وعينها اليسرى تدمع، لكنها تأكل جيدًا."
WORDS = "هل ترين عينها؟"
ANSWER = "نعم، قرّبيها من الضوء من فضلك."
REVIEW = "شرحت لنا كل شيء بهدوء وكتبت خطوات واضحة."
SIDEWAYS = "document.documentElement.scrollWidth - document.documentElement.clientWidth"


class PhoneOwner(PetOwner):
    """Looks at each page as a whole before doing anything on it."""

    def __init__(self, page: Page, locale: str) -> None:
        super().__init__(page, locale)
        self.pages = 0

    async def looks(self) -> None:
        """Right to left, no wider than the phone, no heading in English that has words in Arabic."""
        html = self.page.locator("html")
        await expect(html).to_have_attribute("dir", "rtl")
        await expect(html).to_have_attribute("lang", "ar")
        assert await self.page.evaluate(SIDEWAYS) <= 0, f"{self.page.url} is wider than the phone"
        for heading in await self.page.locator("h1:visible, h2:visible").all_inner_texts():
            assert self.say(heading) == heading, f"{self.page.url}: {heading!r} is not in Arabic"
        self.pages += 1

    async def opens(self, path: str) -> None:
        await super().opens(path)
        await self.looks()

    async def heads(self, text: str, **values: object) -> None:
        await super().heads(text, **values)
        await self.looks()


async def test_the_same_path_on_a_phone_in_arabic(site: Site, enter: Enter) -> None:
    lina = await enter(PhoneOwner, locale="ar", region="JO", size=PHONE)
    farah = await enter(Vet, locale="ar", region="JO")
    assert isinstance(lina, PhoneOwner)
    assert isinstance(farah, Vet)
    appointment = await _book(site, lina)
    await _meet(site, appointment, lina, farah)
    await _settle(site, appointment, lina, farah)
    assert lina.pages > 12


def _dinars(amount_minor: int) -> str:
    with i18n.use("ar"):
        return formats.money(Money(amount_minor, "JOD"))


async def _book(site: Site, lina: PhoneOwner) -> UUID:
    await lina.opens("/")
    await lina.signs_up("لينا منصور", "JO")
    await lina.looks()
    await lina.finds(VET, "cat")
    await lina.picks_a_time()
    await lina.names_a_new_pet("لولو", "قطة")
    await lina.says_why(REASON)
    await lina.holds()
    amount = await lina.goes_to_pay()
    await lina.looks()
    assert amount == _dinars(12_500)
    assert "12.500" in amount.replace("٫", ".").translate(str.maketrans("٠١٢٣٤٥٦٧٨٩", "0123456789"))
    await lina.pays()
    appointment = await lina.sees_it_booked()
    await lina.looks()
    booked = lina.say("Booked: %(pet)s with %(vet)s, %(when)s", pet="لولو", vet=VET, when="")
    letter = await site.letter(lina.email, booked.strip(" ،,"))
    assert letter.language == "ar"
    assert 'dir="rtl"' in letter.html
    return appointment


async def _meet(site: Site, appointment: UUID, lina: PhoneOwner, farah: Vet) -> None:
    (row,) = await site.ask("select starts_at from appointment where id = $1", appointment)
    starts_at: datetime = row["starts_at"]
    await site.clock_to(starts_at - timedelta(minutes=4))
    await lina.opens(f"/appointments/{appointment}")
    await lina.link("Join the call").click()
    await lina.joins()
    await lina.heads("You are in the waiting room")
    await farah.signs_in(HANDLE)
    await farah.goes_in()
    await farah.admits("لينا منصور")
    for one in (lina, farah):
        await one.sees_the_other()
    for one in (lina, farah):
        await one.keeps_receiving(frames=20)
    await lina.looks()
    await lina.writes(WORDS)
    await farah.hears(WORDS)
    await farah.writes(ANSWER)
    await lina.hears(ANSWER)
    await lina.looks()
    await farah.takes_a_template()
    await farah.sees_it_saved()
    await farah.ends_the_call()
    await farah.signs()
    await lina.heads("The consultation has ended")


async def _settle(site: Site, appointment: UUID, lina: PhoneOwner, farah: Vet) -> None:
    await farah.confirms()
    await lina.link("Continue").click()
    await lina.button("Yes, it took place").click()
    await expect(lina.page.locator(".visit-head").get_by_text(lina.say("Done"), exact=True)).to_be_visible(timeout=SECONDS)
    await lina.looks()
    (held,) = await site.ask("select * from escrow where appointment_id = $1", appointment)
    assert (held["state"], held["currency"], held["plan_code"]) == ("released", "JOD", "premium")
    assert (held["amount_minor"], held["commission_minor"], held["net_minor"]) == (12_500, 1_000, 11_500)
    story = lina.page.get_by_role("region", name=lina.say("Your payment"))
    for part in (12_500, 11_500, 1_000):
        await expect(story.get_by_text(_dinars(part)).first).to_be_visible()
    await lina.link("Read the record").first.click()
    await lina.heads("Record of %(pet)s", pet="لولو")
    href = await lina.link("Save as PDF").get_attribute("href")
    assert href
    assert (await (await lina.page.request.get(href)).body()).startswith(b"%PDF-")
    await lina.link("See the visit").click()
    await lina.link("Write a review").click()
    await lina.looks()
    await lina.reviews(REVIEW)
    await lina.reads("Everything is done.")
    await lina.opens(await lina.page.locator("a[href^='/vets/']").first.get_attribute("href") or "")
    await lina.reads(REVIEW)
