"""Worlds that tests keep on disk, and what they ask of them."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from types import MappingProxyType
from typing import Any

import numpy as np

from experiments.kept.worlds import steady
from scenarios.places import read_place
from scenarios.places.place_template import place_files
from scenarios.scenario_file import of_place
from simulation import People, Scenario, Ties
from tests.places import small_place, small_scenario
from tests.worlds import digest

ROOT = Path(__file__).resolve().parent.parent.parent
SCENARIO = small_scenario(120, 24)


def files(folder: Path, ending: str = ".npz") -> list[Path]:
    """Return the kept files of one ending."""
    return sorted(folder.glob(f"*{ending}"))


def after(scenario: Scenario, months: int = 6, **options: Any) -> tuple[str, bool]:
    """Return the digest of a world some months after burn-in, and whether it was burnt in now."""
    found = steady(scenario, 1, **options)
    found.model.run(months)
    return digest(found.model), found.fresh


def environment() -> dict[str, str]:
    """Return this process's environment, for another that imports the tests."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


class ForeignPlace:
    """A place that is no table: it draws what somebody says, and may draw otherwise than it lets on."""

    parameters: Mapping[str, float] = MappingProxyType({"needs.chase": 0.2})
    age_bands, qualifications, wards, ties, name = ("young", "old"), ("none", "some", "more"), ("all",), None, "abroad"

    def __init__(self, decile: int) -> None:
        self.fingerprint = "always the same"
        ForeignPlace.hidden = decile

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        slots = np.arange(population)
        zero, code = np.zeros(population, np.int32), (slots % 2).astype(np.uint8)
        return People(slots, (slots // 2).astype(np.int32), zero, zero, np.full(population, self.hidden, np.uint8), code, code, code,
                      (slots % 3).astype(np.uint8), np.ones(population, np.float32))  # fmt: skip


def uploaded(folder: Path) -> Scenario:
    """Return a scenario in a place that is read from files, with services under names of its own."""
    for name, text in place_files(small_place(), "uploaded").items():
        (folder / name).write_text(text)
    services = "".join(f"  - {{name: {n}, stands_for: {s}, response_months: 2}}\n" for n, s in (("town", "council"), ("homes", "housing"), ("police", "police"), ("clinic", "health")))  # fmt: skip
    (folder / "place.yaml").write_text((folder / "place.yaml").read_text() + "services:\n" + services)
    place = read_place(folder / "place.yaml")
    return Scenario("uploaded", place, population=120, burn_in=24, **of_place(place))


def with_own_ties() -> Scenario:
    """Return a scenario whose place has a network of its own."""
    ends = np.arange(119)
    return SCENARIO.with_(place=replace(small_place(), ties=Ties.from_pairs(120, ends, ends + 1, np.ones(119))))
