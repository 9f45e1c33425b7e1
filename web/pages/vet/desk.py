"""What every page of the vet's panel shares: what waits, and the word after something was done."""

from typing import Any

from aiohttp import web

from domain.consultations import waiting
from domain.records import backlog
from kit.http.keys import ACTOR, SESSION
from kit.i18n import N_, gettext
from web import responses

DONE = {
    "saved": N_("Saved."),
    "signed": N_("Signed. The pet owner can read it now."),
    "confirmed": N_("Thank you. You confirmed that the consultation took place."),
    "cancelled": N_("Cancelled. The pet owner gets everything back and was told."),
    "added": N_("Added."),
    "removed": N_("Removed."),
    "requested": N_("Requested. We write to you when it was decided."),
    "plan": N_("Your plan was changed."),
}


async def page(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    """A page of the vet's panel, with the counts of its rail."""
    session, actor = request[SESSION], request[ACTOR]
    counts = {"waiting_count": 0, "unsigned_count": 0}
    if actor.practitioner_id is not None:
        counts["waiting_count"] = len(await waiting.in_room(session, actor))
        counts["unsigned_count"] = len(await backlog.unsigned(session, actor))
    notice = DONE.get(request.query.get("done", ""))
    common = counts | {"notice": gettext(notice) if notice and status == 200 else ""}
    return await responses.page(request, template, status=status, **common | context)
