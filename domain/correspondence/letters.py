"""From a promised mail to a letter: its content in the reader's language and zone, dressed as text and as HTML."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2

from domain.correspondence import account_mails, booking_mails, invitation, money_mails, visit_mails
from domain.correspondence.words import Content, Reader, bare, html, one_line, own, plain
from domain.notifications.models import Delivery
from kit import clock, i18n
from kit.i18n import gettext as _
from kit.mail import Attachment, Letter, message_id

Write = Callable[[Reader, dict[str, Any]], Content]

KINDS: Mapping[str, Write] = {
    "booking_confirmed_pet_owner": booking_mails.booking_confirmed_pet_owner,
    "booking_confirmed_vet": booking_mails.booking_confirmed_vet,
    "cancelled": booking_mails.cancelled,
    "confirm_reminder": visit_mails.confirm_reminder,
    "extra_payment_returned": money_mails.extra_payment_returned,
    "funds_released": money_mails.funds_released,
    "hold_expired": booking_mails.hold_expired,
    "payment_late_refund": money_mails.payment_late_refund,
    "payout_paid": money_mails.payout_paid,
    "payout_rejected": money_mails.payout_rejected,
    "please_confirm": visit_mails.please_confirm,
    "record_published": visit_mails.record_published,
    "refunded": money_mails.refunded,
    "reminder": booking_mails.reminder,
    "review_request": visit_mails.review_request,
    "security_notice": account_mails.security_notice,
    "starting_soon": booking_mails.starting_soon,
    "unattended": visit_mails.unattended,
    "under_review": money_mails.under_review,
    "vet_approved": account_mails.vet_approved,
    "vet_rejected": account_mails.vet_rejected,
    "vet_suspended": account_mails.vet_suspended,
    "welcome": account_mails.welcome,
}
CALENDAR_METHODS = {"booking_confirmed_pet_owner": "REQUEST", "booking_confirmed_vet": "REQUEST", "cancelled": "CANCEL"}

FONT = "-apple-system,'Segoe UI',Roboto,'Helvetica Neue',Arial,sans-serif"
ARABIC_FONT = "'Segoe UI',Tahoma,'Geeza Pro','Noto Naskh Arabic',Arial,sans-serif"
PARAGRAPH = "margin:0 0 16px;font-size:16px;line-height:1.55;color:#1a2029;text-align:{start};"
CELL = "padding:9px 0;font-size:15px;line-height:1.45;border-bottom:1px solid #e4e1db;"


@dataclass(frozen=True, slots=True)
class Composer:
    """Writes letters for one installation: its public address, and whom its mail is from."""

    site: str
    sender: str

    def __call__(self, delivery: Delivery) -> Letter:
        """The letter of a delivery; a kind nobody writes raises KeyError."""
        with i18n.use(delivery.locale):
            return self._write(delivery, KINDS[delivery.kind])

    def _write(self, delivery: Delivery, write: Write) -> Letter:
        context: dict[str, Any] = delivery.context
        reader = Reader(name=one_line(context["recipient_name"]), time_zone=delivery.time_zone)
        content = write(reader, context)
        subject = one_line(bare(content.subject))
        dress = self._dress(reader, content, subject)
        return Letter(
            recipient=delivery.recipient, recipient_name=reader.name, subject=subject,
            text=plain(_template("layout.txt").render(dress)), html=_template("layout.html").render(dress),
            language=i18n.current(), message_id=message_id(self.sender, delivery.dedup_key), date=clock.now(),
            attachments=self._attachments(delivery, reader),
        )  # fmt: skip

    def _dress(self, reader: Reader, content: Content, subject: str) -> dict[str, Any]:
        is_rtl = i18n.direction() == "rtl"
        start = "right" if is_rtl else "left"
        button = None
        if content.action is not None:
            button = {"label": content.action[0], "url": self.site.rstrip("/") + content.action[1]}
        return {
            "content": content, "subject": subject, "button": button, "site": self.site,
            "greeting": _("Hello %(name)s,", name=own(reader.name)),
            "footer": _("Lazo writes to you about your account, your visits and your money, and about nothing else."),
            "locale": i18n.current(), "dir": i18n.direction(), "start": start,
            "font": ARABIC_FONT if is_rtl else FONT, "p": PARAGRAPH.format(start=start), "cell": CELL,
        }  # fmt: skip

    def _attachments(self, delivery: Delivery, reader: Reader) -> list[Attachment]:
        method = CALENDAR_METHODS.get(delivery.kind)
        if method is None:
            return []
        return [
            invitation.attach(
                reader, delivery.context, method=method, recipient=delivery.recipient, sender=self.sender,
                site=self.site.rstrip("/"),
            )
        ]  # fmt: skip


_environment = jinja2.Environment(
    loader=jinja2.FileSystemLoader(Path(__file__).resolve().parent / "templates"),
    autoescape=jinja2.select_autoescape(default=True, default_for_string=True, disabled_extensions=("txt",)),
    undefined=jinja2.StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
    keep_trailing_newline=True,
)
_environment.filters["isolated"] = html


def _template(name: str) -> jinja2.Template:
    return _environment.get_template(name)
