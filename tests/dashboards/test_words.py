"""All words in one catalogue: every key that pages use is there, none is left over, and no page has words of its own."""

from __future__ import annotations

import json
import re
from pathlib import Path

from dashboards.results.ready import READY
from dashboards.texts import strings
from dashboards.web.shell import ASSETS, HERE
from experiments.serving.watched_world import STATUSES
from scenarios.plugins import available_measures
from simulation.measures.recorder import GROUPINGS
from simulation.state.events import CHANNELS, EVENTS

SCRIPTS = sorted(ASSETS.glob("*.js"))
# Keys that are put together: what stands in the place of the name.
FAMILIES = {
    "ready": [r.name for r in READY],
    "fifth": list("12345"),
    "who": [s for s in STATUSES if s not in available_measures(())],
    "channel": [c.replace(" ", "_") for c in CHANNELS],
    "status": ["assumed", "calibrated", "estimated", "found"],
    "by": list(GROUPINGS),
    "aim": ["institutions", "segments", "deprivation_fifths", "network", "wards"],
    "role": ["calibrate", "validate", "input", "context"],
    "verdict": ["inside", "outside", "input", "context", "none"],
    "notice": ["saved", "renamed", "duplicated", "deleted", "restored", "cancelled", "own_deleted", "own_gone"],
    "found": ["private", "missing", "odd", "read"],
    "lost": ["restart", "connection"],
    "own": ["small_areas", "wards", "survey", "records", "ties"],
    "tried": ["start", "ramp", "end", "decay"],
    "run": ["months", "replicates", "population", "seed"],
    "budget": ["within", "maybe", "beyond"],
    "study": ["command", "look", "python"],
    "take": ["report.html", "effects.xlsx", "effects.csv", "compare.json"],
}


def used() -> set[str]:
    texts = [p.read_text() for p in SCRIPTS]
    texts += [p.read_text() for p in (*HERE.parent.rglob("*.py"), *(HERE / "templates").glob("*"))]
    whole = "\n".join(texts)
    found = set(re.findall(r"(?:\$t|\bt|string)\(\s*['\"]([a-z_.]+)['\"]", whole)) | set(
        re.findall(r"\$t\('([a-z_.]+)'\s*[,)]", whole)
    )
    found |= {key for key in re.findall(r'"((?:table|when|live)\.[a-z_.]+)"', whole) if not key.endswith(".js")}
    found |= set(re.findall(r'words\["([a-z_.]+)"\]', whole)) | set(re.findall(r'Quota\("([a-z_.]+)"', whole))
    for pair in re.findall(r"(?:\$t|\bt)\([^()]*?\?\s*['\"]([a-z_.]+)['\"]\s*:\s*['\"]([a-z_.]+)['\"]", whole):
        found |= set(pair)
    for family, names in FAMILIES.items():
        if re.search(rf"""['"]{family}\.['"] \+|`{family}\.\$\{{""", whole):
            found |= {f"{family}.{name}" for name in names}
    found = {f for f in found if not f.endswith(".")}
    found |= {f"status.{s}.long" for s in FAMILIES["status"]}
    found |= {f"event.{e}" for e in EVENTS if e not in ("need", "heard")} | {"event.told.no", "event.input_answered.changed"}
    return found


def test_every_key_is_in_the_catalogue_and_none_is_left_over():
    known = set(strings())
    assert used() - known == set()
    assert known - used() == set()


def test_no_page_has_words_of_its_own():
    assert len(SCRIPTS) > 10
    for path in SCRIPTS:
        for template in re.findall(r"template: /\* HTML \*/ `(.*?)`", path.read_text(), re.DOTALL):
            bare = re.sub(r"\{\{.*?\}\}", "", template, flags=re.DOTALL)
            bare = re.sub(r"<[^<>]*?(?:\"[^\"]*\"[^<>]*?)*>", " ", bare)
            left = [w for w in re.findall(r"[A-Za-z]{3,}", bare) if w not in ("CSV", "PNG", "SVG")]
            assert not left, (path.name, left)
            for attribute in re.findall(r"(?<![:\w])(?:aria-label|placeholder|title|alt)=\"([^\"]+)\"", template):
                raise AssertionError((path.name, attribute))


def test_the_catalogue_is_plain_text():
    for key, text in json.loads(Path(HERE / "strings" / "en.json").read_text()).items():
        assert text
        assert "<" not in text
        assert key == key.strip().lower()
