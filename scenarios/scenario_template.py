"""Scenario files to start from: commented YAML, and the JSON schema by which editors complete and check it."""

from __future__ import annotations

import json
from functools import cache
from typing import Any

import yaml

from simulation.declared.interventions import MEMBERS, POSITIONS, Change, Intervention
from simulation.declared.levers import LEVERS
from simulation.declared.scenario import Scenario
from simulation.month import LOOPS, declared_parameters

from .plugins import available_interventions
from .scenario_file import ScenarioFile
from .structures import structure_of

SCHEMA_NAME = "scenario.schema.json"
_FIXED = ("dose", "start", "ramp", "end", "decay", "fidelity")


def _quoted(value: Any) -> str:
    return yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=10_000).removesuffix("...\n").strip()


def _wrapped(text: str, indent: str) -> list[str]:
    import textwrap

    return textwrap.wrap(text, 118, initial_indent=f"{indent}# ", subsequent_indent=f"{indent}# ")


def change_words(one: Intervention) -> list[str]:
    """Return what an intervention changes, a line each, for a comment."""
    lines = []
    for change in one.changes:
        parameter = LEVERS[change.lever].parameter
        how = [f"to {change.to:g}"] if change.to is not None else []
        how += [f"times {change.scale:g}"] if change.scale != 1.0 else []
        how += [f"{change.add:+g}"] if change.add else []
        where = f" ({', '.join(change.forms)})" if change.forms else ""
        lines.append(
            f"{change.lever}{where} {', '.join(how)} [{parameter.unit}]" + (f" for {change.months} months" if change.months else "")
        )
    return lines


def _own_changes(one: Intervention) -> dict[str, Any]:
    """Return the changes of an intervention that no catalogue has, as a file holds them."""
    fields = Change.__dataclass_fields__
    found: dict[str, list[dict[str, Any]]] = {}
    for change in one.changes:
        part = {
            name: list(value) if isinstance(value, tuple) else value
            for name, value in vars(change).items()
            if name != "lever" and value != fields[name].default
        }
        found.setdefault(change.lever, []).append(part)
    return {lever: parts[0] if len(parts) == 1 else parts for lever, parts in found.items()}


def _intervention_lines(one: Intervention) -> list[str]:
    aim, cost = one.delivery, one.cost
    lines = [f"  - name: {_quoted(one.name)}", *_wrapped(one.description, "    ")]
    lines += _wrapped(f"changes: {'; '.join(change_words(one))}.", "    ")
    lines += _wrapped(f"evidence: {one.status}; source: {one.source}." + (f" {one.interplay}" if one.interplay else ""), "    ")
    if one.name not in available_interventions():
        lines += ["    changes: " + _quoted(_own_changes(one)), "    cost: " + _quoted(vars(one.cost).copy())]
    lines += [f"    dose: {one.dose:g} # 0 to 1, share of the whole programme"]
    for name, comment in (("start", "first month, from 1"), ("ramp", "months until full strength"), ("end", "last month that is paid for"),
                          ("decay", "months until the effect wears off after the end"), ("fidelity", "share of staff who follow it, 0 to 1"),
                          ("households", "share of households reached, which chance chooses"),
                          ("members", f"who is reached in such a household: {' or '.join(MEMBERS)}")):  # fmt: skip
        value = getattr(aim, name)
        shown = "36" if value is None else value if isinstance(value, str) else f"{value:g}"
        resting = value is None or value == type(aim).__dataclass_fields__[name].default
        lines.append(f"    {'# ' if resting else ''}{name}: {shown} # {comment}")
    for name, example, comment in (
        ("institutions", ["council"], "institutions; if left out: all"), ("wards", ["Tottenham Hale"], "wards; if left out: everywhere"),
        ("segments", ["Settlers"], "value segments"), ("deprivation_fifths", [1, 2], "1 = most deprived"),
        ("network", [POSITIONS[2]], f"position by number of ties: {', '.join(POSITIONS)}"),
        ("persons", [0, 17], "made-up residents by number; never use it to decide about real people"),
    ):  # fmt: skip
        value = getattr(aim, name)
        lines.append(
            f"    {'# ' if value is None else ''}{name}: {_quoted(list(value) if value is not None else example)} # {comment}"
        )
    lines.append(
        f"    # cost per institution and per 1,000 residents reached ({cost.status}; {cost.low:g} to {cost.high:g} times this):"
    )
    lines.append(
        "    # cost: " + _quoted({n: getattr(cost, n) for n in ("setup_hours", "setup_pounds", "running_hours", "running_pounds")})
    )
    return lines


def _theory_lines(scenario: Scenario) -> list[str]:
    """Return the structure of a scenario, and where its burn-in starts; what is as usual is a comment."""
    start = None if scenario.start == "neutral" else scenario.start
    fields = (
        ("structure", scenario.structure or None, "as-shipped"),
        ("start", start, "neutral"),
        ("burn_in", scenario.burn_in, "240"),
    )
    lines = ["", "# The theory of why people take part (`groundswell list structures`), stocks before burn-in, and months of it."]
    for name, value, usual in fields:
        lines.append(f"# {name}: {usual}" if value is None else f"{name}: {_quoted(value)}")
    return lines


def _own_parameters(scenario: Scenario) -> dict[str, float]:
    """Return what a scenario sets that its structure does not set to the same."""
    structure = structure_of(scenario)
    given = structure.parameters if structure else {}
    return {name: value for name, value in scenario.parameters.items() if name not in given or given[name] != value}


def scenario_text(name: str, scenario: Scenario, origin: str) -> str:
    """Return a commented scenario file that does what `scenario` does.

    Args:
        name: name of the new scenario.
        scenario: what to start from.
        origin: what it was called, for the first lines.
    """
    lines = [f"# yaml-language-server: $schema={SCHEMA_NAME}", f"# Made by `groundswell new` from {origin}. Try it:",
             f"#   groundswell compare baseline {name}.yaml", f"name: {_quoted(name)}", f"description: {_quoted(scenario.description)}"]  # fmt: skip
    lines += ["", "# The place and the number of residents; --place and --population on the command line override them.",
              f"{'' if scenario.place.name else '# '}place: {_quoted(scenario.place.name)}", f"population: {scenario.population}"]  # fmt: skip
    lines += _theory_lines(scenario)
    lines += ["", "# The interventions. `groundswell list interventions` shows all of them."]
    if scenario.interventions:
        lines += ["interventions:"]
        for one in scenario.interventions:
            lines += _intervention_lines(one)
    else:
        lines += ["interventions: []", "#  - name: closing-the-loop", "#    dose: 0.5"]
    lines += ["  # Your own intervention changes levers (never outcomes): `groundswell list parameters` shows them, with range and unit.",
              "  # - name: open-on-saturdays", "  #   description: The counter opens on Saturdays.",
              "  #   changes: {capacity: {scale: 1.15}, courtesy: {add: 0.05}} # to, scale or add; forms and months are optional",
              "  #   cost: {running_hours: 1.5}"]  # fmt: skip
    lines += ["", "# Feedback loops to switch off, to see what each does: " + ", ".join(loop.name for loop in LOOPS) + "."]
    lines += [f"loops_off: {_quoted(list(scenario.loops_off))}"]
    lines += ["", "# Numbers in the model; they apply from the start, burn-in included. Those marked `assumed` are judgements."]
    if numbers := _own_parameters(scenario):
        lines += ["parameters:", *(f"  {key}: {value:g}" for key, value in sorted(numbers.items()))]
    else:
        example = declared_parameters()["experience.asymmetry"]
        lines += [
            "# parameters:",
            f"#   experience.asymmetry: {example.default:g} # {example.low:g} to {example.high:g}; {example.description}",
        ]
    lines += ["", "# Value segments; shares add up to 1."]
    lines += ["segments:", *("  - " + _quoted({"name": s.name, "share": s.share, "circles": s.circles, "outcome_weight": s.outcome_weight,
              "recognition_weight": s.recognition_weight, "discussion_weight": s.discussion_weight, "messenger": s.messenger, "talk": s.talk,
              "channel_fit": list(s.channel_fit)}) for s in scenario.segments)]  # fmt: skip
    lines += ["", "# Institutions; each may serve only some wards, and have its own levers."]
    lines += ["institutions:"]
    for spec in scenario.institutions:
        own = {"name": spec.name, "service": spec.service, **({"wards": list(spec.wards)} if spec.wards else {}),
               **({"levers": dict(spec.levers)} if spec.levers else {})}  # fmt: skip
        lines.append("  - " + _quoted(own))
    return "\n".join(lines) + "\n"


def scenario_schema() -> dict[str, Any]:
    """Return the JSON schema of scenario files, with the names, ranges and descriptions that the model declares."""
    schema = ScenarioFile.model_json_schema()
    schema["$schema"] = "https://json-schema.org/draft/2020-12/schema"
    schema["title"] = "A scenario of groundswell"
    parts = schema["$defs"]
    one, known = parts["InterventionFile"]["properties"], available_interventions()
    one["name"] = {"description": "A name from the catalogue, or your own name with `changes`.",
                   "anyOf": [{"enum": sorted(known)}, {"type": "string"}]}  # fmt: skip
    one["changes"] = {
        "description": "For your own intervention: levers and how they change.", "type": "object", "additionalProperties": False,
        "properties": {
            name: {"anyOf": [{"$ref": "#/$defs/ChangeFile"}, {"type": "array", "items": {"$ref": "#/$defs/ChangeFile"}}],
                   "description": f"{x.parameter.description} ({x.parameter.low:g} to {x.parameter.high:g}, {x.parameter.unit})"}
            for name, x in LEVERS.items()
        },
    }  # fmt: skip
    one["network"] = {
        "description": "Position in the network, by number of ties.",
        "type": "array",
        "items": {"enum": list(POSITIONS)},
    }
    schema["properties"]["parameters"] = {
        "description": "Numbers in the model; they apply from the start, burn-in included.", "type": "object", "additionalProperties": False,
        "properties": {
            name: {"type": "number", "minimum": p.low, "maximum": p.high, "default": p.default,
                   "description": f"{p.description} ({p.unit}; {p.status}; {p.source})"}
            for name, p in declared_parameters().items()
        },
    }  # fmt: skip
    schema["properties"]["loops_off"] = {
        "description": "Feedback loops to switch off.", "type": "array",
        "items": {"anyOf": [{"const": loop.name, "description": loop.words} for loop in LOOPS]},
    }  # fmt: skip
    parts["InstitutionFile"]["properties"]["levers"] = {
        "type": "object", "additionalProperties": False,
        "properties": {
            name: {"type": "number", "minimum": x.parameter.low, "maximum": x.parameter.high, "description": x.parameter.description}
            for name, x in LEVERS.items() if not x.by_form
        },
    }  # fmt: skip
    return schema


@cache
def schema_text() -> str:
    """Return the JSON schema as text; it stays the same as long as the program runs."""
    return json.dumps(scenario_schema(), indent=1)
