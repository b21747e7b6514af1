"""What an effect could be is what the pages show first: in marks, words, tables and on cards; a first look says that it is one."""

from __future__ import annotations

import pytest

from dashboards.results.ready import card_of
from experiments.numbers import pounds

from .tabs import PATIENCE

OPTIONS = "() => [...document.querySelectorAll('.gs-chart')].map((e) => echarts.getInstanceByDom(e)).filter(Boolean).map((c) => ({ series: c.getOption().series.map((s) => ({ type: s.type, name: s.name, data: s.data })), graphic: JSON.stringify(c.getOption().graphic || '') }))"
LATE = "s=baseline&s=closing-the-loop&s=more-consultation;end=6&place=haringey&population=200&months=14&replicates=15&seed=2"


def drawn(page) -> dict:
    """Return the document that the page draws."""
    with page.expect_response("**/gs/results/*.json") as answer:
        page.reload()
    page.get_by_text("Complete:").wait_for(timeout=PATIENCE)
    page.wait_for_selector(".gs-chart svg")
    return answer.value.json()


def test_ranges_are_drawn_broad_means_thin_and_marks_follow_the_range(open_tab):
    tab = open_tab()
    page = tab.compare(LATE)
    document = drawn(page)
    assert document["result"]["basis"] == "range"
    assert page.locator(".is-look").count() == 0
    effects = page.evaluate(OPTIONS)[0]["series"]
    custom = [s["data"] for s in effects if s["type"] == "custom"]
    marks = [s for s in effects if s["type"] == "scatter"]
    names = ("participation", "apathy", "perceived_influence", "trust", "volunteering", "consultation")
    ground = page.evaluate("gs.charts.ground()")
    for n, (broad, thin, mark) in enumerate(zip(custom[::2], custom[1::2], marks, strict=True), 1):
        shown = [document["shown"][n][name] for name in names]
        assert [row[:2] for row in broad] == [pytest.approx([100 * e["range_low"], 100 * e["range_high"]]) for e in shown]
        assert [row[:2] for row in thin] == [pytest.approx([100 * e["effect_low"], 100 * e["effect_high"]]) for e in shown]
        hollow = [point["itemStyle"]["color"] == ground for point in mark["data"]]
        assert hollow == [e["range_low"] <= 0 <= e["range_high"] for e in shown]
    assert "The broad line shows what the change could be" in page.locator(".gs-note", has_text="broad line").inner_text()


def test_months_money_acts_and_losses_stand_beside_the_answer(open_tab):
    tab = open_tab()
    page = tab.compare(LATE)
    document = drawn(page)
    said = page.locator(".gs-answer").inner_text()
    assert all(sentence in said for sentence in document["answers"])
    assert "on average over" in document["answers"][0], "a scenario that ends is not judged by the last month alone"
    assert "Acts of taking part" in said or "number of acts" in said
    page.get_by_text("The answer uses the change on average over the run.").wait_for()
    months = page.get_by_role("group", name="Which month?").locator("tr")
    assert months.first.locator("th").all_inner_texts()[2:] == ["Mean over the run", "Last month", "Best month", "Worst month"]
    assert months.count() == 1 + 2 * 5
    money = page.locator("figure", has_text="Cost over the run beyond the first scenario")
    money.get_by_role("button", name="Show as table").click()
    assert document["money"][1]["net"] in money.locator("tbody").inner_text()
    whom = page.locator("figure", has_text="Took part: change by value segment")
    whom.get_by_role("button", name="Show as table").click()
    assert "acts per resident a year" in whom.locator("thead").inner_text()
    assert "Acts, per resident a year" in page.get_by_role("group", name="Which does most").locator("thead").inner_text()
    assert tab.accessible() == []


def test_a_first_look_is_marked_in_answer_charts_and_tables(open_tab):
    tab = open_tab()
    page = tab.compare()
    assert page.locator(".gs-answer .is-look").inner_text() == "First look"
    assert page.locator("figure .is-look").count() == page.locator("figure.gs-figure").count()
    assert all("First look" in chart["graphic"] for chart in page.evaluate(OPTIONS)), "in the pictures that are downloaded too"
    for figure in page.locator("figure.gs-figure").all()[:2]:
        figure.get_by_role("button", name="Show as table").click()
        assert "could be (first look)" in figure.locator("thead").inner_text()
    assert "This is a first look, from 4 runs" in page.locator(".gs-answer").inner_text()
    assert tab.accessible() == []


def test_pounds_are_said_as_in_python(open_tab):
    page = open_tab().go("/")
    for value in (0.0, 0.004, 0.05, 0.5, 7.25, 9.96, 12, 99.6, 103, 2490, 500_455, 994_000, 999_999, 1_540_000, 2.5e9, -108, -0.3):
        for plus in (False, True):
            assert page.evaluate("([value, plus]) => gs.pounds(value, plus)", [value, plus]) == pounds(value, plus), (value, plus)


def test_cards_show_the_range_and_acts_beside_people(open_tab):
    tab = open_tab()
    page = tab.compare()
    document = drawn(page)
    card = {"name": "closing", "query": "place=haringey&s=baseline", "place": "Haringey", **card_of(document), "computing": True}
    page.route("**/gs/ready.json", lambda route: route.fulfill(json=[card]))
    tab.go("/", ".gs-mini")
    shown = document["shown"][1]["participation"]
    assert page.locator(".gs-mini .gs-broad").count() == 1
    assert page.locator(".gs-mini circle.hollow").count() == int(shown["range_low"] <= 0 <= shown["range_high"])
    words = page.locator(".gs-mini").get_attribute("aria-label")
    assert "Acts: " in words
    assert page.locator(".gs-cards .is-look").count() == 1
    assert document["answers"][0] in page.locator(".gs-cards").inner_text()
    page.get_by_text("The full result is being computed.").wait_for()
    page.get_by_role("status").filter(has_text="Full results still being computed in the background: 1.").wait_for()
    card["computing"] = False
    page.get_by_text("still being computed").wait_for(state="detached")  # the page looks again
