"""The timetable as it ran, and what the outbox gave up."""

from uuid import UUID

from aiohttp import web

from domain.audit import trail
from kit import outbox
from kit.errors import Conflict
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Admin
from kit.http.routes import Routes
from web.pages.admin import desk
from web.responses import redirect

routes = Routes("admin_jobs", prefix="/admin/jobs")


@routes.get("", auth=Admin)
async def show(request: web.Request) -> web.Response:
    """Last, next, lag, handled, error; and the dead letters."""
    session = request[SESSION]
    return await desk.page(
        request, "admin/jobs.html", runs=await outbox.job_runs(session), dead=await outbox.dead(session),
        counts=await outbox.counts(session), zone=request[ACTOR].time_zone,
    )  # fmt: skip


@routes.post("/outbox/{item_id}/retry", auth=Admin, problems=(Conflict,))
async def retry(request: web.Request, item_id: UUID) -> web.Response:
    """Try a dead letter again."""
    item = await outbox.retry(request[SESSION], item_id)
    await trail.record(request[SESSION], request[ACTOR], "outbox.retried", ("outbox", item.id), kind=item.kind)
    return redirect("/admin/jobs?done=retried#dead")
