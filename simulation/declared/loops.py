"""What a feedback loop is; each is declared in the step of the month that its switch cuts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Loop:
    """One feedback loop.

    Attributes:
        name: name of the switch.
        sign: +1 if it amplifies, -1 if it dampens.
        words: the loop in words.
        signal: what no longer arrives where the loop is cut; each one's own mean of the last twelve months of burn-in
            arrives instead. The steps that declare the loop are those that no longer receive it.
    """

    name: str
    sign: int
    words: str
    signal: str
