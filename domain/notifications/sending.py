"""Sending one promised mail: read, write the letter, hand it over, note it. No transaction is open meanwhile."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from domain.notifications.models import Delivery
from kit import clock
from kit.db import Database, Scope
from kit.mail import Letter, MailRefusedError, MailTransport

Compose = Callable[[Delivery], Letter]


@dataclass(frozen=True, slots=True)
class Sent:
    """How it went: ``sent``, ``already`` (somebody else did), ``late`` (of no use any more)."""

    outcome: str


async def send(
    db: Database, delivery_id: UUID, compose: Compose, transport: MailTransport, *, is_last_try: bool = False
) -> Sent:
    """Send a queued (or once failed) mail; a sent one is left alone.

    Raises MailRefusedError when it never will be taken (marked ``failed``), and whatever the transport raises when it
    may be later; with ``is_last_try`` that marks it failed as well. A mail whose ``useless_after`` has passed is not
    sent: nobody wants to be reminded of yesterday.
    """
    async with db.begin(Scope.system()) as session:
        delivery = await session.get_one(Delivery, delivery_id)
        now = clock.now()
    if delivery.state == "sent":
        return Sent("already")
    useless_after = delivery.context.get("useless_after")
    if useless_after is not None and datetime.fromisoformat(useless_after) <= now:
        await _mark(db, delivery_id, state="failed", subject="")
        return Sent("late")
    try:
        letter = compose(delivery)
        await transport.send(letter)
    except MailRefusedError:
        await _mark(db, delivery_id, state="failed", subject="")
        raise
    except Exception:
        if is_last_try:
            await _mark(db, delivery_id, state="failed", subject="")
        raise
    await _mark(db, delivery_id, state="sent", subject=letter.subject, message_id=letter.message_id)
    return Sent("sent")


async def _mark(db: Database, delivery_id: UUID, *, state: str, subject: str, message_id: str = "") -> None:
    async with db.begin(Scope.system()) as session:
        delivery = await session.get_one(Delivery, delivery_id, with_for_update=True)
        if delivery.state == "sent":
            return
        delivery.state, delivery.subject, delivery.message_id = state, subject, message_id
        delivery.sent_at = clock.now() if state == "sent" else None
