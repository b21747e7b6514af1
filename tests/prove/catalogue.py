"""The parts of `make prove` about what can be tried: settings of what is assumed, interactions, the catalogue, doses."""

from __future__ import annotations

import json
import resource
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from experiments.comparison.compare import compare, courses, ended
from experiments.comparison.comparison import Comparison
from experiments.comparison.ranking import rank_words
from experiments.comparison.replicates import default_workers
from experiments.comparison.statistics import interval
from experiments.numbers import change_of_cost, could_be
from experiments.provenance import code_commit
from experiments.reports.catalogue_page import write_catalogue
from experiments.studies.doses import MEASURES, dose_response, known_names
from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from simulation.burn_in import RunawayError
from tests.claims import CLAIMS, Effect, above, below, claim, good_engagers, reach, read, run, selection, setting

Table = list[dict[str, Any]]
DOCS = Path(__file__).resolve().parents[2] / "docs" / "reference"
PARTIAL = DOCS / "proof" / "settings.partial.json"
SETTINGS = 20


def say(text: str) -> None:
    """Print progress."""
    print(text, file=sys.stderr, flush=True)


def apart(population: int, replicates: int, parameters: dict[str, float] | None = None) -> list[tuple[int, str, str, Effect, str]]:
    """Return the claims that look at residents and institutions: direction, words, kind, effect, whether it holds."""
    trust, engagers = selection(population, replicates, parameters), good_engagers(population, replicates, parameters)
    found = [
        (5, "a point of trust given by lot raises the chance to take part", trust["cause"], above),
        (5, "the cross-section overstates it, by", trust["overstated"], above),
        (6, "of added asks, more go to people who took no part before at the front line than by mail", reach(population, replicates, 12, parameters), above),
        (12, "preferring 'good engagers' makes the council's voices less representative", engagers["voice"], below),
        (12, "and lowers its regard for them", engagers["regard"], below),
    ]  # fmt: skip
    return [(n, words, "emerges", effect, "yes" if holds(effect) else "NO") for n, words, effect, holds in found]


def _in_setting(number: int) -> dict[str, str]:
    """Return for each claim whether it holds in a setting: `yes`, `no`, or `against` where the whole interval lies the other way."""
    found: dict[str, str] = {}
    comparison = run(CLAIMS, 5000, 6, parameters=setting(number))
    for one in CLAIMS:
        effect = one.effect(comparison)
        opposite = one.holds in (above, below) and (below if one.holds is above else above)(effect)
        found[one.name] = "yes" if one.holds(effect) else "against" if opposite else "no"
    for direction, words, _, effect, holds in apart(4000, 4, setting(number)):
        opposite = (above if direction == 12 else below)(effect)
        found[f"{direction}: {words}"] = "yes" if holds == "yes" else "against" if opposite else "no"
    return found


def settings() -> Table:
    """In how many of 20 sampled settings of the parameters marked `assumed` a claim holds.

    Every assumed parameter is moved by up to a fifth of its value, at once (ease of forms by up to 0.2 log-odds). 5,000 residents, 6
    replicates: "not told" means that the interval crosses the line, "against" that it lies on the other side as a whole. What
    does not hold everywhere is a finding.
    """
    commit = code_commit() or "unknown"
    kept = json.loads(PARTIAL.read_text(encoding="utf-8")) if PARTIAL.exists() else {}
    kept = kept if kept.get("commit") == commit else {"commit": commit, "found": {}}
    for number in range(1, SETTINGS + 1):
        if str(number) in kept["found"]:
            continue
        say(f"  setting {number} of {SETTINGS}")
        try:
            kept["found"][str(number)] = _in_setting(number)
        except RunawayError as error:
            kept["found"][str(number)] = {"runaway": str(error)}
        PARTIAL.write_text(json.dumps(kept), encoding="utf-8")
    done = [kept["found"][str(n)] for n in range(1, SETTINGS + 1)]
    steady = [found for found in done if "runaway" not in found]
    rows = []
    for name in steady[0]:
        results = [found[name] for found in steady]
        counts = {word: results.count(word) for word in ("yes", "no", "against")}
        rows.append({"claim": name, "holds": f"{counts['yes']} of {len(steady)}", "not told": counts["no"], "against": counts["against"],
                     "settings where it does not hold": ", ".join(str(n + 1) for n, found in enumerate(done) if found.get(name, "yes") != "yes")})  # fmt: skip
    rows.append({"claim": "(settings without a steady state)", "holds": f"{len(done) - len(steady)} of {len(done)}", "not told": "", "against": "",
                 "settings where it does not hold": ", ".join(str(n + 1) for n, found in enumerate(done) if "runaway" in found)})  # fmt: skip
    PARTIAL.unlink(missing_ok=True)
    return rows


def _cell(comparison: Comparison, scenario: str, measure: str) -> str:
    mean, low, high = (float(x) for x in interval(read(comparison, scenario, measure) - read(comparison, "baseline", measure)))
    return f"{100 * mean:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]"


def _contrast(comparison: Comparison, measure: str, both: str, one: str, other: str, neither: str = "baseline") -> str:
    values = (
        read(comparison, both, measure)
        - read(comparison, one, measure)
        - read(comparison, other, measure)
        + read(comparison, neither, measure)
    )
    mean, low, high = (float(x) for x in interval(values))
    return f"{100 * mean:+.2f} [{100 * low:+.2f}, {100 * high:+.2f}]"


def interactions() -> Table:
    """Directions 7 and 10 as two-way tables: effects in percentage points beside the baseline, and the interaction contrast.

    The contrast is what both do together less what each does alone; 10,000 residents, 20 replicates, month 60.
    """
    wanted = [c for c in CLAIMS if c.direction in (7, 10)]
    wanted.append(claim(10, "side by side, nothing links them", "perceived_influence", "top-down+bottom-up", above))
    found = run(wanted, 10_000, 20)
    rows = []
    for measure in ("trust", "perceived_influence", "participation", "apathy"):
        for words, none, one, other, both in (
            ("7: fix-first x ask-widely", "baseline", "fix-first", "ask-widely", "fix+ask"),
            ("10: top-down x bottom-up, nothing links them", "baseline", "top-down-programme", "bottom-up-initiative", "top-down+bottom-up"),
            ("10: top-down x bottom-up, with the links", "links", "top-down+links", "bottom-up+links", "top-down+bottom-up+links"),
        ):  # fmt: skip
            rows.append({"interaction": words, "measure": measure, "neither": "0" if none == "baseline" else _cell(found, none, measure),
                         "first alone": _cell(found, one, measure), "second alone": _cell(found, other, measure), "both": _cell(found, both, measure),
                         "contrast": _contrast(found, measure, both, one, other, none)})  # fmt: skip
    return rows


def catalogue() -> Table:
    """The whole catalogue side by side: 30 replicates, 10,000 residents, 60 months; and what is left where money ends at month 36.

    Ranks are joint at 95 %; participation (with what it could be) and apathy in percentage points, on average over the run, as some shocks pass; acts for
    each resident a year; cost beyond the base, service included, over the run and for each extra person taking part for a year.
    """
    base = load_scenario("baseline")
    tried = [base.with_(name=name, interventions=(one,)) for name, one in CATALOGUE.items()]
    started = time.perf_counter()
    found = compare(
        base,
        *tried,
        replicates=30,
        monthly=courses(len(tried) + 1),
        progress=lambda done, total: say(f"  {done} of {total} replicates"),
    )
    seconds = time.perf_counter() - started
    own, children = (resource.getrusage(who).ru_maxrss / 1024 for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    lasting = compare(base, *(ended(s, 36) for s in tried if s.interventions[0].kind == "intervention"), replicates=10)
    kept = {row["scenario"]: row["lasts_without_funding"] for row in lasting.ranking.to_dict("records")}
    rows = []
    for row in found.ranking.to_dict("records"):
        rows.append({
            "scenario": row["scenario"], "rank": rank_words(row),
            "participation": f"{100 * row['effect']:+.2f} [{100 * row['range_low']:+.2f}, {100 * row['range_high']:+.2f}]",
            "acts": f"{row['acts_12m']:+.2f}", "apathy": f"{100 * row['apathy']:+.2f}", "cost with service": could_be(row["net_cost"], row["net_cost_low"], row["net_cost_high"]),
            "for each": could_be(*(row[f"cost_per_participant{end}"] for end in ("", "_low", "_high"))), "service": change_of_cost(row["service_cost"]), "from month": row["shows_from_month"] or "never",
            "gains more": row["gains_more"] or "-", "gains less, or loses": row["gains_less"] or "-", "money ends at 36": kept.get(row["scenario"], ""),
        })  # fmt: skip
    rows.append(
        {
            **dict.fromkeys(rows[0], ""),
            "scenario": f"(30 replicates took {seconds:.0f} s on {default_workers()} cores; memory of all processes together at most {own + default_workers() * children:.0f} MB)",
        }
    )
    return rows


def _odd(table: pd.DataFrame) -> list[str]:
    """Return oddities of curves, one per line: an effect at dose 0, or a value that cannot be."""
    odd = []
    for (name, measure), own in table.groupby(["intervention", "measure"], sort=False):
        effect = own.sort_values("dose")["effect"].to_numpy()
        if effect[0] != 0.0:
            odd.append(f"{name}: {measure} moves at dose 0")
        if not np.isfinite(effect).all() or (measure in MEASURES and np.abs(effect).max() > 0.5):
            odd.append(f"{name}: {measure} is out of range")
    return odd


def doses() -> Table:
    """Dose and response of every intervention, 5,000 residents, 8 replicates; the curves stand in docs/reference/catalogue.md."""
    table = dose_response(load_scenario("baseline", None, 5000), known_names([]), replicates=8,
                          progress=lambda done, total: say(f"  {done} of {total}"))  # fmt: skip
    write_catalogue(table, DOCS, "python -m tests.prove doses", code_commit() or "unknown")
    odd = _odd(table)
    return [
        {
            "curves": table["intervention"].nunique(),
            "doses": "0, 0.25, 0.5, 0.75, 1",
            "odd": "; ".join(odd) or "none",
            "sane": "NO" if odd else "yes",
        }
    ]
