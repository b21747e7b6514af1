"""The report says what the comparison found, in words that hold."""

from __future__ import annotations

import re

import matplotlib
import numpy as np
import pytest
from matplotlib.figure import Figure

from experiments.comparison.compare import compare
from experiments.comparison.comparison import Comparison
from experiments.reports.answer import answer
from experiments.reports.charts import STYLE, svg_of
from experiments.reports.findings import question
from experiments.reports.report import render
from scenarios import load_scenario
from tests.places import small_scenario


@pytest.fixture(scope="module")
def comparison() -> Comparison:
    base = small_scenario(300, 24)
    tried = [base.with_(name=n, interventions=load_scenario(n).interventions) for n in ("closing-the-loop", "more-consultation")]
    return compare(base, *tried, replicates=3, months=24, workers=1, posterior=None, command="groundswell compare <b>&")


def test_the_question_names_what_was_tried_where(comparison) -> None:
    assert question(comparison) == "What would closing the loop or more consultation change in Smallton within two years?"


def test_the_answer_has_the_numbers_of_the_table_and_short_sentences(comparison) -> None:
    text = answer(comparison)
    row = comparison.effects.query("scenario == 'closing-the-loop' and measure == 'apathy'").iloc[0]
    assert f"{100 * row['mean']:.1f} %" in text
    each = comparison.effects.query("scenario == 'closing-the-loop' and measure == 'cost_per_participant'")["mean"].iloc[0]
    assert ("for each extra person" in text) == (each > 0)
    assert max(len(sentence.split()) for sentence in re.split(r"(?<=[.:;]) ", text)) <= 30


def test_an_answer_without_a_sure_effect_says_so() -> None:
    base = small_scenario(120, 12)
    same = compare(base, base.with_(name="nothing"), replicates=2, months=12, workers=1)
    assert answer(same).startswith("No scenario changes")


def test_it_is_one_file_that_asks_for_nothing_and_escapes_what_users_typed(comparison) -> None:
    page = render(comparison)
    assert "groundswell compare &lt;b&gt;&amp;" in page
    assert not re.search(r"""(src|href)=["']https?:""", page)
    assert "<script" not in page
    assert "@import" not in page
    assert page.count("<svg") == page.count("</svg>") == 11


def test_the_tables_show_the_numbers_of_the_document(comparison) -> None:
    page = render(comparison)
    for row in comparison.effects.query("measure == 'trust'").itertuples():
        assert f"{100 * row.mean:.1f} %" in page
        if np.isfinite(row.effect):
            assert f"{100 * row.effect:+.2f}" in page


def test_the_same_comparison_gives_the_same_report(comparison) -> None:
    assert render(comparison) == render(comparison)


def test_odd_names_and_one_name_twice_do_no_harm() -> None:
    """Regression: `$` is no formula, `<` no tag, and a scenario beside itself keeps its own column."""
    base = small_scenario(120, 12, name="pay $5 & <b>$6")
    found = compare(base, base, replicates=2, months=12, workers=1)
    assert found.labels == ["pay $5 & <b>$6", "pay $5 & <b>$6 (2)"]
    page = render(found)
    assert "<b>" not in page
    assert "(2)" in page
    assert len(found.effects) == 2 * len(found.measures)
    assert [s["name"] for s in found.to_json()["scenarios"]] == [base.name, base.name]


def test_the_label_of_an_axis_is_not_cut_off_at_the_right() -> None:
    with matplotlib.rc_context(STYLE):
        figure = Figure(figsize=(5.2, 2), layout="constrained")
        axes = figure.add_subplot()
        axes.set_yticks([0], ["Front line engagement"])
        axes.set_xlabel("change of taking part, percentage points, at the end of the run")
        label = re.search(r'text-anchor: end" x="([\d.]+)"[^>]*>change of', svg_of(figure, "any"))
    assert label is not None
    assert float(label[1]) <= 5.2 * 72
