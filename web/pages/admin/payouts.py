"""Withdrawals: what waits, and the two decisions. Somebody else must decide about one's own."""

from typing import Annotated, Any, Literal
from uuid import UUID

from aiohttp import web
from pydantic import BaseModel, StringConstraints

from domain.accounts.schemas import Input
from domain.payouts import oversight, payouts
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Admin
from kit.http.routes import Routes
from web.pages.admin import desk
from web.responses import redirect

routes = Routes("admin_payouts", prefix="/admin/payouts")


class PayoutQuery(BaseModel):
    """Which withdrawals."""

    state: Literal["requested", "paid", "rejected"] = "requested"


class Approve(Input):
    """The bank's own reference of the transfer."""

    bank_reference: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=80)]


class Reject(Input):
    """Why; the vet reads it."""

    reason: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=500)]


@routes.get("", auth=Admin)
async def show(request: web.Request, query: PayoutQuery) -> web.Response:
    """Withdrawals in one state."""
    return await _page(request, query.state)


async def _page(
    request: web.Request, state: str, *, open_id: UUID | None = None, form: forms.Form[Any] | None = None
) -> web.Response:
    return await desk.page(
        request, "admin/payouts.html", status=422 if form else 200, state=state, open_id=open_id,
        rows=await oversight.withdrawals(request[SESSION], state), errors=form.errors if form else {},
        values=form.typed if form else {}, zone=request[ACTOR].time_zone, me=request[ACTOR].person,
    )  # fmt: skip


@routes.post("/{payout_id}/approve", auth=Admin)
async def approve(request: web.Request, payout_id: UUID) -> web.Response:
    """The transfer was made."""
    form = await forms.read(request, Approve)
    if form.value is not None:
        try:
            await payouts.approve(request[SESSION], request[ACTOR], payout_id, form.value.bank_reference)
            return redirect("/admin/payouts?done=paid")
        except DomainError as error:
            form.reject(error)
            await request[SESSION].rollback()
    return await _page(request, "requested", open_id=payout_id, form=form)


@routes.post("/{payout_id}/reject", auth=Admin)
async def reject(request: web.Request, payout_id: UUID) -> web.Response:
    """The money is available to the vet again."""
    form = await forms.read(request, Reject)
    if form.value is not None:
        try:
            await payouts.reject(request[SESSION], request[ACTOR], payout_id, form.value.reason)
            return redirect("/admin/payouts?done=rejected")
        except DomainError as error:
            form.reject(error)
            await request[SESSION].rollback()
    return await _page(request, "requested", open_id=payout_id, form=form)
