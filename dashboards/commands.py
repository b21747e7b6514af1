"""The command `dashboard`: it joins the command line without anything below knowing of it."""

from __future__ import annotations

import os
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated

import typer

from experiments.console import FAILED, Debug, Json, NoCache, Stop, announce_compile, print_json, say


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
    """Open the dashboard: a web page to compare, watch and share, for this machine or for a team."""
    from experiments.output import check_writable
    from experiments.replicates import default_workers
    from simulation.parameters import InputError

    if find_spec("solara") is None:
        raise InputError("dashboard: needs its extra; pip install 'groundswell[dashboard]'")
    from .settings import Settings

    for name, value, low, high in (
        ("--port", port, 0, 65535),
        ("--workers", 1 if workers is None else workers, 1, 256),
        ("--most-work", most_work, 1, 1e9),
        ("--own-days", own_days, 1, 3650),
    ):
        if not low <= value <= high:
            raise InputError(f"{name}: {value:g}; allowed: {low:g} to {high:g}")
    if not studies.is_dir():
        raise InputError(f"--studies: {studies}: is no folder")
    given = {"home": home} if home is not None else {}
    settings = Settings(
        host, port, studies=studies.resolve(), library=library or os.environ.get("GROUNDSWELL_LIBRARY", ""), password=_password(password_file),
        proxy_header=proxy_header or "", proxies=tuple(proxy or ("127.0.0.1", "::1")), origins=tuple(o.rstrip("/") for o in origin or ()),
        workers=default_workers() if workers is None else workers, most_work=most_work * 1e6, warm=in_advance, own_days=own_days, **given,  # type: ignore[arg-type]
    )  # fmt: skip
    check_writable(settings.home, folder=True)
    announce_compile()
    from .library import LibraryError
    from .server import listen, serve

    socket = listen(settings)
    address = f"http://{host if ':' not in host else f'[{host}]'}:{socket.getsockname()[1]}/"
    if settings.open_to_all:
        say(f"warning: everybody who reaches {host} may use this server: no login is asked for (--password-file or --proxy-header)")
    if as_json:
        print_json({"address": address, "home": str(settings.home), "studies": str(settings.studies), "workers": settings.workers})
        sys.stdout.flush()
    say(f"dashboard: {address}  (Ctrl-C ends it)")
    try:
        serve(settings, socket)
    except LibraryError as error:
        raise Stop(FAILED, str(error)) from None


def _password(file: Path | None) -> str:
    from simulation.parameters import InputError

    if file is None:
        return os.environ.get("GROUNDSWELL_PASSWORD", "")
    try:
        first = file.read_text(encoding="utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--password-file: {file}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if not first or len(first[0].strip()) < 8:
        raise InputError(f"--password-file: {file}: the first line is the password; allowed: 8 characters or more")
    return first[0].strip()


def add_to(app: typer.Typer) -> None:
    """Join the command to the command line."""
    app.command()(dashboard)
