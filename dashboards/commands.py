"""The commands `dashboard` and `library`: they join the command line without anything below knowing of them."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

import typer

from experiments.console import FAILED, Debug, Json, Stop, print_json, say
from experiments.extras import advice
from experiments.option_fields import takes_options
from simulation.declared.parameters import InputError

from .server.server_options import Home, LibraryAddress, ServerOptions, library_address


@takes_options
def dashboard(options: ServerOptions, as_json: Json = False, debug: Debug = False) -> None:
    """Open the dashboard, for you or for a team. It is a web page to compare, watch and share."""
    _check_extra("dashboard", "solara")
    from .server.launch import check, launch

    chosen = options.settings()
    check(chosen)
    launch(chosen, as_json)


def library(
    library: LibraryAddress = None,
    home: Home = None,
    exported: Annotated[
        Path | None, typer.Option("--export", help="Write a backup of everything saved, except the bin, to this file.")
    ] = None,
    imported: Annotated[
        Path | None, typer.Option("--import", help="Add the contents of a backup; what already exists stays as it is.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Back up saved comparisons, or restore them."""
    _check_extra("library", "sqlalchemy")
    from experiments.output import OutputError

    from .safeguards.boundary import LibraryError

    try:
        document = _backed_up(library, home, exported, imported)
    except (LibraryError, OutputError) as error:
        raise Stop(FAILED, f"error: {error}") from None
    if as_json:
        print_json(document)


def _backed_up(address: str | None, home: Path | None, exported: Path | None, imported: Path | None) -> dict[str, Any]:
    """Write or read a backup, or look at the library alone; say what was done, and return it."""
    from experiments.output import check_writable

    from . import settings
    from .own_data.own_places import is_own
    from .results.backups import read_backup, write_backup
    from .results.database import check_there
    from .results.library import Library
    from .safeguards.private import private_folder

    backup = None if imported is None else read_backup(imported)  # before anything is made
    chosen = settings.Settings(home=home or settings.home(), library=library_address(address))
    if backup is None:
        check_there(chosen.library_address)
    elif not chosen.library and not chosen.home.exists():
        check_writable(chosen.home, folder=True)
        private_folder(chosen.home)
    kept = Library(chosen.library_address)
    try:
        document: dict[str, Any] = {"library": kept.shown}
        if backup is not None:
            taken = kept.take_in(backup.saved, backup.links)
            say(
                f"{kept.shown}: {_counted(taken.added, taken.links)} added; {_counted(taken.there, taken.links_there)} already exist"
            )
            if taken.changed:
                say(f"note: {taken.changed:,} of those that already exist were changed since, and stay as they are")
            homes = chosen.home / "own"
            lacking = sum(is_own(place) and not (homes / place).is_dir() for place in map(_place_in, backup.saved))
            if lacking:
                say(
                    f"note: saved comparisons of own places that are not in {homes}: {lacking:,}. A backup does not hold own places: copy that folder, or bring the data again"
                )
            return document | {"file": str(imported), **vars(taken), "without_place": lacking}
        saved, links = kept.rows() if exported is None else vars(write_backup(kept, exported)).values()
        say(f"{kept.shown}: {_counted(len(saved), len(links))}" + (f"; written: {exported}" if exported else ""))
        return document | {"file": str(exported) if exported else None, "saved": len(saved), "links": len(links)}
    finally:
        kept.close()


def _place_in(row: dict[str, Any]) -> str:
    """Return the place that a saved comparison is of."""
    return dict(parse_qsl(row["query"])).get("place", "")


def _counted(saved: int, links: int) -> str:
    return f"{saved:,} saved comparison{'s' * (saved != 1)} and {links:,} long address{'es' * (links != 1)}"


def _check_extra(command: str, package: str) -> None:
    if find_spec(package) is None:
        raise InputError(f"{command}: needs its extra; {advice('dashboard')}")


def add_to(app: typer.Typer) -> None:
    """Join the commands to the command line."""
    app.command()(dashboard)
    app.command()(library)
