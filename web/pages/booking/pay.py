"""Step four: check the answers, hold the time, pay on the payment company's own page."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import availability, drafts, policy
from domain.booking.errors import HoldExpired, PetBusy, RedFlag, SlotTaken
from domain.booking.models import Appointment, AppointmentStatus
from domain.escrow import charges
from domain.escrow import policy as holding
from domain.escrow.errors import AlreadyPaid
from domain.payments.errors import PaymentNotAccepted
from domain.practitioners.models import Practitioner
from domain.subscriptions import plans
from kit import clock
from kit.errors import InvalidRequest
from kit.http.keys import ACTOR, DATABASE, GATEWAYS, SESSION, SETTINGS
from kit.http.policy import PetOwner
from kit.http.routes import Routes
from kit.i18n import N_, gettext
from kit.money import Money, commission
from web.pages.booking import steps
from web.pages.booking.time import alternatives
from web.responses import local, redirect

routes = Routes("booking")
GATEWAY_WORDS = {"sandbox": N_("Test payment, no real money")}


@dataclass(frozen=True, slots=True)
class Split:
    """Who gets what at the rate of the vet's plan today; the rate counts that is in force when the call begins."""

    to_vet: Money
    to_lazo: Money
    basis_points: int


async def _split(session: AsyncSession, view: steps.View) -> Split:
    vet = await session.get_one(Practitioner, view.vet.id)
    rate = (await plans.active_plan(session, vet.user_id, clock.now())).commission_bp
    fee = Money(commission(view.price.amount_minor, rate), view.price.currency)
    return Split(view.price - fee, fee, rate)


async def _nearest(session: AsyncSession, view: steps.View) -> Sequence[datetime]:
    """Empty while the chosen time is free; else the three nearest that are."""
    starts_at, minutes = view.draft.starts_at, view.service.duration_minutes
    if starts_at is None or await availability.is_free(session, view.vet.id, minutes, starts_at):
        return []
    around = max(starts_at, clock.now())
    return [slot.starts_at for slot in await availability.nearest(session, view.vet.id, minutes, around)]


async def _show(
    request: web.Request, view: steps.View, held: Appointment | None, *, status: int = 200,
    errors: dict[str, str] | None = None, nearest: Sequence[datetime] | None = None,
) -> web.Response:  # fmt: skip
    session = request[SESSION]
    lapsed = held is not None and held.status != AppointmentStatus.CANCELLED and drafts.has_lapsed(held)
    is_held = held is not None and held.status == AppointmentStatus.HELD and not lapsed
    if nearest is None:
        nearest = [] if is_held else await _nearest(session, view)
    gateways = [(code, gettext(GATEWAY_WORDS.get(code, code))) for code in request.app[GATEWAYS]]
    context: dict[str, Any] = {
        "held": held if is_held else None, "lapsed": lapsed, "errors": errors or {}, "nearest": nearest,
        "is_gone": bool(nearest) or (not is_held and await _is_full(session, view)), "gateways": gateways,
        "split": await _split(session, view), "hold_minutes": int(policy.current().hold.total_seconds() // 60),
        "cancel_hours": int(policy.current().cancel_notice.total_seconds() // 3600),
        "confirm_hours": holding.current().confirm_hours,
    }  # fmt: skip
    return await steps.page(request, view, "pay", status=status, **context)


async def _is_full(session: AsyncSession, view: steps.View) -> bool:
    starts_at = view.draft.starts_at
    return starts_at is not None and not await availability.is_free(
        session, view.vet.id, view.service.duration_minutes, starts_at
    )


def _is_settled(held: Appointment | None) -> bool:
    return held is not None and held.status not in (
        AppointmentStatus.HELD, AppointmentStatus.EXPIRED, AppointmentStatus.CANCELLED
    )  # fmt: skip


@routes.get("/book/{draft_id}/pay", auth=PetOwner)
async def show(request: web.Request, draft_id: UUID) -> web.Response:
    """Everything that was chosen, each with its way back; what is paid, who gets it and when."""
    view = await steps.load(request, request[SESSION], draft_id)
    held = await drafts.held(request[SESSION], view.draft)
    if held is not None and _is_settled(held):
        return redirect(f"/appointments/{held.id}")
    if drafts.step_of(view.draft) != "pay":
        return steps.onward(view)
    return await _show(request, view, held)


@routes.post("/book/{draft_id}/hold", auth=PetOwner)
async def hold(request: web.Request, draft_id: UUID) -> web.Response:
    """Hold the time. Taken by somebody else: 409, the three nearest, everything kept."""
    session = request[SESSION]
    view = await steps.load(request, session, draft_id)
    try:
        appointment = await drafts.finish(session, request[ACTOR], draft_id)
    except SlotTaken as refusal:
        held = await drafts.held(session, view.draft)
        errors = {"": gettext(refusal.title)}
        return await _show(request, view, held, status=409, errors=errors, nearest=alternatives(refusal))
    except PetBusy as refusal:
        return await _show(request, view, None, status=409, errors={"": gettext(refusal.title)}, nearest=[])
    except RedFlag:
        return redirect(view.url("stop"))
    except InvalidRequest:
        return steps.onward(view)
    if appointment.status != AppointmentStatus.HELD:
        return redirect(f"/appointments/{appointment.id}")
    return redirect(view.url("pay"))


@routes.post("/book/{draft_id}/charge", auth=PetOwner, transaction=False)
async def charge(request: web.Request, draft_id: UUID) -> web.Response:
    """To the payment company's page. Our word about it comes from their notification, never from the way back."""
    actor, database = request[ACTOR], request.app[DATABASE]
    posted = await request.post()
    offered = [*request.app[GATEWAYS], ""]
    gateway = str(posted.get("gateway") or offered[0])
    async with database.begin(PetOwner.scope(actor)) as session:
        draft = await drafts.get(session, actor, draft_id)
    if draft.appointment_id is None:
        return redirect(f"/book/{draft_id}/pay")
    back = f"{request.app[SETTINGS].public_url}/appointments/{draft.appointment_id}?paid=1"
    try:
        attempt = await charges.charge(
            database, request.app[GATEWAYS], actor, draft.appointment_id, gateway, back
        )
    except AlreadyPaid:
        return redirect(f"/appointments/{draft.appointment_id}")
    except HoldExpired:
        return redirect(f"/book/{draft_id}/pay")
    except PaymentNotAccepted as refusal:
        return await _refused(request, draft_id, gettext(refusal.title))
    if not attempt.redirect_url:
        return await _refused(request, draft_id, gettext("The payment company did not answer. Try again in a moment"))
    return redirect(local(request, attempt.redirect_url))


async def _refused(request: web.Request, draft_id: UUID, words: str) -> web.Response:
    async with request.app[DATABASE].begin(PetOwner.scope(request[ACTOR])) as session:
        request[SESSION] = session
        view = await steps.load(request, session, draft_id)
        return await _show(request, view, await drafts.held(session, view.draft), status=409, errors={"": words})
