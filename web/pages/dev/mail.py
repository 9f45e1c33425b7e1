"""Letters caught in demo mode, as they would be read. Demo mode and loopback only."""

from urllib.parse import quote

from aiohttp import web

from kit import mailbox
from kit.errors import NotFound
from kit.http.keys import SETTINGS
from kit.http.middlewares import content_security_policy
from kit.http.policy import Public
from kit.http.routes import Routes
from kit.mailbox import Letter
from web.pages.dev.login import only_from_here
from web.responses import page

routes = Routes("dev_mail", prefix="/dev/mail")
# A letter is somebody's HTML: no script, nothing from elsewhere, shown only inside our own page.
LETTER_POLICY = "sandbox; default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'"


@routes.get("", auth=Public, transaction=False)
async def show_list(request: web.Request) -> web.Response:
    """The newest first; ``?to=`` shows one person's."""
    only_from_here(request)
    to = request.query.get("to", "")
    found = mailbox.letters(request.app[SETTINGS].data_dir, to=to, limit=200)
    return await page(request, "dev/mail.html", letters=found, to=to)


def _letter(request: web.Request, name: str) -> Letter:
    only_from_here(request)
    letter = mailbox.read(request.app[SETTINGS].data_dir, name)
    if letter is None:
        raise NotFound
    return letter


@routes.get("/{name}", auth=Public, transaction=False)
async def show(request: web.Request, name: str) -> web.Response:
    """One letter: headers, both bodies, files."""
    response = await page(request, "dev/letter.html", letter=_letter(request, name))
    response.headers["Content-Security-Policy"] = content_security_policy(request.app[SETTINGS], frames="'self'")
    return response


@routes.get("/{name}/html", auth=Public, transaction=False)
async def show_html(request: web.Request, name: str) -> web.Response:
    """The HTML body alone, for the frame."""
    return web.Response(
        text=_letter(request, name).html, content_type="text/html",
        headers={"Content-Security-Policy": LETTER_POLICY},
    )  # fmt: skip


@routes.get("/{name}/files/{number}", auth=Public, transaction=False)
async def get_file(request: web.Request, name: str, number: int) -> web.Response:
    """One attachment, to save."""
    files = _letter(request, name).attachments
    if not 0 <= number < len(files):
        raise NotFound
    return web.Response(
        body=files[number].content, content_type="application/octet-stream",
        headers={"Content-Disposition": f"attachment; filename*=utf-8''{quote(files[number].filename)}"},
    )  # fmt: skip
