"""What all records have in common: they are closed, so that neither side sends what the other does not know, and strict in the kinds of values."""

from __future__ import annotations

from pydantic import ConfigDict, JsonValue, with_config

record = with_config(ConfigDict(extra="forbid", strict=True))
open_record = with_config(ConfigDict(extra="ignore", strict=True))  # of which the page reads a part

Number = float | None  # None where there is none, as JSON has no other word for it
Document = dict[str, JsonValue]  # what is passed on as it was made, by whoever made it
