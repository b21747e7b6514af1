"""What residents are, from the day on which they move in: the columns that no step of the month owns."""

from __future__ import annotations

from .columns import Column
from .forms import CATEGORIES

TENURES = ("owned", "social_rented", "private_rented")  # names of the codes of `tenure`
# fmt: off
WHO_THEY_ARE: tuple[Column, ...] = (
    Column("person_id", "i8", "slot (dwelling) and number of the arrival there; the key of every draw"),
    Column("household", "i4", "household number"),
    Column("ward", "i4", "row of the ward"),
    Column("area", "i4", "row of the small area"),
    Column("decile", "u1", "deprivation decile of the small area, 1 = most deprived"),
    Column("age", "u1", "age band"),
    Column("tenure", "u1", "tenure of the dwelling"),
    Column("qualification", "u1", "highest qualification, three levels"),
    Column("occupation", "u1", "occupation: three classes of NS-SEC, never worked, student"),
    Column("children", "u1", "people under 16 in the household"),
    Column("partner", "u1", "1 if one of a couple; partners are the first two of their household"),
    Column("segment", "u1", "value segment"),
    Column("base_weight", "f4", "people in the place whom this resident represents"),
    Column("online", "u1", "1 if comfortable with web channels"),
    # personal characteristics
    Column("disposition", "f4", "anchor towards which trust and influence are pulled, 0..1"),
    Column("intercept", "f4", "personal log-odds of taking part"),
    Column("hours_factor", "f4", "personal factor on hours given, median 1"),
    Column("capability_base", "f4", "capability without practice, 0..1"),
    Column("attachment_base", "f4", "attachment without taking part, 0..1"),
)
# fmt: on
# What the model is meant to explain: no intervention may write it.
OUTCOME_COLUMNS = (
    "trust",
    "influence_everyday",
    "influence_strategic",
    "satisfaction",
    "last_satisfied",
    "disposition",
    "intercept",
    "habit",
    "responded",
    "thanked",
    "efficacy",
    "volunteer_role",
    "volunteer_regular",
    "civic_role",
    "last_act_month",
    "last_act_form",
    "last_outcome",
    "acts_12m",
    "hours_12m",
    "volunteer_hours_12m",
    *(f"months_{category}" for category in CATEGORIES),
)  # fmt: skip
