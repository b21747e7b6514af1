"""A column called `Weight` may hold kilograms: they became the weights of answers without a word."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from scenarios.own_data.surveys.survey import Survey, read_survey
from simulation import InputError

PEOPLE = 200


def survey(folder, name: str, weights: np.ndarray, **options) -> Survey:
    trust = np.where(np.arange(PEOPLE) % 2 == 0, "A great deal", "Not at all")
    pd.DataFrame({"trust": trust, name: weights}).to_csv(folder / "survey.csv", index=False)
    return read_survey(folder / "survey.csv", **options)


@pytest.mark.parametrize("name", ["Weight", "weight", "Weights"])
@pytest.mark.parametrize(("mean", "spread"), [(76, 14), (168, 30), (12, 2)], ids=["kilograms", "pounds", "stones"])
def test_the_weight_of_people_is_asked_about(tmp_path, name, mean, spread) -> None:
    weights = np.random.default_rng(1).normal(mean, spread, PEOPLE).clip(mean / 2).round(1)
    with pytest.raises(
        InputError,
        match=rf'{name}: most numbers lie between .* so these may be something else.* call the column Survey weight \(--survey-column "weight={name}"\); if not, remove',
    ):
        survey(tmp_path, name, weights)
    told = " ".join(survey(tmp_path, name, weights, columns={"weight": name}).notes)
    assert f"answers were weighted by '{name}', whose mean is" in told


@pytest.mark.parametrize(
    ("name", "weights"),
    [("Weight", np.linspace(0.4, 1.6, PEOPLE)), ("Weight", np.linspace(200, 900, PEOPLE)), ("Weight", np.linspace(0.4, 1.6, PEOPLE) / PEOPLE),
     ("Survey weight", np.linspace(40, 110, PEOPLE)), ("wt_final", np.linspace(40, 110, PEOPLE))],
    ids=["of mean one", "of a population", "of sum one", "by name", "by a short name"],
)  # fmt: skip
def test_weights_of_answers_are_used_and_told(tmp_path, name, weights) -> None:
    assert f"answers were weighted by '{name}', whose mean is" in " ".join(survey(tmp_path, name, weights.round(6)).notes)
