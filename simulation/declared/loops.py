"""The feedback loops, each with the one edge that its switch cuts."""

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
            arrives instead.
        receiver: the step that receives it.
    """

    name: str
    sign: int
    words: str
    signal: str
    receiver: str


LOOPS: tuple[Loop, ...] = (
    Loop("service", 1, "good service -> trust, influence -> people take part -> institution hears and improves",
         "institutions.useful_input", "learning"),
    Loop("closing_the_loop", 1, "taking part -> told what came of it -> takes part again (or: silence -> never again)",
         "responded", "deciding"),
    Loop("word_of_mouth", 1, "one resident's experience becomes many residents' expectation", "stories heard", "word_of_mouth"),
    Loop("asking", 1, "who is asked takes part, who takes part is known, who is known is asked (usual suspects)", "book", "asking"),
    Loop("failure_demand", 1, "unresolved -> chased -> overload -> more unresolved", "chasers", "casework"),
    Loop("regard", 1, "few and unrepresentative voices -> officials discount them -> less influence -> fewer voices",
         "institutions.voice", "learning"),
    Loop("community", 1, "taking part -> groups, skills, ties -> enabled -> more taking part, less demand",
         "wards.group_strength", "needs, asking and deciding"),
    Loop("fatigue", -1, "the same people asked again and again tire", "fatigue", "deciding and taking part"),
    Loop("expectation", -1, "better service raises what is expected", "expectation", "experience"),
)  # fmt: skip
LOOP_NAMES = tuple(loop.name for loop in LOOPS)
