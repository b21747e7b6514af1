"""The command `conformance`: tests plug-ins."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console import FAILED, Debug, Json, Stop, announce_compile, print_json, say, table, tell


def conformance(
    names: Annotated[list[str] | None, typer.Argument(help="Interventions or measures. [default: all from other packages]")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Test interventions and measures. In a small world: zero dose, declared writes, keyed random draws, extremes of the range."""
    from scenarios.catalogue import CATALOGUE
    from scenarios.conformance import check_intervention, check_measure
    from scenarios.plugins import available_interventions, available_measures, refused_plugins
    from simulation.declared.institutions import SERVICE_NAMES
    from simulation.declared.parameters import InputError, nearest
    from simulation.measures.measure import measures_of

    announce_compile()
    services = SERVICE_NAMES
    interventions, measures = available_interventions(), available_measures(services)
    own = {*CATALOGUE, *measures_of(services)}
    wanted = names or [n for n in (*interventions, *measures) if n not in own]
    results: dict[str, list[str]] = {}
    for name in wanted:
        if name not in interventions and name not in measures:
            raise InputError(f"conformance: unknown name '{name}'; {nearest(name, (*interventions, *measures))}")
        results[name] = check_intervention(interventions[name]) if name in interventions else check_measure(measures[name])
    refused = refused_plugins()
    if as_json:
        print_json({"results": results, "refused": list(refused)})
    else:
        if results:
            table("Conformance", ["name", "problems"], [[n, "; ".join(p) or "none"] for n, p in results.items()])
        elif not refused:
            tell("no interventions or measures from other packages are installed")
        for line in refused:
            say(f"refused: {line}")
    failed = [n for n, p in results.items() if p]
    if failed or refused:
        raise Stop(FAILED, f"{len(failed) + len(refused)} do not conform")
