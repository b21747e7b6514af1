"""The assurance pack: generated from declarations, shipped data and shipped results, so that nothing is typed twice."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path
from typing import Any

import pandas as pd

import scenarios
from scenarios.evidence.census import census
from scenarios.evidence.facts import ledger
from scenarios.evidence.posterior import SHIPPED, shipped
from simulation.month import LOOPS, MONTH

from ...evidence.calibration.results import RESULT
from ...numbers import number, percent, span
from ...provenance import code_commit, versions
from ..beside_tables import beside_parts
from ..calibration_page import combinations_table, facts_chart, parameters_chart
from ..documents import Document, Part
from ..findings import LIMITS
from ..odd import PURPOSE
from ..shipped import ROBUSTNESS, VALIDATION, age, numbers, result
from ..validation_page import facts_charts
from . import words
from .assumptions import HIGH, RISK_WORDS, assumptions, forms_of_thought
from .charts import conclusions_chart

AGED = {"validation": VALIDATION, "robustness": ROBUSTNESS}
DATA_NOTES = Path(scenarios.__file__).parent / "data" / "README.md"


@cache
def calibration() -> dict[str, Any]:
    """Return what the shipped calibration found."""
    return json.loads((SHIPPED / RESULT).read_text(encoding="utf-8"))


def _one_line(text: str) -> str:
    return " ".join(text.split())


def data_table() -> pd.DataFrame:
    """Return the shipped data and their licences, from their own notes."""
    entries = re.split(r"\n- ", "\n" + DATA_NOTES.read_text(encoding="utf-8").split("\n\n", 1)[1])[1:]
    rows = [entry.split(":", 1) for entry in entries]
    return pd.DataFrame(
        [(_one_line(name).replace("`", ""), _one_line(text).replace("`", "")) for name, text in rows],
        columns=["data", "source and licence"],
    )


def summary() -> str:
    """Return the verdict in a few sentences."""
    facts = result(VALIDATION)["facts"]
    own = [f for f in facts if f["role"] == "validate"]
    fitted = [f for f in facts if f["role"] == "calibrate"]
    inside = [sum(f["verdict"] == "inside" for f in part) for part in (own, fitted)]
    conclusions = result(ROBUSTNESS)["conclusions"]
    frail = [
        c["words"] + (f" (not under {c['not_under']})" if c["not_under"] else "")
        for c in conclusions
        if c["flips_alone"] or c["not_under"] or c["holds_calibrated"] < 0.95
    ]
    missed = [f["id"] for f in own + fitted if f["verdict"] == "outside"]
    text = (
        f"{inside[0]} of {len(own)} facts used to test the model lie in their bands, and {inside[1]} of {len(fitted)} that were fitted"
        + (f"; missed: {', '.join(missed)}." if missed else ".")
    )
    text += f" {len(conclusions) - len(frail)} of {len(conclusions)} main conclusions hold under at least 95 % of the parameter sets that meet the facts, and neither an assumed number alone nor another theory overturns them"
    return text + (f"; frail: {'; '.join(frail)}." if frail else ".") + _old()


def _old() -> str:
    """Say which of the results that the pack reads were made with other numbers than the model gives now."""
    old = [name for name, file in AGED.items() if result(file).get("numbers") != numbers()]
    return (
        f" Made with an earlier version of the model's numbers: {' and '.join(old)}; 'make prove' makes them again." if old else ""
    )


def _opening() -> list[Part]:
    roles = pd.DataFrame(words.ROLES, columns=["role", "does", "name and date, for you to fill in"])
    return [
        Part("Purpose, users and misuse", (_one_line(PURPOSE).replace("`", ""),)),
        Part("For whom", table=pd.DataFrame(words.USES, columns=["user", "to"]), level=3),
        Part("Not for", bullets=words.MISUSES, level=3),
        Part("Who is responsible for what", ("For your use of the model. The Aqua Book asks for these four roles to be named.",), table=roles, level=3),
        Part(
            "The model in brief", ("One step is a month. Below are the steps of the month in order, and the feedback loops; each loop can be cut at one link. For all equations run groundswell odd.",),
            table=pd.DataFrame([(p.title, p.description, p.source) for p in MONTH], columns=["step", "what happens", "source"]),
        ),
        Part("Loops", table=pd.DataFrame([("+" if x.sign > 0 else "-", x.name.replace("_", " "), x.words) for x in LOOPS], columns=["sign", "loop", "in words"]), level=3),
        Part("Data and licences", table=data_table()),
    ]  # fmt: skip


def _evidence() -> list[Part]:
    rows = [
        (
            f.id,
            f.statement,
            span(*(float("nan") if v is None else v for v in (f.low, f.high))),
            f.role,
            f"{f.source} ({f.year})",
            f.population,
            f.status,
        )
        for f in ledger()
    ]
    return [
        Part(
            "Evidence",
            (
                "The evidence ledger. Role calibrate: parameters may be fitted to the fact. Role validate: used only to test the model.",
            ),
            table=pd.DataFrame(
                rows, columns=["fact", "what is known", "band", "role", "source", "population", "checked at source"]
            ),
        )
    ]


def _assumptions() -> list[Part]:
    fitted = {row["parameter"]: row for row in calibration()["parameters"]}
    log = assumptions(result(ROBUSTNESS), fitted)
    counts = log["risk"].value_counts()
    text = (
        f"{census().words()} {len(log)} of the assumed numbers are in use (the others are zero, so they have no effect). Their risk is measured: "
        + "; ".join(f"{risk} ({counts.get(risk, 0)}): {meaning}" for risk, meaning in RISK_WORDS.items())
        + "."
    )
    risky = log[log["risk"] != "low"]
    return [
        Part("Assumptions", (text,), table=risky, caption="Assumed numbers of high and medium risk"),
        Part("Assumed numbers of low risk", table=log[log["risk"] == "low"], folded=True, caption="All of them", level=3),
        Part(
            "Assumptions that are not numbers", table=forms_of_thought(), folded=True, caption="Segments, theories, steps", level=3
        ),
    ]


def _verification() -> list[Part]:
    return [
        Part(
            "Verification",
            ("Does the code do what the description says? Run make test; at full size make prove.",),
            table=pd.DataFrame(
                [(what, how, "; ".join(tests)) for what, how, tests in words.VERIFICATION],
                columns=["what", "how", "shown by (test)"],
            ),
        )
    ]


def _validation() -> list[Part]:
    validation = result(VALIDATION)
    missed = [
        f"{f['id']}: {number(f['value'])}, but should be {span(*(float('nan') if f[k] is None else f[k] for k in ('low', 'high')))}. {f['known_miss'] or 'Not explained.'}"
        for f in validation["facts"]
        if f["verdict"] == "outside"
    ]
    return [
        Part(
            "Validation",
            (
                f"Each fact is measured in {validation['worlds']} simulated worlds in the way its survey or trial measured it: with samples, random assignment and paired twin worlds.",
            ),
            bullets=tuple(f"Missed: {text}" for text in missed) or ("No fact is missed.",),
            charts=tuple(facts_charts(validation)),
        ),
        *beside_parts(validation, level=3),
    ]


def _uncertainty() -> list[Part]:
    calibrated = calibration()
    identified = [row for row in calibrated["combinations"] if row["identified"]]
    text = (
        f"{len(calibrated['fitted'])} parameters were fitted to {len(calibrated['facts'])} facts; {calibrated['sets']} sets are kept, and compare draws one per replicate. {len(identified)} combinations are"
        f" identified; the other {len(calibrated['combinations']) - len(identified)}, and all parameters that were not fitted, keep their plausible ranges."
    )
    return [
        Part(
            "Calibration and uncertainty",
            (
                text,
                "Intervals in compare cover people, ties, chance, imputed values of a place, and these sets. They do not cover uncertainty about the"
                " size of a programme's dose, about costs beyond their plausible range, or about mechanisms that are not in the model.",
            ),
            charts=(facts_chart(calibrated), parameters_chart(calibrated)),
        ),
        Part("What is known about combinations", table=combinations_table(calibrated), level=3),
    ]


def _sensitivity() -> list[Part]:
    robustness = result(ROBUSTNESS)
    conclusions = pd.DataFrame(
        [(c["words"], number(c["effect"]), span(c["low"], c["high"]), percent(c["holds_calibrated"]), percent(c["holds_all"]), c["flips_alone"] or "nothing", c["hangs_on"] or "no single one") for c in robustness["conclusions"]],
        columns=["conclusion", "effect", "95 % of sets", "holds in calibrated sets", "in any sets", "overturned alone by", "depends most on (+ raises)"],
    )  # fmt: skip
    alone = pd.DataFrame(
        [(a["parameter"], f"{a['value']:.3g} (usual {a['default']:.3g})", a["conclusion"], number(a["usual"]), number(a["effect"]), "yes" if a["flips"] else "no") for a in robustness["alone"]],
        columns=["number alone", "at", "conclusion", "usual effect", "effect", "overturned"],
    )  # fmt: skip
    structures = pd.DataFrame(
        [
            (s["structure"], s["words"], number(s["usual"]), number(s["effect"]), span(s["low"], s["high"]), s["holds"])
            for s in robustness["structures"]
            if s["structure"] != "as-shipped"
        ],
        columns=["theory", "conclusion", "usual effect", "effect", "95 %", "holds"],
    )
    overturned = structures[structures["holds"] != "yes"]
    said = (
        f"{len(overturned)} of {len(structures)} conclusions are overturned, or are no longer distinguishable from chance, under another theory. They are listed first."
        if len(overturned)
        else "No conclusion is overturned under another theory."
    )
    return [
        Part(
            "Sensitivity: what conclusions depend on",
            (
                "Overturned conclusions are listed first. All assumed numbers were varied at once over their plausible ranges, then in the sets that meet the facts, then one at a time.",
            ),
            table=conclusions,
            charts=(conclusions_chart(robustness),),
        ),
        Part("One number alone", table=alone, folded=True, caption="Numbers that alone move an effect by a third or more", level=3),
        Part("Other theories", (said,), table=structures),
    ]


def _closing() -> list[Part]:
    made, valid = calibration()["made"], result(VALIDATION)["provenance"]
    rows = [
        ("groundswell", versions()["groundswell"]),
        ("code of this pack", code_commit() or "an installed package"),
        ("calibrated with code", made["code_commit"]),
        ("validated with code", valid["code_commit"]),
        *((f"numbers of the {name}", age(result(file)).replace("*", "").replace("`", "")) for name, file in AGED.items()),
        *((name, text) for name, text in versions().items() if name != "groundswell"),
    ]
    repeat = (
        "groundswell calibrate --out calibration",
        "groundswell validate --out validation",
        "python -m tests.prove robustness",
        "groundswell assurance --out assurance",
        "groundswell odd",
    )
    return [
        Part("Limits", bullets=(*words.CANNOT, *LIMITS)),
        Part("Versions", table=pd.DataFrame([(a, str(b)) for a, b in rows], columns=["what", "version"])),
        Part(
            "How to repeat it",
            ("Every result names the command, seed, versions and hash of its scenario; the same command gives the same numbers.",),
            code=("\n".join(repeat),),
        ),
        Part("Where to find the elements of TRACE", table=pd.DataFrame(words.TRACE, columns=["TRACE element", "chapter"])),
    ]


def assurance_pack() -> Document:
    """Return the pack."""
    parts = [
        *_opening(),
        *_evidence(),
        *_assumptions(),
        *_verification(),
        *_validation(),
        *_uncertainty(),
        *_sensitivity(),
        *_closing(),
    ]
    return Document(
        "Assurance pack",
        f"Groundswell · {len(parts)} parts, generated; after the Aqua Book (HM Treasury) and TRACE (Grimm and others 2014)",
        summary(),
        parts,
        contents=True,
    )


def assured() -> dict[str, Any]:
    """Return the pack's main results as data."""
    log = assumptions(result(ROBUSTNESS), {row["parameter"]: row for row in calibration()["parameters"]})
    return {
        "summary": summary(),
        "sets": shipped().size,
        "coverage": calibration()["coverage"],
        "high_risk": log[log["risk"] == HIGH]["number"].tolist(),
        "validation": result(VALIDATION)["facts"],
        "split": result(VALIDATION).get("split", []),
        "persistence": result(VALIDATION).get("persistence", []),
        "conclusions": result(ROBUSTNESS)["conclusions"],
        "structures": result(ROBUSTNESS)["structures"],
    }
