"""The home page, what Lazo costs a vet, and what we do with what people tell us."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp import web
from sqlalchemy.ext.asyncio import AsyncSession

from domain.booking import policy
from domain.catalog import words
from domain.directory import search
from domain.directory.schemas import ProviderFeed, SearchVets
from domain.escrow import policy as holding
from domain.subscriptions import plans
from domain.subscriptions.models import VetPlan
from kit import clock
from kit.http.keys import LOCALE, SESSION
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.money import Money, commission
from web import cards, visitor
from web.responses import page, redirect

routes = Routes("home")
SHOWN = 5
SOON = timedelta(hours=1)
EXAMPLES = {"ARS": 2_000_000, "USD": 2_500, "JOD": 15_000, "PHP": 60_000}


@routes.get("/", auth=Public)
async def home(request: web.Request) -> web.Response:
    """Two doors, and who is free soon in the reader's country."""
    session, who = request[SESSION], visitor.of(request)
    feed = await _soonest(session, who.country, request[LOCALE])
    now = clock.now()
    country = feed.items[0].country if feed.items and feed.items[0].country == who.country else None
    within = SearchVets(country=country, free_from=now, free_to=now + SOON, limit=50)
    free_now = await search.vets(session, within)
    specialties = dict(await words.specialties(session, request[LOCALE]))
    free = [item.next_free_at for item in feed.items if item.next_free_at]
    return await page(
        request, "public/home.html", vets=[cards.card(item, specialties) for item in feed.items],
        online_count=len(free_now.items), next_free_at=min(free, default=None), zone=who.time_zone,
    )  # fmt: skip


async def _soonest(session: AsyncSession, country: str, language: str) -> ProviderFeed:
    """Vets with the soonest times: of the country and language, else of the country, else of anywhere."""
    for wanted in ({"country": country, "language": language}, {"country": country}, {"language": language}, {}):
        feed = await search.vets(session, SearchVets(limit=SHOWN, **wanted))
        if feed.items:
            break
    return feed


@dataclass(frozen=True, slots=True)
class Example:
    """One consultation, counted through: ``price`` is paid, ``fee`` is ours, ``net`` the vet's."""

    price: Money
    fee: Money
    net: Money


@dataclass(frozen=True, slots=True)
class PlanView:
    """A plan in the reader's language."""

    code: str
    name: str
    commission_bp: int
    monthly: Money | None
    features: list[str]
    example: Example


def _view(plan: VetPlan, locale: str, currency: str) -> PlanView:
    price = EXAMPLES[currency]
    fee = commission(price, plan.commission_bp)
    monthly = plan.monthly_prices.get(currency)
    features = plan.features.get(locale) or plan.features.get("en") or []
    return PlanView(
        plan.code, words.word(plan.names, locale, plan.code), plan.commission_bp,
        None if monthly is None else Money(monthly, currency), list(features),
        Example(Money(price, currency), Money(fee, currency), Money(price - fee, currency)),
    )  # fmt: skip


@routes.get("/for-vets", auth=Public)
async def for_vets(request: web.Request) -> web.Response:
    """Plans, with one consultation counted through in the chosen currency."""
    asked = request.query.get("currency") or visitor.currency_of(visitor.of(request).country)
    currency = asked if asked in EXAMPLES else "USD"
    offered = await plans.offered(request[SESSION])
    return await page(
        request, "public/for_vets.html", plans=[_view(plan, request[LOCALE], currency) for plan in offered],
        currency=currency, currencies=list(EXAMPLES), confirm_hours=holding.current().confirm_hours,
    )  # fmt: skip


@routes.get("/for-clinics", auth=Public, transaction=False)
async def for_clinics(request: web.Request) -> web.Response:  # noqa: ARG001
    """The same page, further down."""
    return redirect("/for-vets#clinics")


@routes.get("/how", auth=Public, transaction=False)
async def how(request: web.Request) -> web.Response:  # noqa: ARG001
    """How it works, on the home page."""
    return redirect("/#how")


@routes.get("/privacy", auth=Public, transaction=False)
async def privacy(request: web.Request) -> web.Response:
    """What we keep, who sees it, and what never reaches us."""
    return await page(request, "public/privacy.html")


@routes.get("/terms", auth=Public, transaction=False)
async def terms(request: web.Request) -> web.Response:
    """What both sides agree to, in plain words."""
    return await page(
        request, "public/terms.html", hold_minutes=policy.current().hold.total_seconds() // 60,
        cancel_hours=int(policy.current().cancel_notice.total_seconds() // 3600),
        confirm_hours=holding.current().confirm_hours,
    )  # fmt: skip
