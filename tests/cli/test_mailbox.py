"""Caught mail: letters sent over SMTP, read back as `/dev/mail` reads them."""

import asyncio
import socket
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import aiosmtplib
import pytest

from cli import mailbox as process
from kit import mailbox
from kit.settings import Settings


@pytest.fixture
async def smtp(tmp_path: Path) -> AsyncIterator[Settings]:
    """The catching process, running."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    settings = Settings(data_dir=tmp_path, smtp_port=port)
    ready = asyncio.Event()
    work = asyncio.ensure_future(process.serve(settings, ready.set))
    await asyncio.wait_for(ready.wait(), 5)
    yield settings
    work.cancel()
    await asyncio.gather(work, return_exceptions=True)


def _letter(subject: str, to: str = "nour@example.test") -> EmailMessage:
    letter = EmailMessage()
    letter["From"] = "Lazo <hola@lazo.example>"
    letter["To"] = to
    letter["Subject"] = subject
    letter["Date"] = "Fri, 20 Nov 2026 10:00:00 -0500"
    letter.set_content("مرحبا نور\n")
    letter.add_alternative("<p dir=rtl>مرحبا نور</p>", subtype="html")
    letter.add_attachment(b"BEGIN:VCALENDAR", maintype="text", subtype="calendar", filename="visit.ics")
    letter["Content-Language"] = "ar"  # set_content takes it away
    return letter


async def _send(settings: Settings, letter: EmailMessage, recipients: list[str] | None = None) -> None:
    await aiosmtplib.send(letter, recipients=recipients, hostname="127.0.0.1", port=settings.smtp_port, start_tls=False)


async def test_a_letter_is_read_back_whole(smtp: Settings) -> None:
    await _send(smtp, _letter("موعدك غدًا"))
    (letter,) = mailbox.letters(smtp.data_dir)
    assert letter.subject == "موعدك غدًا"
    assert letter.recipients == ("nour@example.test",)
    assert letter.language == "ar"
    assert letter.text.strip() == "مرحبا نور"
    assert "<p dir=rtl>" in letter.html
    assert letter.sent_at is not None
    assert letter.sent_at.isoformat() == "2026-11-20T15:00:00+00:00"
    assert [(one.filename, one.content_type) for one in letter.attachments] == [("visit.ics", "text/calendar")]
    assert mailbox.read(smtp.data_dir, letter.id) == letter


async def test_newest_come_first_and_one_address_can_be_picked(smtp: Settings) -> None:
    for number in range(3):
        await _send(smtp, _letter(f"letter {number}", to="ana@example.test" if number == 1 else "nour@example.test"))
    assert [one.subject for one in mailbox.letters(smtp.data_dir)] == ["letter 2", "letter 1", "letter 0"]
    assert [one.subject for one in mailbox.letters(smtp.data_dir, to="Ana@example.test")] == ["letter 1"]
    assert [one.subject for one in mailbox.letters(smtp.data_dir, limit=1)] == ["letter 2"]


async def test_blind_copies_are_known_by_the_envelope(smtp: Settings) -> None:
    await _send(smtp, _letter("to both"), recipients=["nour@example.test", "hidden@example.test"])
    (letter,) = mailbox.letters(smtp.data_dir, to="hidden@example.test")
    assert letter.subject == "to both"


async def test_fifty_letters_at_once_are_all_kept(smtp: Settings) -> None:
    await asyncio.gather(*(_send(smtp, _letter(f"letter {number}")) for number in range(50)))
    assert {one.subject for one in mailbox.letters(smtp.data_dir, limit=100)} == {f"letter {n}" for n in range(50)}


async def test_a_letter_too_large_is_refused_and_nothing_is_kept(smtp: Settings) -> None:
    letter = _letter("large")
    letter.add_attachment(b"x" * process.LARGEST_LETTER, maintype="application", subtype="pdf", filename="large.pdf")
    with pytest.raises(aiosmtplib.SMTPException):
        await _send(smtp, letter)
    assert mailbox.letters(smtp.data_dir) == []


@pytest.mark.parametrize("letter_id", ["", "../secret", "1", "0000000000000000000-00000000", "../../etc/passwd"])
def test_ids_that_name_no_letter_find_none(tmp_path: Path, letter_id: str) -> None:
    assert mailbox.read(tmp_path, letter_id) is None


def test_a_letter_half_written_is_not_shown(tmp_path: Path) -> None:
    kept = mailbox.store(tmp_path, b"Subject: whole\r\n\r\nhola\r\n", ["ana@example.test"])
    (mailbox.directory(tmp_path) / ".9999999999999999999-00000000").write_bytes(b"Subject: ha")
    assert [one.id for one in mailbox.letters(tmp_path)] == [kept]


def test_only_so_many_are_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(mailbox, "KEPT", 3)
    ids = [mailbox.store(tmp_path, b"Subject: x\r\n\r\n", ["ana@example.test"]) for _ in range(5)]
    assert [one.id for one in mailbox.letters(tmp_path)] == ids[:1:-1]
