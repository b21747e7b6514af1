"""What the catalogue's mechanisms do, each alone: the lever that wakes it, and what follows."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import Change, Delivery, Intervention, ParticipationModel
from simulation.declared.forms import FORMS
from simulation.declared.institutions import TALLY
from simulation.declared.levers import FORM_LEVER_NAMES
from simulation.month.asking import is_matched, pack_ask, preferred, taste, unpack_ask
from simulation.month.deciding import form_offsets
from simulation.month.invitations import invitation_chances, worth
from simulation.month.taking_part import joint_feed
from tests.places import small_scenario


@pytest.fixture(scope="module")
def world() -> ParticipationModel:
    return ParticipationModel(small_scenario(1500, 60), 6)


def lived(
    world: ParticipationModel, *changes: Change, months: int = 12, delivery: Delivery | None = None, **more: object
) -> ParticipationModel:
    """Return the world after some months in which something was changed."""
    one = Intervention("tried", "for a test", changes, delivery or Delivery())
    model = world.branch(world.scenario.with_(interventions=(one,) if changes else (), **more))
    model.run(months)
    return model


def counted(model: ParticipationModel, tally: str) -> int:
    return int(model.recent_tallies[:, :, TALLY[tally]].sum())


def test_a_surge_brings_more_contacts(world) -> None:
    assert counted(lived(world, Change("need_factor", to=1.5)), "new_cases") > 1.3 * counted(lived(world), "new_cases")


def test_who_learns_at_the_counter_calls_less_and_can_do_more(world) -> None:
    plain, taught = lived(world, months=24), lived(world, Change("self_help", to=1.0), months=24)
    assert plain.residents.know_how.max() == 0.0
    assert taught.residents.know_how.mean() > 0.1
    assert counted(taught, "new_cases") < 0.95 * counted(plain, "new_cases")
    assert taught.residents.capability.mean() > plain.residents.capability.mean()


def test_skill_follows_training_and_leaves_with_it(world) -> None:
    trained = lived(world, Change("training", to=0.9), months=24, delivery=Delivery(end=12))
    at_the_end = lived(world, Change("training", to=0.9), months=12)
    assert at_the_end.institutions.skill.min() > 0.75
    assert trained.institutions.skill.max() < 0.65


def test_input_beyond_the_hands_for_it_is_not_handled(world) -> None:
    assert (lived(world).institutions.handled > 0.9).all()
    flooded = lived(world, Change("specialists", scale=0.3))
    assert flooded.institutions.handled[0] < 0.6
    assert counted(flooded, "changed") < counted(lived(world), "changed")


def test_consultations_about_what_is_decided_change_nothing(world) -> None:
    sham = lived(world, Change("done_deals", to=1.0), months=1)
    formal = np.flatnonzero(sham.form_formal)
    assert {FORMS[f].name for f in formal} == {"consultation-response", "public-meeting"}
    assert sham.form_tallies[formal, 0].sum() > 10
    assert sham.form_tallies[formal, 1].sum() == 0
    assert (sham.residents.pending_changed == 2).any()


def test_joint_action_needs_ownership_and_backing(world) -> None:
    p = world.values["taking_part"]
    assert joint_feed(p, 0.5, 0.0, 0.25) == pytest.approx(1.0), "at rest in the baseline"
    linked, parts = joint_feed(p, 0.9, 1.0, 0.95), (joint_feed(p, 0.2, 0.0, 0.25), joint_feed(p, 0.9, 1.0, 0.25))
    assert linked > sum(parts)
    top_down, bottom_up = (
        lived(world, Change("programme", to=1.0), months=24),
        lived(world, Change("initiative", to=1.0), months=24),
    )
    assert top_down.wards.ownership.max() < 0.35
    assert bottom_up.wards.ownership.min() > 0.7
    assert top_down.wards.imposed.min() > 0.3
    assert bottom_up.wards.imposed.max() == 0.0


def test_services_that_residents_run_relieve_institutions(world) -> None:
    run = (Change("transfer", to=1.0), Change("invitations", scale=8.0, forms=("community-run-service",)))
    own = lived(world, *run, months=30)
    assert own.wards.own_services.min() > 0.2
    assert counted(own, "new_cases") < counted(lived(world, months=30), "new_cases")


def test_a_scandal_moves_nobody_but_by_talk(world) -> None:
    news = Change("bad_news", to=0.5)
    heard, silent = lived(world, news, months=1), lived(world, months=1)
    assert (heard.residents.talk < -0.35).mean() > (silent.residents.talk < -0.35).mean() + 0.3
    lonely = np.diff(world.ties.offsets) == np.array([0])
    cut = world.ties.targets.copy()
    try:
        world.ties.targets[:] = np.where(cut >= 0, ~cut, cut)  # every tie asleep: nobody to tell
        alone, quiet = lived(world, news, months=1), lived(world, months=1)
    finally:
        world.ties.targets[:] = cut
    assert not lonely.all()
    np.testing.assert_array_equal(alone.residents.trust, quiet.residents.trust)
    assert heard.residents.trust[0].mean() < silent.residents.trust[0].mean()


def test_evaluation_moves_invitations_and_adds_none(world) -> None:
    evaluated = lived(world, Change("evaluation", to=1.0), months=6)
    sent = evaluated.levers.form_mean[FORM_LEVER_NAMES.index("invitations")]
    np.testing.assert_allclose((worth(evaluated) * sent).sum(axis=0), sent.sum(axis=0))
    assert np.ptp(worth(evaluated)[:, 0]) > 0.1
    plain, extra = invitation_chances(evaluated)
    assert (plain >= 0).all()
    assert (plain + extra >= -1e-12).all()


def test_going_where_people_are_leaves_the_contact_book(world) -> None:
    _, extra = invitation_chances(lived(world, Change("outreach", to=1.0), months=1))
    assert np.allclose(extra, 0.0)
    assert (invitation_chances(lived(world, months=1))[1] > 0).any()


def test_a_matched_ask_says_so_and_keeps_its_form() -> None:
    for form in range(len(FORMS)):
        for matched in (False, True):
            ask = pack_ask(3, np.uint64(1) << np.uint64(60), form, 41, matched)
            assert unpack_ask(ask) == (3, form, 41)
            assert is_matched(ask) == matched


def test_liking_differs_between_people_and_lifts_nobody_on_average() -> None:
    stream = np.uint64(12345)
    likes = np.array([taste(0.4, stream, 2, person) for person in range(20_000)])
    assert likes.std() == pytest.approx(0.4, rel=0.03)
    assert np.exp(likes).mean() == pytest.approx(1.0, abs=0.01)
    assert preferred(0.0, stream, np.array([0.2, 0.2, 1.0]), np.array([-5.0, 9.0, -4.0]), 7) == 2, (
        "what has no weight is not offered"
    )


def test_burden_takes_and_reward_adds_but_crowds_out(world) -> None:
    p = world.values["deciding"]
    offsets = form_offsets(lived(world, Change("burden", to=2.0), Change("reward", to=1.0), months=1))
    np.testing.assert_allclose(offsets[0], p.reward_weight - p.burden_weight)
    assert (offsets[1] == 0.0).all()
    paid, plain = lived(world, Change("reward", to=1.0), months=6), lived(world, months=6)
    acts = [m.residents.acts_12m.sum() for m in (paid, plain)]
    assert acts[0] > acts[1]
    acting = (plain.residents.acts_12m.sum(axis=0) > 3) & (paid.residents.acts_12m.sum(axis=0) > 3)
    assert paid.residents.habit[acting].mean() < 0.8 * plain.residents.habit[acting].mean()


def test_piggy_backed_asks_are_counted_for_the_guest(world) -> None:
    asked = lived(world, Change("piggy_back", to=0.5), months=3, delivery=Delivery(institutions=("health",)))
    guests = asked.recent_tallies[:, :, TALLY["guest_asks"]].sum(axis=0)
    assert guests[3] > 10
    assert guests[:3].sum() == 0


def test_shared_constraints_teach_why_and_soften_failure(world) -> None:
    shared = lived(world, Change("shared_constraints", to=1.0), months=24)
    assert shared.residents.understanding.mean() > 0.02
    cut = Change("responsiveness", add=-0.3)
    hit, held = lived(world, cut, months=24), lived(world, cut, Change("shared_constraints", to=1.0), months=24)
    known = held.residents.understanding > 0.2
    assert held.residents.trust[:, known].mean() > hit.residents.trust[:, known].mean()


def test_clear_roles_make_silence_disappoint_less(world) -> None:
    silent = Change("input_feedback", to=0.0)
    clear, unclear = (lived(world, silent, Change("role_clarity", to=value), months=18) for value in (1.0, 0.0))
    assert clear.residents.responded.mean() > unclear.residents.responded.mean()


def test_an_own_step_that_raises_is_named_with_its_month(world) -> None:
    from simulation.declared.interventions import StepError

    def fails(model: ParticipationModel, intensity: float) -> None:
        raise ValueError("broken")

    one = Intervention("cracked", "for a test", delivery=Delivery(start=3), step=fails)
    model = world.branch(world.scenario.with_(interventions=(one,)))
    model.run(2)
    with pytest.raises(StepError, match="'cracked' raised ValueError in month 3: broken"):
        model.step()
