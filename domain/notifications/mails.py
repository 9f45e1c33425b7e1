"""Telling somebody something by mail: once, in the transaction of the fact that it tells."""

from typing import Any
from uuid import UUID

from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.ext.asyncio import AsyncSession

from domain.accounts.models import User
from domain.notifications.models import Delivery
from kit import clock, ids, outbox
from kit.db import Scope, scoped

SEND = "mail.send"


async def tell(session: AsyncSession, user_id: UUID, kind: str, dedup_key: str, context: dict[str, Any]) -> bool:
    """Promise one mail of ``kind`` to a person; False if ``dedup_key`` was told before.

    Address, language and zone are copied now: what is told was true for that person then. ``context`` is JSON and
    holds every fact the mail names, so that sending it reads nothing else. Works in any scope.
    """
    async with scoped(session, Scope.system()):
        person = await session.get_one(User, user_id)
        if person.disabled_at is not None:
            return False
        delivery_id = await session.scalar(
            insert(Delivery)
            .values(
                id=ids.new_id(), created_at=clock.now(), user_id=user_id, channel="email", kind=kind,
                dedup_key=dedup_key, recipient=person.email, locale=person.locale, time_zone=person.time_zone,
                context={**context, "recipient_name": person.name}, state="queued", subject="", message_id="",
            )
            .on_conflict_do_nothing(index_elements=["dedup_key"])
            .returning(Delivery.id)
        )  # fmt: skip
        if delivery_id is None:
            return False
        await outbox.enqueue(session, SEND, f"mail:{delivery_id}", {"delivery_id": str(delivery_id)})
    return True
