"""The command `benchmark`: speed and memory compared with a yardstick."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console import Debug, Json, announce_compile, print_json, progress, say, table, tell


def benchmark(
    sizes: Annotated[str, typer.Option("--sizes", help="Populations, separated by commas.")] = "10000,100000,1000000",
    catalogue: Annotated[bool, typer.Option("--catalogue", help="Time 30 replicates of the whole catalogue instead.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Measure speed and memory. The yardstick, measured in the same run, is the plain resident-by-resident model."""
    from ..benchmark import measure, measure_catalogue, parse_sizes

    announce_compile()
    wanted = parse_sizes(sizes)
    with progress("benchmark", "replicates" if catalogue else "measurements") as show:
        report = measure_catalogue(progress=show) if catalogue else measure(wanted, show)
    if as_json:
        print_json(report)
        return
    table("Speed and memory", ["what", "value"], [[row["label"], row["shown"]] for row in report["rows"]])
    if not report["steps"]:
        return
    tell()
    steps = [[s["title"], *(f"{s['ns'][str(n)]:.1f}" for n in report["sizes"])] for s in report["steps"]]
    table("Time per step of the month (ns per resident-month)", ["step", *(f"{n:,}" for n in report["sizes"])], steps)
    for note in report["notes"]:
        say(note)
