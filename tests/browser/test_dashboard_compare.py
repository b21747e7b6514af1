"""The main page as a policy team uses it: build, run, read, save, share, take away; and its numbers are those of the command line."""

from __future__ import annotations

import io
import json
import re
import shlex
import zipfile
from pathlib import Path

import pandas as pd
import pytest

from experiments.cli.command_line import main
from experiments.numbers import shown, shown_change

from .tabs import SMALL, WIDE


def table_rows(page, title: str) -> list[list[str]]:
    region = page.get_by_role("group", name=title, exact=True).first
    return [[c.strip() for c in row.split("\t")] for row in region.locator("tbody").inner_text().splitlines() if row.strip()]


def command_line(page, folder: Path, capsys, monkeypatch) -> dict:
    """Run the command that the page gives, in a folder with the files that it gives, and return its document."""
    monkeypatch.chdir(folder)
    words = shlex.split(page.locator("pre.gs-code").inner_text())
    assert words[0] == "groundswell"
    capsys.readouterr()
    assert main([*words[1:], "--json", "--out", "made", "--workers", "1"]) == 0  # more of them would import the model first
    return json.loads(capsys.readouterr().out)


def assert_same_numbers(page, document: dict) -> None:
    page.get_by_text("Show all").click()
    rows = table_rows(page, "All measures")
    from scenarios.plugins import available_measures

    units = {m.label: (m.name, m.unit) for m in available_measures(("council", "housing", "police", "health")).values()}
    seen = 0
    for label, *cells in rows:
        name, unit = units[label]
        for n, cell in enumerate(cells):
            one = document["scenarios"][n]
            found = one["measures"][name]
            value = found["mean"] if n == 0 else found["effect"]
            if value is None:
                continue
            if n == 0:
                assert cell.replace(" ", "") == shown(value, unit).replace(" ", ""), (label, cell)
            elif one["doubt"][name]["range_low"] is not None:
                low, high = (shown_change(one["doubt"][name][k], unit) for k in ("range_low", "range_high"))
                assert cell == f"{shown_change(value, unit)} ({low} to {high})", (label, cell)
            seen += 1
    assert seen > 60


def test_the_numbers_are_those_of_the_command_line(open_tab, tmp_path, capsys, monkeypatch):
    tab = open_tab()
    page = tab.compare(f"s=baseline&s=closing-the-loop@0.55&s=mobilise&place=leeds&{SMALL}")
    document = command_line(page, tmp_path, capsys, monkeypatch)
    assert_same_numbers(page, document)
    with page.expect_download() as waiting:
        page.get_by_role("link", name="JSON").click()
    downloaded = json.loads(Path(waiting.value.path()).read_text())
    assert downloaded["scenarios"] == document["scenarios"]


def test_what_is_being_typed_stays_whatever_is_drawn_anew_meanwhile(open_tab):
    """The progress of a comparison draws the page anew many times, while somebody types in it."""
    tab = open_tab()
    page = tab.compare(f"s=baseline&s=closing-the-loop&place=haringey&{SMALL}")
    page.get_by_label("Run when I change something").uncheck()
    for summary in page.get_by_text("When and how well").all():
        summary.click()
    fields = page.locator(".gs-setup input:is([type=number], [type=text]):visible").all()
    assert len(fields) > 8
    for field in fields:
        if field.get_attribute("role"):
            continue  # the choice of a place or an intervention
        text = "7" if field.get_attribute("type") == "number" else "Our plan"
        field.fill(text)
        page.evaluate(
            """async () => {
              const draw = (one) => { one.$forceUpdate(); one.$children.forEach(draw); };
              draw(document.querySelector(".gs-toolbar").parentElement.__vue__);
              await new Promise((drawn) => requestAnimationFrame(drawn));
            }"""
        )
        assert field.input_value() == text, field.get_attribute("id")


def test_a_scenario_is_built_scheduled_aimed_run_and_taken_away(open_tab, tmp_path, capsys, monkeypatch):
    tab = open_tab()
    page = tab.compare(f"s=baseline&place=haringey&{SMALL}")
    page.get_by_role("button", name="Add a scenario").click()
    card = tab.card(1)
    card.get_by_role("combobox", name="Add an intervention").fill("closing")
    card.get_by_role("option").first.click()
    card.get_by_text("“You said, we did”").or_(card.get_by_text("You said, we did")).first.wait_for()
    dose = card.get_by_label("How much of the full programme")
    dose.fill("0.5")
    card.get_by_text("50 %").wait_for()
    card.get_by_text("When and how well").click()
    for label, value in (
        ("First month", "3"),
        ("Months until full strength", "2"),
        ("Last month", "10"),
        ("Months until the effect wears off", "4"),
        ("Staff who follow it", "0.9"),
    ):
        box = card.get_by_label(label)
        box.fill(value)
        box.blur()
    card.get_by_text("From month 3, at full strength after 2 months, until month 10, then fading over 4 months.").wait_for()
    card.get_by_text("For whom:").click()
    card.get_by_label("1 (most deprived)").check()
    card.get_by_label("council").check()
    card.get_by_label("Find a ward").fill("tott")
    card.get_by_label("Tottenham Hale").check()
    card.get_by_label("Name (your own").fill("Our <b>plan</b>")
    card.get_by_label("Name (your own").blur()
    page.get_by_label("Budget over the run").fill("1000000")
    page.get_by_label("Budget over the run").blur()
    page.wait_for_function("() => location.search.includes('Our') && location.search.includes('budget=1000000')")
    tab.complete()
    page.wait_for_function("() => !document.querySelector('.is-old')")
    assert page.locator("b", has_text="plan").count() == 0
    assert page.locator(".gs-budget li").count() == 1
    page.get_by_label("Budget over the run").fill("-5")
    page.get_by_label("Budget over the run").blur()
    page.get_by_role("alert").get_by_text("Budget over the run: -5").wait_for()
    assert page.locator(".gs-budget li").count() == 0, "a refused budget is none"
    page.mouse.wheel(0, 3000)
    page.wait_for_function("() => window.scrollY > 1000")
    box = page.get_by_role("alert").bounding_box()
    assert box is not None and 0 <= box["y"] < page.viewport_size["height"] - box["height"], "and it is said where the reader is"
    page.get_by_label("Budget over the run").fill("1000000")
    page.get_by_label("Budget over the run").blur()
    page.locator(".gs-budget li").wait_for()
    with page.expect_download() as waiting:
        page.get_by_role("link", name="Scenario files").click()
    zipfile.ZipFile(io.BytesIO(Path(waiting.value.path()).read_bytes())).extractall(tmp_path)
    document = command_line(page, tmp_path, capsys, monkeypatch)
    assert document["scenarios"][1]["name"] == "Our <b>plan</b>"
    assert_same_numbers(page, document)
    for name, ending in (("Report", ".html"), ("Excel", ".xlsx"), ("CSV", ".csv")):
        with page.expect_download() as waiting:
            page.locator(".gs-take").get_by_role("link", name=name).click()
        path = Path(waiting.value.path())
        assert waiting.value.suggested_filename.endswith(ending)
        if ending == ".html":
            assert "Our &lt;b&gt;plan&lt;/b&gt;" in path.read_text()
        elif ending == ".csv":
            assert len(pd.read_csv(path)) == 2 * len(document["scenarios"][0]["measures"])
        else:
            assert set(pd.read_excel(path, sheet_name=None)) == {"effects", "which month", "by group", "provenance"}
    tab.settled()
    assert tab.accessible() == []


def test_every_setting_reruns_and_stands_in_the_address(open_tab):
    tab = open_tab()
    page = tab.compare()
    for label, field, value in (
        ("Months", "months", "12"),
        ("Number of repeat runs", "replicates", "3"),
        ("Size of the model town", "population", "300"),
        ("Random start", "seed", "0"),
    ):
        box = page.get_by_label(label).first
        box.fill(value)
        box.blur()
        page.wait_for_function(f"() => new URLSearchParams(location.search).get('{field}') === '{value}'")
    page.get_by_role("combobox", name="Place").fill("blackp")
    page.keyboard.press("Enter")
    page.wait_for_function("() => new URLSearchParams(location.search).get('place') === 'blackpool'")
    page.get_by_text("Blackpool", exact=False).first.wait_for()
    tab.complete()
    page.get_by_text("300 simulated residents, 12 months, 3 repeat runs, random start 0").wait_for()
    page.get_by_label("Months").first.fill("1000")
    page.get_by_label("Months").first.blur()
    assert "Months: 1000; allowed: whole numbers 1 to 240" in page.locator("[role=alert]").inner_text()


def test_a_link_restores_everything_and_back_goes_back(open_tab):
    tab = open_tab()
    page = tab.compare(f"s=baseline&s=Ours~closing-the-loop@0.35;start=4;wards=Noel%20Park&place=haringey&budget=5000&{SMALL}")
    page.get_by_label("Measure", exact=True).select_option("apathy")
    page.get_by_label("Ward", exact=True).check()
    page.wait_for_function("() => location.hash.includes('ward') && location.hash.includes('apathy')")
    link, answer = page.url, page.locator(".gs-lead").inner_text()
    other = open_tab(WIDE)
    again = other.page
    again.goto(link)
    other.complete()
    assert again.url == link
    assert again.locator(".gs-lead").inner_text() == answer
    assert other.card(1).get_by_label("How much of the full programme").input_value() == "0.35"
    assert other.card(1).get_by_label("Name (your own").input_value() == "Ours"
    assert again.get_by_label("Measure", exact=True).input_value() == "apathy"
    assert again.get_by_label("Ward", exact=True).is_checked()
    assert again.get_by_label("Budget").input_value() == "5000"
    again.get_by_role("link", name="Evidence").first.click()
    again.get_by_role("heading", name="What it is based on").wait_for()
    again.go_back()
    other.complete()
    assert again.locator(".gs-lead").inner_text() == answer
    again.reload()
    other.complete()
    assert again.locator(".gs-lead").inner_text() == answer


def test_scenarios_are_duplicated_removed_and_packages_opened_up(open_tab):
    tab = open_tab()
    page = tab.compare()
    tab.card(1).get_by_role("button", name="Duplicate").click()
    page.wait_for_function("() => document.querySelectorAll('.gs-scenario').length === 3")
    tab.card(2).get_by_role("button", name="Remove closing").or_(
        tab.card(2).get_by_role("button", name="Remove Closing")
    ).first.click()
    tab.card(2).get_by_role("combobox", name="Add an intervention").click()
    page.keyboard.type("own house")
    page.keyboard.press("Enter")
    tab.card(2).get_by_role("button", name="Change what is in it").click()
    page.wait_for_function("() => document.querySelectorAll('.gs-scenario')[2].querySelectorAll('.gs-tried').length >= 1")
    tab.card(2).locator("> .gs-row").get_by_role("button", name="Remove").click()
    page.wait_for_function("() => document.querySelectorAll('.gs-scenario').length === 2")
    page.get_by_label("Run when I change something").uncheck()
    tab.card(1).get_by_label("How much of the full programme").fill("0.2")
    page.wait_for_function("() => location.search.includes('closing-the-loop@0.2')")
    assert page.get_by_role("button", name="Run", exact=True).is_enabled()
    page.get_by_role("button", name="Run", exact=True).click()
    tab.complete()
    page.get_by_text("What are these ranges made of?").first.wait_for()


def test_saving_renaming_copying_deleting_and_undoing(open_tab):
    tab = open_tab()
    page = tab.compare()
    page.get_by_role("button", name="Save", exact=True).click()
    page.get_by_label("Name", exact=True).fill("Plan <img src=x onerror=alert(1)>")
    page.locator("form").get_by_role("button", name="Save", exact=True).click()
    page.get_by_text("Saved. It is listed").wait_for()
    tab.go("/")
    entry = page.locator(".gs-saved li", has_text="Plan <img")
    assert entry.count() == 1
    entry.get_by_role("button", name="Rename").click()
    page.get_by_label("Name", exact=True).fill("Committee, March")
    page.locator(".gs-saved").get_by_role("button", name="Save").click()
    page.get_by_text("Renamed.").wait_for()
    page.get_by_role("button", name="Duplicate Committee, March").click()
    page.get_by_role("link", name="Committee, March (copy)").wait_for()
    page.get_by_role("button", name="Delete Committee, March (copy)").click()
    page.get_by_text("(copy)” is deleted").wait_for()
    assert page.locator(".gs-saved li").count() == 1
    assert tab.accessible() == []
    page.get_by_role("button", name="Undo").click()
    page.get_by_text("Restored.").wait_for()
    assert page.locator(".gs-saved li").count() == 2
    page.get_by_role("link", name="Committee, March", exact=True).click()
    tab.complete()
    assert tab.card(1).get_by_text("Closing the loop").count() >= 1


def test_copying_the_link(open_tab):
    tab = open_tab()
    tab.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page = tab.compare()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_role("button", name="Copied").wait_for()
    assert page.evaluate("navigator.clipboard.readText()") == page.url


def test_a_whole_task_by_keyboard_alone(open_tab):
    tab = open_tab()
    page = tab.go("/")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    tab.focus("Place")
    page.keyboard.type("hartlep")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    page.keyboard.press("Enter")
    page.get_by_role("heading", name="What is compared").wait_for()
    for label, value in (("Months", "13"), ("Number of repeat runs", "3"), ("Size of the model town", "300")):
        tab.focus(label)
        page.keyboard.press("Control+A")
        page.keyboard.type(value)
        page.keyboard.press("Tab")
    tab.focus("How much of the full programme")
    page.keyboard.press("ArrowLeft")
    page.wait_for_function("() => location.search.includes('closing-the-loop@0.95')")
    tab.focus("Run")
    tab.complete()
    page.get_by_text("Hartlepool", exact=False).first.wait_for()
    tab.focus("Measure")
    page.keyboard.press("ArrowDown")
    page.wait_for_function("() => location.hash.includes('measure=acts_12m')")
    tab.focus("Show as table")
    page.keyboard.press("Enter")
    assert page.locator("figure tbody tr").count() > 0
    with page.expect_download() as waiting:
        tab.focus("Report")
        page.keyboard.press("Enter")
    assert waiting.value.suggested_filename == "groundswell-report.html"


def test_a_thousand_clicks_run_once_and_cancelling_answers_at_once(open_tab, dashboard):
    tab = open_tab()
    page = tab.go("/compare?s=baseline&s=ask-widely&place=haringey&population=15000&replicates=10&months=60&seed=5")
    page.get_by_role("button", name="Cancel").wait_for()
    page.evaluate(
        """() => { const c = [...document.querySelectorAll('*')].map(e => e.__vue__).find(v => v && v.$options.name === 'gs-compare' || (v && v.$options._componentTag === 'gs-compare'));
                   for (let n = 0; n < 1000; n++) c.run(true); }"""
    )
    page.get_by_role("button", name="Cancel").click()
    page.get_by_text("Stopped. Results").wait_for()
    tab.compare()
    assert dashboard.get("/readyz")[0] == 200


def test_two_people_do_not_see_each_other(open_tab):
    one, other = open_tab(), open_tab()
    one.compare("s=baseline&s=mobilise&place=leeds&population=200&months=12&replicates=2")
    other.compare("s=baseline&s=closing-the-loop&place=york&population=200&months=12&replicates=2")
    assert "Leeds" in one.page.locator(".gs-answer").inner_text()
    assert "York" in other.page.locator(".gs-answer").inner_text()
    assert "York" not in one.page.content().replace("North Yorkshire", "").split("<main")[1]


@pytest.mark.parametrize(
    "name",
    [
        "<script>alert(1)</script>",
        "{{constructor.constructor('alert(1)')()}}",
        '"><img src=x onerror=alert(1)>',
        "=cmd|'/c calc'!A1",
    ],
)
def test_hostile_names_are_shown_as_they_are(open_tab, name):
    from urllib.parse import quote

    tab = open_tab()
    tab.page.on("dialog", lambda d: tab.wrong.append(f"dialog: {d.message}"))
    escaped = quote(quote(name, safe=""), safe="")
    page = tab.compare(f"s=baseline&s={escaped}~closing-the-loop&place=haringey&{SMALL}")
    assert tab.card(1).get_by_label("Name (your own").input_value() == name
    assert page.locator("h3", has_text=name).count() >= 1


def test_a_run_beyond_the_limit_is_told_before_with_what_is_possible(open_tab):
    tab = open_tab()
    page = tab.go("/compare?s=baseline&s=mobilise&place=haringey&population=200000&replicates=200&months=240")
    assert re.search(r"larger than this server lends.*Possible:", page.locator("[role=alert]").inner_text())


def test_an_address_that_is_too_long_is_kept_in_the_library(open_tab):
    tab = open_tab()
    wards = "|".join(f"Ward {n}" for n in range(3))
    assert wards
    long = "&".join(
        "s="
        + "%2B".join(
            f"{i};start={n + 1};ramp=3;end=40;decay=6;segments=Settlers|Pioneers;deprivation_fifths=1|2|3"
            for i in ("closing-the-loop", "ask-widely", "co-design", "staff-training", "clear-roles")
        )
        for n in range(5)
    )
    page = tab.compare(f"s=baseline&{long}&place=haringey&population=200&months=12&replicates=2")
    assert "saved=" in page.url
    assert len(page.url) < 200
    page.reload()
    tab.complete()
    assert page.locator(".gs-scenario").count() == 6


def test_what_is_not_found_or_refused_is_said_at_the_field(open_tab):
    tab = open_tab()
    page = tab.go(f"/compare?s=baseline&s=closing-the-loop&place=haringey&{SMALL}")
    page.get_by_label("Run when I change something").uncheck()
    place = page.get_by_role("combobox", name="Place", exact=True)
    for text, said in (
        ("Blackpol", "Nothing is called “Blackpol”. Did you mean “Blackpool”?"),
        ("Xyzzy", "Nothing is called “Xyzzy”."),
    ):
        place.fill(text)
        place.press("Enter")
        assert page.locator(".gs-none:visible").all_inner_texts() == [said]
        assert page.get_by_role("listbox").count() == 0, "an empty list covers what is below it"
        assert place.get_attribute("aria-invalid") == "true"
        place.press("Tab")
        assert place.input_value() == "Haringey" and page.get_by_text(said).is_visible()
    tab.card(0).get_by_role("combobox").fill("zzzz")
    page.get_by_text("Nothing is called “zzzz”.").wait_for()
    tab.card(1).get_by_text("When and how well").click()
    for field, value, right in (
        (tab.card(1).get_by_label("Staff who follow it"), "5", "1"),
        (page.get_by_label("Budget over the run"), "-5", ""),
        (page.get_by_label("Months", exact=False).first, "0", "14"),
    ):
        field.fill(value)
        field.blur()
        page.wait_for_selector("#gs-wrong")
        assert field.get_attribute("aria-invalid") == "true" and field.get_attribute("aria-describedby") == "gs-wrong"
        assert page.locator(".gs-wrong, [aria-invalid=true]").count() == 1 and tab.accessible() == []
        field.fill(right)
        field.blur()
        page.wait_for_selector("#gs-wrong", state="detached")
        assert field.get_attribute("aria-invalid") is None
    page.get_by_role("button", name="Save", exact=True).click()
    assert page.evaluate("document.activeElement.id") == "save-name"
