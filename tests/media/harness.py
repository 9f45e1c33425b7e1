"""A small host for the real room page: tickets, notes and photos without PostgreSQL; the pages of the product come later."""

import secrets
from datetime import timedelta
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from aiohttp import web

from kit import clock, i18n
from kit.settings import Settings
from tests.signaling.parties import Visit
from web import render

STATIC = Path(render.__file__).parent / "static"


class Harness:
    """One consultation served at /room/<role>; `signaling` may be replaced while it runs."""

    def __init__(self, visit: Visit, port: int, signaling_url: str) -> None:
        self.visit, self.port, self.signaling_url = visit, port, signaling_url
        self.note: dict[str, Any] = dict.fromkeys(
            ("template_code", "diagnosis", "treatment", "prescription", "notes", "internal_notes"), ""
        )
        self.note["version"] = 1
        self.photos: dict[str, bytes] = {}
        self.tickets = 0
        self.minutes = 30
        settings = Settings(public_url=f"http://127.0.0.1:{port}", signaling_url=signaling_url)
        self._environment = render.create_environment(settings)
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    async def start(self) -> "Harness":
        app = web.Application(client_max_size=4 * 1024 * 1024)
        app.router.add_get("/room/{role}", self._page)
        app.router.add_post("/ticket/{role}", self._ticket)
        app.router.add_route("*", "/note", self._note)
        app.router.add_post("/photos", self._photo)
        app.router.add_get("/photos/{id}", self._picture)
        app.router.add_get("/after", self._after)
        app.router.add_static("/static", STATIC)
        self._runner = web.AppRunner(app)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", self.port).start()
        return self

    async def stop(self) -> None:
        if self._runner:
            await self._runner.cleanup()

    async def _page(self, request: web.Request) -> web.Response:
        role, locale = request.match_info["role"], request.query.get("locale", "en")
        now = clock.now()
        room = SimpleNamespace(
            role=role, locale=locale, peer_name="Dr Sosa" if role == "pet_owner" else "Ana Pérez", pet_name="Luna",
            pet_species="dog", pet_line="Dog · 4 years · 12 kg", alerts=["Bites when her ears are touched"],
            starts_at=now, ends_at=now + timedelta(minutes=self.minutes), ticket_url=f"/ticket/{role}",
            photo_url="/photos", note_url="/note" if role == "practitioner" else "", note=self.note,
            templates=[{"id": "otitis", "name": "Otitis", "diagnosis": "Otitis externa", "treatment": "Clean the ear daily",
                        "prescription": "Drops, twice a day, 7 days"}],
            after_url="/after", back_url="/after", sign_url="/after", return_seconds=120,
            late_rule="If Dr Sosa has not come by 10:10, you can cancel and get everything back.",
        )  # fmt: skip
        with i18n.use(locale):
            page = self._environment.get_template("room/room.html").render(
                room=room, locale=locale, dir=i18n.direction(), theme="dark", viewer=None,
                path=request.path_qs, csrf_token="t",
            )  # fmt: skip
        socket = self.signaling_url.replace("http", "ws")
        policy = (
            f"default-src 'self'; connect-src 'self' {self.signaling_url} {socket}; img-src 'self' blob: data:; "
            "media-src 'self' blob:; base-uri 'none'; form-action 'self'"
        )
        return web.Response(text=page, content_type="text/html", headers={"Content-Security-Policy": policy})

    async def _ticket(self, request: web.Request) -> web.Response:
        role = request.match_info["role"]
        self.tickets += 1
        return web.json_response({
            "ticket": self.visit.ticket(role), "signaling_url": self.signaling_url, "ice_servers": [], "role": role,
            "polite": role == "pet_owner",
        })  # fmt: skip

    async def _after(self, _: web.Request) -> web.Response:
        return web.Response(text="after")

    async def _note(self, request: web.Request) -> web.Response:
        if request.method == "PUT":
            body = await request.json()
            if body["version"] != self.note["version"]:
                return web.json_response({"code": "note_conflict", "current": self.note}, status=409)
            self.note = {**body, "version": body["version"] + 1}
        return web.json_response(self.note)

    async def _photo(self, request: web.Request) -> web.Response:
        form = await request.post()
        field = form["photo"]
        assert isinstance(field, web.FileField)
        name = secrets.token_hex(16)
        name = f"{name[:8]}-{name[8:12]}-4{name[13:16]}-8{name[17:20]}-{name[20:]}"
        self.photos[name] = field.file.read()
        return web.json_response({"id": name, "url": f"/photos/{name}"}, status=201)

    async def _picture(self, request: web.Request) -> web.Response:
        return web.Response(body=self.photos[request.match_info["id"]], content_type="image/webp")
