"""The structure `relationship`: its parts do what they say, and what must follow from them follows."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import networkx as nx
import numpy as np
import pytest

from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from scenarios.relationship import RELATIONSHIP
from scenarios.structures import STRUCTURES, own_values, structure_of, under
from simulation import Intervention, ParticipationModel
from simulation.declared.forms import FORMS
from simulation.declared.parameters import InputError
from simulation.declared.stages import STAGES, stages_of
from simulation.measures.measure import Snapshot
from simulation.month import LOOPS, MONTH, casework, deciding, efficacy
from simulation.month.asking import pack_ask, weigh_prospects
from simulation.month.closing_the_loop import CHANGED, NOT_DUE, SILENT
from simulation.month.companions import bring_along
from simulation.month.needs import CHASE, NEW, pack
from simulation.month.recognition import thank
from simulation.state.events import PERSONAL
from simulation.state.ties import HOUSEHOLD
from tests.bad_years import caused_and_left
from tests.places import small_scenario
from tests.worlds import digest

POPULATION, WORLDS, MONTHS = 8_000, 3, 36


def related(population: int = 300, burn_in: int = 0, **own: float) -> ParticipationModel:
    """Return a small world under the structure."""
    return ParticipationModel(under("relationship", small_scenario(population, burn_in, parameters=own)), 1)


@cache
def world(seed: int) -> tuple[ParticipationModel, dict]:
    """Return a steady world of England under the structure, and its checkpoint."""
    model = ParticipationModel(under("relationship", load_scenario("baseline", "england", POPULATION)), seed)
    return model, model.checkpoint()


def lived(seed: int, *tried: Intervention, months: int = MONTHS) -> ParticipationModel:
    """Return that world after some months with interventions; it is one model, so read it before the next call."""
    model, start = world(seed)
    model.take_up(model.scenario.with_(name="tried", interventions=tried), start)
    model.run(months)
    return model


def change(read, *tried: Intervention, months: int = MONTHS) -> tuple[np.ndarray, np.ndarray]:
    """Return mean and standard error over worlds of what interventions change in some numbers read."""
    found = []
    for seed in range(1, WORLDS + 1):
        before = np.array(read(lived(seed, months=months)))
        found.append(np.array(read(lived(seed, *tried, months=months))) - before)
    return np.mean(found, axis=0), np.std(found, axis=0, ddof=1) / WORLDS**0.5


def volunteers_and_civic_acts(model: ParticipationModel) -> tuple[float, float]:
    r = model.residents
    acts = r.acts_12m.sum(axis=0, dtype=float) - (r.volunteer_hours_12m > 0).sum(axis=0)
    return 100.0 * (r.months_volunteering > 0).mean(), 100.0 * acts.mean()


# -- resources and the household --------------------------------------------------------------------------------------


def test_stages_of_life_share_out_whatever_bands_a_place_has() -> None:
    seven = ("16-24", "25-34", "35-44", "45-54", "55-64", "65-74", "75+")
    assert (stages_of(seven) == np.eye(len(STAGES))).all()
    wide = stages_of(("16-64", "65+"))
    assert wide[0] == pytest.approx([9 / 49, *[10 / 49] * 4, 0, 0])
    assert wide[1] == pytest.approx([0, 0, 0, 0, 0, 0.5, 0.5])
    assert stages_of(("young", "old")) == pytest.approx(np.full((2, 7), 1 / 7)), "where nothing is known, nothing differs"


def test_housemates_share_a_part_of_their_inclination_and_no_more() -> None:
    model = related(6_000, **{"drift.intercept_spread": 0.3, "drift.household_spread": 0.4})
    r = model.residents
    first = np.flatnonzero(r.household[1:] == r.household[:-1])
    assert np.corrcoef(r.intercept[first], r.intercept[first + 1])[0, 1] == pytest.approx(0.16 / 0.25, abs=0.04)
    apart = np.flatnonzero(r.household[1:] != r.household[:-1])
    assert abs(np.corrcoef(r.intercept[apart], r.intercept[apart + 1])[0, 1]) < 0.06
    assert r.intercept.std() == pytest.approx(0.5, abs=0.02)


def test_those_who_move_in_together_share_it_too() -> None:
    model = related(3_000, **{"drift.intercept_spread": 0.05, "drift.household_spread": 1.0, "drift.move_private": 0.5})
    model.run(3)
    r = model.residents
    pairs = np.flatnonzero((r.household[1:] == r.household[:-1]) & (r.person_id[1:] > 2**32) & (r.tenure[1:] == 2))
    assert len(pairs) > 100
    assert np.corrcoef(r.intercept[pairs], r.intercept[pairs + 1])[0, 1] > 0.98


def test_askers_prospect_for_the_capable_and_ask_no_more() -> None:
    p = related().values["asking"]._replace(prospecting=2.0)
    sought = np.empty(3)
    weigh_prospects(p, np.array([0.0, 0.5, 1.0], np.float32), sought)
    assert sought.mean() == pytest.approx(1.0, abs=1e-3)
    assert sought[2] / sought[0] == pytest.approx(np.exp(2.0))
    asked = {}
    for prospecting in (0.0, 2.5):
        model = related(4_000, **{"asking.prospecting": prospecting})
        model.run(6)
        able = model.residents.capability > np.median(model.residents.capability)
        asks = model.residents.asked_12m.sum(axis=0, dtype=float)
        asked[prospecting] = (asks.mean(), asks[able].mean() / asks[~able].mean())
    assert asked[2.5][0] == pytest.approx(asked[0.0][0], rel=0.1)
    assert asked[2.5][1] > asked[0.0][1] + 0.2


def test_known_people_are_asked_as_often_though_they_are_more_capable() -> None:
    """Those in a contact book are abler than others: choosing among them must not send more invitations out."""
    only = {f"asking.{name}": 0.0 for name in ("peer_ask", "talker_ask", "group_ask", "bureau_ask")}
    asked = []
    for prospecting in (0.0, 2.5):
        model = related(3_000, 36, **only, **{"asking.prospecting": prospecting})
        model.run(12)
        asked.append(model.residents.asked_12m.sum(axis=0, dtype=float).mean())
    assert model.residents.capability[model.residents.book > 0].mean() > model.residents.capability.mean() + 0.01
    assert asked[1] == pytest.approx(asked[0], rel=0.02)


# -- efficacy ---------------------------------------------------------------------------------------------------------


def after_case(flags: int, kind: int, times: int) -> tuple[float, int]:
    p = related().values["efficacy"]._replace(case_gain=0.05, case_loss=0.1, first_weight=3.0)
    held, counted = np.full(1, 0.5, np.float32), np.full(1, times, np.uint8)
    efficacy.learn_from_cases(p, np.array([0.25, 0.3]), np.array([pack(0, 1, kind)]), 1, np.array([flags], np.uint8), held, counted)
    return float(held[0]), int(counted[0])


def test_first_dealings_count_most_and_failures_by_their_weight() -> None:
    assert after_case(casework.SOLVED, NEW, 0) == pytest.approx((0.5 + 0.05 * 4 * 0.5, 1))
    assert after_case(casework.SOLVED, NEW, 1) == pytest.approx((0.5 + 0.05 * 2.5 * 0.5, 2))
    assert after_case(casework.SOLVED, NEW, 15) == pytest.approx((0.5 + 0.05 * (1 + 3 / 16) * 0.5, 15)), "the count stops at 15"
    assert after_case(casework.BAD | casework.GIVEN_UP, CHASE, 0) == pytest.approx((0.5 - 0.1 * 4 * 0.5, 1))
    assert after_case(casework.BAD, NEW, 0) == pytest.approx((0.5 - 0.1 * 4 * 0.25 * 0.5, 1))
    assert after_case(casework.BAD, NEW, 16) == pytest.approx((0.5 - 0.1 * 4 * 0.25 * 0.5, 17)), "acts are counted apart"


def test_where_the_loop_is_cut_answers_move_no_efficacy_but_ones_own_usual() -> None:
    p = related().values["efficacy"]
    told, usual = np.array([CHANGED, SILENT, NOT_DUE], np.int8), np.array([0.01, 0.01, 0.01], np.float32)
    for frozen in (False, True):
        held, felt, times = np.full(3, 0.5, np.float32), np.ones(3, np.float32), np.zeros(3, np.uint8)
        nothing = np.zeros(3, np.int64)
        efficacy.learn_from_public_life(p, frozen, nothing, nothing.astype(np.uint16), told, held, felt, usual, times)
        if frozen:
            np.testing.assert_allclose(held, 0.51, rtol=1e-6)
            assert (felt == 0.0).all()
            assert (times == 0).all()
        else:
            assert held[0] > 0.5 > held[1]
            np.testing.assert_allclose(felt, held - 0.5, atol=1e-7)
            assert list(times >> 4) == [1, 1, 0]
    assert "efficacy" in LOOPS[deciding.CLOSING_THE_LOOP]


def test_newcomers_come_to_resemble_their_ward_at_the_stated_pace() -> None:
    held, ward = np.array([0.2] + [0.6] * 99 + [0.9] * 100, np.float32), np.repeat([0, 1], 100).astype(np.int32)
    for _ in range(100):
        efficacy.resemble(0.01, ward, held, np.empty(2, np.int64), np.empty(2, np.int64))
    mean = (0.2 + 0.6 * 99) / 100
    assert held[0] == pytest.approx(mean - (mean - 0.2) * 0.99**100, abs=1e-3)
    assert held[100:] == pytest.approx(0.9, abs=1e-4), "another ward pulls nobody"


def test_without_its_weight_efficacy_is_left_alone() -> None:
    model = ParticipationModel(small_scenario(200, 12), 1)
    assert (model.residents.efficacy == 0.5).all()
    assert deciding.inclination(model) is model.residents.intercept


# -- the household decides together -----------------------------------------------------------------------------------


@pytest.mark.parametrize("adults", [2, 3, 4])
def test_mobilising_one_moves_the_others_by_more_than_chance_and_less_than_the_whole(adults) -> None:
    """For every form: one of each household is asked in person, or not, on the same day of the same world."""
    model, start = world(1)
    model.take_up(model.scenario, start)
    r, n = model.residents, model.newcomers
    first = np.flatnonzero((n.member == 0) & (n.adults == adults))
    joined = []
    for form in range(len(model.forms)):
        for asked in (False, True):
            model.restore(start)
            model.month += 1
            model.scratch.asks[:] = 0
            if asked:
                model.scratch.asks[first] = pack_ask(PERSONAL, np.uint64(0), form, -1)
            deciding.step(model)
            took = (model.scratch.joins >> form) & 1 == 1
            near = np.isin(r.household, r.household[first]) & (n.member > 0)
            joined.append((took[first].sum(), took[near].sum(), took[~np.isin(r.household, r.household[first])].sum()))
    counts = np.array(joined, float).reshape(len(model.forms), 2, 3)
    moved = counts[:, 1] - counts[:, 0]
    assert (moved[:, 0] > 0).all()
    spill = moved[:, 1] / moved[:, 0] / (adults - 1)
    assert (spill > 0.0).all(), "every form"
    pooled = moved.sum(axis=0)
    assert 3.0 * np.sqrt(pooled[1]) < pooled[1] < 0.6 * pooled[0] * (adults - 1)
    assert abs(moved[:, 2].sum()) < 0.1 * pooled[0], "strangers only as far as friends are brought along"
    model.restore(start)


def test_where_housemates_decide_they_are_no_companions_as_well() -> None:
    model = related(400, burn_in=12, **{"deciding.companion": 1.0, "deciding.household_ask": 1e-9})
    alone = [
        i
        for i in range(400)
        if all(t & 3 == HOUSEHOLD for t in model.ties.targets[slice(*model.ties.offsets[i : i + 2])] if t >= 0)
    ]
    model.scratch.joins[:] = 0
    model.scratch.joins[alone] = np.uint16(1 << 1)
    who, what, push, key = (np.zeros(800, d) for d in (np.int64, np.int64, float, np.int64))
    t, r = model.ties, model.residents
    found = deciding.bring_along(model.values["deciding"], 1.0, np.uint64(5), r.person_id, model.scratch.joins, model.form_face_to_face,
                                 t.offsets, t.targets, model.scratch.asks, who, what, push, key)  # fmt: skip
    assert len(alone) > 0
    assert found == 0


# -- answers have a domain --------------------------------------------------------------------------------------------


def test_a_group_answers_its_own_and_a_council_hardly_moves_it() -> None:
    model = related()
    p, loop = model.values["recognition"], model.values["closing_the_loop"]
    held = np.full(4, 0.5, np.float32)
    months, came = np.array([1, 0, 0, 0b10], np.uint16), np.array([0, 2, -1, 0], np.int8)
    thank(p._replace(answer=1.0, pull=0.0), loop, np.uint64(1), np.arange(4), months, came, held)
    assert held == pytest.approx(
        [0.5 + p.gain * 0.5, 0.5 + p.spill * loop.changed_gain * 0.5, 0.5 - p.spill * loop.silence_loss * 0.5, 0.5], abs=1e-6
    )
    assert held[1] - 0.5 < held[0] - 0.5


def test_closing_the_loop_moves_civic_acts_and_hardly_volunteers() -> None:
    mean, error = change(volunteers_and_civic_acts, CATALOGUE["closing-the-loop"])
    assert mean[0] + 2 * error[0] < 1.5, "formal volunteering, points"
    assert mean[0] < 1.0
    assert mean[1] > 5 * error[1] > 0, "civic acts for 100 residents"


def test_calling_less_takes_no_civic_act_away_and_a_surge_of_needs_brings_none() -> None:
    for name in ("self-help", "demand-surge"):
        mean, error = change(lambda m: (Snapshot(m).participated.mean() * 100,), CATALOGUE[name])
        assert abs(mean[0]) < 0.5 + 2 * error[0], name


# -- apathy is caused, and cured --------------------------------------------------------------------------------------


def test_apathy_is_caused_by_three_bad_years_and_cured_ten_years_on() -> None:
    """Of those who live there all along; an equivalence test: within 1 point of those who were always treated well."""
    gaps = [caused_and_left(lived(seed, months=0)) for seed in range(1, WORLDS + 1)]
    mean, error = np.mean(gaps, axis=0), np.std(gaps, axis=0, ddof=1) / WORLDS**0.5
    assert mean[0] - 2 * error[0] > 4.0, "caused"
    assert mean[1] + 2 * error[1] < 1.5, "cured"
    assert abs(mean[1]) < 1.0


# -- who takes part ---------------------------------------------------------------------------------------------------


def test_resources_matter_as_in_surveys() -> None:
    """Order and size of the gradients; the bands are wide, because the values are set by hand."""
    rates: dict[str, np.ndarray] = {}
    for seed in range(1, WORLDS + 1):
        model = lived(seed, months=12)
        r, part = model.residents, Snapshot(model)
        for name, took, group in (
            ("volunteered by fifth", part.volunteered, (r.decile - 1) // 2),
            ("volunteered by qualification", part.volunteered, r.qualification),
            ("volunteered by tenure", part.volunteered, r.tenure),
            ("took part by qualification", part.participated, r.qualification),
            ("took part by age", r.months_civic_participation > 0, r.age),
        ):
            level = np.array([took[group == g].mean() for g in range(int(group.max()) + 1)]) / WORLDS
            rates[name] = rates.get(name, 0.0) + level
    fifths = rates["volunteered by fifth"]
    assert 1.5 < fifths[4] / fifths[0] < 2.6, "Scottish Household Survey 2019: 33 against 16 %"
    assert (np.diff(rates["volunteered by qualification"]) > 0).all()
    assert (np.diff(rates["took part by qualification"]) > 0).all()
    assert rates["volunteered by tenure"][0] > rates["volunteered by tenure"][1:].max(), "owners"
    oldest, others = rates["took part by age"][-1], rates["took part by age"][:-1]
    assert oldest < others.mean() - 0.04, "Community Life Survey 2021/22: 22 % of those of 75 and over, others 32 to 38 %"


def test_it_is_the_same_from_high_and_low_starts() -> None:
    levels = []
    for start in ("high", "low"):
        sc = under("relationship", load_scenario("baseline", "england", POPULATION)).with_(start=start)
        model = ParticipationModel(sc, 1)
        model.run(12)
        levels.append((Snapshot(model).participated.mean(), Snapshot(model).volunteered.mean(), model.residents.efficacy.mean()))
    assert levels[0] == pytest.approx(levels[1], abs=0.015)


# -- the structure as a switch ----------------------------------------------------------------------------------------


def test_the_whole_is_its_parts_and_their_levels() -> None:
    parts = [
        STRUCTURES[n].parameters
        for n in ("formed-inclination", "lasting-issues", "households", "answers-by-domain", "rebuilt-by-people")
    ]
    assert not any(set(a) & set(b) for n, a in enumerate(parts) for b in parts[n + 1 :]), "each part has parameters of its own"
    for part in parts:
        assert part.items() <= RELATIONSHIP.items()


def test_a_scenario_keeps_its_own_numbers_under_a_structure() -> None:
    own = small_scenario(60, 0, parameters={"efficacy.weight": 1.0})
    assert under("relationship", own).parameters == {**RELATIONSHIP, "efficacy.weight": 1.0}
    assert under(None, own) is own
    assert structure_of(own) is None
    assert own_values(own) == own_values(under("relationship", small_scenario(60))) == []
    assert "efficacy.weight is set to 1, where the structure 'relationship' has 6" in own_values(under("relationship", own))[0]
    assert structure_of(under("relationship", own)) is STRUCTURES["relationship"], "one number of its own makes no other theory"
    assert structure_of(under("relationship", small_scenario(60))) is STRUCTURES["relationship"]
    assert structure_of(under("households", own)) is STRUCTURES["households"]
    with pytest.raises(InputError, match="did you mean 'relationship'"):
        under("relationshp", own)


def test_another_structure_takes_the_place_of_the_first() -> None:
    own = small_scenario(60, 0, parameters={"efficacy.weight": 1.0})
    assert under("as-shipped", under("relationship", own)).parameters == own.parameters
    assert under("households", under("relationship", own)) == under("households", own)


def test_numbers_of_a_place_and_forms_of_ones_own_that_a_structure_overrides_are_said() -> None:
    plain = small_scenario(60, 0)
    place = replace(plain.place, parameters={"survey.influence_threshold": 0.5})
    (said,) = own_values(under("relationship", plain.with_(place=place)))
    assert "survey.influence_threshold: " in said
    assert "replaces by 0.652" in said
    forms = tuple(replace(form, name=f"my-{form.name}") for form in plain.forms)
    (said,) = own_values(under("relationship", plain.with_(forms=forms)))
    assert "my-public-meeting" in said
    assert own_values(under("households", plain.with_(forms=forms))) == []


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [("needs.issue_lasts", 0.5, "allowed: 0 or 1"), ("deciding.own_answers", 0.01, "allowed: 0 or 1"), ("deciding.election_years", 0.2, "allowed: 0, or 1 to 20")],
)  # fmt: skip
def test_a_switch_is_on_or_off_and_elections_are_at_most_yearly(name, value, said) -> None:
    with pytest.raises(InputError, match=said):
        ParticipationModel(small_scenario(60, 0, parameters={name: value}))


def test_a_network_that_ties_no_housemates_is_said_where_they_would_decide_together() -> None:
    scenario = small_scenario(100, 0)
    strangers = nx.gnm_random_graph(100, 300, seed=1)
    together = under("households", scenario)
    (said,) = ParticipationModel(together, ties=strangers).warnings()
    assert "give ties within households the kind 'household'" in said
    assert ParticipationModel(scenario, ties=strangers).warnings() == []
    assert ParticipationModel(together).warnings() == []


def test_a_month_that_lacks_a_step_is_refused() -> None:
    fewer = tuple(step for step in MONTH if step.name != "efficacy")
    with pytest.raises(InputError, match="steps: 'efficacy' is missing"):
        ParticipationModel(small_scenario(60, 0), steps=fewer)


def test_a_world_where_everybody_joins_everything_has_room_for_it() -> None:
    """More join than three forms a resident, and more companions are asked than two a resident."""
    eager = {f"forms.{form.name}.ease": 12.0 for form in FORMS}
    eager |= {f"deciding.{name}": 1.0 for name in ("start", "household_ask", "companion")}
    eager |= {"asking.peer_ask": 1.0, "asking.bureau_ask": 1.0, "taking_part.quit": 1.0, "taking_part.heard_keeps": 0.0}
    model, other = (ParticipationModel(under("relationship", small_scenario(300, 0, parameters=eager)), 1) for _ in range(2))
    rows = model.scratch
    rows.wants_row, rows.wants_form, rows.score = np.empty(2, np.int64), np.empty(2, np.int64), np.empty(2)
    for _ in range(4):
        model.step()
        other.step()
    assert digest(model) == digest(other)
    assert np.bitwise_count(rows.joins).sum() > 300
    r, t, p = model.residents, model.ties, model.values["deciding"]
    joins, asks = np.full(r.size, 0b1111111111, np.uint16), np.zeros(r.size, np.int64)
    joins[r.person_id % 2 == 0] = 0
    asked = (p, 1.0, np.uint64(5), r.person_id, joins, model.form_face_to_face, t.offsets, t.targets, asks)
    short = (np.empty(3, np.int64), np.empty(3, np.int64), np.empty(3), np.empty(3, np.int64))
    number = bring_along(*asked, *short)
    assert number > 3
    assert (asks == 0).all(), "nobody is asked before there is room for all"
    assert bring_along(*asked, *(np.empty(number, one.dtype) for one in short)) == number
    assert (asks != 0).sum() > 3
