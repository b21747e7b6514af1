"""The options of the command `dashboard`, and the settings that they make."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated

import typer

from experiments.console import NoCache

from ..settings import Settings, home

MILLION = 1e6

LibraryAddress = Annotated[
    str | None,
    typer.Option(
        "--library",
        help="Database of saved comparisons, such as postgresql+psycopg://user@host/name. [default: SQLite in --home]",
    ),
]
Home = Annotated[
    Path | None,
    typer.Option(
        "--home", help="Folder for results, own data and the library. [default: GROUNDSWELL_HOME, or the user's data folder]"
    ),
]


@dataclass(frozen=True)
class ServerOptions:
    """What may be said about a server when it is started."""

    host: Annotated[str, typer.Option("--host", help="Address to listen on. If other machines can reach it, set a login.")] = (
        Settings.host
    )
    port: Annotated[int, typer.Option("--port", help="Port to listen on; 0 picks a free one.")] = Settings.port
    library: LibraryAddress = None
    studies: Annotated[Path, typer.Option("--studies", help="Folder below which sweeps and studies may be opened.")] = Path(".")
    places: Annotated[
        tuple[Path, ...],
        typer.Option("--place", help="A place of yours that everybody may choose (folder or file). Repeat for several."),
    ] = ()
    home: Home = None
    password_file: Annotated[
        Path | None,
        typer.Option("--password-file", help="A file whose first line is the password. [default: GROUNDSWELL_PASSWORD, or none]"),
    ] = None
    proxy_header: Annotated[
        str | None,
        typer.Option("--proxy-header", help="Header in which a trusted proxy names who is logged in, such as X-Forwarded-User."),
    ] = None
    proxies: Annotated[
        tuple[str, ...], typer.Option("--proxy", help="Address of such a proxy. Repeat for several. [default: this machine]")
    ] = ()
    trusted_proxies: Annotated[
        tuple[str, ...],
        typer.Option(
            "--trusted-proxy",
            help="Proxy whose X-Forwarded-For names the visitor's address (address or network). Repeat for several.",
        ),
    ] = ()
    origins: Annotated[
        tuple[str, ...],
        typer.Option(
            "--origin", help="Another address of this server, such as https://groundswell.example.org. Repeat for several."
        ),
    ] = ()
    workers: Annotated[int | None, typer.Option("--workers", help="Number of worker processes. [default: all cores]")] = None
    no_cache: NoCache = False
    in_advance: Annotated[
        bool,
        typer.Option(
            "--in-advance/--no-in-advance", help="Compute the ready comparisons, and burn in the worlds shown, while nobody waits."
        ),
    ] = True
    most_work: Annotated[
        float, typer.Option("--most-work", help="Most that one comparison may take, in million resident-months.")
    ] = Settings.most_work / MILLION
    own_days: Annotated[int, typer.Option("--own-days", help="Days to keep places made of own data after their last use.")] = (
        Settings.own_days
    )

    def settings(self) -> Settings:
        """Return the settings; the password and the places are read.

        Raises:
            InputError: one of them cannot be read, or an address is none.
        """
        from experiments.comparison.replicates import default_workers

        from ..own_data.places import read_added
        from ..safeguards.clients import networks
        from .launch import password

        return Settings(
            self.host,
            self.port,
            self.home or home(),
            self.studies.resolve(),
            library_address(self.library),
            password(self.password_file),
            self.proxy_header or "",
            self.proxies or Settings.proxies,
            tuple(origin.rstrip("/") for origin in self.origins),
            workers=min(default_workers(), 256) if self.workers is None else self.workers,
            most_work=self.most_work * MILLION,
            own_days=self.own_days,
            warm=self.in_advance,
            places=read_added(self.places),
            trusted=networks(self.trusted_proxies),
        )


def library_address(library: str | None) -> str:
    """Return the database that is named on the command line, or in the environment; empty for that in --home."""
    return library or os.environ.get("GROUNDSWELL_LIBRARY", "")
