"""Who would live in a household of some kind: the age of each member, and how qualified they would be among others of that age.

These only say who goes where among the people that a ward has of a tenure; they never change who these are.
"""

from __future__ import annotations

import numpy as np

from simulation.kernels.kernel import njit
from simulation.kernels.randomness import substream, uniform

from .households import ALONE, COUPLE, FAMILY, GROWN_UP, LONE_GROWN_UP, LONE_PARENT

# Share of those who head a kind of household that is below 20, 25, 35, 50, 65, 75 and 92 years of age; rows as `households.TYPES` (assumed, +-0.05: the census
# of 2021 for England and Wales, from memory, rounded). The last row is of all members.
BELOW = np.array(
    [[0.01, 0.04, 0.17, 0.36, 0.60, 0.77, 1.0], [0.00, 0.03, 0.19, 0.30, 0.60, 0.84, 1.0], [0.00, 0.02, 0.28, 0.88, 1.00, 1.00, 1.0],
     [0.02, 0.07, 0.40, 0.89, 1.00, 1.00, 1.0], [0.00, 0.00, 0.00, 0.22, 0.82, 0.95, 1.0], [0.00, 0.00, 0.01, 0.30, 0.75, 0.87, 1.0],
     [0.10, 0.40, 0.78, 0.89, 0.96, 0.98, 1.0]]
)  # fmt: skip
YEARS = np.array([16.0, 20.0, 25.0, 35.0, 50.0, 65.0, 75.0, 92.0])
WITH_CHILDREN = np.array([0.0, 0.0, 0.02, 0.70, 1.0, 1.0, 1.0])  # of parents who have both grown-up and young children
BETWEEN_PARTNERS = (
    12.0  # years between the youngest and the oldest that a partner would be: a standard deviation of 3.5 (assumed, 2.5 to 5)
)
OLDER_THAN_CHILD = (20.0, 34.0)  # years that parents are older than grown-up children who live with them (assumed)
YOUNG_ADULT = (16.0, 34.0)  # ages of grown-up children at home, unless their parents are so old that they cannot be
BETWEEN_SHARERS = 10.0  # years, as for partners
# Weight of what members share in how qualified they are: it gives partners a correlation of about 0.5 (assumed 0.4 to 0.6).
ALIKE_PARTNERS, ALIKE_OTHERS = 0.55, 0.4
ASSUMED = (BELOW, WITH_CHILDREN, BETWEEN_PARTNERS, OLDER_THAN_CHILD, YOUNG_ADULT, BETWEEN_SHARERS, ALIKE_PARTNERS, ALIKE_OTHERS)


@njit(cache=True)
def _age_below(below, share):
    """Return the age below which a share of people is."""
    low = 0.0
    for n in range(below.size):
        if share < below[n]:
            return YEARS[n] + (YEARS[n + 1] - YEARS[n]) * (share - low) / (below[n] - low)
        low = below[n]
    return YEARS[-1]


@njit(cache=True)
def wishes(household, member, types, children, stream_):
    """Return the age that each member of a household would be of, in years, and a standing that puts people of one age in order of qualification.

    Args:
        household: int32 (residents,).
        member: int64 (residents,), number of the resident in the household; partners and parents come first.
        types, children: int64 (households,), kind of household (`households.TYPES`) and people under 16.

    Returns:
        two float64 (residents,), the second from 0 to 1.
    """
    wished, standing = np.empty(household.size), np.empty(household.size)
    own = substream(stream_, 1)
    shared = substream(stream_, 2)
    apart, together = substream(stream_, 4), substream(stream_, 5)
    for i in range(household.size):
        h, m = household[i], member[i]
        kind = types[h]
        below = WITH_CHILDREN if children[h] and kind in (GROWN_UP, LONE_GROWN_UP) else BELOW[kind]
        head = _age_below(below, uniform(shared, h))
        couple = kind in (COUPLE, FAMILY, GROWN_UP)
        weight = ALIKE_PARTNERS if couple and m < 2 else ALIKE_OTHERS
        if m == 0 or kind in (ALONE, LONE_PARENT):
            wished[i] = head
        elif couple and m == 1:
            wished[i] = head + BETWEEN_PARTNERS * (uniform(own, i) - 0.5)
        elif kind in (GROWN_UP, LONE_GROWN_UP):
            youngest, oldest = head - OLDER_THAN_CHILD[1], head - OLDER_THAN_CHILD[0]
            low = max(youngest, YOUNG_ADULT[0])
            wished[i] = low + (max(min(oldest, max(YOUNG_ADULT[1], youngest + 4.0)), low + 1.0) - low) * uniform(own, i)
        else:
            wished[i] = head + BETWEEN_SHARERS * (uniform(own, i) - 0.5)
        if kind == ALONE:
            standing[i] = uniform(apart, i)
        else:
            standing[i] = weight * uniform(together, h) + (1.0 - weight) * uniform(apart, i)
    return wished, standing
