"""The conformance test that interventions and measures from other packages must pass; it tries them in a small world.

An intervention: a zero dose changes no byte; it writes only what it declares; it draws only keyed randomness; it survives
the extremes of its range. A measure: it changes nothing, draws nothing, and gives numbers.
"""

from __future__ import annotations

import contextlib
import os
import random
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any
from unittest import mock

import numpy as np

from simulation.checkpoint import lasting
from simulation.compile import hamlet
from simulation.declared.interventions import Delivery, Intervention
from simulation.measures.measure import Measure, Snapshot
from simulation.model import ParticipationModel

MONTHS = 3


class OwnRandomnessError(RuntimeError):
    """A plug-in asked for random numbers that are not keyed."""


def _compiling() -> bool:
    """Return True if the call comes from numba's compiler or its cache."""
    frame = sys._getframe(2)
    while frame is not None:
        if str(frame.f_globals.get("__name__", "")).startswith("numba.core."):
            return True
        frame = frame.f_back  # type: ignore[assignment]
    return False


def _refuse(name: str, usual: Callable[..., Any]) -> Callable[..., Any]:
    """Return what replaces a generator.

    It refuses this thread; other threads, in which no plug-in runs, and the compiler, which names its files at random, go on as usual.
    """
    watched = threading.get_ident()

    def raised(*given: Any, **named: Any) -> Any:
        if threading.get_ident() != watched or _compiling():
            return usual(*given, **named)
        raise OwnRandomnessError(
            f"it draws its own random numbers ({name}); draws are keyed: use model.streams and simulation.kernels.randomness"
        )

    return raised


@contextlib.contextmanager
def only_keyed_randomness() -> Iterator[None]:
    """Refuse every other source of randomness.

    Raises:
        OwnRandomnessError: on use of Python's, numpy's or the system's generators.
    """
    numpy_names = [n for n in ("default_rng", "rand", "randn", "random", "randint", "normal", "uniform", "choice", "shuffle", "permutation",
                               "binomial", "poisson", "exponential", "beta", "gamma", "random_sample", "seed") if hasattr(np.random, n)]  # fmt: skip
    python_names = (
        "random",
        "uniform",
        "randint",
        "randrange",
        "choice",
        "choices",
        "shuffle",
        "sample",
        "gauss",
        "betavariate",
        "seed",
        "Random",
    )
    with contextlib.ExitStack() as stack:
        for name in numpy_names:
            stack.enter_context(mock.patch.object(np.random, name, _refuse(f"numpy.random.{name}", getattr(np.random, name))))
        for name in python_names:
            stack.enter_context(mock.patch.object(random, name, _refuse(f"random.{name}", getattr(random, name))))
        stack.enter_context(mock.patch("os.urandom", _refuse("os.urandom", os.urandom)))
        yield


def _state(model: ParticipationModel) -> dict[str, bytes]:
    """Return everything that a month depends on as bytes, by name: what a checkpoint has, and the levers of this month."""
    levers = {"levers": model.levers.institution, "form levers": model.levers.form}
    return {name: array.tobytes() for name, array in (lasting(model) | levers).items()}


def _changed(before: dict[str, bytes], after: dict[str, bytes]) -> list[str]:
    return [name for name in before if before[name] != after[name]]


def _world() -> ParticipationModel:
    model = ParticipationModel(hamlet(), 1)
    model.run(2)
    return model


def _out_of_range(model: ParticipationModel) -> str | None:
    for column in model.residents.columns:
        values = getattr(model.residents, column.name)
        if column.dtype == "f4" and not np.isfinite(values).all():
            return f"'{column.name}' is no longer a number"
        if column.stock and (values.min() < 0.0 or values.max() > 1.0):
            return f"'{column.name}' leaves 0..1"
    return None


def _raised(error: Exception) -> str:
    return (
        str(error) if isinstance(error, OwnRandomnessError) else f"it raised {type(error).__name__}: {' '.join(str(error).split())}"
    )


def check_intervention(one: Intervention) -> list[str]:
    """Return what is wrong with an intervention, a line each; empty where it conforms."""
    world = _world()
    try:
        return _zero_dose(one, world) or _own_step(one, world) or _extremes(one, world)
    except Exception as error:
        return [_raised(error)]


def _try(world: ParticipationModel, tried: Intervention | None) -> ParticipationModel:
    """Return a copy of the world after some months with an intervention."""
    model = world.branch(world.scenario.with_(interventions=(tried,) if tried else ()))
    model.month = 0
    with only_keyed_randomness():
        model.run(MONTHS)
    return model


def _zero_dose(one: Intervention, world: ParticipationModel) -> list[str]:
    changed = _changed(_state(_try(world, None)), _state(_try(world, one.at(0.0))))
    return [f"a dose of zero changes '{changed[0]}'"] if changed else []


def _own_step(one: Intervention, world: ParticipationModel) -> list[str]:
    if one.step is None:
        return []
    twins, before = [world.branch(world.scenario) for _ in range(2)], _state(world)
    with only_keyed_randomness():
        for twin in twins:
            one.step(twin, 1.0)
    changed = _changed(before, _state(twins[0]))
    undeclared = [name for name in changed if name not in one.writes]
    if undeclared:
        return [f"it writes '{undeclared[0]}', which it does not declare"]
    if _changed(_state(twins[0]), _state(twins[1])):
        return ["it gives different values in the same world: it keeps state, or draws random numbers that are not keyed"]
    return []


def _extremes(one: Intervention, world: ParticipationModel) -> list[str]:
    everywhere = Delivery(institutions=one.delivery.institutions, end=2, decay=1)
    for tried in (one.at(1.0, everywhere), one.at(1.0, replace(everywhere, ramp=3, fidelity=0.0)), one.at(1e-9, everywhere)):
        wrong = _out_of_range(_try(world, tried))
        if wrong:
            return [f"at dose {tried.dose:g} {wrong}"]
    return []


def conformance_test(one: Intervention | Measure) -> Callable[[], None]:
    """Return a test for pytest: `test_mine = conformance_test(my_intervention)`."""
    check: Callable[[Any], list[str]] = check_intervention if isinstance(one, Intervention) else check_measure

    def test() -> None:
        problems = check(one)
        assert not problems, f"{one.name}: {'; '.join(problems)}"

    return test


def check_measure(measure: Measure) -> list[str]:
    """Return what is wrong with a measure, a line each; empty where it conforms."""
    world = _world()
    before = _state(world)
    try:
        with only_keyed_randomness():
            results = [_taken(measure, world) for _ in range(2)]
    except Exception as error:
        return [_raised(error)]
    changed = _changed(before, _state(world))
    if changed:
        return [f"it changes '{changed[0]}'; a measure may only read"]
    if not np.array_equal(results[0], results[1], equal_nan=True):
        return ["it gives different values in the same world"]
    return []


def _taken(measure: Measure, world: ParticipationModel) -> np.ndarray:
    snapshot = Snapshot(world)
    if measure.total is not None:
        return np.array([float(measure.total(snapshot))])
    if measure.values is None:
        raise TypeError("a measure needs `values` or `total`")
    value, weight = measure.values(snapshot)
    parts = [np.asarray(value, dtype=float), *([] if weight is None else [np.asarray(weight, dtype=float)])]
    if any(part.shape != (world.residents.size,) for part in parts):
        raise TypeError(f"values must have one entry per resident, not shape {parts[0].shape}")
    return np.concatenate(parts)
