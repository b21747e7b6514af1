"""Calibration: screening, waves of history matching, a sample by approximate Bayesian computation, and its effective size."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import qmc

from scenarios.evidence.facts import Fact, check_targets
from scenarios.evidence.posterior import Posterior, positions_of
from simulation.declared.parameters import InputError, Parameter
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import FITTED_POPULATION, QUICK_POPULATION
from simulation.month import declared_parameters

from ...numbers import percent
from ...provenance import code_commit, versions
from ...studies.runs.factors import Factor
from ...studies.runs.observations import SET, Observer, observables
from ...studies.store import Store
from ...studies.study import Design, Study
from .emulators import Emulators, fit, make_up_for, walk
from .results import Calibration, combinations_table, facts_table, parameters_table
from .sample import Bank, cover, effective_size, keep, log_likelihood, nearness_to, propose
from .screening import Screen, scale, screen, uncertain_names

WIDER = 2.0  # fitted parameters get twice the plausible range, so that the facts decide and not the range
CUT = 3.0  # implausibility beyond which a point is ruled out (Pukelsheim's three sigma)
LEAST_LEFT = 12  # candidates that must be left to continue from
Sweep = Callable[[Store], None]
Tell = Callable[[str], None]


@dataclass(frozen=True)
class Sizes:
    """The size of the runs.

    Attributes:
        population: residents of each world.
        screening: runs with all parameters at random.
        wave: runs of each wave of history matching.
        waves: waves.
        final: runs of the sample.
        sets: parameter sets that are kept.
        truths: invented truths on which coverage is tested.
        candidates: points that a wave looks at without running them.
        learned_from: runs from which the emulators' scales are learned.
    """

    population: int = FITTED_POPULATION
    screening: int = 1600
    wave: int = 700
    waves: int = 3
    final: int = 3000
    sets: int = 200
    truths: int = 200
    candidates: int = 20_000
    learned_from: int = 500


FULL = Sizes()
SMALL = Sizes(
    population=QUICK_POPULATION, screening=520, wave=100, waves=2, final=160, sets=40, truths=20, candidates=3000, learned_from=200
)


class Calibrator:
    """Fits a scenario's parameters to facts, in steps that are saved and can be continued.

    Args:
        scenario: place and population; parameters that it sets stay as they are.
        targets: facts of kind `band`.
        folder: where runs and results are kept.
        sizes: how much is run.
        seed: root seed of everything.
        sweep: runs a store to its end.
        fitted: parameters to be fitted with their ranges; None screens for them.
        tell: called with what is being done.
        command: the command to repeat it.
    """

    def __init__(
        self,
        scenario: Scenario,
        targets: Sequence[Fact],
        folder: Path,
        sizes: Sizes,
        seed: int,
        sweep: Sweep,
        fitted: Mapping[str, tuple[float, float]] | None = None,
        tell: Tell = lambda _: None,
        command: str = "",
    ) -> None:
        self.targets = tuple(targets)
        check_targets(self.targets, observables(tuple(s.name for s in scenario.services)))
        self.scenario = scenario.with_(name="calibration", population=sizes.population)
        self.folder, self.sizes, self.seed, self.sweep, self.tell, self.command = folder, sizes, seed, sweep, tell, command
        self.asked_for = dict(fitted) if fitted is not None else None
        for name in self.asked_for or ():
            if name in scenario.parameters or name in scenario.place.parameters:
                raise InputError(f"{name}: is set by the scenario or known for the place, so it cannot be fitted")
        self.observer = Observer(self.scenario, tuple(dict.fromkeys(f.observable for f in self.targets)), seed)
        self.goal = np.array([f.target for f in self.targets])
        self.errors = scale(self.targets)
        self.uncertain = tuple(n for n in uncertain_names() if n not in scenario.parameters and n not in scenario.place.parameters)
        self.next_set = 0
        self.waves: list[dict[str, Any]] = []

    # -- runs ---------------------------------------------------------------------------------------------------------

    def _run(self, name: str, table: pd.DataFrame) -> tuple[pd.DataFrame, np.ndarray]:
        """Run the rows of a table, or read them from the store; return the completed rows and their facts (runs, facts)."""
        declared = declared_parameters(self.scenario.services)
        limits = {n: (declared[n].low, declared[n].high) for n in table if n != SET} | {SET: (0.0, 2.0**53)}
        factors = tuple(Factor(n, "parameter", n, *limits[n], role="uncertainty") for n in table)
        study = Study(
            name,
            self.scenario,
            factors,
            Design("csv", len(table), table=table),
            replicates=1,
            months=self.observer.months,
            seed=self.seed,
            measures=self.observer.names,
            measured=self.observer,
        )
        store = Store.create(self.folder / name, study, self.command)
        self.sweep(store)
        runs = store.table("runs").to_pandas().sort_values("point")
        runs = runs[runs["status"] == "done"]
        columns = [f.observable for f in self.targets]
        outputs = runs[columns].to_numpy(float)
        fine = np.isfinite(outputs).all(axis=1)
        if fine.sum() < 0.5 * len(table):
            raise InputError(
                f"{name}: only {int(fine.sum())} of {len(table)} runs give a number for every target; look at them: groundswell results {self.folder / name}"
            )
        return table.iloc[runs["point"].to_numpy()[fine]].reset_index(drop=True), outputs[fine]

    def _numbers(self, count: int) -> np.ndarray:
        """Return unused set numbers; they differ between seeds."""
        first = self.next_set
        self.next_set += count
        return (self.seed % 2**20) * 1_000_000 + np.arange(first, first + count)

    def _others(self, numbers: np.ndarray) -> np.ndarray:
        """Return positions of the parameters that are not fitted, float64 (sets, others)."""
        return positions_of(self.others, numbers)

    def _values(self, positions: np.ndarray, numbers: np.ndarray) -> pd.DataFrame:
        low, high = self.ranges.T
        return pd.DataFrame({SET: numbers, **{n: low[i] + positions[:, i] * (high[i] - low[i]) for i, n in enumerate(self.fitted)}})

    # -- steps --------------------------------------------------------------------------------------------------------

    def screening(self) -> Screen:
        """Run worlds in which every parameter varies, and choose which to fit."""
        numbers = self._numbers(self.sizes.screening)
        if len(numbers) <= 1.2 * len(self.uncertain):
            raise InputError(
                f"screening: {len(numbers)} runs are too few for {len(self.uncertain)} parameters; allowed: {int(1.2 * len(self.uncertain)) + 1} or more"
            )
        table, outputs = self._run("screening", pd.DataFrame({SET: numbers}))
        numbers = table[SET].to_numpy()
        screened = screen(positions_of(self.uncertain, numbers), outputs, self.targets, self.uncertain)
        self.fitted = tuple(self.asked_for) if self.asked_for is not None else screened.chosen
        if not self.fitted:
            raise InputError("screening: no parameter moves any of the targets by a quarter of its error; there is nothing to fit")
        declared = declared_parameters(self.scenario.services)
        self.ranges = np.array([(self.asked_for or {}).get(n, _wide(declared[n])) for n in self.fitted])
        self.others = tuple(n for n in self.uncertain if n not in self.fitted)
        values = np.array(
            [
                [declared[n].plausible_value(x) for n, x in zip(self.fitted, row, strict=True)]
                for row in positions_of(self.fitted, numbers)
            ]
        )
        self.bank = Bank((values - self.ranges[:, 0]) / np.ptp(self.ranges, axis=1), self._others(numbers), outputs)
        return replace(screened, chosen=tuple(self.fitted))

    def _bank(self, table: pd.DataFrame, outputs: np.ndarray) -> Bank:
        low, high = self.ranges.T
        return Bank((table[list(self.fitted)].to_numpy(float) - low) / (high - low), self._others(table[SET].to_numpy()), outputs)

    def wave(self, number: int, emulators: Emulators | None) -> Emulators:
        """Run one wave in the space that is not ruled out yet, and return emulators fitted to it."""
        sets = self._numbers(self.sizes.wave)
        if emulators is None:
            positions = _space_filling(len(sets), len(self.fitted), self.seed)
        else:
            positions = self._not_ruled_out(emulators, self._others(sets), number)
        table, outputs = self._run(f"wave-{number}", self._values(positions, sets))
        bank = self._bank(table, outputs)
        if number == 1:
            self.prior, self.before_waves = bank, self.bank
        self.bank = self.bank.joined(bank)
        emulators = self._fit_near(emulators)
        self._tell_wave(number, emulators, len(table))
        return emulators

    def _fit_near(self, before: Emulators | None) -> Emulators:
        """Fit emulators to the runs that the last emulators did not rule out by far, so that they are accurate where it matters."""
        bank = self.bank
        if before is not None:
            far = self._implausibility(before, bank.positions, before.other_part(bank.others)).max(axis=1)
            bank = bank.part(np.argsort(far, kind="stable")[: max(int((far < 2 * CUT).sum()), len(self.others) + 200)])
        return fit(bank.positions, bank.others, bank.outputs, self.seed, self.sizes.learned_from)

    def _implausibility(self, emulators: Emulators, positions: np.ndarray, other_part: np.ndarray) -> np.ndarray:
        """Return the distance of each fact from its target, divided by their joint uncertainty, float64 (points, facts)."""
        unsure = np.sqrt(np.diag(emulators.residual) + self.errors**2)
        return np.abs(emulators.fitted_part(positions) + other_part - self.goal) / unsure

    def _candidates(self, emulators: Emulators) -> tuple[np.ndarray, np.ndarray]:
        """Return points from the whole prior, and their implausibility."""
        positions = _space_filling(self.sizes.candidates, len(self.fitted), self.seed + 1)
        return positions, self._implausibility(emulators, positions, np.zeros(len(self.goal)))

    def _not_ruled_out(self, emulators: Emulators, others: np.ndarray, wave: int) -> np.ndarray:
        """Return one point per set of the other parameters, at which every fact may be close to its target."""
        part = emulators.other_part(others)
        positions, far = self._candidates(emulators)
        left = np.flatnonzero(far.max(axis=1) < CUT)
        start_from = positions[left] if len(left) >= LEAST_LEFT else positions[np.argsort(far.max(axis=1))[:LEAST_LEFT]]
        moves = make_up_for(emulators, others, self.errors, self.seed)
        rng = np.random.default_rng((self.seed, wave))
        start = np.clip(start_from[rng.integers(0, len(start_from), len(others))] + moves, 0.01, 0.99)

        def density(at: np.ndarray, rows: np.ndarray, _: np.ndarray) -> np.ndarray:
            worst = self._implausibility(emulators, at, part[rows]).max(axis=1)
            return -4.0 * np.maximum(worst - CUT, 0.0)  # level where nothing is ruled out, and downhill to it from outside

        even = 2 * (len(others) // 2)
        walked = walk(density, start[:even], np.arange(even), np.zeros_like(moves), 1, 60, 1, self.seed + wave)
        found = np.concatenate([walked.positions[-1], start[even:]])
        return found

    def _tell_wave(self, number: int, emulators: Emulators, runs: int) -> None:
        _, far = self._candidates(emulators)
        worst = far.max(axis=1)
        left = float((worst < CUT).mean())
        by = self.targets[int((far > CUT).mean(axis=0).argmax())].id
        self.waves.append({"wave": number, "runs": runs, "left": left, "rules_out_most": by})
        self.tell(
            f"wave {number}: {runs} runs; {percent(left, 2)} of the space of {len(self.fitted)} parameters is not ruled out; '{by}' rules out most"
        )
        if worst.min() > CUT and number == self.sizes.waves:
            raise InputError(conflict(self.targets, far))

    def sample(self, emulators: Emulators) -> tuple[Bank, pd.DataFrame, np.ndarray]:
        """Run points sampled under the emulators, and return them, their table, and the log weights that make them a posterior sample."""
        numbers = self._numbers(4 * self.sizes.final)
        others = self._others(numbers)
        nearness = nearness_to(self.targets, emulators, others)
        positions, far = self._candidates(emulators)
        start = positions[np.argsort(far.max(axis=1))[: max(LEAST_LEFT, 60)]]
        walked = propose(nearness, start, others, self.errors, self.sizes.final, self.seed)
        at, rows = walked.positions.reshape(-1, len(self.fitted)), walked.rows.ravel()
        first = np.sort(np.unique(np.column_stack([rows, np.round(at, 9)]), axis=0, return_index=True)[1])[: self.sizes.final]
        self.tell(f"sample: walkers took {percent(walked.accepted)} of their steps; {len(first)} different sets will be run")
        table, outputs = self._run("sample", self._values(at[first], numbers[rows[first]]))
        bank = self._bank(table, outputs)
        place = {n: i for i, n in enumerate(numbers.tolist())}
        row = np.array([place[n] for n in table[SET].tolist()])
        proposed = nearness(bank.positions, row, np.zeros(len(row), int))
        return bank, table, log_likelihood(bank.outputs, self.targets) - proposed

    def coverage(self, axes: np.ndarray) -> np.ndarray:
        """Return whether 90 % intervals of some directions hold invented truths of the first wave, bool (truths, directions)."""
        count = min(self.sizes.truths, len(self.prior.positions) // 2)
        known = self.before_waves.joined(self.prior.part(np.arange(count, len(self.prior.positions))))
        emulators = fit(known.positions, known.others, known.outputs, self.seed, self.sizes.learned_from)
        return cover(emulators, self.prior.part(np.arange(count)), known.others, self.errors, axes, self.seed)

    def calibrate(self) -> Calibration:
        """Go through all steps and return what was found."""
        screened = self.screening()
        self.tell(f"screening: {len(self.uncertain)} parameters; to be fitted: {', '.join(self.fitted)}")
        emulators = None
        for number in range(1, self.sizes.waves + 1):
            emulators = self.wave(number, emulators)
        assert emulators is not None
        bank, table, weights = self.sample(emulators)
        effective = effective_size(weights)
        chosen = keep(weights, self.sizes.sets, self.seed)
        self.tell(f"sample: {len(bank.positions)} runs are worth {effective:.0f} independent ones; {len(chosen)} sets are kept")
        kept = bank.part(chosen)
        combinations, axes = combinations_table(self.fitted, kept.positions)
        covered = self.coverage(axes) if len(axes) and self.sizes.truths else np.empty((0, len(axes)))
        combinations["coverage"] = [
            *(covered.mean(axis=0) if covered.size else [np.nan] * len(axes)),
            *[np.nan] * (len(combinations) - len(axes)),
        ]
        posterior = Posterior(
            self.folder.name, tuple(self.fitted), table[SET].to_numpy()[chosen], table[list(self.fitted)].to_numpy()[chosen]
        )
        made = {
            "command": self.command,
            "seed": self.seed,
            "sizes": asdict(self.sizes),
            "place": self.scenario.place.name,
            "code_commit": code_commit(),
            "versions": versions(),
            "targets": [asdict(f) for f in self.targets],
        }
        return Calibration(
            self.targets,
            screened,
            posterior,
            self.ranges,
            pd.DataFrame(self.waves),
            facts_table(self.targets, kept.outputs, self.prior.outputs, screened),
            parameters_table(self.fitted, self.ranges, kept.positions, screened),
            combinations,
            effective,
            float(covered.mean()) if covered.size else float("nan"),
            made,
        )


def conflict(targets: Sequence[Fact], far: np.ndarray) -> str:
    """Report which targets cannot be met, alone or together.

    Args:
        far: float64 (points, facts), how implausible each fact is at points all over the space.
    """
    alone = far.min(axis=0)
    k = int(alone.argmax())
    if alone[k] > CUT:
        return f"targets: {targets[k].id} cannot be reached: whatever the fitted parameters are, the model stays {alone[k]:.1f} errors or more from {targets[k].target:g}"
    together = np.array([[np.maximum(far[:, a], far[:, b]).min() for b in range(far.shape[1])] for a in range(far.shape[1])])
    a, b = (int(i) for i in np.unravel_index(int(together.argmax()), together.shape))
    if together[a, b] > CUT:
        return f"targets: {targets[a].id} and {targets[b].id} conflict: each can be met alone, but together they come no closer than {together[a, b]:.1f} errors at once"
    nearest_point = far[int(far.max(axis=1).argmin())]
    missed = ", ".join(f"{targets[i].id} by {nearest_point[i]:.1f} errors" for i in np.argsort(-nearest_point)[:4])
    return f"targets: they conflict: no parameter set meets them all. The closest fit misses {missed}"


def _wide(p: Parameter) -> tuple[float, float]:
    """Return the range that a parameter is fitted in."""
    ends = p.plausible_value(0.5 - WIDER / 2), p.plausible_value(0.5 + WIDER / 2)
    return min(ends), max(ends)


def _space_filling(count: int, factors: int, seed: int) -> np.ndarray:
    """Return a scrambled Sobol sequence, float64 (count, factors), a little inside 0..1."""
    return 0.001 + 0.998 * qmc.Sobol(factors, seed=np.random.default_rng(seed)).random(2 ** int(np.ceil(np.log2(count))))[:count]
