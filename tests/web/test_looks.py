"""The kit and the home page in Chromium: accessible, nothing wider than the screen, nothing the policy refuses."""

import gzip
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from aiohttp import test_utils, web
from playwright.async_api import Browser, async_playwright

from kit import i18n
from kit.settings import Settings
from web import kit_sample, render

pytestmark = pytest.mark.e2e

AXE = Path(__file__).resolve().parents[2] / "web/assets/node_modules/axe-core/axe.min.js"
POLICY = "default-src 'self'; img-src 'self' blob: data:"
CHECKS = "axe.run({runOnly: ['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa', 'best-practice']})"


@pytest.fixture(scope="module")
async def address() -> AsyncIterator[str]:
    """The two pages, by themselves: ``/dev/kit.html?lang=&theme=``."""
    environment = render.create_environment(Settings())

    async def show(request: web.Request) -> web.Response:
        locale = request.query["lang"]
        with i18n.use(locale):
            sample = kit_sample.sample()
            html = environment.get_template(request.match_info["name"]).render(
                viewer=None, locale=locale, dir=i18n.direction(locale), theme=request.query["theme"], path="/",
                csrf_token="", kit=sample, vets=sample.vets, online_count=14, next_free_at=sample.starts_at,
            )  # fmt: skip
        return web.Response(text=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

    app = web.Application()
    app.router.add_static("/static", render.HERE / "static")
    app.router.add_get("/{name:.+}", show)
    async with test_utils.TestServer(app) as server:
        yield str(server.make_url("/"))


@pytest.fixture(scope="module")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as driver:
        started = await driver.chromium.launch(executable_path="/usr/bin/chromium", args=["--no-sandbox"])
        yield started
        await started.close()


@pytest.mark.parametrize(
    ("name", "locale", "theme", "width"),
    [
        ("dev/kit.html", "es", "light", 1280),
        ("dev/kit.html", "ar", "dark", 390),
        ("dev/kit.html", "es", "dark", 390),
        ("dev/kit.html", "ar", "light", 1280),
        ("public/home.html", "es", "light", 390),
        ("public/home.html", "ar", "dark", 1280),
    ],
)
async def test_page(address: str, browser: Browser, name: str, locale: str, theme: str, width: int) -> None:
    context = await browser.new_context(viewport={"width": width, "height": 844}, reduced_motion="reduce")
    page = await context.new_page()
    complaints: list[str] = []
    page.on("console", lambda message: complaints.append(message.text) if message.type == "error" else None)
    page.on("pageerror", lambda error: complaints.append(str(error)))
    await page.goto(f"{address}{name}?lang={locale}&theme={theme}", wait_until="load")
    assert complaints == []
    assert await page.evaluate("document.documentElement.scrollWidth") <= width
    await page.evaluate(AXE.read_text("utf-8"))
    found = await page.evaluate(CHECKS)
    serious = [(one["id"], one["nodes"][0]["html"]) for one in found["violations"] if one["impact"] != "minor"]
    assert serious == []
    await context.close()


async def test_a_public_page_carries_little_script(address: str, browser: Browser) -> None:
    page = await browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url) if request.url.endswith(".js") else None)
    await page.goto(f"{address}public/home.html?lang=es&theme=light", wait_until="networkidle")
    bodies = [await (await page.request.get(url)).body() for url in asked]
    assert asked
    assert sum(len(gzip.compress(body)) for body in bodies) <= 20_000
