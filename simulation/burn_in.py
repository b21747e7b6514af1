"""Burn-in: months until the place has reached its own steady state, so that the baseline is flat before any intervention."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from .declared.columns import NEVER
from .declared.institutions import TALLY
from .world import World

WINDOW = 24
SHORTEST, LONGEST = 168, 720
SAMPLE = 3
TOLERANCE = 0.005


class RunawayError(RuntimeError):
    """A stock that never settles; the message names it."""


def stocks(model: World) -> dict[str, tuple[float, float]]:
    """Return mean and sampling error of every stock (scaled 0..1) by name.

    A resident's own stock errs as a mean over residents does; what follows an institution's record (expectation and the
    institution's own stocks) errs as a share among the cases that it has in a window, a ward's as one among residents.
    """
    found = {}
    cases = WINDOW * np.maximum(model.tallies[:, TALLY["new_cases"]], 1)
    residents = np.full(1, model.residents.size)
    for prefix, table, number in (
        ("", model.residents, None),
        ("wards.", model.wards, residents),
        ("institutions.", model.institutions, cases.min(keepdims=True)),
    ):
        for column in table.columns:
            if not column.stock:
                continue
            values = getattr(table, column.name).reshape(-1, table.size)
            for k, row in enumerate(values):
                name = prefix + column.name + (f"[{model.services[k].name}]" if len(values) > 1 else "")
                if number is not None:
                    error = 0.5 / np.sqrt(number[0])
                elif column.name == "expectation":
                    error = 0.5 / np.sqrt(cases[np.unique(model.institution_of[:, k])].min())
                else:
                    error = float(row.std(dtype=np.float64)) / np.sqrt(model.residents.size)
                found[name] = (float(row.mean(dtype=np.float64)), float(error))
    return found


def burn_in(model: World, progress: Callable[[int], None] | None = None) -> int:
    """Run a model to month 0 of its steady state; return the months that it took.

    With `scenario.burn_in` set, that many months are run. Otherwise until the 24-month means of all stocks move less than
    0.005 or twice their sampling error, whichever is larger. The last twelve months record each one's own mean signals.

    Raises:
        RunawayError: a stock still moves after the longest burn-in.
    """
    fixed = model.scenario.burn_in
    longest = LONGEST if fixed is None else max(fixed - 12, 0)
    model.month = -(LONGEST + 12 if fixed is None else fixed)
    before: dict[str, float] | None = None
    samples: list[dict[str, tuple[float, float]]] = []
    done = 0
    while done < longest:
        model.live_a_month()
        done += 1
        if progress is not None and done % 12 == 0:
            progress(done)
        if fixed is not None:
            continue
        if done > SHORTEST - 2 * WINDOW and done % SAMPLE == 0:
            samples.append(stocks(model))
        if done % WINDOW == 0 and samples:
            means = {name: float(np.mean([s[name][0] for s in samples])) for name in samples[0]}
            errors = {name: samples[-1][name][1] for name in samples[0]}
            samples = []
            if before is not None and done >= SHORTEST:
                moved = {n: abs(means[n] - before[n]) / max(TOLERANCE, 2 * errors[n]) for n in means}
                if max(moved.values()) < 1:
                    break
                if done >= longest:
                    worst = max(moved, key=lambda n: moved[n])
                    raise RunawayError(
                        f"{model.scenario.name}: no steady state after {done} months: '{worst}' still changes by "
                        f"{abs(means[worst] - before[worst]):.3f} in two years; look at the parameters that affect it"
                    )
            before = means
    _record_signals(model, 12 if fixed is None else min(12, fixed))
    _to_month_zero(model)
    return done + 12


def _record_signals(model: World, months: int) -> None:
    r: Any = model.residents
    i: Any = model.institutions
    r.book_mean[:] = 0
    for n in range(1, months + 1):
        model.recording = 1.0 / n
        model.live_a_month()
        for table in (model.residents, model.wards, model.institutions):
            for column in table.columns:
                if column.mean_of:
                    mean, now = getattr(table, column.name), getattr(table, column.mean_of)
                    mean += (now - mean) * (1.0 / n)
        chases = model.tallies[:, TALLY["chases"]] / np.maximum(model.served, 1.0)
        i.chase_mean += (chases - i.chase_mean) / n
        for k in range(len(model.services)):
            r.book_mean[k] += (r.book >> k) & 1
    model.recording = 0.0


def _to_month_zero(model: World) -> None:
    """Move the calendar so that the last month of burn-in is month 0, by whole years, so that the books stay in place."""
    shift = -model.month
    assert shift % 12 == 0, "burn-in must be whole years"
    for column in model.residents.columns:
        if column.start == NEVER:
            months = getattr(model.residents, column.name)
            months[months != NEVER] += shift
    model.residents.arrived[:] = 0
    model.month = 0
    model.timings = dict.fromkeys(model.timings, 0.0)
