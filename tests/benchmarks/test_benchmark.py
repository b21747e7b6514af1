"""The benchmark measures what it says; memory, which is no matter of luck, is held to its limits."""

from __future__ import annotations

import json

import pytest

from experiments import benchmark
from scenarios import load_scenario
from simulation import ParticipationModel
from simulation.month import MONTH
from tests.places import small_scenario
from tests.programs import output_of


@pytest.fixture(scope="module")
def sweep() -> dict[str, float]:
    """What 80 runs of 1,000 residents x 60 months cost, driven by a process of its own; 100,000 in `make prove`."""
    code = "import json; from experiments.benchmark import sweep_overhead; print(json.dumps(sweep_overhead(80, workers=2)))"
    return json.loads(output_of(code))


def test_it_reports_every_row_as_a_ratio_or_with_its_unit(monkeypatch, sweep) -> None:
    """The sweep is measured once, for this and for what it costs."""
    monkeypatch.setattr(benchmark, "WORK", 20_000)
    monkeypatch.setattr(benchmark, "ORACLE_POPULATION", 100)
    monkeypatch.setattr(benchmark, "ORACLE_MONTHS", 2)
    monkeypatch.setattr(benchmark, "REPEATED", 2)
    monkeypatch.setattr(benchmark, "COMPARED", ("baseline", "closing-the-loop"))
    monkeypatch.setattr(benchmark, "sweep_overhead", lambda runs: sweep)
    seen = []
    report = benchmark.measure([500, 1500], lambda done, total: seen.append((done, total)))
    rows = {row["name"]: row for row in report["rows"]}
    assert {"build_500", "ns_500", "bytes_500", "ns_1500", "size_ratio", "oracle_ratio", "peak_mb", "burn_ins"} <= set(rows)
    assert 0 < rows["repeat_ratio"]["value"] < 1
    assert rows["sweep_overhead"]["value"] == sweep["ratio"]
    assert rows["oracle_ratio"]["value"] > 2, (
        "kernels beat the plain model even in a tiny world; some hundred times where a machine is quiet"
    )
    assert rows["size_ratio"]["value"] == pytest.approx(rows["ns_1500"]["value"] / rows["ns_500"]["value"])
    assert [s["name"] for s in report["steps"]] == [p.name for p in MONTH]
    assert seen[-1] == (3, 3)


def test_without_the_plain_model_its_row_is_left_out_and_said(monkeypatch, tmp_path) -> None:
    monkeypatch.setattr(benchmark, "WORK", 5000)
    monkeypatch.setattr(benchmark, "ORACLE", tmp_path / "none.py")
    monkeypatch.setattr(benchmark, "_whole_commands", lambda population: [])
    report = benchmark.measure([200], lambda done, total: None)
    assert "oracle_ratio" not in {row["name"] for row in report["rows"]}
    assert "left out" in report["notes"][0]


def test_the_whole_catalogue_is_timed_and_stays_under_its_memory() -> None:
    """At full population, in a process of its own: two workers and the driver together stay under 1.5 GB."""
    program = (
        "import json; from experiments import benchmark; from simulation.compile import compile_kernels, is_compiled;"
        "assert is_compiled() or compile_kernels() is None;"
        "benchmark.ORACLE_POPULATION, benchmark.ORACLE_MONTHS = 100, 2;"
        "print(json.dumps(benchmark.measure_catalogue(replicates=2, months=1, workers=2)))"
    )
    report = json.loads(output_of(program))
    rows = {row["name"]: row["value"] for row in report["rows"]}
    assert {"catalogue_seconds", "catalogue_ns", "catalogue_oracle_ratio"} <= set(rows)
    assert rows["catalogue_oracle_ratio"] > 2
    assert ("catalogue_mb" in rows) != bool(report["notes"])
    assert rows.get("catalogue_mb", 0.0) < 1536


def test_lasting_arrays_take_at_most_400_bytes_a_resident() -> None:
    model = ParticipationModel(load_scenario("baseline", "haringey", 20_000).with_(burn_in=0), 1)
    assert model.nbytes / 20_000 <= 400


def test_months_do_not_add_memory() -> None:
    """After the first months, 120 more add nothing but noise; events and series are not kept here."""
    program = (
        "import psutil; from simulation import ParticipationModel; from tests.places import small_scenario;"
        "m = ParticipationModel(small_scenario(20_000, 0), 1); m.run(24); a = psutil.Process().memory_info().rss;"
        "m.run(120); print((psutil.Process().memory_info().rss - a) / 2**20)"
    )
    assert float(output_of(program)) < 4.0


def test_nothing_lasting_is_left_out_of_the_count() -> None:
    """The bytes counted are those that a checkpoint needs, and more."""
    model = ParticipationModel(small_scenario(500, 0), 1)
    saved = model.checkpoint()
    held = (
        sum(block.nbytes for part in ("residents", "wards", "institutions") for block in saved[part].values())
        + saved["targets"].nbytes
    )
    assert held <= model.nbytes <= 1.2 * held


def test_a_sweep_costs_little_beside_its_model_and_its_driver_stays_small(sweep) -> None:
    found = sweep
    assert found["burn_ins"] == 1.0, "no world is burnt in twice, though three parts are cut of each"
    assert found["ratio"] < 2, "about 1.05 where a machine is quiet"
    assert found["driver_mb"] < 600
    assert found["driver_mb"] < found["driver_mb_early"] + 20, "flat, whatever the number of runs"
