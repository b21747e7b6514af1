"""Compiling the kernels: once per machine, with a message, and on two cores if there are two."""

from __future__ import annotations

import multiprocessing
import os
import signal
from collections.abc import Mapping
from pathlib import Path

import numpy as np

from .declared.quality import AVERAGE
from .declared.scenario import Scenario
from .lifeline import leave_with_parent
from .measures.recorder import Recorder
from .model import ParticipationModel
from .month.taking_part import act
from .state.people import People


class _Hamlet:
    """A place of one ward, for compiling."""

    name, fingerprint, wards, age_bands, qualifications = "hamlet", "", ("all",), ("young", "old"), ("none", "some", "more")
    parameters: Mapping[str, float] = {}
    quality = AVERAGE
    ties = None

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        """Return some people."""
        slots = np.arange(population)
        codes = {
            name: (slots % 3 % top).astype(np.uint8)
            for name, top in (("age", 2), ("tenure", 3), ("qualification", 3), ("segment", 3))
        }
        zero = np.zeros(population, np.int32)
        weight = np.ones(population, np.float32)
        return People(person_id=slots, household=(slots // 2).astype(np.int32), ward=zero, area=zero,
                      decile=(slots % 10 + 1).astype(np.uint8), base_weight=weight, **codes)  # fmt: skip


def hamlet(population: int = 60) -> Scenario:
    """Return a scenario of a few residents in one ward, without burn-in, for compiling and for trying things out."""
    return Scenario("hamlet", _Hamlet(), population=population, burn_in=0)


def is_compiled() -> bool:
    """Return True if numba's cache holds one of the month's last kernels for these sources."""
    folder = Path(act._cache.cache_path)
    return folder.is_dir() and any(folder.glob("taking_part.act-*.nbi"))


def _compile(backwards: bool) -> None:
    """Run a month of a tiny place; `backwards` compiles the kernels in reverse order, so that two processes share the work."""
    if backwards:
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C is handled by the process that the user sees
        leave_with_parent()
    model = ParticipationModel(hamlet(), 1)
    model.recorder = Recorder(model, 1)
    model.month = 1
    for process in reversed(model.steps_of_month) if backwards else model.steps_of_month:
        process.step(model)


def compile_kernels(alone: bool = False) -> None:
    """Compile every kernel into numba's cache, or load it from there; where there are two cores, from both ends of the month at once.

    Args:
        alone: True to start no second process.
    """
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else 1
    if cores > 1 and not alone:
        helper = multiprocessing.get_context("spawn").Process(target=_compile, args=(True,), daemon=True)
        helper.start()
        _compile(False)
        helper.join()
    else:
        _compile(False)
