"""Addresses: every question goes into one and comes back the same; whatever else is there is refused with what is allowed."""

from __future__ import annotations

import io
import re
import zipfile

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dashboards.questions.field_words import field_of
from dashboards.questions.question import (
    Column,
    Question,
    Tried,
    command,
    default,
    file_names,
    from_data,
    from_query,
    number_of,
    place_named,
)
from dashboards.server.asgi import _scenarios
from experiments.comparison.compare import compare
from scenarios import load_scenario
from scenarios.plugins import available_interventions
from simulation.declared.parameters import InputError

NAMES = sorted(n for n, i in available_interventions().items() if i.kind != "probe")
text = st.text(st.characters(categories=("L", "N", "P", "S"), include_characters=" "), max_size=30).map(
    lambda t: " ".join(t.split())
)
tried = st.builds(
    Tried,
    st.sampled_from(NAMES),
    st.sampled_from([0.0, 0.05, 0.5, 1.0]),
    st.none() | st.integers(1, 99),
    st.none() | st.integers(0, 12),
    st.none() | st.integers(1, 120),
    st.none() | st.integers(0, 24),
    st.none() | st.sampled_from([0.25, 1.0]),
    st.none() | st.just(("council",)),
    st.none() | st.lists(st.sampled_from(["Tottenham Hale", "A|B;C+D~E!F", "St. Ann's"]), min_size=1, unique=True).map(tuple),
    st.none() | st.just(("Settlers", "Pioneers")),
    st.none() | st.just((1, 2)),
    st.none() | st.just(("few ties",)),
    st.none() | st.just((3, 17)),
    st.none() | st.sampled_from([0.25, 1.0]),
    st.none() | st.sampled_from(["all", "one"]),
)
column = st.builds(
    lambda tried, title, cut: Column(tuple({t.name: t for t in tried}.values()), "", title, cut),
    st.lists(tried, max_size=4),
    text,
    st.just(()) | st.just(("word_of_mouth",)),
) | st.builds(lambda title: Column(shipped="mobilise", title=title), text)
question = st.builds(
    Question,
    st.sampled_from(["haringey", "leeds", "E09000014"]),
    st.lists(column, min_size=1, max_size=4).map(tuple),
    st.integers(200, 200_000),
    st.integers(1, 240),
    st.integers(2, 200),
    st.integers(0, 2**40),
    st.none() | st.integers(0, 10**9),
)


def ordered(one: Question) -> Question:
    return one.with_(
        columns=tuple(Column(tuple(sorted(c.tried, key=lambda t: t.name)), c.shipped, c.title, c.loops_off) for c in one.columns)
    )


@settings(max_examples=300, deadline=None)
@given(question)
def test_a_question_survives_its_address_and_its_plain_values(one):
    assert from_query(one.query()) == ordered(one)
    assert from_data(one.data()) == one
    assert from_query(one.query()).query() == one.query()


def test_an_empty_address_asks_the_default():
    assert from_query("") == default()
    assert from_query("place=leeds&s=baseline").place == "leeds"
    assert from_query("seed=0&s=baseline").seed == 0


@pytest.mark.parametrize(
    ("query", "said"),
    [
        ("s=closing-the-lop", "did you mean 'closing-the-loop'"),
        ("s=closing-the-loop@3", "How much of the full programme: 3; allowed: 0 to 1"),
        ("s=closing-the-loop@nan", "allowed: 0 to 1"),
        ("s=closing-the-loop;strat=3", "unknown setting 'strat'"),
        ("s=closing-the-loop;start=7;start=25", "start is given twice"),
        ("s=closing-the-loop@0.5;dose=0.9", "dose is given twice"),
        ("s=closing-the-loop;wards=A;wards=B", "wards is given twice"),
        ("s=baseline&months=", "Months: nothing; allowed: whole numbers 1 to 240"),
        ("s=closing-the-loop;start=0", "allowed: whole months from 1"),
        ("s=closing-the-loop;deprivation_fifths=7", "allowed: 1 (most deprived) to 5"),
        ("s=closing-the-loop;households=0", "Share of households, which chance chooses: 0; allowed: above 0, to 1"),
        ("s=closing-the-loop;households=2", "allowed: 0 to 1"),
        ("s=closing-the-loop;members=on", "Only one person of each household: on; did you mean 'one'"),
        ("s=closing-the-loop;persons=1|x", "Listed residents: x; allowed: whole numbers from 0"),
        ("s=baseline!word_of_mouths", "did you mean 'word_of_mouth'"),
        ("s=baseline&months=1e99", "allowed: whole numbers 1 to 240"),
        ("s=baseline&population=9.5", "allowed: whole numbers 200 to 200,000"),
        ("s=baseline&replicates=-1", "allowed: whole numbers 2 to 200"),
        ("s=baseline&" + "s=baseline&" * 9, "at most 8 side by side"),
        ("s=baseline&x=" + "y" * 30_000, "allowed: 20,000"),
        ("s=" + "n" * 70 + "~baseline", "allowed: up to 60"),
    ],
)
def test_a_wrong_address_says_what_is_allowed(query, said):
    with pytest.raises(InputError, match=said.replace("(", r"\(").replace(")", r"\)")):
        from_query(query)


@pytest.mark.parametrize(
    "place", ["../../etc/passwd", "/etc/passwd", "x.yaml", "http://x/", "own-../../x", "own-" + "0" * 24, "nowhere at all"]
)
def test_a_place_is_never_a_path(place):
    with pytest.raises(InputError):
        place_named(place)


@pytest.mark.parametrize(
    "data",
    [None, [], "x", {"columns": "x"}, {"columns": [1]}, {"columns": [{"tried": [1]}]}, {"columns": [{"tried": [{"name": {}}]}]}],
)
def test_what_a_page_may_not_send_is_refused(data):
    with pytest.raises((InputError, TypeError, ValueError)):
        from_data(data)


def test_scenarios_are_those_of_the_command_line():
    place = place_named("haringey")
    simple = Column((Tried("more-consultation", 0.5), Tried("closing-the-loop")))
    assert simple.scenario(place, 500) == load_scenario("closing-the-loop+more-consultation@0.5", place, 500)
    assert Column(shipped="mobilise").scenario(place, 500) == load_scenario("mobilise", place, 500)
    assert Column().scenario(place, 500) == load_scenario("baseline", place, 500)


def test_a_schedule_and_an_aim_come_back_from_the_scenario_file_with_the_same_numbers(tmp_path):
    aimed = Tried(
        "closing-the-loop",
        0.5,
        start=4,
        ramp=2,
        end=9,
        decay=3,
        fidelity=0.8,
        wards=("Tottenham Hale", "St. Ann's"),
        deprivation_fifths=(1,),
        persons=tuple(range(200)),
        households=0.5,
        members="one",
    )
    asked = Question(columns=(Column(), Column((aimed,), title="Our plan: <b>first</b>")), population=400, months=12, replicates=2)
    assert file_names(asked) == ["", "scenario-2.yaml"]
    assert (
        command(asked)
        == "groundswell compare baseline scenario-2.yaml --place haringey --population 400 --months 12 --replicates 2 --seed 1"
    )
    here = compare(*asked.order.scenarios, replicates=2, months=12, workers=1)
    content, _ = _scenarios(asked, here)
    zipfile.ZipFile(io.BytesIO(content)).extractall(tmp_path)
    file = load_scenario(str(tmp_path / "scenario-2.yaml"), asked.order.scenarios[0].place, 400)
    there = compare(asked.order.scenarios[0], file, replicates=2, months=12, workers=1)
    assert here.to_json()["scenarios"] == there.to_json()["scenarios"]


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ({"place": [[]] * 5}, "place: a list; allowed: a text of at most 200 characters"),
        ({"place": "x" * 300}, "place: 300 characters; allowed: a text"),
        ({"columns": 5}, "scenarios: 5; allowed: at most 8 side by side"),
        ({"columns": True}, "scenarios: True; allowed: at most 8"),
        ({"columns": float("inf")}, "scenarios: inf; allowed"),
        ({"columns": [{"tried": 5}]}, "Base: interventions: 5; allowed: a list of at most 12"),
        ({"columns": [{"tried": [{"name": {}}]}]}, "Base: intervention: a dict; allowed: a text"),
        ({"columns": [{"loops_off": 5}]}, "Base: loops: 5; allowed: a list of at most"),
        ({"columns": [{"loops_off": ["service"] * 900}]}, "Base: loops: 900; allowed: a list of at most"),
        ({"columns": [{"title": {"a": 1}}]}, "Base: name: a dict; allowed: a text"),
        ({"columns": [{"shipped": [1]}]}, "Base: scenario: a list; allowed: a text"),
        ({"columns": [{"tried": [{"name": "closing-the-loop", "wards": [[1]]}]}]}, "Wards: a list; allowed: a text"),
    ],
)
def test_a_message_of_other_types_is_refused_with_the_field(data, said):
    with pytest.raises(InputError) as refused:
        from_data(data)
    assert said in str(refused.value)


LOOP = "s=baseline&s=closing-the-loop"


@pytest.mark.parametrize(
    ("query", "said"),
    [
        (f"{LOOP};fidelity=5", "Scenario 1, Closing the loop: Staff who follow it: 5; allowed: 0 to 1"),
        (f"{LOOP};end=0", "Scenario 1, Closing the loop: Last month that is paid for: 0; allowed: whole months"),
        (f"{LOOP};start=9;end=3", "Scenario 1, Closing the loop: Last month that is paid for: 3; allowed: 9"),
        (f"{LOOP};wards=Nowhere", "Scenario 1, Closing the loop: Wards: unknown 'Nowhere'; did you mean"),
        ("s=Our plan~mobilise-x", "Base, Our plan: no intervention is called 'mobilise-x'"),
        (
            f"{LOOP}%2Bmore-consultation@2",
            "Scenario 1, Closing the loop with more consultation: More consultation: How much of the full",
        ),
        (f"{LOOP}%2Bclosing-the-loop", "'closing the loop' is given twice"),
    ],
)
def test_a_message_calls_scenarios_and_fields_as_the_page_does(query, said):
    with pytest.raises(InputError) as refused:
        _ = from_query(query).order
    assert str(refused.value).startswith(said) or str(refused.value).endswith(said)
    assert not re.search(r"[a-z]_[a-z]|fidelity|scenario 2", str(refused.value))
    assert field_of(refused.value).startswith(("0", "1.closing-the-loop", "1.more-consultation.dose", "1"))


@pytest.mark.parametrize("value", [float("nan"), float("inf"), 0.5, "1", None, [1], 10**400])
def test_a_number_of_a_message_is_whole_or_refused(value):
    with pytest.raises(InputError, match="First: not a whole number"):
        number_of("first", value)
