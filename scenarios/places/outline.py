"""What is known about a place before its tables are read as tables."""

from __future__ import annotations

import csv
from collections.abc import Mapping
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..people import AGE_BANDS, OCCUPATIONS, QUALIFICATIONS
from ..yaml_input import read_yaml

if TYPE_CHECKING:
    import numpy as np

    from simulation.declared.quality import Qualities
    from simulation.state.people import People

    from .place import TablePlace


class Outline:
    """A shipped place by its file alone: enough to list it, or to write a scenario of it. Its people are drawn as the place's are.

    Args:
        file: its place file.
    """

    segments = services = institutions = ties = None
    age_bands, qualifications, occupations = AGE_BANDS, QUALIFICATIONS, OCCUPATIONS

    def __init__(self, file: Path) -> None:
        self.file = file

    @cached_property
    def _said(self) -> dict[str, Any]:
        return read_yaml(self.file)

    @property
    def is_all(self) -> bool:
        """True if a scenario of the place takes nothing that the outline does not tell."""
        return not set(self._said) & {"segments", "services", "institutions", "ties"}

    @property
    def name(self) -> str:
        """Short name."""
        return str(self._said["name"])

    @property
    def title(self) -> str:
        """Full name."""
        return str(self._said["title"])

    @property
    def attribution(self) -> str:
        """To be shown wherever data or results are."""
        return str(self._said["attribution"])

    @property
    def parameters(self) -> Mapping[str, float]:
        """What is known of the place's own people and institutions, as overrides."""
        return self._said.get("parameters", {})

    @property
    def quality(self) -> Qualities:
        """How good its services are."""
        return self._place.quality

    @property
    def fingerprint(self) -> str:
        """That of the place whose outline it is."""
        return self._place.fingerprint

    @cached_property
    def _place(self) -> TablePlace:
        from .place_file import read_place

        return read_place(self.file)

    @cached_property
    def wards(self) -> tuple[str, ...]:
        """Names of the wards."""
        return tuple(row["ward"] for row in self._rows("wards"))

    @cached_property
    def small_areas(self) -> int:
        """Number of small areas."""
        return len(self._rows("small_areas"))

    def _rows(self, table: str) -> list[dict[str, str]]:
        with (self.file.parent / str(self._said[table])).open(newline="", encoding="utf-8") as file:
            return list(csv.DictReader(file))

    def near_ward(self, name: str) -> str:
        """Return what to say of a ward that the place does not have: the nearest of its own, and whose it is."""
        from .ward_hints import ward_hint

        return ward_hint(name, self.wards, self.title)

    def moved_in(self, seed: int | None = None) -> np.ndarray:
        """Return the share of each ward's people who moved there within a year."""
        return self._place.moved_in(seed)

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        """Return residents drawn from the place; see `simulation.state.people.Place`."""
        return self._place.draw_people(population, shares, seed)
