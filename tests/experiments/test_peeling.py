"""PRIM: the same boxes as EMA Workbench, the reference, on tables of every kind of factor, and a planted box.

The values were made once with ema-workbench 2.5.3 (`Prim(x, y, threshold=1e-9, peel_alpha=0.05, mass_min=...)`), whose own published
example, Bryant and Lempert's 882 points, comes out the same too: box 21 of 28 with coverage 0.752809 and density 0.770115.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.studies.boxes import Search, Step


def planted(seed: int) -> tuple[pd.DataFrame, np.ndarray]:
    """Return points with ranges, whole numbers, ties and names, and which of them fail: those in a box, nine times in ten."""
    draws = np.random.Generator(np.random.PCG64(seed))
    size = 150 + 100 * seed
    table = pd.DataFrame(
        {"a": draws.random(size), "b": np.floor(draws.random(size) * 4), "c": np.round(draws.random(size), 1), "still": np.full(size, 0.5)}
    )  # fmt: skip
    table["kind"] = pd.Categorical(np.array(list("bgry"))[(draws.random(size) * 4).astype(int)])
    table["alone"] = pd.Categorical(["one"] * size)
    box = (table["a"] > 0.5) & (table["b"] < 2) & (table["kind"] != "r").to_numpy()
    return table, box.to_numpy() ^ (draws.random(size) < 0.1)


def search(seed: int, remaining: np.ndarray | None = None) -> tuple[Search, list[Step], np.ndarray]:
    table, failing = planted(seed)
    one = Search(table, failing, np.ones(len(table), dtype=bool) if remaining is None else remaining, 0.05 * len(table))
    return one, one.steps(), failing


# By seed, of the last box: how many boxes led to it, its points, its failures, its limits, and its quasi-p values.
REFERENCE = {
    1: (20, 13, 13, {"a": (0.5134787350072059, 0.9667981430305517), "b": (0.5, 1.5), "c": (0.05, 1.0), "kind": frozenset("bg")},
        {"a": 0.000319898, "b": 8.18236e-05, "c": 0.381592, "kind": 0.126459}),
    2: (23, 23, 23, {"a": (0.5466795449632409, 0.944528532274252), "b": (0.0, 1.5), "c": (0.05, 1.0), "kind": frozenset("bg")},
        {"a": 1.23884e-08, "b": 5.46607e-08, "c": 0.419779, "kind": 0.00474667}),
    4: (22, 43, 42, {"a": (0.5034604753237271, 0.9294005415367432), "b": (0.0, 0.5), "kind": frozenset("bg")},
        {"a": 1.39614e-07, "b": 2.00593e-09, "kind": 9.24722e-05}),
    5: (21, 39, 36, {"a": (0.48877360415840165, 0.9993380546122823), "b": (0.5, 1.5), "c": (0.05, 1.0), "kind": frozenset("gy")},
        {"a": 4.26245e-08, "b": 2.39319e-09, "c": 0.283351, "kind": 4.35593e-05}),
}  # fmt: skip


@pytest.mark.parametrize("seed", REFERENCE)
def test_boxes_are_those_of_the_reference(seed) -> None:
    one, steps, failing = search(seed)
    last = steps[-1]
    quasi = {name: one.quasi_p(last, name) for name in one.restricted(last)}
    boxes, points, failures, limits, reference_quasi = REFERENCE[seed]
    assert (len(steps), int(last.inside.sum()), int(failing[last.inside].sum())) == (boxes, points, failures)
    for name, limit in limits.items():
        found = last.limits[name]
        assert found == limit if isinstance(limit, frozenset) else found == pytest.approx(limit, rel=1e-6)
    assert quasi == pytest.approx(reference_quasi, rel=1e-4)


def test_every_box_is_thinner_and_denser_than_the_one_before_it_was_peeled_from() -> None:
    _, steps, failing = search(3)
    shares = [failing[step.inside].mean() for step in steps]
    assert shares == sorted(shares)
    assert all(step.inside.sum() >= 0.05 * len(failing) for step in steps)


def test_a_second_search_leaves_out_what_the_first_box_holds() -> None:
    _, steps, _ = search(3)
    taken = steps[-1].inside
    _, others, _ = search(3, ~taken)
    assert not any((step.inside & taken).any() for step in others)


def test_a_box_that_holds_all_failures_is_the_end() -> None:
    """The boxes stop growing denser where no failure lies outside, or none is left at all."""
    table = pd.DataFrame({"a": np.linspace(0, 1, 40)})
    failing = (table["a"] > 0.7).to_numpy()
    first = Search(table, failing, np.ones(40, dtype=bool), 5).steps()
    assert failing[first[-1].inside].all()
    assert len(Search(table, failing, ~failing, 5).steps()) == 1, "nothing fails there: no box is better than all of it"
    assert len(Search(table, np.ones(40, dtype=bool), np.ones(40, dtype=bool), 5).steps()) == 1
