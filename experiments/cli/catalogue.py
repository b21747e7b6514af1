"""Commands about what can be tried: `new` writes a scenario file, `conformance` tries plug-ins, `doses` draws curves."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console import FAILED, Debug, Json, NoCache, Stop, announce_compile, print_json, progress, say, table, tell, typed


def new(
    file: Annotated[Path, typer.Argument(help="Name of the scenario, or of its .yaml file.")],
    origin: Annotated[
        str, typer.Option("--from", help="What to start from: a scenario, an intervention, several joined with +, or a file.")
    ] = "baseline",
    study: Annotated[bool, typer.Option("--study", help="A study of many runs, in place of a scenario.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it is there.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a scenario or study to start from. It has comments, and beside it lies the JSON schema for editors."""
    from scenarios import load_scenario
    from scenarios.writing import SCHEMA_NAME, scenario_text, schema_text
    from simulation.declared.parameters import InputError

    from ..output import check_writable, write_text
    from ..studies.writing import STUDY_SCHEMA, study_schema, study_text

    path = file if file.suffix in (".yaml", ".yml") else file.with_name(file.name + ".yaml")
    if path.exists() and not force:
        raise InputError(f"{path}: already exists; --force overwrites it")
    text = study_text(path.stem) if study else scenario_text(path.stem, load_scenario(origin, outline=True), origin)
    check_writable(path)
    schema = path.parent / (STUDY_SCHEMA if study else SCHEMA_NAME)
    write_text(path, text)
    write_text(schema, study_schema() if study else schema_text())
    if as_json:
        print_json({"written": [str(path), str(schema)]})
    else:
        tell(f"written: {path} (editors complete and check it by {schema})")
        tell(
            f"try it:  groundswell sweep {path} --out {path.with_suffix('')}"
            if study
            else f"try it:  groundswell compare baseline {path}"
        )


def conformance(
    names: Annotated[
        list[str] | None, typer.Argument(help="Interventions or measures. [default: all those of other packages]")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Test interventions and measures. In a small world: zero dose, declared writes, keyed draws, extremes of the range."""
    from scenarios.catalogue import CATALOGUE
    from scenarios.conformance import check_intervention, check_measure
    from scenarios.plugins import available_interventions, available_measures, refused_plugins
    from simulation.declared.institutions import SERVICES
    from simulation.declared.parameters import InputError, nearest
    from simulation.measures.measure import measures_of

    announce_compile()
    services = tuple(s.name for s in SERVICES)
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
            tell("no interventions or measures of other packages are installed")
        for line in refused:
            say(f"refused: {line}")
    failed = [n for n, p in results.items() if p]
    if failed or refused:
        raise Stop(FAILED, f"{len(failed) + len(refused)} do not conform")


def doses(
    names: Annotated[list[str] | None, typer.Argument(help="Interventions. [default: all]")] = None,
    replicates: Annotated[int, typer.Option("--replicates", help="How often people, ties and chance are redrawn.")] = 8,
    place: Annotated[str | None, typer.Option("--place", help="A place by name, or a place file. [default: haringey]")] = None,
    population: Annotated[int, typer.Option("--population", help="Simulated residents.")] = 5000,
    months: Annotated[int, typer.Option("--months", help="Months after burn-in.")] = 60,
    seed: Annotated[int, typer.Option("--seed", help="Root seed; 0 is a seed.")] = 1,
    out: Annotated[Path, typer.Option("--out", help="Folder for catalogue.md and the curves.")] = Path("out"),
    workers: Annotated[int | None, typer.Option("--workers", help="Processes. [default: the cores there are]")] = None,
    no_cache: NoCache = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Draw dose-response curves. They show what a quarter, a half, three quarters and the whole of each intervention does."""
    from scenarios import load_scenario

    from ..comparison.single_run import check_population
    from ..output import check_writable
    from ..provenance import code_commit
    from ..reports.catalogue_page import write_catalogue
    from ..studies.doses import MEASURES, TAKEN, dose_response, known_names

    wanted = known_names(names or [])
    check_population(population)
    check_writable(out, folder=True)
    base = load_scenario("baseline", place, population)
    announce_compile()
    with progress("doses", "replicates") as show:
        table_ = dose_response(base, wanted, replicates=replicates, months=months, seed=seed, workers=workers, progress=show)
    written = write_catalogue(table_, out, typed(), code_commit() or "of an installed package")
    if as_json:
        undefined = table_.astype(object).where(table_.notna(), None)
        print_json({"doses": undefined.to_dict("records")})
    else:
        own = table_[table_["dose"] == 1.0].pivot(index="intervention", columns="measure", values="effect")[list(TAKEN)]
        table(
            "Effect of the whole programme: points, and acts for each resident a year (parameters at their central values)",
            ["intervention", *own.columns],
            [
                [n, *(f"{(100 if m in MEASURES else 1) * x:+.2f}" for m, x in zip(TAKEN, r, strict=True))]
                for n, r in zip(own.index, own.to_numpy(), strict=True)
            ],
        )
    say("written: " + ", ".join(str(path) for path in written))


def add_to(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(new)
    app.command()(conformance)
    app.command()(doses)
