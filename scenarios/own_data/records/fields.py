"""What the columns of service records hold, and what they are called."""

from __future__ import annotations

import re

from ..tables.columns import Field

_WHEN = r"(?: ?(?:date|dt|at|on|time|datetime|date time|timestamp|utc))"

RECORD_FIELDS: tuple[Field, ...] = (
    Field("created", "when the case was opened", rf"(?:created|requested|opened|open|reported|logged|received|submitted|confirmed|sr created|creation|log|report|request){_WHEN}*|date(?: time)? (?:created|opened|reported|logged|received|raised|requested)"),
    Field("closed", "when it was closed", rf"(?:closed?|resolved|completed|completion|sr closed|actual completion|resolution){_WHEN}*|date(?: time)? (?:closed|resolved|completed)"),
    Field("fixed", "when it was fixed", r"(?:fixed)(?: ?(?:date|dt|at|on))*|date fixed"),
    Field("updated", "when it last changed", rf"(?:updated|last (?:updated?|modified)|modified|status change){_WHEN}*"),
    Field("status", "open or closed", r"(?:case |sr |request |current )?(?:status|state)"),
    Field("outcome", "how it ended", r"(?:(?:case |request |final |sr )?(?:resolution|closure|closing|close|closed|outcome|disposition|completion|status|resolved)(?: (?:description|notes?|reason|outcome|code|type|action|details?|comments?|category|text))+|(?:final )?(?:outcome|disposition|resolution)|reason (?:for closure|closed|for closing)|action taken|result)"),
    Field("agency", "who deals with it", r"(?:agency|responsible agency|agency responsible|owner department|department|dept|directorate|body|organi[sz]ation|team|council|bodies)(?: name)?"),
    Field("category", "what it is about", r"(?:category|service name|service|complaint type|sr type|case (?:title|type)|request type|type|reason|subject)"),
    Field("reopened", "how often it was opened again", r"(?:re ?opened|re ?open(?:s| count)?|times reopened|number of (?:reopens|chasers)|chasers?|repeat(?:s|ed)?(?: contacts?)?)"),
    Field("duplicate", "whether it repeats another case", r"(?:duplicate|is duplicate|duplicate of|parent(?: sr)?(?: number)?|legacy parent)"),
)  # fmt: skip
BY_NAME = {field.name: field for field in RECORD_FIELDS}
NAMES = re.compile("|".join(f"^(?:{f.pattern})$" for f in RECORD_FIELDS))
DATES = ("created", "closed", "fixed", "updated")
ENDS = ("closed", "fixed")
