"""The two sides of a consultation, and what each of them does on the way."""

import re
import secrets
from io import BytesIO
from uuid import UUID

from PIL import Image
from playwright.async_api import FilePayload, Page, expect

from kit import i18n
from tests.e2e.person import SECONDS, ZONES, Person


def _picture() -> FilePayload:
    file = BytesIO()
    Image.new("RGB", (320, 240), "sienna").save(file, "JPEG")
    return FilePayload(name="paw.jpg", mimeType="image/jpeg", buffer=file.getvalue())


class PetOwner(Person):
    """New here."""

    def __init__(self, page: Page, locale: str) -> None:
        super().__init__(page, locale)
        self.email = f"{secrets.token_hex(5)}@people.example"

    async def signs_up(self, name: str, country: str) -> None:
        await self.opens("/signup")
        await self.field("Your name").fill(name)
        await self.field("E-mail").fill(self.email)
        await self.field("Password").fill("four calm old cats")
        await self.field("Country").select_option(country)
        await self.field("Time zone").select_option(ZONES[country])
        await self.button("Create the account").click()
        await self.page.wait_for_url("**/home")

    async def finds(self, vet: str, species: str) -> None:
        """Search with a filter, and go to the vet's own page."""
        await self.opens("/search")
        is_phone = await self.button("Filters").is_visible()
        if is_phone:
            await self.button("Filters").click()
        await self.field("What animal is it?").select_option(species)
        if is_phone:
            await self.button("Show the vets").locator("visible=true").click()
        await self.field("Name of a vet, a clinic or a city").fill(vet)
        await self.button("Search").click()
        await self.page.wait_for_url(lambda url: "q=" in url and f"species={species}" in url)
        await self.page.get_by_role("article").get_by_role("link", name=vet, exact=True).click()
        await self.heads(vet)

    async def picks_a_time(self, nth: int = 0) -> None:
        await self.page.locator("#book .slot").nth(nth).click()

    async def names_a_new_pet(self, name: str, species: str) -> None:
        await self.heads("Who is it for?")
        await self.field("Your pet's name").fill(name)
        await self.page.get_by_role("radio", name=species, exact=True).check(force=True)
        await self.button("Continue").click()

    async def says_why(self, reason: str, *, photo: bool = False, answer: str = "None of these") -> None:
        """What is happening; ``answer`` is the box to tick among the emergencies."""
        await self.field("Tell the vet").fill(reason)
        if photo:
            await self.page.locator("input[type=file]").set_input_files([_picture()])
            await expect(self.page.locator("file-drop input[type=hidden]")).to_have_count(1, timeout=SECONDS)
        await self.page.get_by_role("checkbox", name=self.say(answer), exact=True).check(force=True)
        await self.button("Continue").click()

    async def changes_the_time(self) -> None:
        """From the last look at the answers to another free time, and back."""
        await self.heads("Check your answers")
        await self.page.locator("a[href$='/time']").last.click()
        await self.heads("When do you want to meet?")
        others = self.page.locator("button.slot:not([aria-current])")
        if not await others.count():  # the last one of its day
            await self.page.locator("a.day:not(.day--full):not([aria-current])").first.click()
        await others.first.click()

    async def holds(self) -> None:
        await self.heads("Check your answers")
        await self.button("Hold this time and pay").click()
        await self.heads("The time is yours while you pay")

    async def goes_to_pay(self) -> str:
        """To the payment company's page; returns the amount it names."""
        await self.page.locator("form[action$='/charge'] button[type=submit], form[action$='/charge'] button").last.click()
        await self.page.wait_for_url("**/sandbox/pay/**")
        return await self.page.get_by_role("heading", level=1).inner_text()

    async def pays(self) -> None:
        await self.button("Pay").click()
        await self.page.wait_for_url("**/appointments/*?paid=1")

    async def sees_it_booked(self) -> UUID:
        """The page changes by itself when the payment company has told; returns the appointment's id."""
        await expect(self.page.locator(".visit-head").get_by_text(self.say("Booked"), exact=True)).to_be_visible(timeout=SECONDS)
        return UUID(self.page.url.split("/appointments/")[1][:36])

    async def reviews(self, words: str) -> None:
        """Five stars, and why."""
        with i18n.use(self.locale):
            five = i18n.ngettext("%(num)d star", "%(num)d stars", 5)
        await self.page.locator(".rate label", has_text=five).click()
        await expect(self.page.get_by_role("radio", name=five)).to_be_checked()
        await self.page.get_by_role("textbox", name=self.say("In your words")).fill(words)
        await self.button("Publish").click()
        await self.page.wait_for_url(re.compile(r"/appointments/[0-9a-f-]{36}$"))


class Vet(Person):
    """One of the demo's."""

    async def signs_in(self, handle: str) -> None:
        await self.opens(f"/dev/login/{handle}")

    async def goes_in(self) -> None:
        """From the waiting room on today's page into the room."""
        await self.link("Go in").first.click(timeout=SECONDS)
        await self.joins()

    async def admits(self, name: str) -> None:
        await self.button("Let %(name)s in", name=name).click(timeout=SECONDS)

    async def takes_a_template(self) -> str:
        """Begin the record from the first template offered; returns the diagnosis it brings."""
        picker = self.page.get_by_role("combobox", name=self.say("Begin from a template"))
        if not await picker.is_visible():
            await self.page.get_by_role("button", name=self.say("Record of this visit")).click()
        await picker.select_option(index=1)
        return await self.page.get_by_role("textbox", name=self.say("Diagnosis"), exact=True).input_value()

    async def sees_it_saved(self) -> None:
        await expect(self.page.locator('[data-part="note-saved"][data-state="note_saved"]')).to_be_visible(timeout=SECONDS)

    async def ends_the_call(self) -> None:
        await self.button("Hang up").click()
        await self.button("End the consultation").click()
        await self.heads("The consultation has ended")

    async def signs(self) -> None:
        await self.button("Sign the record").click()
        await self.page.wait_for_url("**/vet/appointments/*")

    async def confirms(self) -> None:
        await self.button("It took place").click()
        await expect(self.button("It took place")).to_have_count(0)


class Visitor(Person):
    """Somebody who only wants to see: /try."""

    async def starts_a_visit(self) -> None:
        await self.opens("/try")
        await self.button("Start the visit").click()
        await self.page.wait_for_url("**/room/*")

    async def first_frame_after_join(self) -> float:
        """Seconds from pressing Join to the first picture of the vet."""
        marks = "['call:join', 'call:first-frame'].map((name) => performance.getEntriesByName(name).at(-1).startTime)"
        join, frame = await self.page.evaluate(marks)
        return float(frame - join) / 1000

    async def is_asked_for_a_photo(self) -> None:
        await expect(self.page.locator('[data-part="photo-button"][data-asked]')).to_be_visible(timeout=SECONDS)

    async def sends_a_photo(self) -> None:
        await self.page.locator('[data-part="chat-photo"]').set_input_files([_picture()])
        await expect(self.page.get_by_role("log").locator("img")).to_be_visible()

    async def sees_the_record_written(self) -> None:
        await self.reads("The vet is writing the record")
        await self.reads("The record is written")
