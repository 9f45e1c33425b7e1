"""The sandbox payment company's hosted page: demo mode only, and on purpose not in our looks."""

from aiohttp import web

from domain.payments.gateways.sandbox import SandboxGateway
from kit.errors import Conflict, NotFound
from kit.http.keys import GATEWAYS
from kit.http.policy import Public
from kit.http.routes import Routes
from web.responses import local, page, redirect

routes = Routes("sandbox", prefix="/sandbox/pay")
OPEN = ("open", "rejected")


def _gateway(request: web.Request) -> SandboxGateway:
    found = request.app[GATEWAYS].get("sandbox")
    if not isinstance(found, SandboxGateway):
        raise NotFound
    return found


@routes.get("/{payment_id}", auth=Public, transaction=False)
async def show(request: web.Request, payment_id: str) -> web.Response:
    """What is to be paid, and three ways for it to end."""
    payment = await _gateway(request).open_page(payment_id)
    return await page(
        request, "sandbox/pay.html", payment=payment, is_open=payment.status in OPEN,
        back=local(request, payment.return_url),
    )  # fmt: skip


@routes.post("/{payment_id}", auth=Public, transaction=False)
async def decide(request: web.Request, payment_id: str) -> web.Response:
    """The payer pressed a button; back to the shop either way."""
    decision = str((await request.post()).get("decision", ""))
    gateway = _gateway(request)
    try:
        payment = await gateway.decide(payment_id, decision)
    except Conflict:  # paid already: pressing again changes nothing
        payment = await gateway.open_page(payment_id)
    return redirect(local(request, payment.return_url))
