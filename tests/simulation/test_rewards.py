"""Kinds of reward are different levers; an easier form substitutes before it adds, and what is new about it wears off."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import Change, Delivery, Intervention, ParticipationModel
from simulation.declared.forms import FORMS
from simulation.declared.levers import FORM_LEVER_NAMES
from simulation.measures.measure import Snapshot
from simulation.month.deciding import form_offsets, own_starts
from tests.places import small_scenario
from tests.worlds import differing

WEB = tuple(form.name for form in FORMS if form.channel == "web")
EASIER = Change("burden", to=0.5, forms=WEB)


@pytest.fixture(scope="module")
def world() -> ParticipationModel:
    return ParticipationModel(small_scenario(1500, 36), 6)


def lived(
    world: ParticipationModel, *changes: Change, months: int = 12, dose: float = 1.0, start: int = 1, **own: float
) -> ParticipationModel:
    """Return the world after some months with a change, and with parameters of deciding or taking part of its own from now on."""
    one = Intervention("tried", "for a test", changes, Delivery(start=start), dose)
    values = world.values
    try:
        world.values = {name: v._replace(**{k: x for k, x in own.items() if k in v._fields}) for name, v in values.items()}
        model = world.branch(world.scenario)
        model.values = world.values
        model.take_up(world.scenario.with_(interventions=(one,) if changes else ()), world.checkpoint())
        model.run(months)
    finally:
        world.values = values
    return model


def acts(model: ParticipationModel) -> int:
    return int(model.residents.acts_12m.sum())


def test_a_collective_reward_moves_only_those_who_believe_that_it_helps(world) -> None:
    """An average resident gets the declared log-odds; who trusts nobody, nothing."""
    offsets = form_offsets(lived(world, Change("collective_reward", to=1.0), months=1))
    p = world.values["deciding"]
    assert (offsets[0] == 0.0).all()
    np.testing.assert_allclose(offsets[1], p.collective_weight)
    assert acts(lived(world, Change("collective_reward", to=1.0), collective_weight=2.0)) > 1.2 * acts(lived(world))
    offered, without = lived(world, Change("collective_reward", to=1.0), months=0), lived(world, months=0)
    offered.levers.set_month(1)
    assert (Snapshot(offered).accept > Snapshot(without).accept).mean() > 0.99
    for model in (offered, without):
        model.residents.trust[:] = 0.0
    np.testing.assert_array_equal(Snapshot(offered).accept, Snapshot(without).accept)


def test_a_social_reward_works_by_recognition_and_builds_attachment(world) -> None:
    offered = lived(world, Change("social_reward", to=1.0), months=6)
    offsets, p = form_offsets(offered), world.values["deciding"]
    recognition = [segment.recognition_weight for segment in world.segments]
    np.testing.assert_allclose(offsets[0, 0, 0], np.multiply(p.social_weight, recognition))
    assert (offsets[1] == 0.0).all()
    plain = lived(world, months=6)
    assert acts(offered) > acts(plain)
    acting = (plain.residents.acts_12m.sum(axis=0) > 2) & (offered.residents.acts_12m.sum(axis=0) > 2)
    assert offered.residents.attachment[acting].mean() > plain.residents.attachment[acting].mean() + 0.005


def test_of_the_three_rewards_only_the_private_one_crowds_out(world) -> None:
    weights = {"reward_weight": 0.0, "collective_weight": 0.0, "social_weight": 0.0, "social_gain": 0.0}
    plain = lived(world, months=6, **weights)
    same = {name: lived(world, Change(name, to=1.0), months=6, **weights) for name in ("collective_reward", "social_reward")}
    for name, model in same.items():
        assert differing(plain, model) == [], name
    paid = lived(world, Change("reward", to=1.0), months=6, **weights)
    assert paid.residents.habit.mean() < plain.residents.habit.mean()


def test_an_easier_form_draws_own_ideas_from_others(world) -> None:
    p = world.values["deciding"]
    ease = 0.5 * p.burden_weight
    shares, pushes = own_starts(lived(world, EASIER, months=1, substitution=1.0))
    web, usual = np.isin([f.name for f in FORMS], WEB), np.array([f.start_weight for f in FORMS])
    civic = np.array([f.category != "volunteering" for f in FORMS])
    weights = np.where(civic, usual * np.exp(np.where(web, ease, 0.0)), usual)
    weights[civic] *= usual[civic].sum() / weights[civic].sum()
    np.testing.assert_allclose(np.diff(shares[1, 0], prepend=0.0), weights / weights.sum())
    np.testing.assert_allclose(pushes[1, 0], p.own_idea - np.where(web, ease, 0.0))
    assert weights[~civic] == usual[~civic], "an easier petition takes nobody from volunteering"
    np.testing.assert_allclose(shares[0, 0], world.start_choice, err_msg="nothing is easier for those who are not on the web")
    adding = [acts(lived(world, EASIER, substitution=share)) for share in (0.0, 1.0)]
    assert adding[0] > adding[1] > 0.98 * acts(lived(world))


def test_what_all_forms_have_in_common_adds_in_full(world) -> None:
    shares, pushes = own_starts(lived(world, Change("burden", to=0.5), months=1, substitution=1.0))
    np.testing.assert_allclose(shares[1, 0], world.start_choice)
    np.testing.assert_allclose(pushes[1, 0], world.values["deciding"].own_idea)


def test_half_of_what_is_new_wears_off_in_the_half_life(world) -> None:
    burden = FORM_LEVER_NAMES.index("burden")
    web = [n for n, form in enumerate(FORMS) if form.name in WEB]
    seen = {
        m: lived(world, EASIER, months=m, start=2, novelty_kept=0.4, novelty_months=6.0).levers.form[burden] for m in (1, 2, 8, 60)
    }
    assert (seen[1] == 1.0).all()
    np.testing.assert_allclose(seen[2][web], 0.5)
    np.testing.assert_allclose(1.0 - seen[8][web], 0.5 * (0.4 + 0.6 * 0.5))
    np.testing.assert_allclose(1.0 - seen[60][web], 0.5 * 0.4, atol=0.001)
    heavier = lived(world, Change("burden", to=2.0), months=8, novelty_kept=0.4).levers.form[burden]
    assert (heavier == 2.0).all(), "a burden does not wear off"


@pytest.mark.parametrize("name", ["collective_reward", "social_reward", "burden"])
def test_zero_dose_changes_no_byte(world, name) -> None:
    on = {"substitution": 0.7, "novelty_kept": 0.3}
    base, none = lived(world, months=6, **on), lived(world, Change(name, to=0.4), months=6, dose=0.0, **on)
    assert differing(base, none) == []
    assert differing(base, lived(world, months=6)) == [], "at rest nothing is easier or new"
