"""What the split into birth, experience and chance looks at, and how often it runs the same people."""

from __future__ import annotations

from collections.abc import Mapping

PASTS, FUTURES = 4, 3
LIVED = 120  # months of a past: ten years, after which institutions and stocks are near their steady state
WINDOW = 12  # months of a future
BIRTH, EXPERIENCE, CHANCE = SOURCES = ("birth", "experience", "chance")
OUTCOMES: Mapping[str, str] = {
    "willingness": "log-odds of p* (accepting a personal ask), this month",
    "willingness_year": "log-odds of p*, a year on",
    "participation": "took part in the year",
    "volunteering": "volunteered in the year",
    "apathy": "apathetic",
}
