"""The timetable: what is looked for how often. The work is in rows that come due; nothing is kept here."""

from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import holds, leftovers
from domain.consultations import attendance, rooms
from domain.directory import offers
from domain.escrow import due
from domain.payments import chain, janitor
from kit.db import WORKING_ON, Scope
from scheduler import dispatch
from scheduler.tools import Tools

IsStopping = Callable[[], bool]
Work = Callable[[Tools, IsStopping], Awaitable[int]]
UseCase = Callable[[AsyncSession, int], Awaitable[int]]
Sweep = Callable[[AsyncSession, int, Collection[UUID]], Awaitable[int]]


@dataclass(frozen=True, slots=True)
class Job:
    """One line of the timetable; ``lanes`` is how many runs of it may go on at once in one process."""

    name: str
    every_seconds: float
    work: Work
    lanes: int = 1


def each(use_case: UseCase, at_a_time: int = 1, at_most: int = 500) -> Work:
    """Call ``use_case(session, at_a_time)``, a transaction each, until it finds nothing, or ``at_most`` were done."""

    async def work(tools: Tools, is_stopping: IsStopping) -> int:
        done = 0
        while done < at_most and not is_stopping():
            async with tools.db.begin(Scope.system()) as session:
                found = await use_case(session, at_a_time)
            if not found:
                break
            done += found
        return done

    return work


def one_by_one(sweep: Sweep, at_a_time: int = 1, at_most: int = 500) -> Work:
    """Call ``sweep(session, at_a_time, skip)``, a transaction each. A row that fails is passed by and keeps no other waiting.

    The failures are raised together at the end, so that the job's line says so.
    """

    async def work(tools: Tools, is_stopping: IsStopping) -> int:
        done, skip, failures = 0, set[UUID](), list[Exception]()
        while done + len(skip) < at_most and not is_stopping():
            try:
                async with tools.db.begin(Scope.system()) as session:
                    found = await sweep(session, at_a_time, skip)
            except Exception as failure:
                row = session.info.get(WORKING_ON)
                if row is None or row in skip:
                    raise
                skip.add(row)
                failures.append(failure)
                continue
            if not found:
                break
            done += found
        if failures:
            raise ExceptionGroup("rows that could not be done", failures)
        return done

    return work


async def _expire_holds(session: AsyncSession, limit: int, skip: Collection[UUID]) -> int:
    return await holds.expire_due(session, limit=limit, skip=skip)


async def _release(tools: Tools, _is_stopping: IsStopping) -> int:
    return await due.release_due(tools.db)


async def _recheck_payments(tools: Tools, _is_stopping: IsStopping) -> int:
    return await janitor.recheck(tools.db, tools.gateways)


TIMETABLE: tuple[Job, ...] = (
    Job("outbox", 0.4, dispatch.drain, lanes=3),  # a slow mail server does not keep a payment waiting
    Job("holds.expire", 5, one_by_one(_expire_holds)),
    Job("escrow.release", 5, _release),
    Job("directory.refresh", 10, each(offers.refresh_stale, at_a_time=50)),
    Job("ledger.seal", 10, each(chain.seal, at_a_time=500, at_most=5000)),
    Job("visits.unattended", 30, one_by_one(attendance.mark_unattended)),
    Job("visits.close_forgotten", 30, one_by_one(rooms.close_forgotten, at_a_time=50)),
    Job("payments.recheck", 60, _recheck_payments),
    Job("drafts.forget", 3600, each(leftovers.forget_drafts, at_a_time=500)),
)
