"""The structure `relationship`: who takes part follows from resources, from what happened, from who asked and who answered, and from whom people live with.

Each part may be set alone. Values are set by hand, near the surveys' levels and gradients; they are not fitted. `LEVELS` makes up for what the parts
together add to the structure `trait`, whose inclination is drawn once for each person.
"""

from __future__ import annotations

from collections.abc import Mapping

Values = Mapping[str, float]

# Resources act on skill and on being asked; a household shares a part; efficacy and interest are formed by what happens; little is left to chance at birth.
FORMED_INCLINATION: Values = {
    "drift.intercept_spread": 0.25,
    "drift.household_spread": 0.2,
    "drift.disposition_spread": 0.07,
    "drift.trust_pull": 0.012,
    "drift.capability_spread": 0.10,
    "drift.capability_qualification": 0.16,
    "drift.capability_occupation": 0.05,
    "drift.capability_deprivation": 0.08,
    "drift.capability_16_24": -0.03,
    "drift.capability_75_plus": -0.12,
    "deciding.capability_weight": 2.2,
    "deciding.habit_weight": 0.5,
    "taking_part.capability_gain": 0.01,
    "deciding.gain_limit": 3.0,
    "deciding.time_25_34": -0.35,
    "deciding.time_35_44": -0.1,
    "deciding.time_55_64": 0.1,
    "deciding.time_65_74": 0.45,
    "deciding.time_75_plus": 0.2,
    "asking.prospecting": 2.5,
    "efficacy.weight": 6.0,
}
# An issue lives from the need to its resolution or to being forgotten, whoever handles it.
LASTING_ISSUES: Values = {"needs.issue_lasts": 1.0, "needs.grievance": 0.15}
# Housemates decide together, whatever the form.
HOUSEHOLDS: Values = {"deciding.household_ask": 0.35}
# Being answered by the council concerns the council.
ANSWERS_BY_DOMAIN: Values = {"deciding.own_answers": 1.0, "deciding.responded_weight": 1.6}
# Seats, contact books and know-how come back at a pace of their own; a new channel substitutes before it adds, and its novelty fades.
REBUILT_BY_PEOPLE: Values = {
    "learning.convening_loss": 1.0,
    "learning.book_loss": 1.0,
    "learning.experience_loss": 0.5,
    "deciding.substitution": 0.5,
    "deciding.novelty_kept": 0.5,
}
LEVELS: Values = {
    "forms.petition-or-contacting.ease": -5.6,
    "forms.online-report-or-e-panel.ease": -5.2,
    "forms.consultation-response.ease": -5.4,
    "forms.public-meeting.ease": -5.9,
    "forms.formal-volunteering.ease": -5.32,
    "taking_part.regular_share": 0.34,
    "survey.influence_threshold": 0.652,
}
RELATIONSHIP: Values = {**FORMED_INCLINATION, **LASTING_ISSUES, **HOUSEHOLDS, **ANSWERS_BY_DOMAIN, **REBUILT_BY_PEOPLE, **LEVELS}
