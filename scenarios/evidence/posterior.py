"""Parameter uncertainty: sets of parameters that meet the facts, and draws of all parameters that no fact informs.

A set is a row of fitted values and a number. Every other parameter takes the place in its plausible range that its name and the set's number
give by keyed randomness, so that a set of some four hundred values is kept as a dozen.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import Scenario
from simulation.kernels.randomness import stream, uniform, uniforms_of
from simulation.month import declared_parameters

from ..own_data.tables.table_file import numbers, read

SHIPPED = Path(__file__).parent.parent / "data" / "posterior"
SETS = "sets.csv"
NUMBER = "set"


def position(name: str, number: int) -> float:
    """Return where in its plausible range, 0..1, a parameter that is not fitted lies in a set."""
    return float(uniform(stream(0, f"parameter: {name}"), number))


def positions_of(names: Sequence[str], numbers: np.ndarray) -> np.ndarray:
    """Return `position` of parameters in many sets, float64 (sets, names)."""
    sets = np.asarray(numbers, dtype=np.int64)
    return np.array([uniforms_of(sets, stream(0, f"parameter: {name}")) for name in names]).T.reshape(len(sets), len(names))


def drawn(scenario: Scenario, number: int, fitted: Mapping[str, float]) -> dict[str, float]:
    """Return the parameters of a scenario in one set: fitted values, draws of all others, and above both what is known of the place or said
    in the scenario. What a place knows only within a range is drawn from that.

    Args:
        number: of the set, 0 or more.
        fitted: values of the fitted parameters, by name; those of services that the scenario lacks are left out.
    """
    declared = declared_parameters(scenario.services)
    values = {name: p.plausible_value(position(name, number)) for name, p in declared.items() if p.uncertain}
    values |= {name: value for name, value in fitted.items() if name in declared}
    known = {**scenario.place.parameters, **scenario.parameters}
    ranges: Mapping[str, tuple[float, float]] = getattr(scenario.place, "ranges", {})  # a place from Python may have none
    own = {name: low + (high - low) * position(name, number) for name, (low, high) in ranges.items()}
    return {name: value for name, value in values.items() if name not in known} | own | dict(scenario.parameters)


def ranges_hash(fitted: tuple[str, ...]) -> str:
    """Return a hash of the plausible ranges of all parameters that are not fitted: other ranges, other sets."""
    ranges = {name: p.plausible for name, p in sorted(declared_parameters().items()) if p.uncertain and name not in fitted}
    text = "\n".join(f"{name} {low:.9g} {high:.9g}" for name, (low, high) in ranges.items())
    return hashlib.sha256(text.encode()).hexdigest()[:12]


@dataclass(frozen=True)
class Posterior:
    """Sets of parameters that meet the facts.

    Attributes:
        name: what it is called in results.
        fitted: names of the fitted parameters.
        numbers: int64 (sets,).
        values: float64 (sets, fitted).
    """

    name: str
    fitted: tuple[str, ...]
    numbers: np.ndarray
    values: np.ndarray

    @property
    def size(self) -> int:
        """Number of sets."""
        return len(self.numbers)

    def parameters(self, scenario: Scenario, draw: int) -> dict[str, float]:
        """Return the parameters of a scenario under one set; draws beyond the last begin again."""
        row = draw % self.size
        return drawn(scenario, int(self.numbers[row]), dict(zip(self.fitted, self.values[row].tolist(), strict=True)))

    def table(self) -> pd.DataFrame:
        """Return one row per set: its number and the fitted values."""
        return pd.DataFrame({NUMBER: self.numbers, **{name: self.values[:, n] for n, name in enumerate(self.fitted)}})


def read_posterior(path: Path) -> Posterior:
    """Return the sets in a folder that `calibrate` wrote, or in a CSV file with its columns.

    Raises:
        InputError: naming file, column, line, value and what is allowed.
    """
    path = Path(path)
    file = path / SETS if path.is_dir() else path
    table = read(file)
    names = list(table.frame.columns)
    fitted = tuple(n for n in names if n != NUMBER)
    declared = declared_parameters()
    if NUMBER not in names:
        raise InputError(f"{file}: column '{NUMBER}' is missing; groundswell calibrate writes such a file")
    for name in fitted:
        if name not in declared:
            raise InputError(f"{file}: unknown parameter '{name}'; {nearest(name, declared)}")
    columns = {name: numbers(table, name, name, declared[name].low, declared[name].high).to_numpy() for name in fitted}
    columns[NUMBER] = numbers(table, NUMBER, "number of the set", 0.0, 2.0**53, whole=True).to_numpy()
    for name, column in columns.items():
        if np.isnan(column).any():
            raise InputError(f"{table.line(int(np.isnan(column).argmax()))}: {name}: empty; a number is needed")
    values = np.column_stack([columns[name] for name in fitted]) if fitted else np.empty((len(table.frame), 0))
    return Posterior(path.name, fitted, columns[NUMBER].astype(np.int64), values)


@cache
def shipped() -> Posterior:
    """Return the sets that are shipped: the ledger's facts on `england`."""
    return read_posterior(SHIPPED)


def posterior_named(name: str) -> Posterior | None:
    """Return the sets of a name: `shipped`, `none` (central values), or a path; raise `InputError` where there are none."""
    if name == "none":
        return None
    if name == "shipped":
        return shipped()
    if not Path(name).exists():
        raise InputError(f"posterior: '{name}'; allowed: shipped, none, or a folder that groundswell calibrate wrote")
    return read_posterior(Path(name))
