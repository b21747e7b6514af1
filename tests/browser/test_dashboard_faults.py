"""What a person sees when things break: reload, lost connection, restarted server, own data that are wrong; and what many at once do to one server."""

from __future__ import annotations

import time

import pytest

from tests.dashboards.running import Running
from tests.places import small_place

from .tabs import PATIENCE, SMALL


def test_a_restarted_server_loses_nothing_saved_and_says_what_happened(alone, open_tab):
    tab = open_tab(server=alone)
    tab.expected = (
        "Connection lost",
        "ERR_CONNECTION_REFUSED",
        "WebSocket",
        "ERR_SOCKET",
        "failed:",
        "ERR_EMPTY",
        "ERR_CONNECTION",
        "no kernel",
        "status 4",
        "kernel",
        "Failed to fetch",
        "error:",
        "console error",
    )
    page = tab.compare(f"s=baseline&s=Keep%20this~closing-the-loop@0.45&place=haringey&{SMALL}")
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Before the crash")
    page.locator("form").get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved. It is listed").wait_for()
    answer = page.locator(".gs-lead").inner_text()
    alone.stop(hard=True)
    page.get_by_text("The connection to the server is lost").wait_for()
    assert tab.accessible() == []
    alone.start()
    page.get_by_text("This page was restored from its address").wait_for()
    tab.complete()
    assert page.locator(".gs-lead").inner_text() == answer
    assert tab.card(1).get_by_label("Name (your own").input_value() == "Keep this"
    tab.go("/")
    assert page.get_by_role("link", name="Before the crash").count() == 1


def test_a_lost_connection_comes_back(open_tab):
    tab = open_tab()
    tab.expected = (
        "Connection lost",
        "ERR_INTERNET_DISCONNECTED",
        "WebSocket",
        "failed:",
        "Failed to fetch",
        "console error",
        "error:",
    )
    page = tab.compare()
    tab.context.set_offline(True)
    page.evaluate("for (const s of window.gsSockets || []) s.close()")
    tab.context.set_offline(False)
    page.reload()
    tab.complete()
    assert tab.card(1).get_by_text("Closing the loop").count() >= 1


def test_own_data_become_a_place_to_compare_in(open_tab, tmp_path):
    place = small_place()
    areas, wards = tmp_path / "areas.csv", tmp_path / "wards.csv"
    place.areas.drop(columns=["deprivation"]).assign(Name="=HYPERLINK(1)").to_csv(areas, index=False)
    place.ward_table.to_csv(wards, index=False)
    tab = open_tab()
    page = tab.go("/")
    page.get_by_text("Bring your own data").click()
    page.get_by_role("button", name="Read the data").click()
    page.get_by_text("Choose a table of small areas or of wards first.").wait_for()
    page.get_by_label("Name of the place").fill("Our <i>town</i>")
    page.get_by_label("Small areas").set_input_files(areas)
    page.get_by_label("Wards (").set_input_files(wards)
    assert tab.accessible() == []
    page.get_by_role("button", name="Read the data").click()
    page.get_by_text("Our <i>town</i> can be run").wait_for()
    read_as = page.get_by_role("group", name="Small areas: what each column was read as").inner_text()
    assert "population" in read_as
    assert page.locator(".gs-own h2").first.inner_text().startswith("Small areas"), "what was read stands above what is odd"
    assert tab.accessible() == []
    page.get_by_role("link", name="Compare in Our <i>town</i>").wait_for()
    page.reload()
    page.get_by_role("heading", name="Your own places").wait_for()
    page.get_by_role("link", name="Our <i>town</i>", exact=True).click()
    page.get_by_label("Size of the model town").first.fill("300")
    page.get_by_label("Size of the model town").first.blur()
    page.get_by_label("Months").first.fill("12")
    page.get_by_label("Months").first.blur()
    page.get_by_label("Number of repeat runs").first.fill("3")
    page.get_by_label("Number of repeat runs").first.blur()
    page.wait_for_function("() => location.search.includes('replicates=3') && location.search.includes('place=own-')")
    tab.complete()
    assert "Our <i>town</i>" in page.locator(".gs-answer").inner_text()
    assert page.locator("i", has_text="town").count() == 0
    link = page.url
    page.get_by_text("It is deleted 30 days after its last use").wait_for()
    page.get_by_role("button", name="Delete these data").click()
    page.get_by_text("Delete “Our <i>town</i>” for good?").wait_for()
    assert tab.accessible() == []
    page.get_by_role("button", name="Keep them").click()
    page.get_by_role("button", name="Delete these data").click()
    page.get_by_role("button", name="Delete for good").click()
    page.get_by_text("“Our <i>town</i>” is deleted").wait_for()
    page.wait_for_function("() => !location.search.includes('own-')")
    tab.expected = ("place.json", "Failed to load resource")  # the place is gone
    page.goto(link)
    page.get_by_text("none under this link").wait_for()


def test_own_data_that_are_wrong_are_refused_with_what_to_do(open_tab, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("this,is\nno,place\n")
    tab = open_tab()
    tab.expected = ("status 400", "console error: Failed to load resource")
    page = tab.go("/")
    page.get_by_text("Bring your own data").click()
    page.get_by_label("Small areas").set_input_files(bad)
    page.get_by_role("button", name="Read the data").click()
    alert = page.locator("[role=alert]").first
    alert.wait_for()
    text = alert.inner_text()
    assert text.startswith("bad.csv: no column names the areas"), "the file's own name, without a folder"
    big = tmp_path / "big.csv"
    big.write_bytes(b"x" * 21_000_000)
    page.get_by_label("Small areas").set_input_files(big)
    page.get_by_role("button", name="Read the data").click()
    page.get_by_text("“big.csv” is 21 MB; this server takes files up to 20 MB. Delete the rows").wait_for()


def _at_rest(server: Running) -> int:
    """Return the server's memory once what it reads in advance has been read."""
    seen = -1
    while (now := server.memory()) > seen + 1e6:
        seen = now
        time.sleep(1.0)
    return now


@pytest.mark.parametrize("fresh", [True])  # what libraries take is there before it is measured
def test_many_at_once_are_answered_and_give_their_memory_back(alone, open_tab):
    """Eight pages open, three of them computing: clicks are answered while that goes on, and what was open is let go. Sizes and times are in docs/reference/proof.md."""
    first = open_tab(server=alone)
    first.go("/")
    before, held = _at_rest(alone), alone.descriptors()
    tabs = [open_tab(server=alone, beside=first) for _ in range(8)]
    for tab in tabs[3:]:
        tab.go("/")
    for n, tab in enumerate(tabs[:3]):
        tab.go(f"/compare?s=baseline&s=mobilise&place=haringey&population=50000&months=120&replicates=60&seed={n}")
    for tab in tabs[3:]:
        tab.page.get_by_role("link", name="Studies").click()
        tab.page.get_by_role("heading", name="Studies", exact=True).wait_for()
    for tab in tabs[:3]:
        assert tab.page.get_by_role("button", name="Cancel").is_visible(), "others were served while this was computed"
    idle = (alone.memory() - before) / len(tabs)
    assert idle < 8e6, f"{idle / 1e6:.1f} MB a page"
    for tab in tabs:
        tab.page.close(run_before_unload=True)
    end = time.monotonic() + PATIENCE / 1000
    while alone.descriptors() > held + 12:  # workers that have started have some; eight pages have more than thirty
        assert time.monotonic() < end, "pages that were closed are not let go"
        time.sleep(0.2)
    first.page.get_by_role("link", name="Evidence").first.click()
    first.page.get_by_role("heading", name="What it is based on").wait_for()
