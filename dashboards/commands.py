"""The commands `dashboard` and `library`: they join the command line without anything below knowing of them."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, Any
from urllib.parse import parse_qsl

import typer

from experiments.console import FAILED, Debug, Json, NoCache, Stop, print_json, say
from experiments.extras import advice
from simulation.declared.parameters import InputError

PlaceOption = Annotated[
    list[Path] | None, typer.Option("--place", help="A place of yours that everybody may choose (folder or file). Repeatable.")
]
TrustedProxy = Annotated[
    list[str] | None,
    typer.Option("--trusted-proxy", help="Proxy whose X-Forwarded-For says who asks (address, network). Repeatable."),
]
LibraryOption = Annotated[
    str | None,
    typer.Option(
        "--library",
        help="Database of saved comparisons, such as postgresql+psycopg://user@host/name. [default: SQLite in --home]",
    ),
]
HomeOption = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder for results, own data and the library. [default: GROUNDSWELL_HOME, or the user's data folder]"
    ),
]


def dashboard(
    host: Annotated[str, typer.Option("--host", help="Where to listen; other than this machine only with a login.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="0 takes any that is free.")] = 8765,
    library: LibraryOption = None,
    studies: Annotated[Path, typer.Option("--studies", help="Folder below which sweeps and studies may be opened.")] = Path("."),
    place: PlaceOption = None,
    home: HomeOption = None,
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help="A file whose first line is the password. [default: GROUNDSWELL_PASSWORD, or none]"),
    ] = None,
    proxy_header: Annotated[
        str | None,
        typer.Option("--proxy-header", help="Header in which a trusted proxy names who is logged in, such as X-Forwarded-User."),
    ] = None,
    proxy: Annotated[
        list[str] | None, typer.Option("--proxy", help="Address of such a proxy. Repeatable. [default: this machine]")
    ] = None,
    trusted_proxy: TrustedProxy = None,
    origin: Annotated[
        list[str] | None,
        typer.Option("--origin", help="Another address of this server, such as https://groundswell.example.org. Repeatable."),
    ] = None,
    workers: Annotated[int | None, typer.Option("--workers", help="Processes that compute. [default: the cores there are]")] = None,
    no_cache: NoCache = False,
    in_advance: Annotated[
        bool,
        typer.Option(
            "--in-advance/--no-in-advance", help="Burn in the shown worlds while nobody waits, so that changes are answered sooner."
        ),
    ] = True,
    most_work: Annotated[float, typer.Option("--most-work", help="Million resident-months that one comparison may take.")] = 1200.0,
    own_days: Annotated[int, typer.Option("--own-days", help="Days to keep places made of own data after their last use.")] = 30,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Open the dashboard, for you or for a team. It is a web page to compare, watch and share."""
    _check_extra("dashboard", "solara")
    from experiments.comparison.replicates import default_workers

    from .own_data.places import read_added
    from .server import settings
    from .server.clients import networks
    from .server.launch import check, launch, password

    chosen = settings.Settings(
        host,
        port,
        home or settings.home(),
        studies.resolve(),
        _address(library),
        password(password_file),
        proxy_header or "",
        tuple(proxy or settings.Settings.proxies),
        tuple(o.rstrip("/") for o in origin or ()),
        workers=min(default_workers(), 256) if workers is None else workers,
        most_work=most_work * 1e6,
        own_days=own_days,
        warm=in_advance,
        places=read_added(place or ()),
        trusted=networks(trusted_proxy or ()),
    )
    check(chosen)
    launch(chosen, as_json)


def library(
    library: LibraryOption = None,
    home: HomeOption = None,
    exported: Annotated[
        Path | None, typer.Option("--export", help="Write a backup of all that is saved, but for the bin, to this file.")
    ] = None,
    imported: Annotated[
        Path | None, typer.Option("--import", help="Add what a backup holds; what already exists stays as it is.")
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Back up saved comparisons, or restore them."""
    _check_extra("library", "sqlalchemy")
    from experiments.output import OutputError

    from .results.database import LibraryError

    try:
        document = _backed_up(library, home, exported, imported)
    except (LibraryError, OutputError) as error:
        raise Stop(FAILED, f"error: {error}") from None
    if as_json:
        print_json(document)


def _backed_up(address: str | None, home: Path | None, exported: Path | None, imported: Path | None) -> dict[str, Any]:
    """Write or read a backup, or look at the library alone; say what was done, and return it."""
    from experiments.output import check_writable

    from .own_data.own_places import is_own
    from .results.backups import read_backup, write_backup
    from .results.database import check_there
    from .results.library import Library
    from .server import settings
    from .server.private import private_folder

    backup = None if imported is None else read_backup(imported)  # before anything is made
    chosen = settings.Settings(home=home or settings.home(), library=_address(address))
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
                f"{kept.shown}: {_counted(taken.added, taken.links)} came in; {_counted(taken.there, taken.links_there)} already exist"
            )
            if taken.changed:
                say(f"note: of those that already exist, {taken.changed:,} changed since and stay as they are")
            homes = chosen.home / "own"
            lacking = sum(is_own(place) and not (homes / place).is_dir() for place in map(_place_in, backup.saved))
            if lacking:
                say(
                    f"note: saved comparisons of own places that are not in {homes}: {lacking:,}. Backups hold no own places: copy that folder, or bring the data again"
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


def _address(library: str | None) -> str:
    """Return the database that is named on the command line, or in the environment; empty for that in --home."""
    return library or os.environ.get("GROUNDSWELL_LIBRARY", "")


def _check_extra(command: str, package: str) -> None:
    if find_spec(package) is None:
        raise InputError(f"{command}: needs its extra; {advice('dashboard')}")


def add_to(app: typer.Typer) -> None:
    """Join the commands to the command line."""
    app.command()(dashboard)
    app.command()(library)
