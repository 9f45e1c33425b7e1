"""Every kind of mail, in every language: complete, translatable, safe, and right in money and time."""

import gettext
import re
from datetime import UTC, datetime
from typing import Any

import pytest
from icalendar import Calendar

from domain.correspondence import words
from domain.correspondence.letters import CALENDAR_METHODS, KINDS, Composer
from kit import clock, i18n
from kit.mail import Letter, MailRefusedError, build
from tests.domain.correspondence import samples

SITE = "https://lazo.example"
SENDER = "Lazo <hola@lazo.example>"
compose = Composer(SITE, SENDER)
NOW = datetime(2026, 11, 20, 12, tzinfo=UTC)
BOTH_SIDES = ("cancelled", "confirm_reminder", "please_confirm", "starting_soon", "unattended")


@pytest.fixture(autouse=True)
def _today() -> Any:
    with clock.at(NOW):
        yield


def write(kind: str, locale: str = "en", **changes: Any) -> Letter:
    return compose(samples.delivery(kind, locale, **changes))


@pytest.mark.parametrize("locale", i18n.LOCALES)
@pytest.mark.parametrize("kind", samples.ALL)
class TestEveryKind:
    def test_is_whole(self, kind: str, locale: str) -> None:
        letter = write(kind, locale)
        for part in (letter.subject, letter.text, letter.html):
            assert part.strip()
            assert not re.search(r"%\(|\{\{|\{%|None|Undefined", part)
        assert letter.subject == " ".join(letter.subject.split())
        assert words.FSI not in letter.subject
        assert f'lang="{locale}" dir="{"rtl" if locale == "ar" else "ltr"}"' in letter.html
        assert letter.html.count("<bdi>") == letter.html.count("</bdi>")

    def test_goes_over_the_wire(self, kind: str, locale: str) -> None:
        message = build(write(kind, locale), SENDER)
        assert message["To"] == "Ana Ferreyra <ana@example.test>"
        assert message["Content-Language"] == locale
        kinds = [part.get_content_type() for part in message.walk()]
        assert kinds.index("text/plain") < kinds.index("text/html")
        assert max(map(len, message.as_bytes().splitlines())) <= 998
        assert "\n\n" not in str(message["Subject"])


class Marked(gettext.NullTranslations):
    """A language in which every sentence stands between marks."""

    def gettext(self, message: str) -> str:
        return f"⟦{message}⟧"

    def ngettext(self, one: str, many: str, n: int) -> str:
        return f"⟦{one if n == 1 else many}⟧"


@pytest.mark.parametrize("side", ["pet_owner", "practitioner"])
@pytest.mark.parametrize("kind", samples.ALL)
def test_no_english_is_left_where_a_catalog_has_a_translation(
    kind: str, side: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(i18n, "_catalog", lambda _locale: Marked())
    reader = words.Reader("Ana", "America/Argentina/Buenos_Aires")
    content = KINDS[kind](reader, samples.context(kind, side))
    said = [content.subject, *content.paragraphs, *content.after, *(content.action or ())[:1]]
    said += [label for label, _ in content.facts]
    assert all(sentence.startswith("⟦") and sentence.endswith("⟧") for sentence in said), said


@pytest.mark.parametrize("kind", BOTH_SIDES)
def test_each_side_is_spoken_to_in_its_own_way(kind: str) -> None:
    assert write(kind, side="pet_owner").text != write(kind, side="practitioner").text


@pytest.mark.parametrize("absent", ["both", "pet_owner", "practitioner"])
@pytest.mark.parametrize("money", ["refund", "release", "review"])
@pytest.mark.parametrize("side", ["pet_owner", "practitioner"])
def test_a_missed_visit_says_what_happens_with_the_money(absent: str, money: str, side: str) -> None:
    letter = write("unattended", absent=absent, money=money, side=side, confirm_until="2026-11-23T18:50:00+00:00")
    assert "12.500" in letter.text
    assert ("goes back" in letter.text) == (money == "refund")


@pytest.mark.parametrize("kind", samples.ALL)
def test_free_visits_speak_of_no_money(kind: str) -> None:
    if KINDS[kind].__module__.endswith(("money_mails", "account_mails")):
        return
    text = write(kind, price={"amount_minor": 0, "currency": "JOD"}).text
    assert "JOD" not in text
    assert "held payment" not in text.lower()


class TestMoneyAndTime:
    @pytest.mark.parametrize(
        ("currency", "minor", "shown"),
        [("JOD", 12500, "12.500"), ("USD", 12500, "125.00"), ("CLP", 12500, "12,500"), ("KWD", 5, "0.005")],
    )
    def test_decimals_are_the_currencys(self, currency: str, minor: int, shown: str) -> None:
        letter = write("refunded", price={"amount_minor": minor, "currency": currency})
        assert shown in letter.text
        assert re.search(rf"<bdi>[^<]*{re.escape(shown)}[^<]*</bdi>", letter.html)

    def test_the_vets_part_is_reckoned_openly(self) -> None:
        text = write("funds_released").text
        assert all(part in text for part in ("12.500", "12%", "1.500", "11.000"))

    def test_both_clocks_are_shown_when_they_differ(self) -> None:
        text = write("booking_confirmed_pet_owner").text
        assert "3:30\u00a0PM (Buenos Aires time)" in text
        assert "9:30\u00a0PM (Amman time)" in text

    def test_one_clock_where_they_agree(self) -> None:
        text = write("booking_confirmed_pet_owner", zone="Asia/Amman").text
        assert "At the clinic" not in text
        assert "(Amman time)" in text

    def test_several_visits_are_one_reminder(self) -> None:
        visits = [{**samples.VISIT, "side": "pet_owner", "pet": pet} for pet in ("Luna", "Milo", "Nube")]
        letter = write("reminder", visits=visits)
        assert letter.subject == "You have 3 visits on Sat, Nov 21"
        assert all(pet in letter.text for pet in ("Luna", "Milo", "Nube"))


class TestHostileNames:
    NASTY = "Luna\r\nBcc: everybody@example.test\u202e <script>alert(1)</script> %(vet)s {{ 7*7 }}"

    @pytest.mark.parametrize("kind", samples.ALL)
    def test_a_name_is_only_a_name(self, kind: str) -> None:
        letter = write(kind, pet=self.NASTY, vet=self.NASTY, name=self.NASTY, clinic=self.NASTY, reason=self.NASTY)
        message = build(letter, SENDER)
        assert message["Bcc"] is None
        assert len(message.get_all("Subject") or []) == 1
        assert "<script>" not in letter.html
        assert "\u202e" not in letter.html + letter.text + letter.subject
        assert "49" not in letter.subject

    @pytest.mark.parametrize(
        "recipient",
        ["ana@example.test\r\nBcc: x@example.test", "ana@example.test, x@example.test", "ana", "a b@example.test", ""],
    )
    def test_one_address_or_none(self, recipient: str) -> None:
        with pytest.raises(MailRefusedError):
            build(write("welcome", recipient=recipient), SENDER)

    def test_a_subject_with_a_line_break_is_refused(self) -> None:
        letter = write("welcome")
        broken = Letter(**{f: getattr(letter, f) for f in Letter.__slots__} | {"subject": "Hi\nBcc: x@example.test"})
        with pytest.raises(MailRefusedError):
            build(broken, SENDER)


def test_a_visit_at_the_clinic_has_no_room() -> None:
    for kind in samples.ALL:
        letter = write(kind, mode="clinic", consultation_id=None)
        assert "/room/" not in letter.text
    assert "12 Baouniyah St, Amman" in write("booking_confirmed_pet_owner", mode="clinic", consultation_id=None).text


class TestCalendar:
    def calendar(self, kind: str, **changes: Any) -> tuple[str, Any]:
        message = build(write(kind, **changes), SENDER)
        part = next(part for part in message.walk() if part.get_content_type() == "text/calendar")
        body = Calendar.from_ical(part.get_content())
        assert str(body["METHOD"]) == part.get_param("method")
        return str(body["METHOD"]), body.walk("VEVENT")[0]

    def test_one_uid_for_ever_and_a_growing_sequence(self) -> None:
        method, booked = self.calendar("booking_confirmed_pet_owner", version=2)
        ends, gone = self.calendar("cancelled", version=3)
        assert (method, ends) == ("REQUEST", "CANCEL")
        assert booked["UID"] == gone["UID"] == f"{samples.VISIT['appointment_id']}@lazo.example"
        assert (int(booked["SEQUENCE"]), int(gone["SEQUENCE"])) == (2, 3)
        assert (str(booked["STATUS"]), str(gone["STATUS"])) == ("CONFIRMED", "CANCELLED")

    def test_the_times_are_utc_and_the_door_is_the_place(self) -> None:
        _, event = self.calendar("booking_confirmed_vet")
        assert event["DTSTART"].to_ical() == b"20261121T183000Z"
        assert str(event["LOCATION"]) == f"{SITE}/room/{samples.VISIT['consultation_id']}"
        assert "Amman" in str(event["DESCRIPTION"])
        assert str(event["ORGANIZER"]) == "mailto:hola@lazo.example"
        assert str(event["ATTENDEE"]) == "mailto:ana@example.test"

    def test_only_appointments_come_with_one(self) -> None:
        for kind in samples.ALL:
            assert bool(write(kind).attachments) == (kind in CALENDAR_METHODS)
