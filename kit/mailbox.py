"""Letters caught in demo mode: one ``.eml`` file each, in the order they came."""

import os
import re
import secrets
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import parsedate_to_datetime
from pathlib import Path

LETTER_ID = re.compile(r"\d{19}-[0-9a-f]{8}")
ENVELOPE = "X-Envelope-To"  # blind copies are in no header of the letter itself
KEPT = 1000


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came with a letter."""

    filename: str
    content_type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Letter:
    """One caught letter; ``text`` and ``html`` are empty where it has no such part."""

    id: str
    received_at: datetime
    sent_at: datetime | None
    sender: str
    recipients: tuple[str, ...]
    subject: str
    language: str
    text: str
    html: str
    attachments: tuple[Attachment, ...]


def directory(data_dir: Path) -> Path:
    """Return where the letters of an installation are."""
    return data_dir / "mail"


def store(data_dir: Path, raw: bytes, recipients: list[str]) -> str:
    """Keep a letter and return its id; it is on disk, whole, when this returns."""
    place = directory(data_dir)
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    letter_id = f"{time.time_ns():019d}-{secrets.token_hex(4)}"
    unfinished = place / f".{letter_id}"
    with unfinished.open("wb") as file:
        file.write(f"{ENVELOPE}: {', '.join(recipients)}\r\n".encode())
        file.write(raw)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(place / f"{letter_id}.eml")
    _forget_old(place)
    return letter_id


def letters(data_dir: Path, *, to: str = "", limit: int = 50) -> list[Letter]:
    """Return the newest letters first, those to one address when ``to`` is given."""
    found: list[Letter] = []
    for path in _newest_first(directory(data_dir)):
        letter = _parse(path)
        if letter and (not to or to.casefold() in (address.casefold() for address in letter.recipients)):
            found.append(letter)
        if len(found) == limit:
            break
    return found


def read(data_dir: Path, letter_id: str) -> Letter | None:
    """Return one letter, or None when there is none of that id."""
    if not LETTER_ID.fullmatch(letter_id):
        return None
    return _parse(directory(data_dir) / f"{letter_id}.eml")


def _newest_first(place: Path) -> Iterator[Path]:
    yield from sorted((path for path in place.glob("*.eml") if LETTER_ID.fullmatch(path.stem)), reverse=True)


def _forget_old(place: Path) -> None:
    for path in list(_newest_first(place))[KEPT:]:
        path.unlink(missing_ok=True)


def _parse(path: Path) -> Letter | None:
    try:
        raw = path.read_bytes()
    except OSError:
        return None
    message = message_from_bytes(raw, policy=policy.default)
    return Letter(
        id=path.stem,
        received_at=datetime.fromtimestamp(int(path.stem.partition("-")[0]) / 1e9, tz=UTC),
        sent_at=_date(message),
        sender=str(message.get("From", "")),
        recipients=tuple(part.strip() for part in str(message.get(ENVELOPE, "")).split(",") if part.strip()),
        subject=str(message.get("Subject", "")),
        language=str(message.get("Content-Language", "")),
        text=_body(message, "plain"),
        html=_body(message, "html"),
        attachments=tuple(_attachments(message)),
    )


def _date(message: EmailMessage) -> datetime | None:
    try:
        return parsedate_to_datetime(str(message["Date"])).astimezone(UTC)
    except (TypeError, ValueError):
        return None


def _body(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    return str(part.get_content()) if part is not None else ""


def _attachments(message: EmailMessage) -> Iterator[Attachment]:
    for part in message.iter_attachments():
        content = part.get_payload(decode=True)
        if isinstance(content, bytes):
            yield Attachment(part.get_filename() or "file", part.get_content_type(), content)
