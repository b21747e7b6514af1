"""Simulated trials: treated and control arms drawn at random, and each person's keyed twin who was not treated."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import numpy as np

from scenarios.catalogue import CATALOGUE
from simulation import Change, Delivery, Intervention
from simulation.declared.scenario import Scenario
from simulation.kernels.randomness import uniforms_of
from simulation.measures.measure import Snapshot, measures_of, take, took_part
from simulation.model import ParticipationModel
from simulation.month import MONTH, declared_parameters
from simulation.month.asking import pack_ask
from simulation.month.casework import BAD, SOLVED
from simulation.month.needs import unpack
from simulation.month.process import Process
from simulation.state.events import PERSONAL, STRANGER
from simulation.world import World

Rows = np.ndarray


def by_lot(model: ParticipationModel, name: str) -> Rows:
    """Return which residents are treated: half, at random, bool (residents,)."""
    return uniforms_of(model.residents.person_id, model.constant_stream(f"trial: {name}")) < 0.5


def wards_by_lot(model: ParticipationModel, name: str) -> tuple[str, ...]:
    """Return the wards that are treated: a random half."""
    lot = uniforms_of(np.arange(len(model.place.wards), dtype=np.int64), model.constant_stream(f"trial: {name}"))
    return tuple(np.array(model.place.wards)[np.argsort(lot, kind="stable")[: len(lot) // 2]].tolist())


def _took_part(model: ParticipationModel) -> np.ndarray:
    """Return who took part in a civic form in the last twelve months, float64 (residents,)."""
    return took_part(model.residents).astype(float)


def this_month(model: ParticipationModel) -> np.ndarray:
    """Return who took part in anything, volunteering included, this month, float64 (residents,)."""
    return (model.residents.acts_12m[model.slot] > 0).astype(float)


def ask_once(model: ParticipationModel, treated: Rows, channel: int, months: int = 1) -> None:
    """Have some residents asked once a month, in the first months, to take part in a form open to all, drawn at random."""

    def step(world: World) -> None:
        if world.month > months:
            return
        r, asks, forms = world.residents, world.scratch.asks, world.open_forms
        lot = uniforms_of(r.person_id, world.streams("trial: which form")[0])
        for i in np.flatnonzero(treated & (r.person_id == people)):
            form = forms[min(int(lot[i] * len(forms)), len(forms) - 1)]
            asks[i] = max(asks[i], pack_ask(channel, np.uint64(1) << np.uint64(60), form, -1))

    people = model.residents.person_id.copy()
    after = [p.name for p in MONTH].index("asking") + 1
    canvass = Process(
        "trial", "Canvass", "asks of a trial", (), (), replace(MONTH[0].parameters, prefix="trial", parameters=()), None, step
    )
    model.steps_of_month = (*MONTH[:after], canvass, *MONTH[after:])
    model.timings["trial"] = 0.0


def canvassing(world: ParticipationModel) -> float:
    """Return by how much one ask in person by a stranger raises the probability of taking part that month."""
    plain, asked = world.branch(world.scenario), world.branch(world.scenario)
    treated = by_lot(world, "canvassing")
    ask_once(asked, treated, STRANGER)
    plain.run(1)
    asked.run(1)
    return float((this_month(asked) - this_month(plain))[treated].mean())


def nudge(world: ParticipationModel) -> float:
    """Return how much more likely people who took part only because of a nudge are to take part in the twelve months after, compared with their twins.

    The nudge is an ask by somebody known in each of three months; it is over by then. Twins tell who took part because of it.
    """
    plain, asked = world.branch(world.scenario), world.branch(world.scenario)
    treated = by_lot(world, "nudge")
    ask_once(asked, treated, PERSONAL, months=3)
    brought = np.zeros(world.residents.size, dtype=bool)
    for _ in range(3):
        plain.run(1)
        asked.run(1)
        brought |= treated & (this_month(asked) > this_month(plain))
    plain.run(12)
    asked.run(12)
    stayed = brought & (asked.residents.person_id == world.residents.person_id)
    return float((_took_part(asked) - _took_part(plain))[stayed].mean())


def telling_reporters(world: ParticipationModel) -> dict[str, float]:
    """Return by how much telling people how their input was used raises the share of reporters who continue, in treated wards compared with the same people's twins.

    Reporters gave input online or by contacting within the year before. `loop_closed` is of all of them, the others of the longer and less long active.
    """
    names = [f.name for f in world.forms]
    reporting = [names.index(n) for n in ("online-report-or-e-panel", "petition-or-contacting") if n in names]
    r = world.residents
    months = np.bitwise_count(r.months_civic_participation | r.months_consultation)
    reporters = (months > 0) & np.isin(r.last_act_form, reporting)
    chosen = wards_by_lot(world, "telling")
    told = Intervention("telling-reporters", "trial", (Change("input_feedback", to=0.95),), Delivery(wards=chosen), kind="probe")
    plain, treated = world.branch(world.scenario), world.branch(world.scenario.with_(interventions=(told,)))
    plain.run(18)
    treated.run(18)
    gain = _took_part(treated) - _took_part(plain)
    inside = reporters & np.isin(np.array(world.place.wards)[r.ward], chosen) & (plain.residents.person_id == r.person_id)
    long = months >= 2
    return {
        "loop_closed": float(gain[inside].mean()),
        "loop_closed: longest active": float(gain[inside & long].mean()),
        "loop_closed: others": float(gain[inside & ~long].mean()),
    }


def courtesy(world: ParticipationModel) -> float:
    """Return the standardised difference of satisfaction with a police contact between wards whose officers keep to a fair script and the others."""
    chosen = wards_by_lot(world, "courtesy")
    script = Intervention(
        "fair-script", "trial", (Change("courtesy", to=1.0),), Delivery(institutions=("police",), wards=chosen), kind="probe"
    )
    model = world.branch(world.scenario.with_(interventions=(script,)))
    police = [s.name for s in model.services].index("police")
    treated = np.isin(np.array(model.place.wards)[model.residents.ward], chosen)
    seen: tuple[list[np.ndarray], list[np.ndarray]] = ([], [])
    for _ in range(6):
        model.step()
        s = model.scratch
        rows, kinds = np.array([unpack(e)[:2] for e in s.entries[: s.found]]).reshape(-1, 2).T
        met = rows[(kinds == police) & ((s.outcomes[: s.found] & (SOLVED | BAD)) > 0)]
        for arm, side in enumerate((treated, ~treated)):
            seen[arm].append(model.residents.satisfaction[met[side[met]]].astype(float))
    fair, usual = (np.concatenate(part) for part in seen)
    pooled = np.sqrt((fair.var(ddof=1) * (len(fair) - 1) + usual.var(ddof=1) * (len(usual) - 1)) / (len(fair) + len(usual) - 2))
    return float((fair.mean() - usual.mean()) / pooled)


def doubled_consultation(world: ParticipationModel) -> float:
    """Return the change of perceived influence, months 49 to 60, after the volume of consultation alone was doubled."""
    found = []
    for tried in ((), (CATALOGUE["more-consultation"],)):
        model = world.branch(world.scenario.with_(interventions=tried))
        found.append(_mean_over_a_year(model, 60, _influence))
    return found[1] - found[0]


def _influence(model: ParticipationModel) -> float:
    return take(Snapshot(model), measures_of(tuple(s.name for s in model.services))["perceived_influence"])


def _mean_over_a_year(model: ParticipationModel, months: int, read: Callable[[ParticipationModel], float]) -> float:
    model.run(months - 12)
    values = []
    for _ in range(12):
        model.step()
        values.append(read(model))
    return float(np.mean(values))


def selection(world: ParticipationModel) -> float:
    """Return the correlation of trust in the council with taking part in the year after, without any treatment."""
    model = world.branch(world.scenario)
    before = world.residents.trust[0].astype(float)
    model.run(12)
    stayed = model.residents.person_id == world.residents.person_id
    return float(np.corrcoef(before[stayed], _took_part(model)[stayed])[0, 1])


def slope_of_places(scenario: Scenario, seed: int, number: int) -> float:
    """Return the slope of participation on responsiveness over three places that differ in it by 0.1 from the start."""
    declared = declared_parameters(scenario.services)
    shifts, levels = (-0.1, 0.0, 0.1), []
    for shift in shifts:
        own = {
            f"{s.name}.responsiveness": float(
                np.clip(
                    scenario.parameters.get(f"{s.name}.responsiveness", declared[f"{s.name}.responsiveness"].default) + shift,
                    0.0,
                    1.0,
                )
            )
            for s in scenario.services
        }
        model = ParticipationModel(scenario.with_(parameters={**scenario.parameters, **own}), seed, replicate=number)
        model.run(12)
        levels.append(float(_took_part(model).mean()))
    return float(np.polyfit(shifts, levels, 1)[0])
