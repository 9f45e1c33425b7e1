"""E-mail: a letter as data, made into a message, handed to whatever carries it.

SMTP is at-least-once: a crash between the server's answer and our note of it sends the letter again. The Message-ID is
made from what the letter tells, so that both copies are one to a mail program.
"""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import parseaddr
from typing import Protocol

import aiosmtplib

from kit.settings import Settings

CONNECT_SECONDS = 10.0
FIRST_FINAL = 500  # an SMTP reply from here on is a no for good


class MailRefusedError(Exception):
    """This letter to this address will never be taken; sending it again changes nothing."""


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file with the letter; ``parameters`` go into its Content-Type (``method=CANCEL``)."""

    filename: str
    content_type: str
    content: bytes
    parameters: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Letter:
    """What is sent, in one language, as text and as HTML."""

    recipient: str
    recipient_name: str
    subject: str
    text: str
    html: str
    language: str
    message_id: str
    date: datetime
    attachments: Sequence[Attachment] = ()


class MailTransport(Protocol):
    """Something that carries letters."""

    async def send(self, letter: Letter) -> None:
        """Return once the next server has taken it; raises MailRefusedError, or OSError to try again later."""


class SmtpTransport:
    """One connection a letter, to the server of the settings."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def send(self, letter: Letter) -> None:
        """Hand it over; a 5xx about the letter is final, everything else is tried again later."""
        message = build(letter, self._settings.mail_from)
        server = self._settings
        try:
            await aiosmtplib.send(
                message, hostname=server.smtp_host, port=server.smtp_port, username=server.smtp_username or None,
                password=server.smtp_password.get_secret_value() or None, start_tls=server.smtp_start_tls,
                timeout=CONNECT_SECONDS,
            )  # fmt: skip
        except aiosmtplib.SMTPRecipientsRefused as error:
            if all(refusal.code >= FIRST_FINAL for refusal in error.recipients):
                raise MailRefusedError(f"recipient refused: {error.recipients[0].message}") from error
            raise ConnectionError(f"recipient deferred: {error.recipients[0].message}") from error
        except (aiosmtplib.SMTPDataError, aiosmtplib.SMTPSenderRefused) as error:
            if error.code >= FIRST_FINAL:
                raise MailRefusedError(f"letter refused: {error.code} {error.message}") from error
            raise ConnectionError(f"letter deferred: {error.code} {error.message}") from error
        except aiosmtplib.SMTPException as error:
            raise ConnectionError(f"{type(error).__name__}: {error}") from error


def message_id(sender: str, key: str) -> str:
    """The Message-ID of the letter that tells ``key``: the same for every copy of it."""
    domain = parseaddr(sender)[1].rpartition("@")[2] or "localhost"
    return f"<{hashlib.sha256(key.encode()).hexdigest()[:40]}@{domain}>"


def build(letter: Letter, sender: str) -> EmailMessage:
    """The message as it goes over the wire; raises MailRefusedError for a header that could carry another one."""
    name, address = parseaddr(sender)
    message = EmailMessage(policy=SMTP.clone(max_line_length=78))
    try:
        _headers(message, letter)
        message["From"] = Address(name, addr_spec=address)
    except (ValueError, IndexError) as error:
        raise MailRefusedError(f"not a letter we may send: {error}") from error
    message.set_content(letter.text, cte="quoted-printable")
    message.add_alternative(letter.html, subtype="html", cte="quoted-printable")
    for file in letter.attachments:
        main, _, sub = file.content_type.partition("/")
        message.add_attachment(
            file.content, maintype=main, subtype=sub, filename=file.filename, params=dict(file.parameters)
        )
    message["Content-Language"] = letter.language  # last: what comes before would move it into a part
    return message


def _headers(message: EmailMessage, letter: Letter) -> None:
    for part in (letter.subject, letter.recipient, letter.recipient_name):
        if any(ord(sign) < ord(" ") or sign in "\x7f\x85\u2028\u2029" for sign in part):
            raise ValueError("a control character in a header")
    if letter.recipient.count("@") != 1 or any(sign in letter.recipient for sign in " ,;<>"):
        raise ValueError("not one address")
    message["Subject"] = letter.subject
    message["To"] = Address(letter.recipient_name, addr_spec=letter.recipient)
    message["Date"] = letter.date
    message["Message-ID"] = letter.message_id
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
