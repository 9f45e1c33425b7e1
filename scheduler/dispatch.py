"""What is done with a row of the outbox, by its kind; how it ends when it works, and when it does not.

A handler that only writes to the database does so in the transaction that finishes the row: exactly once. One that
talks to somebody does it outside any transaction, under a key that makes asking twice one effect: at least once.
"""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import structlog
from sqlalchemy.ext.asyncio import AsyncSession

from domain.correspondence import reminders
from domain.notifications import mails, sending
from domain.payments import inbox, refunds
from domain.payments.gateways import sandbox
from domain.payments.gateways.sandbox import SandboxGateway
from kit import outbox
from kit.db import Scope
from kit.mail import MailRefusedError
from kit.outbox import OutboxItem, OutboxState
from scheduler.tools import Tools

log = structlog.get_logger(__name__)
BATCH = 8
AT_ONCE = 4
HANDLER_SECONDS = 25  # two rounds of AT_ONCE fit into the lease of a row


@dataclass(frozen=True, slots=True)
class InTransaction:
    """``work(session, payload)`` writes only to the database; it returns why it did nothing, or an empty string."""

    work: Callable[[AsyncSession, dict[str, Any]], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Outside:
    """``work(tools, item)`` talks to somebody; it returns why it did nothing, or an empty string."""

    work: Callable[[Tools, OutboxItem], Awaitable[str]]


class _GoneError(Exception):
    """Somebody else finished or withdrew the row meanwhile: what we wrote beside it is rolled back."""


async def _send_mail(tools: Tools, item: OutboxItem) -> str:
    sent = await sending.send(
        tools.db, UUID(item.payload["delivery_id"]), tools.compose, tools.transport,
        is_last_try=item.attempts >= outbox.MAX_ATTEMPTS,
    )  # fmt: skip
    return "too late to be of use" if sent.outcome == "late" else ""


async def _payment_event(tools: Tools, item: OutboxItem) -> str:
    await inbox.process(tools.db, tools.gateways, UUID(item.payload["event_id"]))
    return ""


async def _refund(tools: Tools, item: OutboxItem) -> str:
    await refunds.execute(tools.db, tools.gateways, UUID(item.payload["refund_id"]))
    return ""


async def _sandbox_notify(tools: Tools, item: OutboxItem) -> str:
    gateway = tools.gateways.get(sandbox.CODE)
    if not isinstance(gateway, SandboxGateway):
        return "there is no sandbox here"
    await gateway.deliver(item.payload, tools.post)
    return ""


HANDLERS: Mapping[str, InTransaction | Outside] = {
    inbox.PROCESS: Outside(_payment_event),
    mails.SEND: Outside(_send_mail),
    refunds.SEND: Outside(_refund),
    reminders.KIND: InTransaction(reminders.due),
    sandbox.NOTIFY: Outside(_sandbox_notify),
}


async def drain(tools: Tools, is_stopping: Callable[[], bool]) -> int:
    """Do what is due, batch by batch, until nothing is or we are told to stop; returns how many rows were taken."""
    taken = 0
    gate = asyncio.Semaphore(AT_ONCE)
    while not is_stopping():
        async with tools.db.begin(Scope.system()) as session:
            items = await outbox.claim(session, BATCH)
        if not items:
            break
        async with asyncio.TaskGroup() as group:
            for item in items:
                group.create_task(_one(tools, item, gate))
        taken += len(items)
    return taken


async def _one(tools: Tools, item: OutboxItem, gate: asyncio.Semaphore) -> None:
    """Do one row; whatever goes wrong is written on the row and stays there."""
    async with gate:
        try:
            async with asyncio.timeout(HANDLER_SECONDS):
                await _handle(tools, item)
        except MailRefusedError as error:
            no = str(error)
            await _settle(tools, item, lambda row: outbox.bury(row, no))
        except Exception as error:  # noqa: BLE001  # a bad row must not stop the others
            reason = f"{type(error).__name__}: {error}"
            log.warning("outbox row failed", kind=item.kind, key=item.dedup_key, attempts=item.attempts, error=reason)
            await _settle(tools, item, lambda row: outbox.fail(row, reason))


async def _handle(tools: Tools, item: OutboxItem) -> None:
    handler = HANDLERS.get(item.kind)
    if handler is None:
        await _settle(tools, item, lambda row: outbox.bury(row, f"nobody here does {item.kind!r}"))
    elif isinstance(handler, Outside):
        reason = await handler.work(tools, item)
        await _settle(tools, item, lambda row: _close(row, reason))
    else:
        try:
            async with tools.db.begin(Scope.system()) as session:
                reason = await handler.work(session, item.payload)
                _close(await _waiting(session, item), reason)
        except _GoneError:
            return


async def _settle(tools: Tools, item: OutboxItem, end: Callable[[OutboxItem], None]) -> None:
    """Write how it ended, unless somebody else has; a database that is away leaves the row to its lease."""
    try:
        async with tools.db.begin(Scope.system()) as session:
            end(await _waiting(session, item))
    except _GoneError:
        return
    except Exception as error:  # noqa: BLE001  # the lease runs out, and the row is taken again
        log.warning("outbox row not settled", key=item.dedup_key, error=type(error).__name__)


async def _waiting(session: AsyncSession, item: OutboxItem) -> OutboxItem:
    row = await session.get(OutboxItem, item.id, with_for_update=True)
    if row is None or row.state != OutboxState.WAITING:
        raise _GoneError
    return row


def _close(row: OutboxItem, reason: str) -> None:
    if reason:
        outbox.drop(row, reason)
    else:
        outbox.finish(row)
