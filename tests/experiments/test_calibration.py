"""Calibration: screening finds what moves facts, emulators predict, walkers sample, and the shipped posterior is what it says."""

from __future__ import annotations

import json

import numpy as np
import pytest
from scipy import stats

from experiments.cli.command_line import main
from experiments.evidence.calibration import calibration
from experiments.evidence.calibration.calibration import Sizes, conflict
from experiments.evidence.calibration.emulators import Emulators, fit, make_up_for, walk
from experiments.evidence.calibration.results import RESULT
from experiments.evidence.calibration.sample import Bank, cover, directions, effective_size, keep, log_likelihood
from experiments.evidence.calibration.screening import fittable, screen, uncertain_names
from scenarios import load_scenario
from scenarios.evidence.facts import Fact, ledger
from scenarios.evidence.posterior import SHIPPED, drawn, position, positions_of, ranges_hash, read_posterior, shipped
from simulation.declared.parameters import InputError
from simulation.month import declared_parameters

CALIBRATED = [f for f in ledger() if f.role == "calibrate"]


def band(name: str, low: float, high: float) -> Fact:
    return Fact(name, name, name, "band", None, low, high, "", "", "", "calibrate", "found")


def planted(runs: int, seed: int, others: int = 30) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return runs of a model whose answer is known: two facts, bent in three fitted parameters and straight in many others."""
    rng = np.random.default_rng(seed)
    at, rest = rng.random((runs, 3)), rng.random((runs, others))
    slopes = np.linspace(-0.02, 0.02, others)
    one = 0.4 * at[:, 0] + 0.2 * at[:, 1] ** 2 + (2 * rest - 1) @ slopes
    two = np.sin(2.0 * at[:, 1]) * 0.3 + 0.1 * at[:, 0] * at[:, 1] - (2 * rest - 1) @ slopes[::-1]
    noise = rng.normal(0.0, 0.01, (runs, 2))
    return at, rest, np.column_stack([one, two]) + noise


def test_screening_chooses_what_moves_facts_in_new_directions() -> None:
    names = uncertain_names()[:60]
    movers = [n for n in names if fittable(n)][:3]
    positions = np.random.default_rng(1).random((400, len(names)))
    x = 2 * positions - 1
    a, b, c = (names.index(n) for n in movers)
    outputs = np.column_stack([0.5 + 0.05 * x[:, a] + 0.045 * x[:, b], 0.3 + 0.05 * x[:, a] + 0.045 * x[:, b] - 0.02 * x[:, c]])
    outputs += np.random.default_rng(2).normal(0, 0.003, outputs.shape)
    found = screen(positions, outputs, [band("one", 0.48, 0.52), band("two", 0.28, 0.32)], names)
    assert found.chosen == (movers[0], movers[2]), "the second moves facts as the first does: it is not needed"
    assert (found.explained > 0.9).all()
    assert found.coefficients[0, a] == pytest.approx(0.05 / (0.02 / 1.96), rel=0.1)


def test_what_institutions_do_and_what_things_cost_is_not_fitted() -> None:
    assert not fittable("council.responsiveness")
    assert not any(fittable(n) for n in declared_parameters() if n.startswith("costs."))
    assert fittable("drift.disposition_mean")
    assert fittable("forms.formal-volunteering.ease")
    assert not fittable("forms.formal-volunteering.burden")


@pytest.fixture(scope="module")
def emulators() -> Emulators:
    return fit(*planted(280, 1), seed=3)


def test_emulators_predict_runs_that_they_have_not_seen(emulators) -> None:
    at, rest, truth = planted(300, 2)
    miss = emulators.fitted_part(at) + emulators.other_part(rest) - truth
    assert miss.std(axis=0) == pytest.approx(np.sqrt(np.diag(emulators.residual)), rel=0.35)
    assert (miss.std(axis=0) < 0.02).all(), "noise is 0.01"
    assert np.abs(miss.mean(axis=0)).max() < 0.005


def test_walkers_leave_a_known_density_as_it_is() -> None:
    """A normal about the middle that depends on the set: walkers must find its mean, spread and the share of each set."""
    centres, moves = np.array([0.4, 0.6]), np.array([[0.0], [0.2]])
    weights = np.log([0.25, 0.75])

    def density(at: np.ndarray, rows: np.ndarray, _: np.ndarray) -> np.ndarray:
        return -0.5 * ((at[:, 0] - centres[rows]) / 0.05) ** 2 + weights[rows]

    start = np.random.default_rng(1).random((200, 1))
    walked = walk(density, start, np.arange(200) % 2, moves, 1, 400, 100, 5)
    rows, at = walked.rows.ravel(), walked.positions[..., 0].ravel()
    assert (rows == 1).mean() == pytest.approx(0.75, abs=0.04)
    for row in (0, 1):
        assert at[rows == row].mean() == pytest.approx(centres[row], abs=0.006)
        assert at[rows == row].std() == pytest.approx(0.05, rel=0.08)


def test_moves_make_up_for_a_set(emulators) -> None:
    others = np.random.default_rng(4).random((50, 30))
    errors = np.array([0.005, 0.005])
    moves = make_up_for(emulators, others, errors, 1)
    middle = np.full((50, 3), 0.5)
    before = emulators.other_part(others)
    after = emulators.fitted_part(middle + moves) + before - emulators.fitted_part(middle)
    assert np.abs(after).mean() < 0.4 * np.abs(before).mean()


def test_invented_truths_are_covered() -> None:
    at, rest, outputs = planted(350, 5)
    emulators = fit(at[50:], rest[50:], outputs[50:], seed=6)
    axes, left = directions(np.array([[0.5, 0.5, 0.1], [0.52, 0.48, 0.9], [0.48, 0.5, 0.5], [0.5, 0.52, 0.3]]))
    assert left[0] < left[-1]
    covered = cover(emulators, Bank(at[:50], rest[:50], outputs[:50]), rest[50:], np.array([0.02, 0.02]), np.eye(3)[:2], 7)
    low, high = stats.binom.interval(0.999, covered.size, 0.9)
    assert low <= covered.sum() <= high
    assert axes.shape == (3, 3)


def test_weights_and_what_is_kept() -> None:
    facts = [Fact("x", "x", "", "band", 0.30, 0.28, 0.36, "", "", "", "calibrate", "found")]
    log = log_likelihood(np.array([[0.30], [0.28], [0.36]]), facts)
    assert log[0] == 0.0
    assert log[1:] == pytest.approx([-0.5 * 1.96**2] * 2), "each end of a band is 1.96 errors away, on its own side"
    assert effective_size(np.zeros(50)) == pytest.approx(50)
    assert effective_size(np.array([0.0, -100.0, -100.0])) == pytest.approx(1.0)
    weights = np.log(np.concatenate([np.full(100, 0.1), np.full(100, 1.0)]))
    kept = keep(weights, 40, 1)
    assert 25 <= len(kept) <= 55
    assert (kept >= 100).mean() > 0.75
    assert len(set(kept.tolist())) == len(kept)


def test_a_set_is_the_same_everywhere_and_stays_in_its_ranges() -> None:
    scenario = load_scenario("baseline")
    declared = declared_parameters()
    values = drawn(scenario, 12, {"deciding.own_idea": 3.0})
    assert values == drawn(scenario, 12, {"deciding.own_idea": 3.0})
    assert values["deciding.own_idea"] == 3.0
    assert set(values) == set(uncertain_names())
    for name, value in values.items():
        low, high = declared[name].plausible
        assert low - 1e-12 <= value <= high + 1e-12
    assert "deciding.peers_needed" not in values, "another theory is not drawn"
    assert positions_of(("needs.chase",), np.array([3, 4]))[1, 0] == position("needs.chase", 4)
    spread = positions_of(uncertain_names(), np.arange(500))
    assert stats.kstest(spread.ravel(), "uniform").pvalue > 1e-4


def test_what_is_known_of_a_place_or_said_in_a_scenario_is_not_drawn() -> None:
    from dataclasses import replace

    base = load_scenario("baseline")
    place = replace(base.place, parameters={"needs.chase": 0.11})
    own = shipped().parameters(base.with_(place=place, parameters={"needs.give_up": 0.05}), 3)
    assert "needs.chase" not in own, "the place's own value stands"
    assert own["needs.give_up"] == 0.05


def test_the_shipped_posterior_is_of_the_parameters_as_they_are() -> None:
    found = json.loads((SHIPPED / RESULT).read_text())
    sets = shipped()
    assert 200 <= sets.size <= 1000
    assert found["fitted"] == list(sets.fitted)
    assert found["ranges_hash"] == ranges_hash(sets.fitted), "plausible ranges have changed: calibrate again"
    assert [f["fact"] for f in found["facts"]] == [f.id for f in CALIBRATED]
    assert all(f["inside"] for f in found["facts"])
    assert 0.84 <= found["coverage"] <= 0.95
    assert any(row["identified"] for row in found["combinations"])
    assert not all(row["identified"] for row in found["combinations"]), "what stays free is said"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("needs.chase\n0.1\n", "column 'set' is missing"),
        ("set,needs.chaise\n1,0.1\n", "did you mean 'needs.chase'"),
        ("set,needs.chase\n1,1.7\n", "line 2: needs.chase"),
        ("set,needs.chase\n1,\n", "line 2: needs.chase: empty"),
        ("set,needs.chase\n", "no rows below them"),
    ],
)
def test_sets_that_are_none_are_refused(tmp_path, text, wanted) -> None:
    (tmp_path / "sets.csv").write_text(text)
    with pytest.raises(InputError, match=wanted):
        read_posterior(tmp_path)


FREE = ("deciding.own_idea", "drift.disposition_mean", "survey.trust_threshold", "needs.chase", "needs.give_up", "drift.habit_kept")


def test_a_calibration_is_kept_written_and_used(tmp_path, capsys, monkeypatch) -> None:
    """From the command line, with six parameters free and the others held: it ends, its sets can be used, and started again it runs nothing twice."""
    declared = declared_parameters()
    held = "\n".join(f"  {name}: {p.default!r}" for name, p in declared.items() if p.uncertain and name not in FREE)
    fitted = "\n".join(
        f"  - {{parameter: {n}, low: {declared[n].plausible[0]!r}, high: {declared[n].plausible[1]!r}}}" for n in FREE[:3]
    )
    (tmp_path / "held.yaml").write_text(f"name: held\nburn_in: 12\nparameters:\n{held}\n")
    (tmp_path / "study.yaml").write_text(
        f"name: own\nbase: {tmp_path / 'held.yaml'}\nplace: haringey\npopulation: 200\nuncertainties:\n{fitted}\n"
    )
    monkeypatch.setattr(calibration, "SMALL", Sizes(150, 20, 20, 2, 24, 12, 3, 500, 30))
    arguments = targets(
        tmp_path, "trust,trust,band,0.55,0.45,0.65,calibrate", "taking_part,participation,band,0.45,0.35,0.55,calibrate"
    )
    arguments = [arguments[0], str(tmp_path / "study.yaml"), *arguments[1:], "--workers", "1", "--json"]
    assert main(arguments) == 0
    found, out = json.loads(capsys.readouterr().out), tmp_path / "out"
    assert set(found["fitted"]) == set(FREE[:3])
    assert all(f["inside"] for f in found["facts"])
    assert "taking_part" in (out / "calibration.html").read_text()
    before = {p: p.stat().st_mtime_ns for p in out.rglob("chunks/*.parquet")}
    sets = (out / "sets.csv").read_bytes()
    assert main(arguments) == 0
    assert {p: p.stat().st_mtime_ns for p in out.rglob("chunks/*.parquet")} == before
    assert (out / "sets.csv").read_bytes() == sets
    capsys.readouterr()
    assert main(["compare", "baseline", "closing-the-loop", "--posterior", str(out), "--population", "200", "--months", "12",
                 "--replicates", "2", "--workers", "1", "--out", str(tmp_path / "compared"), "--json"]) == 0  # fmt: skip
    assert "out" in json.loads(capsys.readouterr().out)["provenance"]["parameters"]


@pytest.mark.prove
@pytest.mark.timeout(7200)
def test_a_calibration_of_the_nightly_size_finds_the_region_of_the_shipped_one(tmp_path, capsys) -> None:
    """Screening included, from the command line."""
    out = tmp_path / "calibration"
    assert main(["calibrate", "--quick", "--out", str(out), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert 5 <= len(found["fitted"]) <= 10
    assert {"survey.trust_threshold", "deciding.own_idea", "drift.disposition_mean"} <= set(found["fitted"])
    inside = [f["inside"] for f in found["facts"]]
    assert np.mean(inside) > 0.6, "rough, and not lost"
    assert found["waves"][0]["left"] < 0.2, "a wave rules out most of the space"
    prior = {f["fact"]: f["prior_high"] - f["prior_low"] for f in found["facts"]}
    after = {f["fact"]: f["mean_high"] - f["mean_low"] for f in found["facts"]}
    assert after["influence_level"] < 0.5 * prior["influence_level"]
    page = (out / "calibration.html").read_text()
    assert "influence_level" in page
    assert "http" not in page.replace("http://www.w3.org", "")
    # the same region as the calibration that is shipped, which has another seed, other sizes and people
    whole = json.loads((SHIPPED / RESULT).read_text())
    own = {p["parameter"]: p for p in found["parameters"]}
    for row in whole["parameters"]:
        if row["parameter"] in own and row["identified"]:
            assert own[row["parameter"]]["mean_low"] < row["mean_high"]
            assert row["mean_low"] < own[row["parameter"]]["mean_high"]
    before = {p: p.stat().st_mtime_ns for p in out.rglob("chunks/*.parquet")}
    sets = (out / "sets.csv").read_bytes()
    assert main(["calibrate", "--quick", "--out", str(out), "--json"]) == 0
    assert {p: p.stat().st_mtime_ns for p in out.rglob("chunks/*.parquet")} == before
    assert (out / "sets.csv").read_bytes() == sets
    capsys.readouterr()
    assert main(["compare", "baseline", "closing-the-loop", "--posterior", str(out), "--population", "300", "--months", "12",
                 "--replicates", "9", "--out", str(tmp_path / "out"), "--json"]) == 0  # fmt: skip
    compared = json.loads(capsys.readouterr().out)
    assert "calibration" in compared["provenance"]["parameters"]


def targets(tmp_path, *rows: str) -> list[str]:
    path = tmp_path / "targets.csv"
    path.write_text("\n".join(["id,measure,kind,value,low,high,role", *rows]) + "\n")
    return ["calibrate", "--targets", str(path), "--out", str(tmp_path / "out"), "--quick"]


@pytest.mark.parametrize(
    ("rows", "wanted"),
    [
        (["a,trust,band,0.5,,0.6,calibrate"], "line 2: a fact of kind 'band' needs both low and high; 'low' is empty"),
        (["a,trust,bnd,0.5,0.4,0.6,calibrate"], "kind: 'bnd'; did you mean 'band'"),
        (["a,trusst,band,0.5,0.4,0.6,calibrate"], "unknown measure 'trusst'; did you mean 'trust'"),
        (["a,trust,band,0.5,0.6,0.4,calibrate"], "low 0.6 must be below high 0.4"),
        (["a,trust,band,0.9,0.4,0.6,calibrate"], "value 0.9 is outside its own band"),
        (["a,trust,band,x,0.4,0.6,calibrate"], "value: 'x' is not a number"),
        (["a,trust,band,1.4,1.3,1.6,calibrate"], "trust is a share, 0 to 1"),
        (["a,trust,direction,,0,,calibrate"], "cannot be fitted"),
        (["a,trust,band,0.5,0.4,0.6,validate"], "no row has the role 'calibrate'"),
        (["a,trust,band,0.5,0.4,0.6,calibrate", "a,apathy,band,0.1,0.0,0.2,calibrate"], "id 'a' is given twice"),
        (["a,consultation,band,0.6,0.55,0.7,calibrate", "b,participation,band,0.4,0.3,0.5,calibrate"], "a and b conflict: consultation counts only people whom participation counts"),
        (["a,trust,band,0.3,0.2,0.4,calibrate", "b,trust,band,0.6,0.5,0.7,calibrate"], "a and b conflict: trust cannot lie in 0.2 to 0.4 and in 0.5 to 0.7"),
        (["a,participation,band,0.7,0.6,0.8,calibrate", "b,apathy,band,0.6,0.5,0.7,calibrate"], "a, b conflict: each person counts once"),
    ],
)  # fmt: skip
def test_targets_that_cannot_be_are_refused_at_once(tmp_path, capsys, rows, wanted) -> None:
    assert main(targets(tmp_path, *rows)) == 2
    said = capsys.readouterr().err
    assert wanted in said, said
    assert not (tmp_path / "out" / "screening").exists()


def test_targets_that_the_model_cannot_meet_are_named() -> None:
    facts = [band(name, 0.1, 0.2) for name in ("one", "two", "three")]
    assert "two cannot be reached" in conflict(facts, np.array([[1.0, 9.0, 1.0], [1.0, 4.0, 9.0]]))
    apart = np.array([[0.5, 7.0, 1.0], [8.0, 0.5, 1.0], [4.5, 4.0, 0.2]])
    assert "one and two conflict: each can be met alone, but together they come no closer than 4.5 errors" in conflict(facts, apart)
    three = np.array([[1.0, 1.0, 5.0], [1.0, 5.0, 1.0], [4.0, 1.0, 1.0]])
    assert "no parameter set meets them all. The closest fit misses one by 4.0 errors" in conflict(facts, three)


def test_a_study_that_calibrate_cannot_fit_is_refused(tmp_path, capsys) -> None:
    study = tmp_path / "study.yaml"
    study.write_text("name: own\npopulation: 300\nuncertainties:\n  - {dose: closing-the-loop, low: 0, high: 1}\n")
    assert main(["calibrate", str(study), "--out", str(tmp_path / "out")]) == 2
    assert "calibrate fits parameters with low and high; no dose" in capsys.readouterr().err
    assert main(["calibrate", str(study), "--place", "leeds", "--out", str(tmp_path / "out")]) == 2
    assert "cannot be combined with a study" in capsys.readouterr().err
