"""The assumptions log: every assumed number and structure, with its owner and how much depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pandas as pd

from scenarios.evidence.facts import facts_of
from scenarios.structures import STRUCTURES
from simulation.declared.institutions import SERVICES
from simulation.declared.segments import SEGMENTS
from simulation.month import MONTH, declared_parameters

HIGH, MEDIUM, LOW = "high", "medium", "low"
# Who can give a better value for a number; the model's maintainer if nobody else is named.
KEEPER, INSTITUTION, RESEARCH, FINANCE = "maintainer of the model", "the institution itself", "survey and research team", "finance"
OWNERS = {"costs": FINANCE, "survey": RESEARCH, "ties": RESEARCH, "forms": INSTITUTION, **{s.name: INSTITUTION for s in SERVICES}}
RISK_WORDS = {
    HIGH: "alone, within its plausible range, it overturns a conclusion",
    MEDIUM: "alone it moves an effect by a third or more, or is among the five that an effect depends on most",
    LOW: "no main conclusion depends on it",
}


def _hung_on(robustness: Mapping[str, Any]) -> dict[str, str]:
    """Return the risk of the parameters that some conclusion depends on."""
    risk: dict[str, str] = {}
    for row in robustness["conclusions"]:
        for text in filter(None, row["hangs_on"].split("; ")):
            risk[text.rsplit(" ", 1)[0]] = MEDIUM
    for row in robustness["alone"]:
        risk.setdefault(row["parameter"], MEDIUM)
    for row in robustness["alone"]:
        if row["flips"]:
            risk[row["parameter"]] = HIGH
    return risk


def assumptions(robustness: Mapping[str, Any], fitted: Mapping[str, Mapping[str, Any]]) -> pd.DataFrame:
    """Return one row per assumed number: `assumption, number, value, plausible, source, facts, owner, risk`, the riskiest first.

    Args:
        robustness: document of `examine`.
        fitted: rows of fitted parameters, by name.
    """
    risk = _hung_on(robustness)
    rows = []
    for name, p in declared_parameters().items():
        if p.status != "assumed" or (p.default == 0.0 and not p.structural):
            continue
        known = fitted.get(name)
        plausible = (
            f"fitted: {known['mean']:.3g} ({known['mean_low']:.3g} to {known['mean_high']:.3g})"
            if known is not None
            else f"{p.plausible[0]:.3g} to {p.plausible[1]:.3g}"
            if p.uncertain
            else "a switch"
            if p.structural
            else "not drawn yet"
            if p.awaits_fit
            else "-"
        )
        rows.append((p.description, name, f"{p.default:g} {p.unit}", plausible, p.source, ", ".join(f.id for f in facts_of(p)),
                     OWNERS.get(name.split(".")[0], KEEPER), risk.get(name, LOW)))  # fmt: skip
    table = pd.DataFrame(rows, columns=["assumption", "number", "value", "plausible", "source", "facts", "owner", "risk"])
    return table.iloc[table["risk"].map({HIGH: 0, MEDIUM: 1, LOW: 2}).argsort(kind="stable")].reset_index(drop=True)


def forms_of_thought() -> pd.DataFrame:
    """Return the assumptions that are not numbers: segments, theories, and what each step is based on."""
    rows = [
        (
            "Value segments",
            f"{', '.join(s.name for s in SEGMENTS)}: proprietary, not validated by published research",
            "Beyond the Usual Suspects; Cultural Dynamics",
            RESEARCH,
        )
    ]
    rows += [(s.name, s.description, "switch; try what each changes", KEEPER) for s in STRUCTURES.values() if s.parameters]
    rows += [(p.title, p.description, p.source, KEEPER) for p in MONTH]
    return pd.DataFrame(rows, columns=["assumption", "in words", "source", "owner"])
