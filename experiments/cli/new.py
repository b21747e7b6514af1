"""The command `new`: writes a scenario or a study to start from."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console import Debug, Json, print_json, tell


def new(
    file: Annotated[Path, typer.Argument(help="Name of the scenario, or of its .yaml file.")],
    origin: Annotated[
        str, typer.Option("--from", help="What to start from: a scenario, an intervention, several joined with +, or a file.")
    ] = "baseline",
    study: Annotated[bool, typer.Option("--study", help="Write a study of many runs instead of a scenario.")] = False,
    force: Annotated[bool, typer.Option("--force", help="Overwrite the file if it exists.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write a scenario or study to start from. The file has comments, and the JSON schema for editors is written next to it."""
    from scenarios import load_scenario
    from scenarios.scenario_template import SCHEMA_NAME, scenario_text, schema_text
    from simulation.declared.parameters import InputError

    from ..output import check_writable, write_text
    from ..studies.study_template import STUDY_SCHEMA, study_schema, study_text

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
        tell(f"written: {path} (editors can complete and check it with {schema})")
        tell(
            f"try it:  groundswell sweep {path} --out {path.with_suffix('')}"
            if study
            else f"try it:  groundswell compare baseline {path}"
        )
