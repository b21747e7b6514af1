"""Study files, designs and factors: what is written is what is run; what is wrong is named."""

from __future__ import annotations

import json
import re
from typing import get_args, get_type_hints

import jsonschema
import numpy as np
import pandas as pd
import pytest
import yaml

from experiments.studies.api import discover, optimise, sensitivity, sweep
from experiments.studies.engine import fill_store
from experiments.studies.order import order_of, seconds_of
from experiments.studies.results import Results
from experiments.studies.runs import designs
from experiments.studies.runs.factors import Factor
from experiments.studies.runs.work import work
from experiments.studies.store import Store
from experiments.studies.study import Design, Study, read_study, unit_positions
from experiments.studies.study_file import FactorFile
from experiments.studies.study_template import study_schema, study_text
from scenarios import load_scenario
from simulation import InputError, ParticipationModel, Recorder
from simulation.declared.interventions import AIMS
from tests.places import small_scenario
from tests.planted import listed

FACTORS = (
    Factor("a", "parameter", "needs.chase", 0.1, 0.3),
    Factor("b", "dose", "closing-the-loop", values=(0.0, 0.5, 1.0)),
    Factor("c", "loop", "fatigue", values=("on", "off")),
)


def test_the_written_study_is_read_and_fits_its_schema(tmp_path) -> None:
    path = tmp_path / "mine.yaml"
    path.write_text(study_text("mine"))
    study = read_study(path)
    assert study.planned == 192
    assert [f.role for f in study.factors] == ["lever", "lever", "uncertainty", "uncertainty"]
    assert "participation_effect" in study.columns
    schema = json.loads(study_schema())
    document = yaml.safe_load(study_text("mine"))
    jsonschema.validate(document, schema)
    document["levers"][0]["dose"] = "closing-the-lop"
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, schema)


def test_every_commented_field_works_when_it_is_uncommented(tmp_path) -> None:
    lines = [
        line.replace("  # - ", "  - ", 1) if line.startswith("  # - ") else line.replace("  #   ", "    ", 1)
        for line in study_text("x").splitlines()
    ]
    (tmp_path / "x.yaml").write_text("\n".join(lines).replace("runs: 1000", "runs: 100000"))
    study = read_study(tmp_path / "x.yaml")
    assert {f.kind for f in study.factors} == {"dose", "aim", "start", "parameter", "segment", "loop", "place", "population"}
    row = study.table.iloc[3].to_dict()
    scenario = study.scenario(row)
    tried = {i.name: i for i in scenario.interventions}
    assert tried["front-line-engagement"].delivery.start == row["front-line-engagement.start"]
    assert next(s.share for s in scenario.segments if s.name == "Settlers") == pytest.approx(row["Settlers"])
    assert ("word_of_mouth" in scenario.loops_off) == (row["word_of_mouth"] == "off")


BAD = {
    "no factor": ("name: x\n", "no factors; a study needs a lever or an uncertainty"),
    "two kinds": ("name: x\nlevers: [{dose: mobilise, loop: fatigue, low: 0, high: 1}]\n", "exactly one of parameter, dose"),
    "no range": ("name: x\nlevers: [{dose: closing-the-loop}]\n", "needs low and high, or values"),
    "upside down": ("name: x\nlevers: [{dose: closing-the-loop, low: 1, high: 0}]\n", "low 1 must be below high 0"),
    "unknown dose": ("name: x\nlevers: [{dose: closing-the-lop, low: 0, high: 1}]\n", "did you mean 'closing-the-loop'"),
    "unknown parameter": ("name: x\nuncertainties: [{parameter: needs.chse, low: 0, high: 1}]\n", "did you mean 'needs.chase'"),
    "out of range": ("name: x\nuncertainties: [{parameter: needs.chase, low: 0, high: 2}]\n", "allowed: 0 to 1"),
    "unknown loop": ("name: x\nlevers: [{loop: fatige}]\n", "did you mean 'fatigue'"),
    "unknown measure": ("name: x\nlevers: [{loop: fatigue}]\nmeasures: [particpation]\n", "did you mean 'participation'"),
    "unknown design": ("name: x\nlevers: [{loop: fatigue}]\ndesign: {kind: sobl}\n", "design.kind"),
    "month after the end": ("name: x\nlevers: [{loop: fatigue}]\nmonths: 12\nat: [13]\n", "at: 13; allowed: months 1 to 12"),
    "twice": ("name: x\nlevers: [{loop: fatigue}, {loop: fatigue}]\n", "factor 'fatigue' is given twice"),
    "over budget": ("name: x\nlevers: [{loop: fatigue}]\ndesign: {points: 500}\nbudget: {runs: 100}\n", "2,000 runs are planned; allowed by the budget: 100"),
    "larger than memory": ("name: x\nlevers: [" + ", ".join(f"{{name: d{n}, dose: closing-the-loop, low: 0, high: 1}}" for n in range(14)) + "]\ndesign: {kind: full}\n", "runs are planned; allowed by the budget: 50,000,000"),
    "unknown field": ("name: x\nlevers: [{loop: fatigue}]\nreplicats: 3\n", "did you mean 'replicates'"),
    "no file": ("name: x\nlevers: [{loop: fatigue}]\ndesign: {kind: csv}\n", "kind csv needs file"),
}  # fmt: skip


@pytest.mark.parametrize("what", list(BAD))
def test_what_is_wrong_in_a_study_file_is_named(tmp_path, what) -> None:
    text, message = BAD[what]
    (tmp_path / "s.yaml").write_text(text)
    with pytest.raises(InputError, match=message):
        read_study(tmp_path / "s.yaml")


def test_designs_have_the_points_that_they_promise_and_stay_in_range() -> None:
    for kind in ("full", "one-at-a-time", "latin-hypercube", "sobol", "morris", "saltelli"):
        table = designs.make(kind, FACTORS, 8, 0)
        assert len(table) == designs.size(kind, FACTORS, 8), kind
        assert table["a"].between(0.1, 0.3).all()
        assert set(table["b"]) <= {0.0, 0.5, 1.0}
        assert set(table["c"]) <= {"on", "off"}
        pd.testing.assert_frame_equal(table, designs.make(kind, FACTORS, 8, 0))
    assert not designs.make("sobol", FACTORS, 8, 0).equals(designs.make("sobol", FACTORS, 8, 1))
    full = designs.make("full", FACTORS, 1, 0)
    assert len(full) == len(full.drop_duplicates()) == 5 * 3 * 2
    one = designs.make("one-at-a-time", FACTORS, 1, 0)
    middle = one.iloc[0]
    assert ((one != middle).sum(axis=1) <= 1).all()


def test_seed_0_is_a_seed_of_the_designs_that_salib_makes() -> None:
    for kind in ("morris", "saltelli"):
        assert designs.make(kind, FACTORS, 8, 0).equals(designs.make(kind, FACTORS, 8, 0))


def test_points_from_a_csv_are_checked(tmp_path) -> None:
    path = tmp_path / "points.csv"
    path.write_text("a,b,c\n0.2,1.0,off\n0.15,0,on\n")
    table = designs.make("csv", FACTORS, 1, 0, path)
    assert table["a"].tolist() == [0.2, 0.15]
    for text, message in (("a,b\n0.2,1\n", "column 'c' is missing"), ("a,b,c,d\n0.2,1,on,3\n", "column 'd' is not a factor"),
                          ("a,b,c\n0.9,1,on\n", "line 2: a: '0.9'; allowed: 0.1 to 0.3"), ("a,b,c\n0.2,1,of\n", "did you mean 'off'")):  # fmt: skip
        path.write_text(text)
        with pytest.raises(InputError, match=message):
            designs.make("csv", FACTORS, 1, 0, path)


TWO = (
    Factor("a", "dose", "closing-the-loop", 0.0, 1.0),
    Factor("b", "parameter", "experience.asymmetry", 2.0, 4.0, role="uncertainty"),
)


def small_study(**changes: object) -> Study:
    """Return a study of two factors in a small world."""
    options = {"base": small_scenario(150, 12), "factors": TWO, "design": Design("latin-hypercube", 3), "replicates": 2, "months": 14,
               "measures": ("participation", "trust", "cost")} | changes  # fmt: skip
    return Study("small", **options)


def test_a_run_is_what_the_model_gives_for_its_scenario() -> None:
    study = small_study()
    order = order_of(study)
    runs = (
        work(study, [r for c in range(order.chunks) for r in order.runs(c, 2)])
        .runs.to_pandas()
        .sort_values("run_id")
        .reset_index(drop=True)
    )
    assert runs["run_id"].tolist() == list(range(6))
    assert (runs["status"] == "done").all()
    for n in (1, 4):
        row = runs.iloc[n]
        model = ParticipationModel(study.scenario(study.table.iloc[row["point"]].to_dict()), 1, replicate=int(row["replicate"]))
        recorder = model.recorder = Recorder(model, 14, groups=False)
        model.run(14)
        wanted = dict(zip(recorder.measures, recorder.results(), strict=True))
        for name in study.measures:
            assert row[name] == wanted[name], name


def test_runs_of_one_world_share_a_burn_in_and_come_out_alike() -> None:
    shared = small_study(factors=(Factor("a", "dose", "closing-the-loop", 0.0, 1.0),))
    order = order_of(shared)
    runs = [r for c in range(order.chunks) for r in order.runs(c, 2)]
    whole = work(shared, runs).runs.to_pandas().set_index("run_id")
    for run in runs[::2]:
        alone = work(shared, [run]).runs.to_pandas().set_index("run_id")
        pd.testing.assert_frame_equal(alone, whole.loc[[run[0]]])


DOSES = (Factor("a", "dose", "closing-the-loop", 0.0, 1.0), Factor("b", "dose", "front-line-engagement", 0.0, 1.0))


@pytest.mark.parametrize(("points", "months", "worlds"), [(10, 60, 4), (50, 60, 4), (10, 240, 4), (10, 12, 4), (200, 60, 4)])
def test_chunks_are_never_cut_finer_than_the_world_that_they_share(points, months, worlds) -> None:
    base = load_scenario("baseline", "haringey", 1000)
    study = Study("doses", base, DOSES, Design("latin-hypercube", points), replicates=worlds, months=months)
    order = order_of(study)
    burn_in, run = seconds_of(study)
    pieces = [{r for _, _, r in order.runs(c, worlds)} for c in range(order.chunks)]
    assert order.worlds == worlds
    assert all(len(p) == 1 for p in pieces)
    again = order.chunks - worlds
    assert again * burn_in <= 0.1 * points * worlds * run, "what is burnt in again is little beside what is run"
    if points == 10:
        assert order.chunks == worlds


def test_worlds_that_many_points_share_lie_in_one_chunk_beside_others() -> None:
    study = small_study(design=Design("latin-hypercube", 40), replicates=2)
    order = order_of(study)
    assert order.worlds == 80, "a parameter makes a world of its own at each point"
    assert 16 <= order.chunks <= 80


@pytest.mark.parametrize("workers", [1, 2])
def test_40_runs_of_4_worlds_burn_in_4_times(tmp_path, workers) -> None:
    study = small_study(factors=DOSES, design=Design("latin-hypercube", 10), replicates=4)
    store = Store.create(tmp_path / "s", study, "test")
    ended = fill_store(store, workers)
    assert (ended.burn_ins, ended.failed, len(Results(tmp_path / "s").runs)) == (4, 0, 40)


def test_effects_are_differences_from_the_base_on_the_same_people() -> None:
    study = small_study(effects=True, design=Design("csv", 1, table=pd.DataFrame({"a": [0.0, 1.0], "b": [3.0, 3.0]})))
    runs = work(study, [(0, 0, 0), (2, 1, 0)]).runs.to_pandas()
    assert runs["trust_effect"].iloc[0] == 0.0
    assert runs["trust_effect"].iloc[1] == pytest.approx(runs["trust"].iloc[1] - runs["trust"].iloc[0])


def test_measures_are_read_when_the_study_says_and_series_are_kept() -> None:
    study = small_study(at=(6, 14), series=True)
    assert study.columns[:4] == ("participation@6", "trust@6", "cost@6", "participation@14")
    worked = work(study, [(0, 0, 0)])
    series = worked.series.to_pandas()
    assert len(series) == 14 * 3
    trust = series[series["measure"] == "trust"].set_index("month")["value"]
    row = worked.runs.to_pandas().iloc[0]
    assert row["trust@6"] == pytest.approx(trust.loc[1:6].mean())
    assert row["trust@14"] == pytest.approx(trust.loc[3:14].mean())
    assert np.isnan(row["participation@6"]), "measures over twelve months are not known in month 6"


def test_a_failing_run_is_a_row_with_stage_and_traceback() -> None:
    study = listed(50)
    worked = work(study, [(n, n, 0) for n in range(50)])
    rows = worked.runs.to_pandas()
    failed = rows[rows["status"] == "failed"]
    assert worked.failed == len(failed) == (rows["x"] > 0.98).sum() > 0
    assert (failed["stage"] == "measured").all()
    assert (failed["error"] == "ValueError: planted").all()
    assert failed["traceback"].str.contains("planted.py:").all()
    assert not failed["traceback"].str.contains("/").any(), "no path of this machine"
    assert rows.loc[rows["status"] == "done", "y"].notna().all()


def test_a_runaway_world_is_a_failed_run_in_its_burn_in() -> None:
    study = small_study(base=small_scenario(150, None), factors=(Factor("b", "parameter", "drift.trust_pull", 0.0, 1.0), Factor("p", "parameter", "council.capacity", values=(0.0, 190.0))),
                        design=Design("csv", 1, table=pd.DataFrame({"b": [0.02], "p": [190.0]})))  # fmt: skip
    assert work(study, [(0, 0, 0)]).runs["status"][0].as_py() == "done"
    bad = study.with_(
        base=load_scenario("baseline", "haringey", 60).with_(segments=study.base.segments, burn_in=12, institutions=())
    )
    row = work(bad, [(0, 0, 0)]).runs.to_pandas().iloc[0]
    assert (row["status"], row["stage"]) == ("failed", "burn-in")


def test_positions_go_back_from_values() -> None:
    study = small_study(factors=FACTORS, design=Design("sobol", 8))
    unit = unit_positions(study)
    wanted = designs.positions("sobol", FACTORS, 8, study.seed)
    assert unit[:, 0] == pytest.approx(wanted[:, 0])
    assert np.unique(unit[:, 1]) == pytest.approx([1 / 6, 1 / 2, 5 / 6])


def test_a_study_aims_at_what_a_delivery_does() -> None:
    assert get_args(get_args(get_type_hints(FactorFile)["of"])[0]) == AIMS


@pytest.mark.parametrize(
    ("of", "values", "wanted"),
    [
        ("persons", ("a",), "persons: 'a'; allowed: whole numbers, several joined with +, or all"),
        ("persons", ("1+x",), "persons: '1+x'; allowed: whole numbers"),
        ("persons", (2.5,), "persons: '2.5'; allowed: whole numbers"),
        ("persons", (True,), "persons: 'True'; allowed: whole numbers"),
        ("persons", (1, "2+500"), "co-design: persons: no resident 500; allowed: 0 to 39"),
        ("deprivation_fifths", (7,), "deprivation_fifths: unknown '7'; allowed: 1, 2, 3, 4, 5"),
        ("wards", ("Mil",), "wards: "),
    ],
)
def test_an_aim_that_cannot_be_is_refused_before_the_first_run(of: str, values: tuple[object, ...], wanted: str) -> None:
    factors = (Factor("who", "aim", "co-design", values=values, aim=of), Factor("size", "population", values=(60, 40)))
    with pytest.raises(InputError, match="^small: who: .*" + re.escape(wanted)):
        small_study(factors=factors)


def test_an_aim_at_whole_numbers_is_heard_as_text_and_as_number() -> None:
    made = FactorFile(aim="co-design", of="persons", values=[1, 2]).made("lever")
    study = small_study(factors=(made,))
    persons = [
        study.scenario({made.name: value}).interventions[0].delivery.persons for value in (*made.at(np.array([0, 1])), "1+2", "all")
    ]
    assert persons == [(1,), (2,), (1, 2), None]


@pytest.mark.parametrize("kind", ["start", "population"])
@pytest.mark.parametrize("value", ["a", 0, True])
def test_a_month_or_size_that_cannot_be_is_refused_before_the_first_run(kind: str, value: object) -> None:
    with pytest.raises(InputError, match=f"small: x: {kind} {value!r}; allowed: whole numbers from 1"):
        small_study(factors=(Factor("x", kind, "co-design", values=(value,)),))  # type: ignore[arg-type]


def test_python_is_told_of_its_own_arguments(tmp_path) -> None:
    study = small_study(measured=listed, measures=("trust",), design=Design("full"))
    for call, wanted in (
        (lambda: discover(study, tmp_path / "a", "nonsense"), "^fails: 'nonsense'"),
        (lambda: optimise(study, tmp_path / "b", ["up trust"]), "^objectives: 'up trust'"),
        (lambda: sensitivity(study, tmp_path / "c", method="guess"), "^method: 'guess'"),
        (lambda: sweep(study, tmp_path / "d", scheduler="here"), "^scheduler: "),
    ):
        with pytest.raises(InputError, match=wanted):
            call()
