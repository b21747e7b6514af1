"""Live and Studies, as a trainer and a researcher use them."""

from __future__ import annotations

import json
import re
import sys
from pathlib import Path

import pytest

from experiments.cli.command_line import main
from tests.dashboards.running import Running

from .tabs import NARROW

WORLD = "s=baseline&s=closing-the-loop&place=haringey&population=400&months=24&replicates=4&seed=2"


def started(tab, query: str = WORLD):
    page = tab.go(f"/live?{query}")
    page.get_by_role("button", name="Start", exact=True).click()
    page.wait_for_selector(".gs-player")
    page.wait_for_selector(".gs-chart canvas")
    return page


def month(page) -> int:
    return int(page.locator("#l-month").input_value())


def test_a_world_is_played_paused_stepped_and_scrubbed(open_tab):
    tab = open_tab()
    page = started(tab)
    assert month(page) == 1
    page.get_by_role("button", name="Forward a month").click()
    assert month(page) == 2
    page.get_by_role("button", name="Back a month").click()
    assert month(page) == 1
    page.get_by_label("Months a second").select_option("12")
    page.get_by_role("button", name="Play").click()
    page.wait_for_function("() => +document.querySelector('#l-month').value >= 6")
    page.get_by_role("button", name="Pause").click()
    held = month(page)
    page.wait_for_timeout(400)
    assert month(page) == held
    page.locator("#l-month").focus()
    page.keyboard.press("End")
    assert month(page) == 24
    page.keyboard.press("ArrowLeft")
    assert month(page) == 23
    assert "In month 23" in page.locator(".gs-finding", has_text="In month 23: ").first.inner_text()
    assert tab.accessible() == []
    for part in ("Residents and whom they know", "Open cases of institutions"):
        page.get_by_role("button", name=f"Show as table {part}").click()
    counts = page.get_by_role("group", name="Residents and whom they know").locator("tbody tr")
    assert counts.count() == 7
    assert sum(int(row.locator("td").first.inner_text()) for row in counts.all()) == 300
    assert tab.accessible() == []


def test_a_resident_has_a_story_in_both_worlds(open_tab):
    tab = open_tab()
    page = started(tab)
    page.locator("#l-month").focus()
    page.keyboard.press("End")
    different = None
    for n in range(1, 40):
        with page.expect_response("**/gs/watched/**"):
            page.get_by_label("Resident", exact=True).select_option(index=n)
        page.wait_for_selector(".gs-story", state="attached")
        tab.settled()
        stories = [s.inner_text() for s in page.locator(".gs-story").all()]
        if len(stories) == 2 and stories[0] != stories[1] and all(stories) and any("Was told" in s for s in stories):
            different = stories
            break
    assert different, "closing the loop changes what happens to somebody"
    assert any("Was told" in s for s in different)
    spot = page.evaluate(
        """() => { const e = document.querySelector('.gs-chart canvas').closest('.gs-chart'), c = echarts.getInstanceByDom(e), d = c.getOption().series[0].data[7];
                   const [x, y] = c.convertToPixel({seriesIndex: 0}, [d.x, d.y]), r = e.getBoundingClientRect(); e.scrollIntoView({block: 'center'});
                   const q = e.getBoundingClientRect(); return [q.left + x, q.top + y]; }"""
    )
    page.mouse.click(*spot)
    page.wait_for_function("() => document.querySelector('#l-pick').value === '7'")
    assert "This month:" in page.locator(".gs-card", has_text="One resident's story").inner_text()
    assert tab.accessible() == []


def test_a_loop_is_cut_and_a_world_branches_from_a_month(open_tab):
    tab = open_tab()
    page = started(tab, WORLD.replace("s=closing-the-loop", "s=baseline!fatigue"))
    page.get_by_label("word of mouth").uncheck()
    page.get_by_role("button", name="Start again").click()
    page.get_by_role("radio", name="As it is, without word of mouth").wait_for()
    page.locator("#l-month").fill("9")
    page.get_by_role("button", name="What if from this month").click()
    page.get_by_role("radio", name="without word of mouth, from month 10").wait_for()
    page.get_by_role("button", name="Show as table Took part", exact=True).click()
    rows = [
        r.locator("td").all_inner_texts()[:2]
        for r in page.get_by_role("group", name="Took part", exact=True).locator("tbody tr").all()
    ]
    assert len(rows) == 24
    assert all(a == b for a, b in rows[:9])
    assert any(a != b for a, b in rows[9:])
    link = page.url
    assert "branch=9" in link
    other = open_tab()
    other.page.goto(link)
    other.page.wait_for_selector(".gs-player")
    assert other.page.get_by_label("They part after month").input_value() == "9"


def test_worlds_that_differ_from_the_start_are_refused_in_words(open_tab):
    tab = open_tab()
    page = tab.go("/live?s=baseline&s=haringey-2009&place=haringey&population=400&months=12")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_text("is another world from the start").wait_for()
    page.get_by_label("They part after month").fill("99")
    page.get_by_role("button", name="Start", exact=True).click()
    tab.settled()
    assert tab.accessible() == []


def test_watching_is_cancelled(open_tab):
    tab = open_tab()
    page = tab.go("/live?s=baseline&s=mobilise&place=haringey&population=20000&months=240&seed=9")
    page.get_by_role("button", name="Start", exact=True).click()
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped. Results").wait_for()
    assert page.locator(".gs-player").count() == 0


def test_live_fits_a_telephone(open_tab):
    tab = open_tab(NARROW, True)
    started(tab)
    assert tab.fits()
    assert tab.accessible() == []


STUDY = """name: small study
base: base.yaml
place: haringey
population: 100
months: 12
replicates: 2
levers: [{dose: closing-the-loop, low: 0, high: 1}, {name: front, dose: front-line-engagement, values: [0, 1]}]
uncertainties: [{parameter: experience.asymmetry, low: 2, high: 4}]
design: {points: 12}
measures: [participation, trust, cost]
effects: true
fails: trust_effect < 0.01
objectives: [maximise participation, minimise cost]
"""


@pytest.fixture(scope="module")
def researcher(tmp_path_factory):
    """A server over a folder with a sweep, and what each command that asks a study leaves."""
    folder = tmp_path_factory.mktemp("researcher")
    studies = folder / "studies"
    studies.mkdir()
    (studies / "small.yaml").write_text(STUDY)
    (studies / "base.yaml").write_text("name: base\nburn_in: 12\n")
    for command in (
        ["sweep", "--out", "sweep"],
        ["sensitivity", "--out", "sensitivity", "--points", "2"],
        ["discover", "--out", "discover"],
        ["optimise", "--out", "optimise", "--generations", "1", "--generation", "4", "--futures", "1"],
    ):
        name, *more = command
        arguments = [name, "small.yaml", *more, "--workers", "1"]
        with pytest.MonkeyPatch.context() as here:
            here.chdir(studies)
            here.setattr(sys, "argv", ["groundswell", *arguments])  # what is kept as the command to repeat it
            assert main(arguments) == 0
    running = Running(folder / "home", studies).start()
    yield running
    running.stop()


def test_recent_studies_are_on_the_start_page(researcher, open_tab):
    tab = open_tab(server=researcher)
    page = tab.go("/")
    page.get_by_role("heading", name="Recent studies").wait_for()
    page.get_by_role("link", name="small study").first.click()
    page.get_by_role("heading", name="Reproduce this").wait_for()


def test_a_study_is_opened_filtered_and_reproduced(researcher, open_tab, monkeypatch):
    tab = open_tab(server=researcher)
    page = tab.go("/studies")
    assert page.locator(".gs-saved li").count() == 4
    page.get_by_role("link", name="small study").locator("xpath=..").filter(has_text="sweep").get_by_role("link").click()
    page.get_by_text("Complete: 24 runs.").wait_for()
    page.get_by_text("12 of 12 points are within the filters.").wait_for()
    page.get_by_label("Closing the loop: dose (0 to 1) at least").fill("0.5")
    page.get_by_label("Closing the loop: dose (0 to 1) at least").blur()
    page.get_by_text("6 of 12 points are within the filters.").wait_for()
    page.get_by_role("button", name="Show all").click()
    page.get_by_label("Coloured by").select_option("trust")
    page.get_by_label("Across").select_option("closing-the-loop")
    page.get_by_label("Up", exact=True).select_option("trust_effect")
    page.get_by_text("Correlation").wait_for()
    for name in ("Every point as a line", "Trust the council, change (share) against Closing the loop: dose (0 to 1)"):
        page.get_by_role("button", name=f"Show as table {name}").click()
    assert tab.accessible() == []
    assert tab.fits()
    code = page.locator("pre", has_text="Results(").inner_text()
    found: dict = {}
    monkeypatch.chdir(researcher.studies)
    exec(code, found)
    assert len(found["points"]) == 12
    assert page.locator("pre", has_text="groundswell sweep").count() == 1
    tab.go(page.url.replace(researcher.address, ""))
    page.get_by_text("Complete: 24 runs.").wait_for()


def test_answers_of_a_study_are_drawn_with_their_intervals(open_tab, researcher):
    tab = open_tab(server=researcher)
    page = tab.go("/studies?open=sensitivity")
    page.get_by_role("heading", name="What matters").wait_for()
    page.get_by_label("Measure", exact=True).select_option("trust")
    document = json.loads((Path(researcher.studies) / "sensitivity" / "sensitivity.json").read_text())
    page.get_by_text(document["words_by_measure"]["trust"]).wait_for()
    page.get_by_role("button", name="Show as table What moves Trust the council (share)").click()
    assert page.get_by_role("group", name="What moves Trust the council (share)").locator("tbody tr").count() == 3
    assert tab.accessible() == []
    tab.go("/studies?open=discover")
    page.get_by_role("heading", name="When it fails").wait_for()
    found = json.loads((Path(researcher.studies) / "discover" / "discover.json").read_text())
    assert page.get_by_text(found["words"][:60]).count() >= 1
    assert page.get_by_role("button", name="Show these points").count() == len(found["boxes"])
    for button in page.get_by_role("button", name="Show these points").all():
        button.click()
    assert tab.accessible() == []
    tab.go("/studies?open=optimise")
    page.get_by_role("heading", name="Best packages").wait_for()
    page.get_by_role("button", name=re.compile("Show as table .* against ")).first.click()
    assert (
        "not distinguishable from the best" in page.locator(".gs-chart").first.inner_text().lower()
        or page.locator("tbody tr").count() > 1
    )
    assert tab.accessible() == []


def test_a_running_study_shows_its_progress(open_tab, researcher):
    ledger = Path(researcher.studies) / "sweep" / "ledger"  # a chunk's entry is what a running study writes last
    files = sorted(ledger.glob("[0-9]*.json"))
    assert len(files) > 1
    away = files[0].with_suffix(".away")
    files[0].rename(away)
    try:
        tab = open_tab(server=researcher)
        page = tab.go("/studies?open=sweep")
        page.get_by_text(f"Running: {len(files) - 1} of {len(files)} parts are complete.").wait_for()
        away.rename(files[0])
        page.get_by_text("Complete: 24 runs.").wait_for()
    finally:
        if away.exists():
            away.rename(files[0])
