"""How large runs are: usual values and limits, the same for Python, commands, study files and pages."""

from __future__ import annotations

from .parameters import InputError

POPULATION, MONTHS, REPLICATES, SEED = 10_000, 60, 30, 1  # usual
MOST_POPULATION, MOST_MONTHS, MOST_REPLICATES, MOST_SEED = 20_000_000, 12_000, 100_000, 2**63 - 1
STUDY_POPULATION, STUDY_REPLICATES = 1_000, 4  # usual for a point of a study
DOSE_POPULATION, DOSE_REPLICATES = 5_000, 8  # usual for a dose of an intervention
FITTED_POPULATION, QUICK_POPULATION = (
    4_000,
    400,
)  # of a world of a calibration; small areas with few simulated residents have fewer ties
GENERATIONS, GENERATION, FUTURES = 8, 24, 8  # of a search for packages: generations, packages in each, points of the uncertainties


def check_whole(name: str, value: object, most: int, least: int = 1) -> None:
    """Raise `InputError` for what is not a whole number in its range; the message begins with the name."""
    if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
        raise InputError(f"{name}: {value!r}; allowed: whole numbers {least} to {most:,}")
