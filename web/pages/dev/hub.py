"""/dev: where everything for trying Lazo out is. Demo mode and loopback only."""

from aiohttp import web

from kit import clock
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.i18n import N_
from web.pages.dev.login import only_from_here
from web.responses import page

routes = Routes("dev_hub", prefix="/dev")
PERSONAS = (
    ("ana", "Ana", N_("Pet owner, Argentina, Spanish")),
    ("nour", "Nour", N_("Pet owner, Jordan, Arabic")),
    ("sosa", "Sosa", N_("Vet, Argentina")),
    ("farah", "Farah", N_("Vet, Jordan")),
    ("maya", "Maya", N_("Receptionist, Ecuador")),
    ("cruz", "Cruz", N_("Clinic owner, Philippines")),
    ("root", "Root", N_("Platform admin")),
)


@routes.get("", auth=Public)
async def show(request: web.Request) -> web.Response:
    """Personas, clock, mail, kit, /try, the API's reference."""
    only_from_here(request)
    return await page(request, "dev/hub.html", personas=PERSONAS, business_now=clock.now())
