"""What an admin sees of a job: when it last ran and will run next, how much it did, what went wrong."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta

from sqlalchemy import func
from sqlalchemy.dialects.postgresql import insert

from kit import clock
from kit.db import Database, Scope
from kit.outbox import JobRun

QUIET = timedelta(seconds=5)


@dataclass(slots=True)
class Tally:
    """Runs of one job that are not in its row yet; idle runs are written together, at most every five seconds.

    All instants are the machine's: a moved business clock must not make a healthy job look late.
    """

    name: str
    every_seconds: float
    runs: int = 0
    handled: int = 0
    last_error: str = ""
    started_at: datetime = field(default_factory=clock.wall)
    finished_at: datetime | None = None
    failed_at: datetime | None = None
    written_at: datetime | None = None
    has_news: bool = False

    def add(self, started_at: datetime, took: timedelta, handled: int, error: str) -> None:
        """Count one run."""
        self.has_news = self.has_news or handled > 0 or error != self.last_error
        self.started_at, self.finished_at = started_at, started_at + took
        self.runs += 1
        self.handled += handled
        self.last_error = error[:500]
        if error:
            self.failed_at = self.finished_at

    async def write(self, db: Database) -> None:
        """Add it to the row of the job, when there is something to say; several schedulers share the row."""
        now = clock.wall()
        if not self.has_news and self.written_at is not None and now - self.written_at < QUIET:
            return
        runs, handled, self.written_at, self.has_news = self.runs, self.handled, now, False
        next_at = max(self.started_at + timedelta(seconds=self.every_seconds), now)
        row = insert(JobRun).values(
            name=self.name, started_at=self.started_at, finished_at=self.finished_at, next_at=next_at,
            runs=runs, handled=handled, last_error=self.last_error, failed_at=self.failed_at,
        )  # fmt: skip
        new = row.excluded
        async with db.begin(Scope.system()) as session:
            await session.execute(
                row.on_conflict_do_update(
                    index_elements=["name"],
                    set_={
                        "started_at": new.started_at, "finished_at": new.finished_at, "next_at": new.next_at,
                        "runs": JobRun.runs + new.runs, "handled": JobRun.handled + new.handled,
                        "last_error": new.last_error, "failed_at": func.coalesce(new.failed_at, JobRun.failed_at),
                    },
                )
            )  # fmt: skip
        self.runs, self.handled = self.runs - runs, self.handled - handled  # another lane may have counted meanwhile
