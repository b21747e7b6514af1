"""A browser tab that remembers what went wrong, and what a person does in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Error, Locator, Page, Request, WebSocket

from tests.dashboards.exchanged import check_answer, check_message
from tests.dashboards.running import Running

from .axe import violations
from .profiles import Profiles, shown

RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
SMALL = "population=400&months=14&replicates=4&seed=2"
# Solara's own navigator is written so that its front end warns; it is no error and not ours.
KNOWN = ("Failed to evaluate Vue script and find module.exports",)
PATIENCE = 180_000  # milliseconds that anything may take on a busy machine; what is waited for is a state, never a time
WIDE, NARROW, HUGE = (1280, 900), (390, 844), (3840, 2160)


@dataclass
class Tab:
    """One tab on one server."""

    server: Running
    context: BrowserContext
    page: Page
    wrong: list[str] = field(default_factory=list)
    expected: tuple[str, ...] = ()

    def go(self, path: str, ready: str = "h1") -> Page:
        self.page.goto(self.server.address + path)
        self.page.wait_for_selector(ready, timeout=PATIENCE)
        return self.page

    def compare(self, query: str = f"s=baseline&s=closing-the-loop&place=haringey&{SMALL}") -> Page:
        """Open a comparison and wait until it is complete."""
        self.go(f"/compare?{query}")
        self.complete()
        return self.page

    def complete(self) -> None:
        self.page.get_by_text("Complete:").wait_for(timeout=PATIENCE)
        self.page.wait_for_selector(".gs-chart svg")

    def accessible(self) -> list[str]:
        """Return what axe finds against WCAG 2.2 AA and its good practices."""
        self.settled()
        return violations(self.page, *RULES)

    def settled(self) -> None:
        """Wait until what has changed is drawn."""
        self.page.evaluate("() => new Promise((drawn) => requestAnimationFrame(() => requestAnimationFrame(drawn)))")

    def fits(self) -> bool:
        """Return True if nothing makes the page scroll sideways."""
        return bool(self.page.evaluate("document.documentElement.scrollWidth <= window.innerWidth + 1"))

    def focus(self, label: str, most: int = 250) -> None:
        """Press Tab until what has the focus is called so, as somebody without a mouse does."""
        for _ in range(most):
            name = self.page.evaluate(
                """() => { const e = document.activeElement; const l = e.labels && e.labels[0]; return (e.getAttribute('aria-label') || (l && l.textContent) || e.textContent || '').trim(); }"""
            )
            if name.startswith(label):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"'{label}' cannot be reached by keyboard")

    def card(self, n: int) -> Locator:
        return self.page.locator(".gs-scenario").nth(n)

    def check(self) -> None:
        left = [w for w in self.wrong if not any(e in w for e in (*KNOWN, *self.expected))]
        assert not left, (left, self.server.log()[-2000:])


def opened(profiles: Profiles, server: Running, size: tuple[int, int] = WIDE, dark: bool = False, beside: Tab | None = None) -> Tab:
    """Open a tab that notes requests to other machines, failed requests and console errors; `beside` another it is of the same visitor."""
    context = beside.context if beside else profiles.take()
    page = shown(context.new_page(), size, "dark" if dark else "light")
    page.set_default_timeout(PATIENCE)
    tab = Tab(server, context, page)
    note: Callable[[str], None] = tab.wrong.append
    page.on(
        "request",
        lambda r: (
            None
            if r.url.startswith((server.address, server.address.replace("http", "ws"), "data:", "blob:"))
            else note(f"outside: {r.url}")
        ),
    )
    # A request that is called off because its page was left is no failure; on a busy machine a page may be left before it is whole.
    page.on("requestfailed", lambda r: None if r.failure == "net::ERR_ABORTED" else note(f"failed: {r.url} {r.failure}"))
    page.on("response", lambda r: note(f"status {r.status}: {r.url}") if r.status >= 400 else None)
    # What is sent and received is held to the records.
    page.on("websocket", lambda socket: _watched(socket, note))
    page.on("requestfinished", lambda request: _answered(request, note))
    page.on("console", lambda m: note(f"console {m.type}: {m.text}") if m.type in ("error", "warning") else None)
    page.on("pageerror", lambda e: note(f"error: {e}"))
    return tab


def _watched(socket: WebSocket, note: Callable[[str], None]) -> None:
    """Note messages of a page's connection that are none of the records."""

    def heard(content: str | bytes, sent: bool) -> None:
        try:
            check_message(content, sent)
        except AssertionError as wrong:
            note(str(wrong))

    socket.on("framesent", lambda content: heard(content, True))
    socket.on("framereceived", lambda content: heard(content, False))


def _answered(request: Request, note: Callable[[str], None]) -> None:
    """Note an answer that is none of the records; what is gone with its page cannot be read any more."""
    if "/gs/" not in request.url or "/gs/static/" in request.url:
        return
    try:
        response = request.response()
        if response is not None:
            check_answer(request.url, response.status, response.headers, response.body())
    except Error:
        return
    except AssertionError as wrong:
        note(str(wrong))
