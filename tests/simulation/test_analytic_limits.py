"""Limits in which the month can be solved on paper: the model must agree with the solution."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pytest
from scipy.stats import binom

from simulation import ParticipationModel, Scenario
from simulation.declared.forms import FORMS
from simulation.declared.institutions import TALLY
from tests.places import small_scenario

STILL = {"drift.move_owner": 0.0, "drift.move_social": 0.0, "drift.move_private": 0.0}
# Nothing but the outcome of one's own cases moves trust, and no case is open for more than a month.
ONLY_OUTCOMES = {
    **STILL, "drift.trust_pull": 0.0, "experience.absolute_weight": 1.0, "experience.filter": 0.0, "experience.fairness_gain": 0.0,
    "experience.told_gain": 0.0, "experience.first_failure": 0.0, "experience.outcome_gain": 0.2, "asking.backfire": 0.0,
    "closing_the_loop.trust_gain": 0.0, "closing_the_loop.trust_loss": 0.0, "closing_the_loop.decided_loss": 0.0, "needs.give_up": 1.0,
    "needs.memory_gate": 0.0, "needs.need_scale": 3.0, "needs.group_relief": 0.0,
    **{f"{s}.capacity": 2000.0 for s in ("council", "housing", "police", "health")},
}  # fmt: skip
# Whether to take part depends on the form, and on nothing that one has lived through.
ONLY_THE_FORM = {
    **STILL, "deciding.habit_weight": 0.0, "deciding.group_weight": 0.0, "deciding.attachment_weight": 0.0, "deciding.capability_weight": 0.0,
    "deciding.responded_weight": 0.0, "deciding.belief_weight": 0.0, "deciding.issue_weight": 0.0, "deciding.issue_start": 0.0,
    "deciding.norm_weight": 0.0, "deciding.fatigue_weight": 0.0, "deciding.taste_spread": 0.0, "deciding.companion": 0.0, "deciding.online_weight": 0.0,
    "deciding.start": 1.0, "deciding.own_idea": 2.0, "drift.intercept_spread": 0.0, "asking.peer_ask": 0.0, "asking.group_ask": 0.0, "asking.bureau_ask": 0.0,
    **{f"{s}.ask_when_{r}": 0.0 for s in ("council", "housing", "police", "health") for r in ("resolved", "unresolved")},
}  # fmt: skip
CONTACTING = next(f for f in FORMS if f.name == "petition-or-contacting")


def one_form(population: int, **parameters: float) -> Scenario:
    """Return a world in which one thing can be done, without seats or invitations."""
    form = CONTACTING.__class__(**{**vars(CONTACTING), "fit": (0.0, 0.0, 0.0), "start_weight": 1.0})
    return small_scenario(population, 0, forms=(form,), parameters={**ONLY_THE_FORM, **parameters})


def acting(model: ParticipationModel) -> np.ndarray:
    """Return who acts this month, bool (residents,)."""
    return model.residents.acts_12m[model.slot] > 0


@pytest.mark.parametrize("asymmetry", [1.0, 3.0])
def test_without_ties_mean_trust_goes_to_its_fixed_point(asymmetry) -> None:
    """One full bad event follows each failure: E[T] goes to p / (p + k (1 - p)) whatever the rate of contacts."""
    scenario = small_scenario(1500, 0, parameters={**ONLY_OUTCOMES, "experience.asymmetry": asymmetry})
    model = ParticipationModel(scenario, 1, ties=nx.empty_graph(1500))
    model.run(700)
    sums, trust = np.zeros((2, 4)), np.zeros(4)
    for _ in range(120):
        model.step()
        sums += model.tallies[:, [TALLY["first_resolved"], TALLY["abandoned"]]].T
        trust += model.residents.trust.mean(axis=1) / 120
    good = sums[0] / sums.sum(axis=0)
    np.testing.assert_allclose(trust, good / (good + asymmetry * (1.0 - good)), atol=0.012)


def test_without_loops_participation_is_the_logistic_of_its_log_odds() -> None:
    """Everybody considers the one form each month: its share is logistic(ease + own idea), and with people who differ the mean over them."""
    for spread in (0.0, 1.1):
        model = ParticipationModel(one_form(3000, **{"drift.intercept_spread": spread}), 1, ties=nx.empty_graph(3000))
        share = 0.0
        for _ in range(40):
            model.step()
            share += float(acting(model).mean()) / 40
        log_odds = CONTACTING.ease + 2.0 + model.residents.intercept.astype(float)
        expected = float((1.0 / (1.0 + np.exp(-log_odds))).mean())
        assert np.ptp(model.residents.intercept) == 0 if spread == 0.0 else np.std(model.residents.intercept) > 0.9
        assert share == pytest.approx(expected, abs=4.0 * np.sqrt(expected / (3000 * 40)) + 1e-3)


DEGREE, SIZE, LIMIT, BOUND = 12, 6000, 4.0, 10.0


def next_share(share: float, weight: float, needed: float) -> float:
    """Return the mean field's next share: E[logistic(u(peers))], each of a person's ties having acted with the same chance."""
    peers = np.arange(DEGREE + 1)
    gain = weight * np.clip(peers - needed, 0.0, LIMIT)
    gain /= np.sqrt(1.0 + (gain / BOUND) ** 2)
    chance = 1.0 / (1.0 + np.exp(-(CONTACTING.ease + 2.0 + gain)))
    return float(binom.pmf(peers, DEGREE, share) @ chance)


@pytest.mark.parametrize(("needed", "weight"), [(0.0, 0.45), (1.0, 0.75)])
def test_pure_contagion_without_memory_follows_the_mean_field(needed, weight) -> None:
    """Simple and complex contagion on a random regular network: month by month, and where it comes to rest."""
    own = {
        "deciding.peer_weight": weight,
        "deciding.peers_needed": needed,
        "deciding.peer_limit": LIMIT,
        "deciding.gain_limit": BOUND,
    }
    model = ParticipationModel(one_form(SIZE, **own), 1, ties=nx.random_regular_graph(DEGREE, SIZE, seed=1))
    course = []
    for _ in range(40):
        model.step()
        course.append(float(acting(model).mean()))
    expected = [next_share(share, weight, needed) for share in course[:-1]]
    error = np.sqrt(0.25 / SIZE)
    assert np.abs(np.array(course[1:]) - expected).max() < 4.5 * error
    rest = course[0]
    for _ in range(500):
        rest = next_share(rest, weight, needed)
    assert rest > 1.3 * course[0], "the contagion must do something"
    assert np.mean(course[20:]) == pytest.approx(rest, rel=0.04)
