"""Every page in every state, wide and narrow, light and dark: accessible, whole, and with no word to any other machine."""

from __future__ import annotations

import pytest

from .tabs import HUGE, NARROW, SMALL, WIDE

PAGES = ("/", "/compare?" + f"s=baseline&s=closing-the-loop&place=haringey&{SMALL}", "/live", "/studies", "/evidence")


@pytest.mark.parametrize(
    ("dark", "size", "then"), [(False, WIDE, NARROW), (True, NARROW, WIDE)], ids=["light-wide-narrow", "dark-narrow-wide"]
)
def test_every_page_is_accessible_and_fits(open_tab, dark, size, then):
    """In both colours at both widths, come to at one and brought to the other."""
    tab = open_tab(size, dark)
    for path in PAGES:
        tab.page.set_viewport_size({"width": size[0], "height": size[1]})
        tab.go(path)
        if path.startswith("/compare"):
            tab.complete()
        if path == "/":
            tab.page.wait_for_selector(".gs-cards .gs-card")
        if path == "/evidence":
            tab.page.wait_for_selector(".gs-table")
        for width, height in (size, then):
            tab.page.set_viewport_size({"width": width, "height": height})
            tab.settled()
            assert tab.fits(), (path, width)
            assert tab.accessible() == [], (path, width)
        assert tab.page.title().endswith("Groundswell")
        assert tab.page.locator("h1").count() == 1


def test_every_template_compiles(open_tab):
    page = open_tab().go("/")
    known = page.evaluate("""() => Object.entries(Vue.options.components).filter(([name]) => name.startsWith("gs-")).map(
        ([name, made]) => [name, String(Vue.compile(made.options.template).render).includes("with(this)")])""")
    assert len(known) > 15
    assert [name for name, compiled in known if not compiled] == [], "a line break in a text of {{ }}, which the layout put there?"


def test_a_wall_sized_screen_shows_the_same_page_larger(open_tab):
    tab = open_tab(HUGE)
    tab.compare()
    assert tab.fits()
    assert tab.page.evaluate("parseFloat(getComputedStyle(document.documentElement).fontSize)") >= 20


def test_every_chart_has_a_finding_a_table_and_downloads(open_tab):
    tab = open_tab()
    page = tab.compare()
    for part in page.locator("details").all():
        part.evaluate("e => e.open = true")
    charts = page.locator("figure.gs-figure")
    assert charts.count() == 5
    for n in range(charts.count()):
        chart = charts.nth(n)
        assert chart.locator(".gs-finding").inner_text().strip()
        assert chart.locator("[role=img]").get_attribute("aria-label")
        chart.get_by_role("button", name="Show as table").click()
        assert chart.locator("tbody tr").count() >= 1
        with page.expect_download() as waiting:
            chart.get_by_role("button", name="CSV").click()
        content = open(waiting.value.path()).read()  # noqa: SIM115
        assert content.count("\n") == chart.locator("tbody tr").count() + 1
        with page.expect_download() as waiting:
            chart.get_by_role("button", name="SVG").click()
        assert open(waiting.value.path()).read().startswith("<svg")  # noqa: SIM115
        with page.expect_download() as waiting:
            chart.get_by_role("button", name="PNG").click()
        assert open(waiting.value.path(), "rb").read()[:4] == b"\x89PNG"  # noqa: SIM115
    assert tab.accessible() == []


def test_states_of_loading_error_and_emptiness_are_accessible_too(open_tab):
    tab = open_tab()
    page = tab.go("/compare?s=closing-the-lop&place=haringey")
    error = page.locator("[role=alert]").first
    assert "did you mean 'closing-the-loop'" in error.inner_text()
    assert tab.accessible() == []
    page.get_by_role("button", name="Dismiss").click()
    page.wait_for_selector("[role=alert]", state="detached")
    tab.go(f"/compare?s=baseline&s=mobilise&place=haringey&population=20000&replicates=8&months=60&seed={77}")
    page.get_by_role("button", name="Cancel").wait_for()
    assert tab.accessible() == []
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped. Results").wait_for()
    assert tab.accessible() == []
    tab.go("/studies?open=nowhere")
    assert "no study is there" in page.locator("[role=alert]").inner_text()
    assert tab.accessible() == []


def test_dark_colours_are_chosen_and_remembered(open_tab):
    tab = open_tab()
    page = tab.go("/")
    light = page.evaluate("getComputedStyle(document.querySelector('.gs-root')).backgroundColor")
    page.get_by_role("button", name="Dark colours").click()
    page.get_by_role("button", name="Light colours").wait_for()
    dark = page.evaluate("getComputedStyle(document.querySelector('.gs-root')).backgroundColor")
    assert light != dark
    tab.go("/evidence")
    assert page.evaluate("getComputedStyle(document.querySelector('.gs-root')).backgroundColor") == dark
    assert page.get_by_role("button", name="Light colours").is_visible()
    tab.page.wait_for_selector(".gs-chart svg")
    assert tab.accessible() == []
    ink = "() => [...document.querySelectorAll('.gs-chart svg text')].map((e) => e.getAttribute('fill')).sort().join()"
    on_screen = page.evaluate(ink)
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('.gs-card')).backgroundColor") == "rgb(255, 255, 255)", (
        "paper is white"
    )
    page.wait_for_function(f"(before) => ({ink})() !== before", arg=on_screen)  # and so are the charts on it
    page.emulate_media(media="screen")
    page.wait_for_function(f"(before) => ({ink})() === before", arg=on_screen)


def test_print_leaves_out_what_only_a_screen_needs(open_tab):
    tab = open_tab()
    page = tab.compare()
    page.emulate_media(media="print")
    assert not page.locator("header").is_visible()
    assert not page.get_by_role("button", name="Run", exact=True).is_visible()
    assert page.locator(".gs-answer").is_visible()
    page.pdf(path="/dev/null")


def test_evidence_is_reached_from_every_control_and_can_be_searched(open_tab):
    tab = open_tab()
    page = tab.compare()
    card = tab.card(1)
    card.locator("summary", has_text="What it changes").click()
    assert "assumed" in card.locator(".gs-table").inner_text()
    card.get_by_role("link", name="The evidence behind the model").click()
    page.get_by_role("heading", name="What it is based on").wait_for()
    page.get_by_label("Find").fill("fairness_gain")
    page.get_by_text("1 of 1 are shown").wait_for()
    page.get_by_label("Find").fill("")
    page.get_by_label("Status").select_option("calibrated")
    assert "calibrated" in page.locator("table").last.inner_text()
    assert page.get_by_text("repeat", exact=False).count() >= 1
    page.go_back()
    page.get_by_role("heading", name="What is compared").wait_for()
    page.locator(".gs-badge.is-assumed").first.click()
    page.wait_for_selector("#assumed")
