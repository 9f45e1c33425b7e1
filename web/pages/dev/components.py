"""Every component in every state: demo mode and loopback only. ``?lang=`` and ``?theme=`` show it in another way."""

from aiohttp import web

from kit import i18n
from kit.http.keys import LOCALE
from kit.http.policy import Public
from kit.http.routes import Routes
from web import kit_sample, responses
from web.pages.dev.login import only_from_here

routes = Routes("components", prefix="/dev")


@routes.get("/kit", auth=Public)
async def show(request: web.Request) -> web.Response:
    """The kit page."""
    only_from_here(request)
    locale = request.query.get("lang", request[LOCALE])
    if locale not in i18n.LOCALES:
        locale = request[LOCALE]
    theme = request.query.get("theme", request.cookies.get("theme", ""))
    with i18n.use(locale):
        return await responses.page(
            request, "dev/kit.html", locale=locale, dir=i18n.direction(locale), theme=theme, kit=kit_sample.sample()
        )
