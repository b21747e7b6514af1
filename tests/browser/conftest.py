"""A real browser: Debian's chromium, driven by playwright, with the network closed but for this machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from playwright.sync_api import sync_playwright

from tests.dashboards.running import Running, running_in

from .profiles import Profiles
from .tabs import Tab, opened


@pytest.fixture(scope="module")  # while Playwright waits for more, code that is parsed in this process may fail: it switches stacks
def browser(tmp_path_factory) -> Iterator[Profiles]:
    with sync_playwright() as playwright:
        profiles = Profiles(playwright.chromium, tmp_path_factory.mktemp("profile"))
        yield profiles
        profiles.close()


@pytest.fixture(scope="module")
def dashboard(tmp_path_factory) -> Iterator[Running]:
    """A dashboard that really runs, with nothing but this machine around it."""
    with running_in(tmp_path_factory.mktemp("dashboard")) as running:
        yield running


@pytest.fixture
def environment() -> dict[str, str]:
    """What the environment of `alone` has besides."""
    return {}


@pytest.fixture
def fresh() -> bool:
    """Whether `alone` is an interpreter of its own rather than a copy of one."""
    return False


@pytest.fixture
def alone(tmp_path, environment, fresh) -> Iterator[Running]:
    """A dashboard of one test's own, which may be stopped."""
    with running_in(tmp_path, environment=environment, fresh=fresh) as running:
        yield running


@pytest.fixture
def open_tab(browser, request):
    """Open tabs, which are closed and looked over at the end: no outside or failed request, no console error."""
    tabs: list[Tab] = []

    def make(*arguments, **options) -> Tab:
        server = options.pop("server", None) or request.getfixturevalue("dashboard")  # started for who needs it
        tabs.append(opened(browser, server, *arguments, **options))
        return tabs[-1]

    yield make
    for tab in tabs:
        browser.give_back(tab.context)
    for tab in tabs:
        tab.check()
