"""One whole Lazo and one Chromium per run; a context of their own for each person; pictures of what went wrong."""

import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.async_api import Browser, BrowserContext, async_playwright

from tests.e2e import person, site
from tests.e2e.person import Person
from tests.e2e.site import Site
from tests.media.conftest import FLAGS

Enter = Callable[..., Awaitable[Person]]
OUTCOME = pytest.StashKey[bool]()


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, Any, Any]:
    report = yield
    if report.when == "call":
        item.stash[OUTCOME] = report.failed
    return report


@pytest.fixture(scope="session", name="site")
def running_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """Everything, from nothing. ``LAZO_E2E_DATA`` names data of an earlier run, for a quicker start while writing."""
    data = Path(os.environ.get("LAZO_E2E_DATA") or tmp_path_factory.mktemp("lazo") / "data")
    with site.started(data) as one:
        yield one


@pytest.fixture(scope="session")
async def browser() -> AsyncIterator[Browser]:
    async with async_playwright() as play:
        running = await play.chromium.launch(executable_path="/usr/bin/chromium", args=FLAGS)
        yield running
        await running.close()


@pytest.fixture
async def enter(
    site: Site, browser: Browser, request: pytest.FixtureRequest, tmp_path: Path
) -> AsyncIterator[Enter]:
    """``await enter(Kind, locale=…, width=…)``: somebody sits down at a browser of their own."""
    everybody: list[Person] = []

    async def one(
        kind: type[Person] = Person, *, locale: str = "en", region: str = "AR", size: tuple[int, int] = (1280, 800)
    ) -> Person:
        context = await browser.new_context(
            viewport={"width": size[0], "height": size[1]}, locale=f"{locale}-{region}", base_url=site.url,
            timezone_id=person.ZONES[region], permissions=["camera", "microphone"], reduced_motion="reduce",
        )  # fmt: skip
        context.set_default_timeout(30_000)
        await context.add_init_script(person.KEEP_CONNECTIONS)
        found = kind(await context.new_page(), locale)
        everybody.append(found)
        return found

    yield one
    failed = request.node.stash.get(OUTCOME, True)
    for number, somebody in enumerate(everybody):
        if failed:
            await _keep(somebody.page.context, tmp_path / f"{number}-{type(somebody).__name__}")
        await somebody.page.context.close()
    if not failed:
        for somebody in everybody:
            assert somebody.complaints == []


async def _keep(context: BrowserContext, name: Path) -> None:
    """A picture and the text of every open page, where the failure's report can name them."""
    for number, page in enumerate(context.pages):
        path = name.with_name(f"{name.name}-{number}")
        path.with_suffix(".html").write_text(await page.content())
        await page.screenshot(path=path.with_suffix(".png"))
        sys.stdout.write(f"{page.url}: {path}.png, {path}.html\n")
