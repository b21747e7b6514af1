"""A study kept as data and read back is the very same study, whatever it is made of; what cannot be kept is refused at once."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pandas as pd
import pytest

from experiments.studies.kept_study import DESIGN, STUDY, kept, read
from experiments.studies.runs.conclusions import Weigher
from experiments.studies.runs.factors import Factor
from experiments.studies.runs.observations import Observer
from experiments.studies.study import Design, Study
from experiments.studies.tables import Unfit
from experiments.studies.values import SMALL, Reader, Writer
from scenarios.catalogue import CATALOGUE
from scenarios.evidence.posterior import Posterior
from simulation.declared.interventions import Intervention
from simulation.declared.parameters import InputError
from simulation.identity import identity
from simulation.state.ties import Ties
from tests.places import small_place, small_scenario
from tests.planted import quick

DOSE = (Factor("dose", "dose", "closing-the-loop", 0.0, 1.0),)


def back(study: Study) -> Study:
    """Return a study kept and read back."""
    return read(kept(study), "here", study.planned)


def one(**changes: object) -> Study:
    return Study("s", small_scenario(60, 0), DOSE, Design(points=4), months=2, measures=("trust",)).with_(**changes)


def test_every_intervention_of_the_catalogue_comes_back_as_it_was() -> None:
    for intervention in CATALOGUE.values():
        writer = Writer()
        data = writer.put(intervention, "x")
        assert identity(Reader(writer.files).get(data)) == identity(intervention)


def test_places_networks_and_imputed_numbers_come_back_as_they_were() -> None:
    ring = np.arange(SMALL * 2)
    ties = Ties.from_pairs(SMALL * 2, ring, (ring + 1) % len(ring), ring % 3)
    place = replace(
        small_place(), ties=ties, homes=np.array([1.5, np.nan, 3.0]), parameters={"a": 1.0}, ranges={"b": (0.0, np.inf)}, areas=small_place().areas.iloc[::-1]
    )  # fmt: skip
    for study in (
        one(base=small_scenario(60, 0).with_(place=place)),
        one(factors=(*DOSE, Factor("where", "place", values=("Blackpool", "Cardiff")))),
    ):
        found = back(study)
        assert identity(found.base) == identity(study.base)
        assert identity(found.table) == identity(study.table)
        assert {n: p.identity for n, p in found.places.items()} == {n: p.identity for n, p in study.places.items()}
        assert found.declared == study.declared


def test_points_of_ones_own_come_back_as_they_were() -> None:
    table = pd.DataFrame(
        {"n": np.array([1, 2**53 + 1], np.int64), "x": [0.1 + 0.2, -0.0], "kind": ["red", "Grün"], "is": [True, False]}
    )
    factors = tuple(Factor(name, "parameter", "planted", values=tuple(table[name])) for name in table)
    found = back(one(measured=quick, factors=factors, design=Design("csv", table=table)))
    pd.testing.assert_frame_equal(found.table, table)
    assert [f.values for f in found.factors] == [f.values for f in factors]


@pytest.mark.parametrize(
    "model",
    [Observer(small_scenario(60, 0), ("trust", "confidants"), 7),
     Weigher(small_scenario(60, 0), ("needs.chase",), posterior=Posterior("p", ("a",), np.arange(3), np.eye(3)[:, :1]))],
    ids=["Observer", "Weigher"],
)  # fmt: skip
def test_our_own_models_in_place_of_the_simulation_are_kept_whole(model) -> None:
    found = back(one(measured=model))
    assert identity(found.measured) == identity(model)
    assert type(found.measured) is type(model)


def test_what_is_no_data_is_refused_at_once() -> None:
    odd = Intervention("odd", "has a step", step=lambda model, intensity: None)
    with pytest.raises(InputError, match="its step is not a function of an installed plug-in"):
        kept(one(base=small_scenario(60, 0).with_(interventions=(odd,))))
    table = pd.DataFrame({"dose": [1, "two"]})
    with pytest.raises(InputError, match=r"design\.dose: a column of object cannot be saved; use numbers or text"):
        kept(one(measured=quick, design=Design("csv", table=table)))
    with pytest.raises(Unfit, match="cannot be saved as part of a study"):
        Writer().put(open, "x")


def test_the_step_of_a_plug_in_is_kept_by_the_name_of_its_intervention(monkeypatch) -> None:
    odd = Intervention("odd", "has a step", step=quick)  # type: ignore[arg-type]
    study = one(base=small_scenario(60, 0).with_(interventions=(replace(odd, dose=0.5),)))
    monkeypatch.setattr("experiments.studies.values.available_interventions", lambda: {"odd": odd})
    files = kept(study)
    assert b"planted" not in files[STUDY]
    assert read(files, "here", 16).base.interventions[0].step is quick
    monkeypatch.undo()
    with pytest.raises(InputError, match="intervention 'odd' comes from a plug-in that is not installed here"):
        read(files, "here", 16)


def test_a_file_that_changes_later_changes_no_run(tmp_path) -> None:
    """Points from a CSV are kept with the study."""
    (tmp_path / "points.csv").write_text("dose\n0.25\n0.5\n")
    files = kept(one(design=Design("csv", file=tmp_path / "points.csv")))
    assert str(tmp_path) not in files[STUDY].decode()
    (tmp_path / "points.csv").unlink()
    found = read(files, "here", 8)
    assert found.table["dose"].tolist() == [0.25, 0.5] and found.planned == 8
    assert set(files) >= {STUDY, DESIGN}
