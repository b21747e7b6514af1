"""The login as a person meets it: in a browser, which sends what programs do not."""

from __future__ import annotations

import pytest

PASSWORD = "correct horse battery"
LINK = "/compare?s=baseline&s=mobilise&place=leeds&months=12&replicates=2&population=200&seed=2"


@pytest.fixture
def environment() -> dict[str, str]:
    return {"GROUNDSWELL_PASSWORD": PASSWORD}


def test_one_logs_in_and_comes_to_what_was_asked_and_logs_out(alone, open_tab):
    tab = open_tab(server=alone)
    tab.expected = (
        "Connection lost",
        "status 401",
        "401 (Unauthorized)",
        "status 404",
        "404 (Not Found)",
        "WebSocket",
        "ERR_CONNECTION",
        "net::ERR",
    )
    page = tab.page
    page.goto(alone.address + LINK)
    assert page.url.startswith(f"{alone.address}/gs/login")
    assert page.evaluate("document.styleSheets[0].cssRules.length") > 20, "the page has its styles"
    enter(page, "not the password")
    page.get_by_text("That is not the password.").wait_for()
    enter(page, PASSWORD)
    page.wait_for_url(alone.address + LINK)
    page.get_by_role("heading", name="Leeds").or_(page.get_by_label("Budget over the run")).first.wait_for()
    alone.stop()
    alone.start()
    page.get_by_text("Please log in again").wait_for()
    enter(page, PASSWORD)
    page.wait_for_url(lambda url: url.startswith(f"{alone.address}/compare?") and "s=mobilise" in url)
    page.get_by_role("button", name="Log out").click()
    page.wait_for_url(f"{alone.address}/gs/login")
    page.goto(alone.address + "/")
    page.get_by_label("Password").wait_for()
    assert tab.fits()


def enter(page, password: str) -> None:
    page.get_by_label("Password").fill(password)
    page.get_by_role("button", name="Log in").click()


def test_a_page_that_there_is_not_has_its_styles(open_tab):
    tab = open_tab()
    tab.expected = ("status 404", "404 (Not Found)")
    tab.page.goto(tab.server.address + "/nothing")
    assert tab.page.evaluate("document.styleSheets[0].cssRules.length") > 20
