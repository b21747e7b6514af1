"""Value segments, as data: what differs between kinds of people (Beyond the Usual Suspects; proprietary, an assumption)."""

from __future__ import annotations

from dataclasses import dataclass

MOST_SEGMENTS = 16
SHARES_OFF = 1e-6  # by which shares may miss 1


@dataclass(frozen=True)
class Segment:
    """One value segment.

    Attributes:
        name: name in tables.
        share: share of residents, 0..1; a segmentation's shares add up to 1.
        circles: relative number of social circles, 1 = average (network size and reach).
        outcome_weight: weight of a solved everyday problem in what counts as a good outcome.
        recognition_weight: weight of visible success and of being told.
        discussion_weight: weight of real discussion and co-design.
        messenger: weight given to what a familiar person says, relative to an average listener.
        talk: tendency to pass experiences on, relative to average.
        channel_fit: log-odds that an ask gains by post, web or in person, in this order.
    """

    name: str
    share: float
    circles: float = 1.0
    outcome_weight: float = 1.0
    recognition_weight: float = 1.0
    discussion_weight: float = 1.0
    messenger: float = 1.0
    talk: float = 1.0
    channel_fit: tuple[float, float, float] = (0.0, 0.0, 0.0)
    status: str = "assumed"
    source: str = "Beyond the Usual Suspects (Cultural Dynamics); as used in the London study, not academically validated"


SEGMENTS: tuple[Segment, ...] = (
    Segment("Settlers", 0.30, 0.75, 1.3, 0.9, 0.7, 1.3, 0.9, (0.1, -0.4, 0.15)),
    Segment("Prospectors", 0.30, 1.0, 0.9, 1.3, 0.9, 1.0, 1.1, (-0.15, 0.2, -0.1)),
    Segment("Pioneers", 0.40, 1.2, 0.85, 0.9, 1.3, 0.8, 1.0, (0.05, 0.15, -0.05)),
)
