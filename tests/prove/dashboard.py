"""The part of `make prove` on the dashboard: times that a person waits, in a real browser on the same machine, and memory."""

from __future__ import annotations

import shutil
import statistics
import tempfile
import time
from pathlib import Path

from playwright.sync_api import sync_playwright

from experiments.serving import Asked, Known, Order, Workers
from scenarios import load_scenario
from tests.browser.profiles import Profiles
from tests.browser.tabs import Tab, opened
from tests.dashboards.running import Running
from tests.prove.catalogue import Table, say

CHART = ".gs-answer ~ section .gs-chart svg, .gs-results .gs-chart svg, .gs-chart svg"
IDLE, COMPUTING = 20, 5


def _first_chart(browser: Profiles, server: Running) -> float:
    tab = opened(browser, server)
    started = time.perf_counter()
    tab.page.goto(server.address + "/compare")
    tab.page.wait_for_selector(CHART)
    taken = time.perf_counter() - started
    tab.context.close()
    return taken


def _changed(browser: Profiles, server: Running, dose: str) -> tuple[float, float]:
    """Return seconds from a changed dose to the first answer and to the whole one, in the default comparison."""
    tab = opened(browser, server)
    tab.page.goto(server.address + "/compare")
    tab.page.wait_for_selector(CHART)
    found = _move(tab, dose)
    tab.context.close()
    return found


def _move(tab: Tab, dose: str) -> tuple[float, float]:
    page = tab.page
    page.evaluate(
        "() => { window.seen = []; new MutationObserver(() => { const t = document.querySelector('.gs-answer .gs-note'); if (t) seen.push([performance.now(), t.textContent]); }).observe(document.querySelector('main'), {subtree: true, childList: true, characterData: true}); }"
    )
    started = page.evaluate("performance.now()")
    tab.card(1).get_by_label("Dose").fill(dose)
    page.wait_for_function("() => seen.some(s => s[1].includes('First answer'))", timeout=120_000, polling=50)
    page.wait_for_function(
        "() => { const a = seen.findIndex(s => s[1].includes('First answer')); return seen.slice(a).some(s => !s[1].includes('First') && !s[1].includes('So far')); }",
        timeout=300_000,
        polling=200,
    )
    seen = page.evaluate("seen")
    first = next(n for n, s in enumerate(seen) if "First answer" in s[1])
    whole = next(s for s in seen[first:] if "First" not in s[1] and "So far" not in s[1])
    return (seen[first][0] - started) / 1e3, (whole[0] - started) / 1e3


def _settled(server: Running) -> None:
    """Wait until workers do nothing: what is worth doing in advance is done."""
    quiet = 0
    while quiet < 4:
        before = _cpu(server)
        time.sleep(1.0)
        quiet = quiet + 1 if _cpu(server) - before < 10 else 0


def _cpu(server: Running) -> int:
    assert server.process is not None
    total = 0
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = path.read_text().rsplit(")", 1)[1].split()
        except OSError:
            continue
        if int(fields[1]) == server.process.pid or path.parent.name == str(server.process.pid):
            total += int(fields[11]) + int(fields[12])
    return total


def _many(browser: Profiles, server: Running) -> Table:
    first = opened(browser, server)
    first.go("/")
    for _ in range(3):  # what every process takes once
        tab = opened(browser, server)
        tab.go("/")
        tab.page.close(run_before_unload=True)
    time.sleep(2)
    before = server.memory()
    tabs = [opened(browser, server) for _ in range(IDLE)]
    for tab in tabs:
        tab.go("/")
    time.sleep(1)
    each = (server.memory() - before) / IDLE
    busy = [opened(browser, server) for _ in range(COMPUTING)]
    for n, tab in enumerate(busy):
        tab.go(f"/compare?s=baseline&s=mobilise&place=leeds&seed={n + 10}")
    waits = []
    for _ in range(3):
        for tab in tabs:
            for name in ("Evidence", "Start"):
                started = time.perf_counter()
                tab.page.get_by_role("link", name=name, exact=True).first.click()
                tab.page.wait_for_function(f"() => document.title.startsWith('{name}')")
                waits.append(time.perf_counter() - started)
    for tab in busy:
        tab.page.close(run_before_unload=True)
    for tab in tabs:
        tab.page.close(run_before_unload=True)
    time.sleep(5)
    after = server.memory()
    first.context.close()
    return [
        {
            "what": f"a click, {IDLE + COMPUTING} pages open, {COMPUTING} of them computing: median",
            "asked": "under 0.5 s",
            "measured": f"{statistics.median(waits):.2f} s",
        },
        {"what": "the same: nine of ten within", "asked": "", "measured": f"{sorted(waits)[int(0.9 * len(waits))]:.2f} s"},
        {"what": "memory of the server for each idle page", "asked": "under 5 MB", "measured": f"{each / 1e6:.1f} MB"},
        {
            "what": "memory beyond that before, all of them closed",
            "asked": "given back",
            "measured": f"{(after - before) / 1e6:+.0f} MB",
        },
    ]


def _freed() -> float:
    """Return seconds from calling off a large comparison until its workers do nothing, the longest of three."""
    workers, waits = Workers(2), []
    scenarios = tuple(load_scenario(name, None, 20_000) for name in ("baseline", "closing-the-loop"))
    for turn in range(3):
        asked = Asked(workers, Known(), turn, Order(scenarios, 30, 240, turn), lambda step: None, lambda error: None)
        while workers.idle() == 2:
            time.sleep(0.01)
        time.sleep(2.0)
        started = time.perf_counter()
        asked.cancel()
        while workers.idle() < 2:
            time.sleep(0.002)
        waits.append(time.perf_counter() - started)
    workers.close()
    return max(waits)


def dashboard() -> Table:
    """Server and browser (chromium) on one machine of two cores; the default comparison is three scenarios, 10,000 residents, 60 months, 30 replicates; the 10 second runs that separate parameter uncertainty from chance follow the whole answer and are not in its time."""
    folder = Path(tempfile.mkdtemp(prefix="groundswell-"))
    (folder / "studies").mkdir()
    server = Running(folder / "home", folder / "studies", in_advance=True, fresh=True)
    rows: Table = []
    try:
        with sync_playwright() as playwright:
            browser = Profiles(playwright.chromium, folder / "profile")
            browser.take()  # what everybody measured gets is a profile of their own
            server.start()
            rows.append(
                {
                    "what": "first chart after opening, the server just started",
                    "asked": "3 s",
                    "measured": f"{_first_chart(browser, server):.1f} s",
                }
            )
            say("  waiting until nothing is done in advance any more")
            _settled(server)
            charts = [_first_chart(browser, server) for _ in range(5)]
            rows.append(
                {
                    "what": "first chart after opening, median of five",
                    "asked": "3 s",
                    "measured": f"{statistics.median(charts):.1f} s",
                }
            )
            moves = [_changed(browser, server, dose) for dose in ("0.55", "0.35", "0.75")]
            rows.append(
                {
                    "what": "changed dose: first answer (8 replicates, 5,000 residents), median of three",
                    "asked": "1.5 s",
                    "measured": f"{statistics.median(m[0] for m in moves):.1f} s",
                }
            )
            rows.append(
                {
                    "what": "changed dose: the whole answer (30 replicates of 10,000 residents), median of three",
                    "asked": "10 s",
                    "measured": f"{statistics.median(m[1] for m in moves):.1f} s",
                }
            )
            server.stop()
            server.start()
            cold = _changed(browser, server, "0.6")
            rows.append(
                {"what": "changed dose, the server just started: first answer", "asked": "", "measured": f"{cold[0]:.1f} s"}
            )
            rows.append({"what": "the same: the whole answer", "asked": "", "measured": f"{cold[1]:.1f} s"})
            _settled(server)
            rows += _many(browser, server)
            browser.close()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)
    freed = {
        "what": "a large comparison cancelled: until its workers are free, longest of three",
        "asked": "1 s",
        "measured": f"{_freed():.2f} s",
    }
    return [*rows, freed]
