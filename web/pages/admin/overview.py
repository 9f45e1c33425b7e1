"""What waits for an admin; every number leads to its rows. And the trail of what was done."""

from typing import Annotated

from aiohttp import web
from pydantic import BaseModel, Field

from domain.accounts import users
from domain.audit import trail
from domain.payments import ledger
from domain.payouts import oversight
from kit import outbox
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Admin
from kit.http.routes import Routes
from web.pages.admin import desk

routes = Routes("admin", prefix="/admin")
PAGE = 50


class AuditQuery(BaseModel):
    """Where to go on: the last sequence number of the page above."""

    before: Annotated[int, Field(ge=1)] | None = None


@routes.get("", auth=Admin)
async def show(request: web.Request) -> web.Response:
    """The queues."""
    session = request[SESSION]
    runs = await outbox.job_runs(session)
    return await desk.page(
        request, "admin/overview.html", queues=await oversight.queues(session), outbox=await outbox.counts(session),
        late_jobs=sum(1 for run in runs if run.is_late()), books=await ledger.trial_balance(session),
    )  # fmt: skip


@routes.get("/audit", auth=Admin)
async def audit(request: web.Request, query: AuditQuery) -> web.Response:
    """The newest acts first."""
    entries = await trail.latest(request[SESSION], before=query.before, limit=PAGE + 1)
    shown = entries[:PAGE]
    return await desk.page(
        request, "admin/audit.html", entries=shown, zone=request[ACTOR].time_zone,
        names=await users.names(request[SESSION], [entry.actor_id for entry in shown]),
        older=shown[-1].sequence if len(entries) > PAGE else None, is_first=query.before is None,
    )  # fmt: skip
