"""The baseline: what every shipped scenario, intervention, structure and kind of place gives at small size, to the last bit.

`make baseline WHY="..."` renews it and writes the reason into the changelog as a change of numbers; nothing else may.
"""

from __future__ import annotations

import hashlib
import json
import sys
from collections.abc import Iterator
from pathlib import Path

from experiments.reports.shipped import NUMBERS, RESULTS
from scenarios import load_scenario
from scenarios.catalogue import CATALOGUE
from scenarios.scenario_file import shipped_scenarios
from scenarios.structures import STRUCTURES
from simulation import ParticipationModel, Recorder, Scenario
from simulation.measures.recorder import GROUPINGS
from simulation.month import LOOP_NAMES
from tests.places import small_scenario

ROOT = Path(__file__).resolve().parents[1]
KEPT, CHANGELOG = ROOT / "tests" / "data" / "baseline.json", ROOT / "CHANGELOG.md"
IDENTITY = RESULTS / NUMBERS  # shipped, so that what is made elsewhere can say whether it is old
POPULATION, BURN_IN, MONTHS = 300, 12, 14
SHOWN = ("participation", "apathy", "trust")  # so that a change can be read, not only seen
# Shipped areas with wards, district, unitary authority, county as a sample, region, three nations, Northern Irish district.
PLACES = ("haringey", "cambridge", "leeds", "derbyshire", "london", "england", "scotland", "wales", "belfast")

Row = dict[str, str | float]


def scenarios() -> Iterator[tuple[str, Scenario]]:
    """Yield a name and a scenario for all that is looked at."""
    base = load_scenario("baseline", population=POPULATION)
    for name in shipped_scenarios():
        yield f"scenario {name}", load_scenario(name, population=POPULATION)
    for name in CATALOGUE:
        yield f"intervention {name}", load_scenario(name, population=POPULATION)
    for structure in STRUCTURES.values():
        yield f"structure {structure.name}", base.with_(parameters=dict(structure.parameters))
    for loop in LOOP_NAMES:
        yield f"without the loop {loop}", load_scenario("closing-the-loop", population=POPULATION).with_(loops_off=(loop,))
    for start in ("high", "low"):
        yield f"{start} start", base.with_(start=start)
    for place in PLACES:
        yield f"place {place}", load_scenario("front-line-engagement", place, POPULATION)
    yield "place of one's own", small_scenario(POPULATION)


def run(scenario: Scenario) -> Row:
    """Run a scenario; return the digest of all its results, by group and month too, and a few of them."""
    model = ParticipationModel(scenario.with_(burn_in=BURN_IN), seed=1)
    recorder = model.recorder = Recorder(model, MONTHS)
    model.run(MONTHS)
    whole = hashlib.sha256(json.dumps(list(recorder.measures)).encode() + recorder.series.tobytes())
    for grouping in GROUPINGS:
        whole.update(recorder.results_by(grouping).tobytes())
    named = dict(zip(recorder.measures, recorder.results(), strict=True))
    return {"digest": whole.hexdigest()[:32]} | {name: round(float(named[name]), 6) for name in SHOWN}


def now() -> dict[str, Row]:
    """Return what everything gives with the code as it is."""
    return {name: run(scenario) for name, scenario in scenarios()}


def kept() -> dict[str, Row]:
    """Return what everything gave when the baseline was last renewed."""
    found: dict[str, Row] = json.loads(KEPT.read_text())["results"]
    return found


def identity(*names: str) -> str:
    """Return the identity of the model's numbers, or of those of some scenarios and interventions: a result that was made with others is old."""
    rows = {key: row for key, row in kept().items() if not names or key.partition(" ")[2] in names}
    return hashlib.sha256(json.dumps(rows, sort_keys=True).encode()).hexdigest()[:16]


def changes(before: dict[str, Row], after: dict[str, Row]) -> list[str]:
    """Return one line for each result that is not what it was, with its size."""
    lines = [f"{name}: gone" for name in before if name not in after]
    for name, row in after.items():
        old = before.get(name)
        if old is None:
            lines.append(f"{name}: new")
        elif old != row:
            lines.append(f"{name}: " + ", ".join(f"{m} {old[m]} -> {row[m]}" for m in SHOWN))
    return lines


def entry(why: str) -> str:
    """Return the line that the changelog has for a change of numbers."""
    return f"- **numbers changed**: {why}"


def _keep(why: str, results: dict[str, Row]) -> None:
    KEPT.write_text(json.dumps({"why": why, "results": results}, indent=1) + "\n")
    IDENTITY.write_text(json.dumps({"identity": identity()}) + "\n")


def renew(why: str) -> str:
    """Renew the baseline and write the reason into the changelog; return what was done."""
    after = now()
    if not KEPT.is_file():
        _keep("", after)
        return f"{len(after)} results kept for the first time"
    changed = changes(kept(), after)
    if not changed:
        return "the baseline is up to date: nothing is written"
    if not why.strip():
        raise SystemExit("\n".join([*changed, f'{len(changed)} results changed; say why: make baseline WHY="..."']))
    text = CHANGELOG.read_text()
    head, mark, rest = text.partition("\n## ")
    version, _, body = rest.partition("\n")
    CHANGELOG.write_text(f"{head}{mark}{version}\n\n{entry(why.strip())}\n{body}")
    _keep(why.strip(), after)
    return "\n".join([*changed, f"{len(changed)} results renewed; the reason comes first in {CHANGELOG.name}"])


if __name__ == "__main__":
    print(renew(" ".join(sys.argv[1:])))
