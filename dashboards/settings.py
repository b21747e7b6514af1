"""How the server runs: what it lends to whom, where it keeps what, who may come in."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from scenarios.places import TablePlace

    from .safeguards.clients import Network

LOCAL = ("127.0.0.1", "localhost", "::1")


def home() -> Path:
    """Return the folder for what the dashboard keeps: GROUNDSWELL_HOME, or the user's data folder."""
    given = os.environ.get("GROUNDSWELL_HOME")
    return Path(given) if given else Path(os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share") / "groundswell"


@dataclass(frozen=True)
class Settings:
    """Settings of one server.

    Attributes:
        host, port: where it listens.
        home: folder for kept results, own data and the library.
        studies: folder below which sweeps and studies may be opened.
        library: address of the database of saved comparisons; SQLite in `home` by default, `postgresql+psycopg://...` for a team.
        password: asked for at the door; empty for none.
        proxy_header, proxies: header in which a trusted proxy names who is logged in, and the addresses of such proxies.
        origins: other origins under which the server is reached, such as `https://groundswell.example.gov.uk`.
        workers: processes that compute.
        megabytes: memory that each may keep warm worlds in.
        most_work: resident-months that one comparison may take.
        most_waiting: people that may wait for a result at a time.
        most_sessions: pages that may be open at a time.
        most_upload: bytes of one uploaded file.
        own_days: days that an own place is kept after its last use.
        warm: True to burn in the shown worlds in advance.
        places: places that are offered besides those of the package.
        trusted: proxies that say from which address a request comes (`X-Forwarded-For`).
    """

    host: str = "127.0.0.1"
    port: int = 8765
    home: Path = field(default_factory=home)
    studies: Path = field(default_factory=Path.cwd)
    library: str = ""
    password: str = ""
    proxy_header: str = ""
    proxies: tuple[str, ...] = ("127.0.0.1", "::1")
    origins: tuple[str, ...] = ()
    workers: int = 2
    megabytes: int = 400
    most_work: float = 1.2e9
    most_waiting: int = 50
    most_sessions: int = 200
    most_upload: int = 20_000_000
    own_days: int = 30
    warm: bool = True
    places: tuple[TablePlace, ...] = ()
    trusted: tuple[Network, ...] = ()

    @property
    def library_address(self) -> str:
        """Address of the library's database."""
        return self.library or f"sqlite:///{self.home / 'library.sqlite'}"

    @property
    def open_to_all(self) -> bool:
        """True if other machines reach it and nobody is asked who they are."""
        return self.host not in LOCAL and not self.password and not self.proxy_header
