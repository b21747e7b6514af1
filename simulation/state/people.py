"""What the model takes of a place: its people as arrays, and the names behind the numbers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

import numpy as np

from ..declared.parameters import InputError
from ..declared.quality import Qualities

if TYPE_CHECKING:
    from .ties import Ties

OPTIONAL = ("occupation", "children", "partner")  # what a place need not know of its people


@dataclass
class People:
    """Residents aged 16 and over as arrays of one length; members of a household follow one another.

    Attributes:
        person_id: int64, unique, below 2^32 (the number of the slot).
        household, ward, area: int32.
        decile: uint8, 1 = most deprived.
        age, tenure, qualification, segment: uint8 codes; tenure 0 owned, 1 social rent, 2 private rent; age bands are in order.
        base_weight: float32, people that each stands for.
        occupation: uint8 code; all 0 where it is not known.
        children: uint8, people under 16 in the household; all 0 where it is not known.
        partner: uint8, 1 for one of a couple, who are the first two of their household; all 0 where it is not known.
    """

    person_id: np.ndarray
    household: np.ndarray
    ward: np.ndarray
    area: np.ndarray
    decile: np.ndarray
    age: np.ndarray
    tenure: np.ndarray
    qualification: np.ndarray
    segment: np.ndarray
    base_weight: np.ndarray
    occupation: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))
    children: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))
    partner: np.ndarray = field(default_factory=lambda: np.empty(0, np.uint8))

    def __post_init__(self) -> None:
        for name in OPTIONAL:
            if not len(getattr(self, name)):
                setattr(self, name, np.zeros(len(self.person_id), np.uint8))

    def check(self) -> None:
        """Raise `InputError` if lengths differ, somebody is given twice, or a code is out of range."""
        sizes = {name: len(array) for name, array in vars(self).items()}
        if len(set(sizes.values())) != 1 or not len(self.person_id):
            raise InputError(f"people: arrays of one length, at least 1, are needed; got {sizes}")
        if len(np.unique(self.person_id)) != len(self.person_id) or self.person_id.min() < 0 or self.person_id.max() >= 1 << 32:
            raise InputError("people: person_id must be unique and lie in 0..2^32-1")
        if self.decile.min() < 1 or self.decile.max() > 10:
            raise InputError("people: decile must lie in 1..10")


class Place(Protocol):
    """A place that people can be drawn from; one with `moved_in(seed)` says which share of each ward's people moved there within a year, nan where it is unknown."""

    @property
    def name(self) -> str:
        """Short name, as in `--place`."""

    @property
    def fingerprint(self) -> str:
        """Identity that distinguishes this place from another of the same name."""

    @property
    def wards(self) -> tuple[str, ...]:
        """Names of the wards."""

    @property
    def parameters(self) -> Mapping[str, float]:
        """What is known of the place's own people and institutions, as overrides; a scenario's own come before them."""

    @property
    def quality(self) -> Qualities:
        """How good its services are; a place that does not say has average ones."""

    @property
    def ties(self) -> Ties | None:
        """The place's own network over rows 0..n-1; None draws one."""

    @property
    def age_bands(self) -> tuple[str, ...]:
        """Names of the age bands, youngest first."""

    @property
    def qualifications(self) -> tuple[str, ...]:
        """Names of the levels of qualification, lowest first."""

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        """Return `population` residents, with segments in the given shares, keyed by a replicate's seed."""
