"""The best package for the money: multi-objective search (Optuna, NSGA-II) on common random numbers, then ranking with valid statistics."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from scipy.special import stdtrit

from simulation.declared.parameters import InputError, nearest
from simulation.declared.sizes import FUTURES, GENERATION, GENERATIONS

from ..numbers import in_words
from .number_words import unit_of
from .results import Results
from .runs import designs
from .runs.factors import Factor
from .store import Store
from .study import Design, Study

FINALISTS = 12
CONFIDENCE = 0.95
FINAL_SEED = 7_919  # added to the root seed: finalists are run on people that the search did not use


@dataclass(frozen=True)
class Objective:
    """What a good package should have more, or less, of."""

    measure: str
    maximise: bool

    def __str__(self) -> str:
        return f"{'maximise' if self.maximise else 'minimise'} {self.measure}"


def objective(text: str, study: Study) -> Objective:
    """Return an objective from `maximise participation` or `minimise cost`.

    Raises:
        InputError: it cannot be read, or names what the study does not take.
    """
    word, _, measure = text.strip().partition(" ")
    if word not in ("maximise", "maximize", "minimise", "minimize") or not measure.strip():
        raise InputError(f"objectives: '{text}'; allowed: maximise MEASURE or minimise MEASURE")
    if measure.strip() not in study.columns:
        raise InputError(f"objectives: the study does not measure '{measure.strip()}'; {nearest(measure.strip(), study.columns)}")
    return Objective(measure.strip(), word.startswith("max"))


@dataclass(frozen=True)
class Optimum:
    """The best packages of a study's levers.

    Attributes:
        study: whose levers were chosen.
        objectives: the first is what packages are ranked by.
        packages: one row per finalist, the best first: levers, each objective with its 95 % interval (`_low`, `_high`), `differs_from_best` (False: it is
            not distinguishable from the best), `dominated` (significantly worse in every objective than another), `regret`, `worst_regret`, `affordable`.
        tried: number of packages that were run in the search.
        whole: True if every possible package was run.
        left_out: packages that had no value of an objective (or of the cost, under a budget) in some run, and were left out.
    """

    study: Study
    objectives: tuple[Objective, ...]
    packages: pd.DataFrame
    tried: int
    whole: bool
    left_out: int = 0

    def _repr_html_(self) -> str:
        return f"<p>{self.words()}</p>" + self.packages.to_html(index=False)

    @property
    def best(self) -> pd.Series:
        """The package with the best mean of the first objective, among those that can be afforded."""
        return self.packages.iloc[0]

    def package_words(self, row: Any) -> str:
        """Return a package in words."""
        return ", ".join(f"{f.name} {row[f.name]:.2f}" if f.numeric else f"{f.name} {row[f.name]}" for f in self.study.levers)

    def unit(self, measure: str) -> str:
        """Return the unit of a measure, as declared."""
        return unit_of(self.study, measure)

    def words(self) -> str:
        """Return the answer in words."""
        first, best = self.objectives[0], self.best
        alike = int((~self.packages["differs_from_best"]).sum()) - 1
        text = (
            f"Of {self.tried} packages{' (all there are)' if self.whole else ''} the best to {first} is {self.package_words(best)}"
        )
        if not best["affordable"]:
            text = f"None of {self.tried} packages keeps to the budget. The nearest is {self.package_words(best)}"
        text += ": {} ({} to {})".format(
            *(in_words(best[first.measure + end], self.unit(first.measure)) for end in ("", "_low", "_high"))
        )
        text += (
            f"; {alike} {'other is' if alike == 1 else 'others are'} not distinguishable from it."
            if alike
            else "; every other finalist is significantly worse."
        )
        if self.left_out:
            text += f" {self.left_out} of {self.tried} packages lacked a value of an objective in some run and were left out."
        if self.study.uncertainties:
            short = [in_words(best[name], self.unit(first.measure)) for name in ("regret", "worst_regret")]
            text += f" Across futures, it falls short of the best package for each future by {short[0]} on average, and by {short[1]} at worst."
        return text


def _futures(study: Study, number: int) -> pd.DataFrame:
    """Return points of the uncertainties, the same for every package; one empty row where there are none."""
    if not study.uncertainties:
        return pd.DataFrame(index=range(1))
    return designs.make("latin-hypercube", study.uncertainties, number, study.seed)


def _table(packages: pd.DataFrame, futures: pd.DataFrame) -> pd.DataFrame:
    """Return every package in every future, package after package."""
    rows = len(futures)
    parts = {c: np.repeat(packages[c].to_numpy(), rows) for c in packages}
    parts |= {c: np.tile(futures[c].to_numpy(), len(packages)) for c in futures}
    return pd.DataFrame(parts)


Sweep = Callable[[Store], None]


def _values(study: Study, folder: Path, packages: pd.DataFrame, futures: pd.DataFrame, sweep: Sweep, command: str) -> np.ndarray:
    """Run packages and return columns by package, future and replicate, float64 (packages, futures, replicates, columns)."""
    planned = study.with_(design=Design("csv", 1, table=_table(packages, futures)))
    store = Store.create(folder, planned, command)
    sweep(store)
    results = Results(folder)
    if not results.complete:
        raise InputError(f"{folder}: runs are missing; run the same command again")
    runs = results.runs.sort_values("run_id")
    return runs[list(study.columns)].to_numpy(float).reshape(len(packages), len(futures), study.replicates, -1)


def _seed(root: int, generation: int) -> int:
    digest = hashlib.blake2b(f"{root}|{generation}".encode(), digest_size=4).digest()
    return int.from_bytes(digest, "little")


def _key(row: Sequence[Any]) -> tuple:
    return tuple(round(float(v), 12) if isinstance(v, int | float | np.floating) else str(v) for v in row)


class _Search:
    """NSGA-II in generations of a fixed size, each with a fresh sampler, told in order: the same after a resume."""

    def __init__(self, study: Study, objectives: tuple[Objective, ...], pounds: float | None, size: int) -> None:
        import optuna

        optuna.logging.set_verbosity(optuna.logging.ERROR)
        self.optuna, self.study, self.objectives, self.pounds, self.size = optuna, study, objectives, pounds, size
        self.search = optuna.create_study(directions=["maximize" if o.maximise else "minimize" for o in objectives])

    def ask(self, generation: int) -> tuple[list[Any], pd.DataFrame]:
        self.search.sampler = self.optuna.samplers.NSGAIISampler(population_size=self.size, seed=_seed(self.study.seed, generation))
        trials = [self.search.ask() for _ in range(self.size)]
        rows = [{f.name: self._suggest(trial, f) for f in self.study.levers} for trial in trials]
        return trials, pd.DataFrame(rows)

    @staticmethod
    def _suggest(trial: Any, one: Factor) -> Any:
        if one.values is None:
            return trial.suggest_float(one.name, one.low, one.high)
        return one.values[trial.suggest_categorical(one.name, list(range(len(one.values))))]

    def tell(self, trials: list[Any], means: list[dict[str, float]]) -> None:
        for trial, mean in zip(trials, means, strict=True):
            values = [mean[o.measure] for o in self.objectives]
            if np.isfinite([mean[name] for name in _needed(self.objectives, self.pounds)]).all():
                if self.pounds is not None:
                    trial.set_constraint("pounds", mean["cost"] - self.pounds)
                self.search.tell(trial, values)
            else:
                self.search.tell(trial, state=self.optuna.trial.TrialState.FAIL)


def find_packages(
    study: Study,
    folder: Path | str,
    objectives: Sequence[str],
    sweep: Sweep,
    *,
    generations: int = GENERATIONS,
    generation: int = GENERATION,
    futures: int = FUTURES,
    final_replicates: int | None = None,
    command: str = "",
) -> Optimum:
    """Return the best packages of a study's levers.

    Every generation and the final are stores of their own in the folder: started again, the search continues where it stopped, and comes to the same.

    Args:
        objectives: `maximise participation`, ...; the first ranks.
        sweep: runs a store to its end.
        generations, generation: how many, and packages in each; a space with no more packages than that is run whole.
        futures: points of the uncertainties.
        final_replicates: of the finalists; None takes four times the study's.

    Raises:
        InputError: no levers, or objectives and budgets that the study does not take.
    """
    folder = Path(folder)
    if not study.levers:
        raise InputError(f"{study.name}: levers: none; there is nothing to choose")
    parsed = tuple(objective(text, study) for text in objectives)
    pounds = study.budget.pounds
    if pounds is not None and "cost" not in study.columns:
        raise InputError(f"{study.name}: budget: pounds needs the measure 'cost' in measures")
    ahead = _futures(study, futures)
    tried = _search(study, folder, parsed, ahead, sweep, generations, generation, command)
    names = [f.name for f in study.levers]
    finalists = _finalists(tried, parsed, pounds)
    final = study.with_(seed=study.seed + FINAL_SEED, replicates=final_replicates or 4 * study.replicates)
    values = _values(final, folder / "final", finalists[names], ahead, sweep, command)
    whole = all(f.values is not None for f in study.levers) and len(tried) == int(
        np.prod([len(f.values or ()) for f in study.levers])
    )
    count = len(finalists)
    values, finalists = _complete(study, values, finalists[names], parsed, pounds)
    left_out = int((~_usable(tried, parsed, pounds)).sum()) + count - len(finalists)
    return Optimum(study, parsed, _ranked(study, finalists, values, parsed, pounds), len(tried), whole, left_out)


def _search(
    study: Study,
    folder: Path,
    objectives: tuple[Objective, ...],
    ahead: pd.DataFrame,
    sweep: Sweep,
    generations: int,
    size: int,
    command: str,
) -> pd.DataFrame:
    """Return every package that was run with its means."""
    names = [f.name for f in study.levers]
    if is_whole(study, generations * size):
        packages = designs.make("full", study.levers, 1, study.seed)
        means = _values(study, folder / "all", packages, ahead, sweep, command).mean(axis=(1, 2))
        return pd.concat([packages, pd.DataFrame(means, columns=list(study.columns))], axis=1)
    search = _Search(study, objectives, study.budget.pounds, size)
    known: dict[tuple, dict[str, float]] = {}
    kept: list[dict[str, Any]] = []
    for number in range(generations):
        trials, packages = search.ask(number)
        keys = [_key(row) for row in packages.itertuples(index=False)]
        fresh = [n for n, k in enumerate(keys) if k not in known and keys.index(k) == n]
        if fresh:
            values = _values(
                study, folder / f"generation-{number:03d}", packages.iloc[fresh].reset_index(drop=True), ahead, sweep, command
            )
            for n, mean in zip(fresh, values.mean(axis=(1, 2)), strict=True):
                known[keys[n]] = dict(zip(study.columns, map(float, mean), strict=True))
                kept.append({**{c: packages[c].iloc[n] for c in names}, **known[keys[n]]})
        search.tell(trials, [known[k] for k in keys])
    return pd.DataFrame(kept)


def is_whole(study: Study, most: int) -> bool:
    """Return True if a study has no more packages than so many, so that all are run and none is searched for."""
    return all(f.values is not None for f in study.levers) and designs.size("full", study.levers, 1) <= most


def _needed(objectives: Sequence[Objective], pounds: float | None) -> list[str]:
    """Return the measures without which a package cannot be judged."""
    return list(dict.fromkeys([*(o.measure for o in objectives), *(["cost"] if pounds is not None else [])]))


def _usable(tried: pd.DataFrame, objectives: Sequence[Objective], pounds: float | None) -> np.ndarray:
    """Return which packages have all values that they are judged by, bool (packages,)."""
    return np.isfinite(tried[_needed(objectives, pounds)].to_numpy(float)).all(axis=1)


def _complete(
    study: Study, values: np.ndarray, packages: pd.DataFrame, objectives: Sequence[Objective], pounds: float | None
) -> tuple[np.ndarray, pd.DataFrame]:
    """Return finalists that have all values on people that the search did not use.

    Raises:
        InputError: none has.
    """
    at = [list(study.columns).index(name) for name in _needed(objectives, pounds)]
    kept = np.isfinite(values[..., at]).all(axis=(1, 2, 3))
    if not kept.any():
        raise InputError(
            f"optimise: no finalist has every value of {' and '.join(_needed(objectives, pounds))}; see the table of the final"
        )
    return values[kept], packages[kept].reset_index(drop=True)


def _finalists(tried: pd.DataFrame, objectives: tuple[Objective, ...], pounds: float | None) -> pd.DataFrame:
    """Return the packages worth a second look: the front, and those next to the best."""
    signs = np.array([1.0 if o.maximise else -1.0 for o in objectives])
    scores = tried[[o.measure for o in objectives]].to_numpy(float) * signs
    usable = _usable(tried, objectives, pounds)
    if pounds is not None:
        affordable = usable & (tried["cost"].to_numpy() <= pounds)
        usable = affordable if affordable.any() else usable & (tried["cost"].to_numpy() <= tried["cost"][usable].min() + 1e-9)
    rows = np.flatnonzero(usable)
    if not len(rows):
        raise InputError(
            f"optimise: every package failed, or has no value of {' or '.join(_needed(objectives, pounds))}; see the tables of the generations"
        )
    front = [i for i in rows if not any((scores[j] >= scores[i]).all() and (scores[j] > scores[i]).any() for j in rows)]
    ranked = rows[np.argsort(-scores[rows, 0], kind="stable")]
    near = list(dict.fromkeys([*ranked[: FINALISTS // 2], *sorted(front, key=lambda i: -scores[i, 0])]))
    return tried.iloc[near[: max(FINALISTS, 2)]].reset_index(drop=True)


def _ranked(
    study: Study, packages: pd.DataFrame, values: np.ndarray, objectives: tuple[Objective, ...], pounds: float | None
) -> pd.DataFrame:
    """Return finalists with intervals, which are not distinguishable from the best, which are significantly dominated, and regrets."""
    columns = list(study.columns)
    count = len(packages)
    paired = values.transpose(0, 2, 1, 3).mean(axis=2)  # (packages, replicates, columns): futures are the same for all
    replicates = paired.shape[1]
    out = packages.copy()
    for one in objectives:
        cells = paired[:, :, columns.index(one.measure)]
        half = (
            stdtrit(max(replicates - 1, 1), 0.5 + CONFIDENCE / 2)
            * cells.std(axis=1, ddof=1 if replicates > 1 else 0)
            / np.sqrt(replicates)
        )
        out[one.measure], out[f"{one.measure}_low"], out[f"{one.measure}_high"] = (
            cells.mean(axis=1),
            cells.mean(axis=1) - half,
            cells.mean(axis=1) + half,
        )
    out["affordable"] = True if pounds is None else paired[:, :, columns.index("cost")].mean(axis=1) <= pounds
    scores = np.stack([paired[:, :, columns.index(o.measure)] * (1 if o.maximise else -1) for o in objectives], axis=-1)
    better = _significantly_better(scores, replicates)
    order = np.lexsort((-scores[:, :, 0].mean(axis=1), ~out["affordable"].to_numpy()))
    best = order[0]
    out["differs_from_best"] = [bool(better[best, i, 0]) for i in range(count)]
    out["dominated"] = [bool(any(better[j, i].all() for j in range(count) if j != i)) for i in range(count)]
    first = values[:, :, :, columns.index(objectives[0].measure)].mean(axis=2) * (
        1 if objectives[0].maximise else -1
    )  # (packages, futures)
    own = out["affordable"].to_numpy()
    regret = (first[own] if own.any() else first).max(axis=0)[None, :] - first
    out["regret"], out["worst_regret"] = np.maximum(regret, 0).mean(axis=1), np.maximum(regret, 0).max(axis=1)
    return out.iloc[order].reset_index(drop=True)


def _significantly_better(scores: np.ndarray, replicates: int) -> np.ndarray:
    """Return whether one is significantly better than another in each objective, bool (packages, packages, objectives); jointly at 95 %."""
    count, _, objectives = scores.shape
    out = np.zeros((count, count, objectives), dtype=bool)
    if replicates < 2:
        return out
    bound = stdtrit(replicates - 1, 1 - (1 - CONFIDENCE) / 2 / max(count * (count - 1) // 2, 1))
    for j in range(count):
        difference = scores[j][None] - scores
        mean, spread = difference.mean(axis=1), difference.std(axis=1, ddof=1) / np.sqrt(replicates)
        out[j] = mean > np.maximum(bound * spread, 1e-12)
    return out
