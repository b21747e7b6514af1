"""The request to run a study; its fields are the options that all study commands have."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from ..arguments import Workers
from ..console import NoCache

OutPath = Annotated[Path, typer.Option("--out", help="Folder for the results. Run the same command again to continue.")]
Scheduler = Annotated[str | None, typer.Option("--scheduler", help="Address of a Dask scheduler whose workers share the folder.")]


@dataclass(frozen=True)
class StudyRequest:
    """A request to run the study of a file."""

    study: Annotated[Path, typer.Argument(help="A study file; groundswell new NAME --study writes one.")]
    out: OutPath
    workers: Workers = None
    no_cache: NoCache = False
    scheduler: Scheduler = None
