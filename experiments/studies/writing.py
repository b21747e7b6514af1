"""A study file to start from: every field, commented, and the JSON schema by which editors complete it."""

from __future__ import annotations

import json

from scenarios.plugins import available_interventions, available_measures
from simulation.declared.institutions import SERVICES
from simulation.declared.loops import LOOP_NAMES
from simulation.month import declared_parameters

from .study_file import StudyFile

STUDY_SCHEMA = "study.schema.json"


def study_text(name: str) -> str:
    """Return a commented study that runs as it is, in less than a minute on two cores."""
    loops = ", ".join(LOOP_NAMES)
    return f"""# yaml-language-server: $schema={STUDY_SCHEMA}
# A study: many runs, planned. Made by `groundswell new --study`; it runs as it is:
#   groundswell sweep {name}.yaml --out {name}          # stop it when you like; the same command goes on
#   groundswell results {name} "SELECT point, avg(participation) FROM runs GROUP BY point"
#   groundswell sensitivity {name}.yaml --out {name}-sensitivity
name: {name}
description: How far does closing the loop go, whatever is not known?

# Where every run starts from. Effects are set against it.
base: baseline            # a scenario, an intervention, several joined with +, or a file
place: haringey           # any place; see groundswell list places
population: 1000          # simulated residents
months: 36                # after burn-in
seed: 1                   # of people, chance and the design; 0 is a seed
replicates: 3             # how often people, ties and chance are redrawn, alike for every point

# Levers: what somebody could decide. Each is exactly one of: dose, aim, start, or any of the kinds below.
levers:
  - dose: closing-the-loop            # an intervention (groundswell list interventions), from 0 to 1
    low: 0
    high: 1
  - name: front                       # a name of your own; left out: that of what it is about
    dose: front-line-engagement
    values: [0, 0.5, 1]               # values in place of low and high
  # - aim: closing-the-loop           # whom an intervention reaches: values are lists, or all
  #   of: deprivation_fifths          # institutions, wards, segments, deprivation_fifths or network
  #   values: [all, [1], [1, 2]]
  # - start: front-line-engagement    # the month in which it starts
  #   values: [1, 13]

# Uncertainties: what nobody knows. Parameters: groundswell list parameters.
uncertainties:
  - parameter: experience.asymmetry
    low: 1.5
    high: 5
  - parameter: closing_the_loop.silence_loss
    low: 0.05
    high: 0.3
  # - segment: Settlers               # share of a value segment; the others keep their proportions
  #   low: 0.2
  #   high: 0.4
  # - loop: word_of_mouth             # a feedback loop on or off: {loops}
  #   values: [on, off]
  # - place: true                     # where
  #   values: [haringey, Blackpool]
  # - population: true                # residents
  #   values: [500, 1000]

# Which points are run.
design:
  kind: latin-hypercube   # full, one-at-a-time, latin-hypercube, sobol, morris, saltelli, or csv
  points: 64              # points; trajectories for morris; a power of two for sobol and saltelli
  # file: points.csv      # for csv: one column a factor

# What is taken (groundswell list measures), and when.
measures: [participation, apathy, trust, perceived_influence, cost]
at: []                    # months such as [12, 36]; left empty: the last
effects: true             # beside each its difference from the base on the same people: participation_effect, ...
series: false             # true keeps every month of every measure

# What it may cost.
budget:
  runs: 1000              # a plan above this is refused
  # minutes: 30           # stops after so long; the same command goes on
  # pounds: 2000000       # that a package may cost, for groundswell optimise

# What groundswell optimise looks for (the first ranks), and what groundswell discover takes for a failure.
objectives: [maximise participation, minimise cost]
fails: participation_effect < 0.01
"""


def study_schema() -> str:
    """Return the JSON schema of study files, with the names that there are."""
    schema = StudyFile.model_json_schema()
    parts = schema["$defs"]
    interventions = sorted(available_interventions())
    for field, names in (
        ("dose", interventions), ("aim", interventions), ("start", interventions), ("parameter", sorted(declared_parameters())),
        ("loop", sorted(LOOP_NAMES)),
    ):  # fmt: skip
        parts["FactorFile"]["properties"][field]["anyOf"][0]["enum"] = names
    measures = sorted(available_measures(tuple(s.name for s in SERVICES)))
    schema["properties"]["measures"]["items"]["enum"] = measures
    return json.dumps(schema, indent=1) + "\n"
