"""What every page of the platform's panel shares: the word after something was done."""

from typing import Any

from aiohttp import web

from kit.i18n import N_, gettext
from web import responses

DONE = {
    "decided": N_("Decided. The vet was told."),
    "paid": N_("Approved. The vet was told."),
    "rejected": N_("Rejected. The money is available to the vet again, who was told."),
    "released": N_("Released to the vet. Both were told."),
    "refunded": N_("Going back to the pet owner. Both were told."),
    "retried": N_("Trying again."),
}


async def page(request: web.Request, template: str, *, status: int = 200, **context: Any) -> web.Response:
    """A page of the platform's panel."""
    notice = DONE.get(request.query.get("done", ""))
    return await responses.page(
        request, template, status=status, notice=gettext(notice) if notice and status == 200 else "", **context
    )
