"""An issue is a state: it lives from the need to its resolution or to being forgotten, whoever handles it (`needs.issue_lasts`)."""

from __future__ import annotations

import numpy as np
import pytest

from simulation import Change, Delivery, Intervention, ParticipationModel
from simulation.declared.forms import FORMS
from simulation.kernels.randomness import stream, substream, uniforms_of
from simulation.measures.measure import Snapshot, measures_of, take
from simulation.month import LOOP_NAMES
from simulation.month.casework import BAD, GIVEN_UP, SOLVED, settle_issues
from simulation.month.deciding import OWN_ACCORD, WHERE_ASKED, live_issues
from simulation.month.needs import ABANDON, CHASE, NEW, WAIT, forget_issues, pack
from tests.places import small_scenario
from tests.reference.plain_model import PlainModel
from tests.simulation.test_oracle import EXTREME, SPLIT, assert_equal
from tests.worlds import by_slot, differing, in_two_orders

ON = {"needs.issue_lasts": 1.0}


def with_values(model: ParticipationModel, **changed: float) -> ParticipationModel:
    """Give a model other values of parameters, `group__name`, from its next month on."""
    for key, value in changed.items():
        group, name = key.split("__")
        model.values = {**model.values, group: model.values[group]._replace(**{name: value})}
    return model


# -- the life of an issue


def test_where_issues_do_not_last_a_live_issue_is_a_contact_of_this_month(steady_small) -> None:
    model = steady_small.branch(steady_small.scenario)
    model.run(3)
    r = model.residents
    assert not (r.issue.any() or r.grievance.any() or r.area_issue.any())
    assert (live_issues(model) == np.where(r.new_cases_12m[model.slot] > 0, OWN_ACCORD | WHERE_ASKED, 0)).all()
    assert 0 < live_issues(model).mean() < 1


# Everybody needs the council every month; cases are solved, or not, for certain, and nobody moves.
HAND_MADE = {
    **ON, "needs.need_scale": 10.0, "council.need_rate": 1.0, "housing.need_rate": 0.0, "police.need_rate": 0.0, "health.need_rate": 0.0,
    "needs.contact_probability": 0.0, "needs.memory_gate": 0.0, "needs.issue_forgotten": 0.0, "needs.area_share": 0.0, "needs.self_help_share": 1.0,
    "needs.chase": 0.0, "needs.give_up": 0.0, "council.responsiveness": 1.0, "council.misrouting": 0.0, "casework.knowledge_gain": 0.0,
    "casework.slack_gain": 0.0, "casework.load_loss": 0.0, "casework.usual_load": 0.0, "casework.response_spread": 0.0, "council.response_months": 600.0,
    "drift.move_owner": 0.0, "drift.move_social": 0.0, "drift.move_private": 0.0,
}  # fmt: skip


@pytest.mark.parametrize("who", ["the kernels", "the plain model"])
def test_the_life_of_an_issue_month_by_month(who) -> None:
    fast = ParticipationModel(small_scenario(12, 0, parameters=HAND_MADE), 2)
    fast.residents.know_how[:] = 0.0
    plain = PlainModel.of(fast)

    def month(**changed: float) -> tuple[set[int], set[int], set[int], set[int]]:
        model = with_values(fast if who == "the kernels" else plain, **changed)
        model.step()
        if who == "the kernels":
            r = fast.residents
            return set(r.issue.tolist()), set(r.grievance.tolist()), set(r.area_issue.tolist()), set(live_issues(fast).tolist())
        people = plain.residents
        live = {r.has_live_issue(asked=False) * OWN_ACCORD + r.has_live_issue(asked=True) * WHERE_ASKED for r in people}
        return {r.issue for r in people}, {r.grievance for r in people}, {r.area_issue for r in people}, live

    own, moved = {WHERE_ASKED}, {OWN_ACCORD | WHERE_ASKED}
    assert month() == ({1}, {0}, {0}, own), "it arises, and is taken to nobody"
    assert month(needs__need_scale=0.0) == ({1}, {0}, {0}, own), "it stays without a new need"
    assert month(needs__need_scale=10.0, needs__contact_probability=1.0) == ({0}, {0}, {0}, {0}), "a case that is solved closes it"
    assert month(needs__area_share=1.0) == ({0}, {0}, {1}, moved), (
        "a matter of the area moves people, though each one's case is solved"
    )
    assert month(needs__area_share=0.0, needs__issue_forgotten=1.0) == ({0}, {0}, {0}, {0}), "it ends when it is forgotten"
    assert month(needs__need_scale=0.0, needs__issue_forgotten=0.0) == ({0}, {0}, {0}, {0}), "no need, no issue"
    overloaded = {"needs__need_scale": 10.0, "casework__slack_gain": 1.0, "needs__grievance": 1.0, "experience__first_failure": 0.0}
    assert month(**overloaded) == ({1}, {0}, {0}, own), "a case that is not solved leaves it open"
    assert month(needs__need_scale=0.0) == ({1}, {0}, {0}, own), "waiting is no failure"
    assert month(needs__give_up=1.0) == ({1}, {1}, {0}, moved), "a case that is given up moves people where grievance is on"
    assert month(needs__issue_forgotten=1.0) == ({0}, {0}, {0}, {0}), "a grievance goes with its issue"


def test_what_is_dealt_with_alone_opens_no_issue_of_ones_own() -> None:
    changes = {"needs.contact_probability": 1.0}
    for share, left in ((0.0, {0}), (1.0, {1})):
        model = ParticipationModel(small_scenario(12, 0, parameters={**HAND_MADE, **changes, "needs.area_share": share}), 2)
        model.residents.know_how[:] = 1.0
        model.step()
        assert not model.residents.new_cases_12m.any()
        assert not model.residents.issue.any()
        assert set(model.residents.area_issue.tolist()) == left, "a matter of the area is nobody's alone"


def test_a_newcomer_brings_no_issue() -> None:
    model = ParticipationModel(small_scenario(60, 0, parameters={**HAND_MADE, "drift.move_owner": 1.0}), 2)
    model.step()
    assert not model.residents.issue[model.residents.tenure == 0].any()
    assert (model.residents.issue[model.residents.tenure == 1] == 1).all()


def test_an_issue_is_forgotten_after_the_declared_mean_time() -> None:
    """One over the monthly chance, the month in which it arises counted; own issues and matters of the area apart, each kind of institution by itself."""
    people, chance = 40_000, 0.2
    ids = np.arange(people, dtype=np.int64)
    issue, grievance, area = np.full(people, 0b101, np.uint8), np.full(people, 0b100, np.uint8), np.full(people, 0b1, np.uint8)
    months = np.zeros((3, people))
    for month in range(1, 120):
        months += np.array([issue & 1, issue >> 2, area & 1])
        assert (grievance == issue & 0b100).all(), "a grievance goes with its issue"
        forget_issues(chance, stream(9, "needs: forgetting", month), 4, ids, issue, grievance, area)
    spread = np.sqrt(1 - chance) / chance
    assert months.mean(axis=1) == pytest.approx(1 / chance, abs=4 * spread / people**0.5)
    assert months.std(axis=1) == pytest.approx(spread, rel=0.03)
    assert np.abs(np.corrcoef(months)[np.triu_indices(3, 1)]).max() < 0.02


def test_a_case_that_fails_becomes_a_grievance_in_the_declared_share_of_cases() -> None:
    people, share, first, chased = 40_000, 0.4, 0.25, 0.3
    ids, number = np.arange(people, dtype=np.int64), np.ones((1, people), np.uint16)
    key = stream(3, "casework: grievance", 0)
    issue, grievance = np.zeros(people, np.uint8), np.zeros(people, np.uint8)

    def one_more(kind: int, flags: int) -> float:
        entries = np.array([pack(i, 0, kind) for i in range(people)])
        settle_issues(share, first, chased, key, entries, people, np.full(people, flags, np.uint8), ids, number, issue, grievance)
        assert (grievance & ~issue == 0).all()
        return float((grievance & 1).mean())

    assert one_more(NEW, BAD) == pytest.approx(share * first, abs=0.006)
    for _ in range(5):
        assert one_more(CHASE, BAD) == pytest.approx(share * chased, abs=0.006), "chasing again in vain is the same case"
    assert one_more(WAIT, 0) == pytest.approx(share * chased, abs=0.006)
    assert one_more(ABANDON, BAD | GIVEN_UP) == pytest.approx(share, abs=0.01)
    drawn = uniforms_of(ids, substream(substream(key, 0), 1)) < share
    assert (grievance == drawn).all()
    number += 1
    assert one_more(ABANDON, BAD | GIVEN_UP) == pytest.approx(1 - (1 - share) ** 2, abs=0.01), "another case, another draw"
    assert one_more(CHASE, SOLVED) == 0.0
    assert not issue.any()


def test_who_contacts_a_service_has_not_for_that_taken_part() -> None:
    """Contacting is counted by itself: the hand-made world is one of callers who do nothing else."""
    own = {
        **HAND_MADE,
        "needs.contact_probability": 1.0,
        "needs.grievance": 1.0,
        "deciding.start": 0.0,
        **{f"forms.{f.name}.ease": -12.0 for f in FORMS},
    }
    model = ParticipationModel(small_scenario(40, 0, parameters=own), 2)
    model.residents.know_how[:] = 0.0
    model.run(2)
    s, table = Snapshot(model), measures_of(tuple(x.name for x in model.services))
    assert take(s, table["contacted"]) == 1.0
    assert take(s, table["contacts_12m"]) == 2.0
    assert take(s, table["participation"]) == 0.0


# -- what follows for taking part


@pytest.fixture(scope="module")
def worlds() -> dict[float, list[ParticipationModel]]:
    """Worlds where issues last, by the share of failed cases that become a grievance."""
    return {
        share: [ParticipationModel(small_scenario(5000, 36, parameters={**ON, "needs.grievance": share}), seed) for seed in (1, 2, 3)]
        for share in (0.0, 1.0)
    }  # fmt: skip


def twins(worlds: list[ParticipationModel], *changes: Change, **changed: float) -> dict[str, float]:
    """Return what a change does within two years, a mean over paired worlds."""
    found = []
    for world in worlds:
        one = Intervention("tried", "for a test", changes, kind="shock")
        pair = [world.branch(world.scenario), world.branch(world.scenario.with_(interventions=(one,) if changes else ()))]
        with_values(pair[1], **changed)
        rows = []
        for model in pair:
            unasked = 0.0
            for _ in range(24):
                model.step()
                unasked += float((live_issues(model) & OWN_ACCORD).mean()) / 24
            r, s = model.residents, Snapshot(model)
            rows.append(
                [s.participated.mean(), r.acts_12m.sum() / r.size, r.trust[0].mean(), r.new_cases_12m.sum() / r.size, unasked]
            )
        found.append(np.subtract(*reversed(rows)))
    return dict(zip(("participation", "acts", "trust", "contacts", "unasked"), np.mean(found, axis=0).tolist(), strict=True))


def test_contacting_less_does_not_by_itself_lower_taking_part(worlds) -> None:
    less = twins(worlds[0.0], needs__contact_probability=0.375)
    assert less["contacts"] < -0.6
    assert abs(less["unasked"]) < 0.001
    assert -0.005 < less["participation"] < 0.01
    assert -0.02 < less["acts"] < 0.08  # of about four


def test_a_surge_or_overload_raises_participation_only_where_failed_cases_become_grievances(worlds) -> None:
    surge, overload = Change("need_factor", scale=1.4), Change("capacity", scale=0.55)
    calm, angry = (twins(worlds[share], surge) for share in (0.0, 1.0))
    assert calm["contacts"] > 0.4 and calm["trust"] < 0
    assert calm["unasked"] == pytest.approx(0.0, abs=0.002)
    assert calm["participation"] < 0.003
    assert calm["acts"] < 0.06
    assert angry["unasked"] > 0.02
    assert angry["participation"] > max(calm["participation"], 0.0) + 0.004
    calm, angry = (twins(worlds[share], overload) for share in (0.0, 1.0))
    assert calm["trust"] < -0.01
    assert calm["unasked"] == pytest.approx(0.0, abs=0.001)
    assert calm["participation"] < 0
    assert angry["unasked"] > 0.02
    assert angry["participation"] > max(calm["participation"], 0.0) + 0.004


# -- as any mechanism

LASTING = {**ON, "needs.grievance": 0.5, "needs.area_share": 0.3}


@pytest.mark.parametrize(
    "changes",
    [{}, {"interventions": (EXTREME.at(1.0, Delivery(wards=("Mill",))),), "institutions": SPLIT}, {"loops_off": LOOP_NAMES}],
    ids=["as it is", "everything moved in one ward", "no loop"],
)
def test_the_kernels_equal_the_plain_model(changes) -> None:
    model = ParticipationModel(small_scenario(70, 12, parameters=LASTING, **changes), 3)
    plain = PlainModel.of(model)
    seen = np.zeros(4, bool)
    for _ in range(6):
        model.step()
        plain.step()
        r = model.residents
        seen |= [r.issue.any(), r.grievance.any(), r.area_issue.any(), set(live_issues(model).tolist()) == {0, 2, 3}]
    assert_equal(model, plain)
    assert seen.all()


def test_zero_dose_changes_no_byte() -> None:
    world = ParticipationModel(small_scenario(300, 12, parameters=LASTING), 1)
    none = Intervention("none", "", (Change("need_factor", add=0.0), Change("self_help", scale=1.0)), kind="probe")
    pair = [world.branch(world.scenario), world.branch(world.scenario.with_(interventions=(none,)))]
    for model in pair:
        model.run(8)
    assert differing(*pair) == []


def test_the_order_of_residents_changes_no_byte() -> None:
    first, other = in_two_orders(small_scenario(200, 0, parameters=LASTING), 8)
    one, two = by_slot(first), by_slot(other)
    assert one["issue"].any() and one["grievance"].any()
    assert [name for name in one if one[name].tobytes() != two[name].tobytes()] == []
