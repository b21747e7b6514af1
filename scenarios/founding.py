"""The founding documents: five texts on taking part that the model began from, which sources cite by number."""

from __future__ import annotations

import re

FOUNDING = {
    "000": "Beyond the Usual Suspects (TCC, for the London Empowerment Partnership)",
    "001": "Mobilise",
    "002": "#NewConversations (Local Government Association)",
    "003": "Knowledge Exchange Trials 7: Mobilising Communities (2014)",
    "004": "Public officials and community involvement in local services (Ray and others)",
}
_NUMBER = "00[0-4]"
_CITED = re.compile(rf"\bseeds? ({_NUMBER}(?:(?:, | and |-){_NUMBER})*)\b")


def named(source: str) -> str:
    """Return a source in words for a reader: `seeds 000, 004` becomes the titles of those founding documents."""
    return _CITED.sub(lambda found: _titles(found[1]), source)


def _titles(numbers: str) -> str:
    if numbers == "000-004":
        return "the five founding documents"
    first, _, last = numbers.partition("-")
    told = [n for n in FOUNDING if first <= n <= last] if last else re.findall(_NUMBER, numbers)
    titles = [f"“{FOUNDING[n]}”" for n in told]
    return f"the founding document{'s' if len(told) > 1 else ''} {' and '.join(titles)}"
