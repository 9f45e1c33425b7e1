"""A vet's money: one bar, each part a list; and withdrawals."""

from typing import Annotated, Any, Literal
from urllib.parse import urlencode

from aiohttp import web
from pydantic import BaseModel, Field, StringConstraints

from domain.accounts.schemas import Input
from domain.clinics.models import Clinic
from domain.payouts import balances, earnings, payouts
from domain.practitioners import schedules
from kit import amounts, i18n
from kit.errors import DomainError
from kit.http import forms
from kit.http.keys import ACTOR, SESSION
from kit.http.policy import Practitioner
from kit.http.routes import Routes
from kit.i18n import N_
from kit.money import EXPONENTS, Money
from web.money_parts import parts
from web.pages.vet import desk
from web.responses import redirect

routes = Routes("vet_earnings", prefix="/vet/earnings")
REFUSALS = {
    "format": N_("Write the amount in figures, like %(example)s"),
    "decimals": N_("This currency has fewer decimals: write it like %(example)s"),
    "ambiguous": N_("This could be read in two ways. Write it without a thousands mark, like %(example)s"),
}


class EarningsQuery(BaseModel):
    """Which list is open."""

    part: Literal["held", "releasable", "released"] = "releasable"
    page: Annotated[int, Field(ge=1, le=10_000)] = 1

    def href(self, page: int) -> str:
        """Another page of the same list."""
        return "?" + urlencode({"part": self.part, "page": page})


class Withdraw(Input):
    """An amount as it is typed, its currency, and where it should go."""

    amount: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=40)]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    destination: Annotated[str, StringConstraints(strip_whitespace=True, min_length=4, max_length=120)]


@routes.get("", auth=Practitioner)
async def show(request: web.Request, query: EarningsQuery) -> web.Response:
    """Everything about the caller's money."""
    return await _page(request, query, {}, {})


async def _page(
    request: web.Request, query: EarningsQuery, typed: dict[str, Any], errors: dict[str, str], status: int = 200
) -> web.Response:
    session, actor = request[SESSION], request[ACTOR]
    await schedules.mine(session, actor)
    clinic = await session.get_one(Clinic, actor.clinic)
    has = await balances.of_vet(session, actor.person)
    release_at = await earnings.next_release(session, actor)
    lines, total = await earnings.lines(session, actor, query.part, query.page)
    bars = [parts(currency, balance, release_at, actor.time_zone) for currency, balance in sorted(has.items())]
    return await desk.page(
        request, "vet/earnings.html", status=status, bars=[bar for bar in bars if not bar.is_empty], query=query,
        lines=lines, total=total, page_size=earnings.PAGE, zone=actor.time_zone, errors=errors,
        withdrawable=[bar.available for bar in bars if bar.available.amount_minor > 0],
        values={"amount": "", "currency": clinic.currency, "destination": ""} | typed, clinic_id=actor.clinic,
        withdrawals=await payouts.of_vet(session, actor), plain=amounts.plain,
    )  # fmt: skip


@routes.post("/withdrawals", auth=Practitioner)
async def withdraw(request: web.Request) -> web.Response:
    """Ask for released money; it is reserved at once."""
    form = await forms.read(request, Withdraw)
    if form.value is not None:
        try:
            await payouts.request(request[SESSION], request[ACTOR], _amount(form.value), form.value.destination)
            return redirect("/vet/earnings?done=requested#withdrawals")
        except amounts.AmountUnreadableError as refusal:
            example = amounts.plain(Money(10 ** (EXPONENTS[form.value.currency] + 2), form.value.currency))
            form.errors["amount"] = i18n.gettext(REFUSALS[refusal.reason], example=example)
        except DomainError as error:
            form.reject(error)
            await request[SESSION].rollback()
    if "" in form.errors and form.value is not None:
        form.errors["amount"] = form.errors.pop("")
    return await _page(request, EarningsQuery(), form.typed, form.errors, 422)


def _amount(data: Withdraw) -> Money:
    if data.currency not in EXPONENTS:
        raise amounts.AmountUnreadableError("format")
    return amounts.parse(data.amount, data.currency)


