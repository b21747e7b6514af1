"""The browser's profiles: one that keeps what it has compiled of our scripts, and one more for each further visitor at the same time."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, BrowserType, Page

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking", "--disable-component-update"]
KEPT = "cookies,local_storage,indexeddb,service_workers,cache_storage"  # of a page, which no later test may see


class Profiles:
    """Debian's chromium with a profile of its own in a folder.

    A page of a new profile takes three times as long as one of this: its scripts are compiled again.
    """

    def __init__(self, chromium: BrowserType, folder: Path) -> None:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        assert path, "chromium is missing: `apt-get install chromium`, or use `make test`, which does it"
        self._chromium = chromium
        self._how: dict[str, Any] = {"executable_path": path, "args": ARGUMENTS}
        self._own = chromium.launch_persistent_context(folder, accept_downloads=True, **self._how)
        self._others: Browser | None = None
        self._taken = False

    def take(self) -> BrowserContext:
        """Return the profile; another one, of another browser, for who comes while it is taken."""
        if not self._taken:
            self._taken = True
            return self._own
        if self._others is None:
            self._others = self._chromium.launch(**self._how)
        return self._others.new_context(accept_downloads=True)

    def give_back(self, context: BrowserContext) -> None:
        """Close a profile's pages, and forget what they kept."""
        if context is not self._own:
            context.close()
            return
        context.set_offline(False)
        blank, *pages = context.pages
        session = context.new_cdp_session(blank)
        for page in pages:
            origin = "/".join(page.url.split("/")[:3])
            page.close()
            session.send("Storage.clearDataForOrigin", {"origin": origin, "storageTypes": KEPT})
        session.detach()
        context.clear_cookies()
        context.clear_permissions()
        self._taken = False

    def new_page(self, size: tuple[int, int] = (1280, 900), colours: str = "light") -> Page:
        """Return a page of the profile that keeps nothing."""
        return shown(self._own.new_page(), size, colours)

    def close(self) -> None:
        """Close all browsers."""
        self._own.close()
        if self._others is not None:
            self._others.close()


def shown(page: Page, size: tuple[int, int], colours: Any) -> Page:
    """Return a page at a size and in its colours, without motion."""
    page.set_viewport_size({"width": size[0], "height": size[1]})
    page.emulate_media(color_scheme=colours, reduced_motion="reduce")
    return page
