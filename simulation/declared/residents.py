"""Residents: one row of columns each, declared here; `agents` makes views on rows."""

from __future__ import annotations

from .columns import Column

# fmt: off
RESIDENT_COLUMNS: tuple[Column, ...] = (
    # who they are
    Column("person_id", "i8", "slot (dwelling place) and number of the arrival there; the key of every draw"),
    Column("household", "i4", "household number"),
    Column("ward", "i4", "row of the ward"),
    Column("area", "i4", "row of the small area"),
    Column("decile", "u1", "deprivation decile of the small area, 1 = most deprived"),
    Column("age", "u1", "age band"),
    Column("tenure", "u1", "tenure of the dwelling"),
    Column("qualification", "u1", "highest qualification, three levels"),
    Column("segment", "u1", "value segment"),
    Column("base_weight", "f4", "people of the place that this resident stands for"),
    Column("online", "u1", "1 if at home with web channels"),
    # what they are like
    Column("disposition", "f4", "anchor that trust and influence are pulled to, 0..1"),
    Column("intercept", "f4", "personal log-odds of taking part"),
    Column("hours_factor", "f4", "personal factor on hours given, median 1"),
    Column("capability_base", "f4", "capability without practice, 0..1"),
    Column("attachment_base", "f4", "attachment without taking part, 0..1"),
    # stocks
    Column("trust", "f4", "trust in each kind of institution, 0..1", "service", 0.5, True),
    Column("expectation", "f4", "service expected of each kind of institution, 0..1", "service", 0.5, True),
    Column("memory", "f4", "lasting memory of one's own cases with each kind of institution, -1..1", "service"),
    Column("influence_everyday", "f4", "influence felt on everyday matters, 0..1", start=0.4, stock=True),
    Column("influence_strategic", "f4", "influence felt on plans and policy, 0..1", start=0.4, stock=True),
    Column("capability", "f4", "can do: skill and confidence, 0..1", start=0.5, stock=True),
    Column("attachment", "f4", "like to: attachment to the area and its people, 0..1", start=0.5, stock=True),
    Column("responded", "f4", "responded to: what came of earlier input, 0..1, 0.5 = no experience", start=0.5, stock=True),
    Column("habit", "f4", "habit of taking part, 0..1", start=0.1, stock=True),
    Column("fatigue", "f4", "tiredness from asks and roles, 0..1", start=0.1, stock=True),
    Column("know_how", "f4", "what one knows to do oneself in place of calling, 0..1"),
    Column("understanding", "f4", "understanding of the constraints that institutions are under, 0..1"),
    Column("satisfaction", "f4", "satisfaction with how the last case was handled, 0..1", start=0.5),
    Column("talk", "f4", "what was last experienced, signed, with how strongly it is still talked about, -1..1"),
    Column("talk_service", "u1", "kind of institution that the talk is about"),
    # cases
    Column("case_age", "u1", "months that a case has been open with each kind of institution (0: none)", "service"),
    Column("case_number", "u2", "number of the last case with each kind of institution", "service"),
    Column("open_cases", "u1", "cases open now"),
    Column("last_satisfied", "i1", "last case: 1 satisfied, 0 not, -1 no case yet", start=-1),
    # taking part
    Column("volunteer_role", "u1", "form of the ongoing volunteering role, counted from 1 (0: none)"),
    Column("volunteer_regular", "u1", "1 if active nearly every month, 0 if now and then"),
    Column("civic_role", "u1", "form of the ongoing civic role, counted from 1 (0: none)"),
    Column("pending_form", "u1", "form of the input that waits for an answer, counted from 1 (0: none)"),
    Column("pending_changed", "u1", "1 if that input changes something"),
    Column("pending_wait", "u1", "months until the answer is due"),
    Column("last_act_month", "i2", "month of the last act (-32768: never)", start=-32768),
    Column("last_act_form", "u1", "form of the last act"),
    Column("last_outcome", "i1", "what came of the last input: 1 changed, 0 told why not, -1 silence, 2 not known", start=2),
    Column("asked_month", "i2", "month last asked (-32768: never)", start=-32768),
    Column("asked_form", "u1", "form last asked for"),
    Column("book", "u1", "bit for each kind of institution that has the resident in its contact book"),
    Column("grouped", "u1", "1 if a member of a community group"),
    Column("peers", "u1", "ties who took part last month"),
    Column("settling", "u1", "1 for a newcomer who still makes ties"),
    # the last twelve months
    Column("new_cases_12m", "u1", "new cases, by month", "ring"),
    Column("repeat_contacts_12m", "u1", "contacts that chase, by month", "ring"),
    Column("resolved_12m", "u1", "cases resolved, by month", "ring"),
    Column("asked_12m", "u1", "asks received, by month", "ring"),
    Column("acts_12m", "u1", "acts of taking part, by month", "ring"),
    Column("hours_12m", "u1", "hours given, in half hours, by month", "ring"),
    Column("volunteer_hours_12m", "u1", "volunteer hours, in half hours, by month", "ring"),
    Column("months_civic_participation", "u2", "bit for each of the last twelve months"),
    Column("months_consultation", "u2", "bit for each of the last twelve months"),
    Column("months_activism", "u2", "bit for each of the last twelve months"),
    Column("months_volunteering", "u2", "bit for each of the last twelve months"),
    # own mean signals over the last twelve months of burn-in, for loops that are switched off
    Column("heard_mean", "f4", "word of mouth: talk heard about each kind of institution a month", "service"),
    Column("expectation_mean", "f4", "expectation: service expected", "service", 0.5),
    Column("responded_mean", "f4", "closing the loop: what came of input", start=0.5),
    Column("fatigue_mean", "f4", "fatigue: tiredness"),
    Column("book_mean", "u1", "asking: months of the twelve in each contact book", "service"),
)
# fmt: on
COLUMN = {column.name: column for column in RESIDENT_COLUMNS}
RINGS = tuple(c.name for c in RESIDENT_COLUMNS if c.shape == "ring")
# What the model is there to explain: no intervention may write it.
OUTCOME_COLUMNS = (
    "trust", "influence_everyday", "influence_strategic", "satisfaction", "last_satisfied", "disposition", "intercept", "habit", "responded",
    "volunteer_role", "volunteer_regular", "civic_role", "last_act_month", "last_act_form", "last_outcome", "acts_12m", "hours_12m",
    "volunteer_hours_12m", "months_civic_participation", "months_consultation", "months_activism", "months_volunteering",
)  # fmt: skip
HISTORIES = tuple(c.name for c in RESIDENT_COLUMNS if c.name.startswith("months_"))
