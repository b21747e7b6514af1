"""The councils most like a council: by the published counts of its people, and by its deprivation.

The distance between two councils is the root mean square of how far apart they are in each of eight subjects, and how far apart they are in a subject is the
root mean square over its shares, each in standard deviations between councils. Only what is published for both counts, so that Scotland and Northern
Ireland, of which less is published, have neighbours too. Two councils picked at random are 1.4 apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np

from .uk_tables import authorities, small_areas
from .uk_wards import COUNTS, council_counts

MANY = 5


@dataclass(frozen=True)
class Neighbour:
    """A council that is like another.

    Attributes:
        name: of the council, as `--place` takes it.
        distance: root mean square difference in standard deviations between councils, 0 for twins.
        unlike: the subject in which the two differ most.
    """

    name: str
    distance: float
    unlike: str


# Each subject: the columns of `council_counts` that are compared, and the one that they are shares of.
_SUBJECTS: dict[str, tuple[tuple[str, ...], str]] = {
    "age": (tuple(f"age.{c}" for c in (*COUNTS["age"], "aged_20_64", "aged_65_over", "under_16")), "age.all_ages"),
    "tenure": (("tenure.owned", "tenure.rents_social", "tenure.rents_private"), "tenure.households"),
    "qualification": (("qualification.no_qualification", "qualification.level_4_or_above"), "qualification.adults_16_over"),
    "occupation": (tuple(f"ns_sec.{c}" for c in COUNTS["ns_sec"]), "ns_sec.adults_16_over"),
    "size of households": (tuple(f"household_size.{c}" for c in COUNTS["household_size"]), "household_size.households"),
    "people who moved": (("movers.same_address_a_year_ago",), "movers.residents_1_over"),
    "cars": (("cars.no_car",), "cars.households"),
}  # fmt: skip

_DEPRIVATION = "deprivation"
DISTANCE = (
    f"0 would be alike, and 1.4 is usual for two councils. Distance: root mean square difference over {', '.join(_SUBJECTS)} and {_DEPRIVATION}, each in standard deviations between councils, as far as it is published for "
    "both"
)


@cache
def _profiles() -> tuple[dict[str, np.ndarray], list[str]]:
    """Return each subject's shares by council in standard deviations, float64 (councils, shares), and the codes of the councils."""
    counts = council_counts().copy()
    counts["age.under_16"] = counts["age.all_ages"] - counts["age.adults_16_over"]
    counts["tenure.owned"] = counts[["tenure.owns_outright", "tenure.owns_with_mortgage", "tenure.shared_ownership"]].sum(axis=1)
    found = {name: counts[list(columns)].div(counts[whole], axis=0).to_numpy(float) for name, (columns, whole) in _SUBJECTS.items()}
    areas = small_areas()
    people = areas["population"].groupby(areas["authority"]).sum()
    score = (areas["deprivation"] * areas["population"]).groupby(areas["authority"]).sum() / people
    most = areas["population"].where(areas["deprivation_decile"] <= 2, 0).groupby(areas["authority"]).sum() / people
    codes = list(counts.index)
    found[_DEPRIVATION] = np.column_stack([score.reindex(codes), most.reindex(codes)])
    return {name: (x - np.nanmean(x, axis=0)) / np.nanstd(x, axis=0) for name, x in found.items()}, codes


def distances(code: str) -> tuple[np.ndarray, list[str], list[str]]:
    """Return how far a council is from every council.

    Args:
        code: three letters, as in `uk_tables.authorities`.

    Returns:
        float64 (councils,), distances; the subject in which each differs most; the codes of the councils.
    """
    profiles, codes = _profiles()
    row = codes.index(code)
    with np.errstate(invalid="ignore"):
        squares = np.column_stack([_mean_square(x - x[row]) for x in profiles.values()])
    names = list(profiles)
    return np.sqrt(np.nanmean(squares, axis=1)), [names[n] for n in np.nanargmax(squares, axis=1)], codes


def _mean_square(gap: np.ndarray) -> np.ndarray:
    """Return the mean square of each row, float64 (rows,), over what is there; nan where nothing is."""
    there = ~np.isnan(gap)
    total, many = np.where(there, gap, 0.0) ** 2, there.sum(axis=1)
    return np.where(many > 0, total.sum(axis=1) / np.maximum(many, 1), np.nan)


def nearest_councils(code: str, many: int = MANY) -> tuple[Neighbour, ...]:
    """Return the councils most like one, the nearest first; arguments as for `distances`."""
    apart, unlike, codes = distances(code)
    order = [n for n in np.argsort(apart, kind="stable") if codes[n] != code]
    names = authorities()["name"]
    return tuple(Neighbour(str(names[codes[n]]), float(apart[n]), unlike[n]) for n in order[:many])
