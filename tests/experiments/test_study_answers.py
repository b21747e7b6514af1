"""Known answers: Ishigami and Sobol's g through our sensitivity path, a planted box, a knapsack with a known optimum."""

from __future__ import annotations

import itertools

import numpy as np
import pytest

from experiments.numbers import in_words
from experiments.studies.discovery import condition, find_conditions
from experiments.studies.engine import fill_store
from experiments.studies.number_words import index_words
from experiments.studies.optimisation import find_packages
from experiments.studies.runs.factors import Factor
from experiments.studies.sensitivity import analyse
from experiments.studies.sql_values import cell
from experiments.studies.store import Store
from experiments.studies.study import Design
from simulation import InputError
from tests.planted import CAPACITY, PI, VALUES, WEIGHTS, G, boxed, ishigami, knapsack, noisy, quick, sobol_g, study, x_factors


def swept(folder, planned):
    """Run a study here and return its folder."""
    fill_store(Store.create(folder, planned, "test"), workers=1)
    return folder


def test_ishigami_comes_out_within_its_tolerance(tmp_path) -> None:
    """Saltelli 2008: first order 0.314, 0.442, 0; total 0.558, 0.442, 0.244."""
    planned = study(ishigami, x_factors(3, -PI, PI), Design("saltelli", 1024))
    found = analyse(swept(tmp_path / "s", planned), "sobol").table.set_index(["index", "factor"])
    for index, known in (("first", (0.314, 0.442, 0.0)), ("total", (0.558, 0.442, 0.244))):
        for n, value in enumerate(known, 1):
            row = found.loc[(index, f"x{n}")]
            assert row["value"] == pytest.approx(value, abs=0.06), (index, n)
            assert row["low"] - 0.02 <= value <= row["high"] + 0.02
    assert not found.loc[("first", "x3"), "differs_from_zero"], "x3 alone moves nothing"
    assert found.loc[("total", "x3"), "differs_from_zero"]
    assert found.loc[("pawn", "x2"), "differs_from_zero"]


def test_morris_ranks_ishigami(tmp_path) -> None:
    planned = study(ishigami, x_factors(3, -PI, PI), Design("morris", 40))
    found = analyse(swept(tmp_path / "m", planned), "morris").table.set_index("factor")
    assert found["differs_from_zero"].all()
    assert (found["low"] <= found["value"]).all()
    assert found["value"].to_numpy() == pytest.approx([7.7, 7.9, 6.2], abs=1.5), "mean absolute elementary effects on the unit cube"


def test_what_does_nothing_cannot_be_told_from_zero_under_noise(tmp_path) -> None:
    planned = study(noisy, x_factors(3), Design("saltelli", 128), replicates=2)
    found = analyse(swept(tmp_path / "n", planned), "sobol")
    first = found.table[found.table["index"] == "first"].set_index("factor")
    assert first["differs_from_zero"].to_dict() == {"x1": True, "x2": False, "x3": False}
    pawn = found.table[found.table["index"] == "pawn"].set_index("factor")
    assert pawn["differs_from_zero"].to_dict() == {"x1": True, "x2": False, "x3": False}
    screened = analyse(swept(tmp_path / "m", planned.with_(design=Design("morris", 30), replicates=8)), "morris")
    assert screened.table["value"].idxmax() == 0
    assert screened.table.set_index("factor")["differs_from_zero"].to_dict() == {"x1": True, "x2": False, "x3": False}, (
        "chance alone makes a mean size above zero"
    )


def test_sobols_g_function_comes_out_and_what_matters_nothing_is_said_so(tmp_path) -> None:
    planned = study(sobol_g, x_factors(6), Design("saltelli", 1024))
    result = analyse(swept(tmp_path / "g", planned), "sobol")
    first = result.table[result.table["index"] == "first"].set_index("factor")
    parts = np.array([1 / (3 * (1 + a) ** 2) for a in G])
    whole = np.prod(1 + parts) - 1
    for n, part in enumerate(parts, 1):
        assert first.loc[f"x{n}", "value"] == pytest.approx(part / whole, abs=0.05), n
    words = result.words("y")
    assert words.startswith("y depends most on x1, then x2")
    assert first.loc[["x5", "x6"], "value"].abs().max() < 0.001
    screened = analyse(swept(tmp_path / "gm", planned.with_(design=Design("morris", 20))), "morris").table.set_index("factor")[
        "value"
    ]
    assert screened.sort_values(ascending=False).index[:2].tolist() == ["x1", "x2"]


def test_what_never_moves_is_said_so(tmp_path) -> None:
    planned = study(quick, (Factor("x", "parameter", "planted", values=(0.5, 0.5)),), Design("morris", 6))
    found = analyse(swept(tmp_path / "q", planned), "morris")
    assert not found.table["differs_from_zero"].any()
    assert "No factor's effect on y is distinguishable from zero" in found.words("y")


BOX = (Factor("a", "parameter", "p", 0.0, 1.0), Factor("b", "parameter", "p", 0.0, 1.0), Factor("c", "parameter", "p", 0.0, 1.0),
       Factor("kind", "place", "", values=("red", "blue")))  # fmt: skip


def test_a_planted_box_is_found(tmp_path) -> None:
    planned = study(boxed, BOX, Design("latin-hypercube", 600), replicates=2)
    found = find_conditions(swept(tmp_path / "b", planned), "y < 0")
    box = found.boxes[0]
    limits = box.limits.set_index("factor")
    assert set(limits.index) == {"a", "b", "kind"}, "c restricts nothing"
    assert limits.loc["a", "low"] == pytest.approx(0.6, abs=0.05)
    assert limits.loc["b", "high"] == pytest.approx(0.4, abs=0.05)
    assert limits.loc["kind", "values"] == ("red",)
    assert box.density > 0.9
    assert box.coverage > 0.85
    assert found.scores["factor"].iloc[-1] == "c"
    assert "kind is red" in found.words()
    again = find_conditions(tmp_path / "b", "y < 0")
    assert again.words() == found.words()


def test_nothing_and_everything_fail_in_words(tmp_path) -> None:
    folder = swept(tmp_path / "b", study(boxed, BOX, Design("latin-hypercube", 60)))
    assert "None of 60 points fails" in find_conditions(folder, "y < -5").words()
    assert "All 60 points fail" in find_conditions(folder, "y < 5").words()
    for text, message in (("y less 3", "allowed: MEASURE < NUMBER"), ("z < 3", "does not measure 'z'")):
        with pytest.raises(InputError, match=message):
            condition(text, study(boxed, BOX, Design("latin-hypercube", 60)))


ITEMS = tuple(Factor(f"item{n}", "parameter", "p", values=(0, 1)) for n in range(len(WEIGHTS)))


def best_packing(items: int) -> tuple[float, tuple[int, ...]]:
    """Return the known optimum of the first items, by trying all."""
    ways = (w for w in itertools.product((0, 1), repeat=items) if sum(a * b for a, b in zip(WEIGHTS, w, strict=False)) <= CAPACITY)
    return max((sum(a * b for a, b in zip(VALUES, w, strict=False)), w) for w in ways)


def _knapsack(folder, items: int, **options):
    fixed = study(
        knapsack,
        ITEMS,
        Design("latin-hypercube", 4),
        ("value", "cost"),
        replicates=4,
        objectives=("maximise value", "minimise cost"),
    )
    kept = tuple(f if n < items else Factor(f.name, "parameter", "p", values=(0,)) for n, f in enumerate(ITEMS))
    from experiments.studies.study import Budget

    planned = fixed.with_(factors=kept, budget=Budget(pounds=float(CAPACITY)))
    return find_packages(planned, folder, planned.objectives, lambda store: fill_store(store, workers=1), **options)


def test_a_small_knapsack_is_packed_to_its_known_optimum(tmp_path) -> None:
    value, way = best_packing(7)
    found = _knapsack(tmp_path / "k", 7)
    assert found.whole and found.tried == 2**7
    assert tuple(int(found.best[f"item{n}"]) for n in range(7)) == way
    assert found.best["value"] == pytest.approx(value, abs=0.6)
    assert found.best["affordable"] and found.best["cost"] <= CAPACITY
    assert not found.best["differs_from_best"]
    assert found.packages.loc[found.packages["value"] < value - 1.5, "differs_from_best"].all()
    assert "all there are" in found.words()


def test_a_larger_one_is_packed_close_to_it_by_the_search_and_a_resume_comes_to_the_same(tmp_path) -> None:
    value, _ = best_packing(10)
    found = _knapsack(tmp_path / "k", 10, generations=5, generation=20)
    assert not found.whole
    assert found.tried < 2**10 / 3
    assert found.best["value"] >= 0.95 * value
    again = _knapsack(tmp_path / "k", 10, generations=5, generation=20)
    assert again.packages.equals(found.packages), "from the stores that are there"
    anew = _knapsack(tmp_path / "other", 10, generations=5, generation=20)
    assert anew.packages.equals(found.packages), "and from none"


def test_objectives_that_there_are_not_are_refused(tmp_path) -> None:
    planned = study(knapsack, ITEMS, Design("latin-hypercube", 4), ("value", "cost"))
    for text, message in (("best value", "allowed: maximise MEASURE"), ("maximise valu", "did you mean 'value'")):
        with pytest.raises(InputError, match=message):
            find_packages(planned, tmp_path, [text], lambda store: None)
    with pytest.raises(InputError, match="levers: none"):
        find_packages(
            planned.with_(factors=tuple(Factor("u", "parameter", "p", 0.0, 1.0, role="uncertainty") for _ in range(1))),
            tmp_path,
            ["maximise value"],
            lambda store: None,
        )


@pytest.mark.parametrize(
    ("value", "unit", "words"),
    [(62714.0, "pounds", "£63,000"), (-1.5e6, "pounds", "-£1.5 million"), (62714.0, "", "62,710"), (1e6, "", "1,000,000"), (0.412345, "share", "0.4123"),
     (0.00004, "", "0.00004"), (0.0, "", "0"), (float("nan"), "pounds", "-"), (-12.5, "", "-12.5"), (999.96, "", "1000")],
)  # fmt: skip
def test_a_number_is_never_shown_in_powers_of_ten(value, unit, words) -> None:
    assert in_words(value, unit) == words
    assert cell(6_271_000.0) == "6,271,000"
    assert index_words("mu_star", "pounds", 62714.0, 61000.0, 64000.0) == ("£63,000", "£61,000 to £64,000")
    assert index_words("total", "pounds", 0.81, 0.7, 0.9)[0] == "0.81"
