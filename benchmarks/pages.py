"""What ten main pages weigh, and what axe and Lighthouse say of them, against the budgets we set ourselves.

Script bytes are as transferred (compressed). Lighthouse: mobile, simulated slow network, performance score; its rival
is 90 of 100. axe counts serious and critical findings at phone width; there is to be none.
"""

import json
import os
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from benchmarks.figures import show
from benchmarks.site import first_link, running

ROOT = Path(__file__).resolve().parent.parent
AXE = ROOT / "web/assets/node_modules/axe-core/axe.min.js"
LIGHTHOUSE = ROOT / "benchmarks/lighthouse"
CHROMIUM = "/usr/bin/chromium"
FLAGS = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking",
         "--disable-component-update", "--disable-sync"]  # fmt: skip
PUBLIC, PANEL, ROOM = 20_000, 45_000, 70_000
SCORE = 90
TRIES = 3


@dataclass(frozen=True)
class Visit:
    """A page: its name, who looks, where (``link`` found on ``path``), and how much script it may take."""

    name: str
    persona: str
    path: str
    budget: int
    link: str = ""


VISITS = (
    Visit("home", "", "/", PUBLIC),
    Visit("search", "", "/search?country=AR", PUBLIC),
    Visit("vet_profile", "", "/search?country=AR", PUBLIC, r"/vets/[a-z0-9-]+"),
    Visit("sign_in", "", "/signin", PUBLIC),
    Visit("my_home", "ana", "/home", PANEL),
    Visit("pet", "ana", "/pets", PANEL, r"/pets/[0-9a-f-]{36}"),
    Visit("appointment", "ana", "/appointments", PANEL, r"/appointments/[0-9a-f-]{36}"),
    Visit("vet_today", "sosa", "/vet", PANEL),
    Visit("vet_earnings", "sosa", "/vet/earnings", PANEL),
    Visit("admin", "root", "/admin", PANEL),
)


def open_page(context: BrowserContext, base: str, visit: Visit) -> tuple[Page, str]:
    page = context.new_page()
    if visit.persona:
        page.goto(f"{base}/dev/login/{visit.persona}")
    address = base + visit.path
    page.goto(address, wait_until="load")
    if visit.link:
        address = base + first_link(page.content(), visit.link)
    return page, address


def weigh(browser: Browser, base: str, visit: Visit) -> tuple[str, int, int, int, list[dict[str, object]]]:
    """(address, all bytes, script bytes, axe's serious findings, cookies)."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, bypass_csp=True)
    first, address = open_page(context, base, visit)
    first.close()
    fresh = browser.new_context(
        viewport={"width": 390, "height": 844}, bypass_csp=True, storage_state=context.storage_state()
    )
    page, sizes = fresh.new_page(), {"all": 0, "script": 0}

    def count(response: Response) -> None:
        size = response.request.sizes()["responseBodySize"]
        sizes["all"] += size
        if response.request.resource_type == "script":
            sizes["script"] += size

    page.on("requestfinished", lambda request: count(response) if (response := request.response()) else None)
    page.goto(address, wait_until="load")
    page.wait_for_timeout(600)
    page.add_script_tag(path=AXE)
    found = page.evaluate("axe.run().then(r => r.violations.filter(v => ['serious', 'critical'].includes(v.impact)))")
    for violation in found:
        sys.stderr.write(f"axe {visit.name}: {violation['id']} ({len(violation['nodes'])})\n")
    cookies = [dict(cookie) for cookie in fresh.cookies()]
    context.close()
    fresh.close()
    return address, sizes["all"], sizes["script"], len(found), cookies


def _run(command: list[str]) -> None:
    """Run Lighthouse; its trace fails to start now and then, so it has three tries."""
    for attempt in range(1, TRIES + 1):
        done = subprocess.run(
            command, check=False, env={**os.environ, "CHROME_PATH": CHROMIUM}, capture_output=True, text=True
        )
        if done.returncode == 0:
            return
        if attempt == TRIES:
            raise SystemExit(done.stderr[-500:])


def lighthouse(address: str, cookies: list[dict[str, object]]) -> dict[str, float]:
    """Scores of the four categories, out of 100."""
    with tempfile.TemporaryDirectory() as folder:
        headers, answer = Path(folder, "headers.json"), Path(folder, "answer.json")
        headers.write_text(json.dumps({"Cookie": "; ".join(f"{c['name']}={c['value']}" for c in cookies)}))
        _run(
            [
                str(LIGHTHOUSE / "node_modules/.bin/lighthouse"), address, "--quiet", "--output=json",
                f"--output-path={answer}", f"--extra-headers={headers}",
                f"--chrome-flags=--headless=new {' '.join(FLAGS)}",
                "--only-categories=performance,accessibility,best-practices,seo",
            ],
        )  # fmt: skip
        report = json.loads(answer.read_text())
    return {name: round((part["score"] or 0) * 100, 1) for name, part in report["categories"].items()}


def main() -> None:
    if not (LIGHTHOUSE / "node_modules").exists():
        subprocess.run(["npm", "ci", "--ignore-scripts", "--silent"], cwd=LIGHTHOUSE, check=True)
    with running() as base, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        for visit in VISITS:
            address, total, script, findings, cookies = weigh(browser, base, visit)
            show(f"page.{visit.name}.bytes", script, "bytes of script", "budget", visit.budget)
            show(f"page.{visit.name}.bytes_total", total, "bytes", "budget of 300 kB, first visit", 300_000)
            show(f"page.{visit.name}.axe", findings, "serious or critical findings", "one finding", 1)
            for category, score in lighthouse(address, cookies).items():
                show(f"page.{visit.name}.lighthouse.{category}", score, "of 100", "target", SCORE)
        browser.close()


if __name__ == "__main__":
    main()
