"""The command `run`: one scenario, once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from ..comparison.run_request import RunRequest
from ..console import INTERRUPTED, Debug, Json, NoCache, Stop, announce_compile, print_json, progress, say, table, tell, typed
from ..numbers import percent, shown
from ..option_fields import takes_options


def _settling() -> Callable[[int], None]:
    """Return a callback that reports a long burn-in: a line every few seconds."""
    import time

    last = time.monotonic()

    def tell(months: int) -> None:
        nonlocal last
        if time.monotonic() - last > 4.0:
            last = time.monotonic()
            say(f"settling: {months} months of burn-in (usually 180 to 240)")

    return tell


@takes_options
def run(request: RunRequest, no_cache: NoCache = False, as_json: Json = False, debug: Debug = False) -> None:
    """Run one scenario once and print its measures."""
    from ..comparison.single_run import run_once
    from ..theories import theory_sentences

    announce_compile()
    request = replace(request, command=typed())
    with progress(f"running {request.scenario}", "months") as show:
        result = run_once(request, show, _settling())
    for warning in result.warnings:
        say(f"warning: {warning}")
    say(f"data: {getattr(result.scenario.place, 'attribution', '')}")
    if as_json:
        print_json(result.to_json())
    else:
        rows = [[m.label, m.name, shown(v, m.unit)] for m, v in zip(result.measures.values(), result.values, strict=True)]
        title = f"{result.scenario.name} in {result.scenario.place.name}: {result.population:,} residents, month {result.months}"
        table(title, ["measure", "name", "value"], rows)
        for sentence in theory_sentences([result.scenario], [result.scenario.name]):
            tell(sentence)
    if request.profile:
        total = sum(result.timings.values())
        lines = [
            [
                f"{n}. {title}",
                name,
                f"{seconds / result.months * 1e3:.3f}",
                percent(seconds / total),
                f"{seconds / result.months / result.population * 1e9:.0f}",
            ]
            for n, (name, title, seconds) in enumerate(result.profile, 1)
        ]
        header = ["step of the month", "name", "ms per month", "share", "ns per resident-month"]
        if as_json:
            for row in lines:
                say("  ".join(row))
        else:
            table("Time spent in each step of the month", header, lines)
    if result.interrupted:
        raise Stop(INTERRUPTED, f"interrupted after month {result.months}; the months before it are kept")
