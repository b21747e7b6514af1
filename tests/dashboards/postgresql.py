"""A PostgreSQL server of our own, on a port that is free, which can go away and come back."""

from __future__ import annotations

import glob
import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

from .running import PATIENCE


class Postgresql:
    """One server.

    Args:
        folder: where its data will be.
    """

    def __init__(self, folder: Path) -> None:
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
        assert found[-1], "PostgreSQL is missing: `apt-get install postgresql`, or use `make test`, which does it"
        self._tools, self._folder = Path(found[-1]).parent, folder
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        self._us: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._us = ["runuser", "-u", "postgres", "--"]
            for parent in (folder.parent, *folder.parent.parents):
                if parent in (Path("/"), Path("/tmp")):
                    break
                parent.chmod(parent.stat().st_mode | 0o055)
            shutil.chown(folder.parent, "postgres")
        self._run("initdb", "-D", folder, "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-sync")

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://tester@127.0.0.1:{self.port}/postgres"

    def _run(self, tool: str, *arguments: object) -> None:
        subprocess.run([*self._us, str(self._tools / tool), *map(str, arguments)], check=True, capture_output=True, cwd="/")

    def start(self) -> None:
        options = ("-D", self._folder, "-p", self.port, "-c", "listen_addresses=127.0.0.1", "-c", f"unix_socket_directories={self._folder}", "-c", "fsync=off")  # fmt: skip
        self._process = subprocess.Popen(
            [*self._us, str(self._tools / "postgres"), *map(str, options)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, cwd="/"
        )  # fmt: skip
        end = time.monotonic() + PATIENCE
        ready = [str(self._tools / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port)]
        while subprocess.run(ready, capture_output=True).returncode != 0:
            assert time.monotonic() < end, "PostgreSQL did not start"
            time.sleep(0.1)

    def stop(self, how: str = "fast") -> None:
        """Stop it; `immediate` is as if it were killed."""
        self._run("pg_ctl", "-D", self._folder, "stop", "-m", how)
        self._process.wait(PATIENCE)
