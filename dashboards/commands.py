"""The command `dashboard`: it joins the command line without anything below knowing of it."""

from __future__ import annotations

import os
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from experiments.console import Debug, Json, NoCache
from simulation.parameters import InputError

PlaceOption = Annotated[
    list[Path] | None, typer.Option("--place", help="A place of yours that everybody may choose (folder or file); repeat it.")
]
TrustedProxy = Annotated[
    list[str] | None,
    typer.Option("--trusted-proxy", help="Proxy whose X-Forwarded-For says who asks (address, network); repeat it."),
]


def dashboard(
    host: Annotated[str, typer.Option("--host", help="Where to listen; other than this machine only with a login.")] = "127.0.0.1",
    port: Annotated[int, typer.Option("--port", help="0 takes any that is free.")] = 8765,
    library: Annotated[
        str | None,
        typer.Option(
            "--library",
            help="Database of saved comparisons, such as postgresql+psycopg://user@host/name. [default: SQLite in --home]",
        ),
    ] = None,
    studies: Annotated[Path, typer.Option("--studies", help="Folder below which sweeps and studies may be opened.")] = Path("."),
    place: PlaceOption = None,
    home: Annotated[
        Path | None,
        typer.Option(
            "--home", help="Folder for results, own data and the library. [default: GROUNDSWELL_HOME, or the user's data folder]"
        ),
    ] = None,
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help="A file whose first line is the password. [default: GROUNDSWELL_PASSWORD, or none]"),
    ] = None,
    proxy_header: Annotated[
        str | None,
        typer.Option("--proxy-header", help="Header in which a trusted proxy names who is logged in, such as X-Forwarded-User."),
    ] = None,
    proxy: Annotated[
        list[str] | None, typer.Option("--proxy", help="Address of such a proxy; repeat it. [default: this machine]")
    ] = None,
    trusted_proxy: TrustedProxy = None,
    origin: Annotated[
        list[str] | None,
        typer.Option("--origin", help="Another address of this server, such as https://groundswell.example.org; repeat it."),
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
    if find_spec("solara") is None:
        raise InputError("dashboard: needs its extra; pip install 'groundswell[dashboard]'")
    from experiments.replicates import default_workers

    from . import settings
    from .clients import networks
    from .launch import check, launch, password
    from .places import read_added

    chosen = settings.Settings(
        host, port, home or settings.home(), studies.resolve(), library or os.environ.get("GROUNDSWELL_LIBRARY", ""), password(password_file),
        proxy_header or "", tuple(proxy or settings.Settings.proxies), tuple(o.rstrip("/") for o in origin or ()),
        workers=min(default_workers(), 256) if workers is None else workers, most_work=most_work * 1e6, own_days=own_days, warm=in_advance,
        places=read_added(place or ()), trusted=networks(trusted_proxy or ()),
    )  # fmt: skip
    check(chosen)
    launch(chosen, as_json)


def add_to(app: typer.Typer) -> None:
    """Join the command to the command line."""
    app.command()(dashboard)
