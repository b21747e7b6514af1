"""A PostgreSQL server of our own, on a port that is free, which can go away and come back."""

from __future__ import annotations

import contextlib
import glob
import os
import random
import shutil
import socket
import subprocess
import tempfile
import time
from pathlib import Path

from .running import PATIENCE


def free_port() -> int:
    """Return a port below those that the system gives to who connects: else who asks for a server that is away may get itself."""
    while True:
        port = random.randrange(20_000, 30_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


class Postgresql:
    """One server, in a folder of its own: pytest takes the rights to its folders from others whenever it is started again."""

    def __init__(self) -> None:
        folder = Path(tempfile.mkdtemp(prefix="groundswell-postgresql-")) / "data"
        found = sorted(glob.glob("/usr/lib/postgresql/*/bin/initdb")) or [shutil.which("initdb")]
        assert found[-1], "PostgreSQL is missing: `apt-get install postgresql`, or use `make test`, which does it"
        self._tools, self._folder = Path(found[-1]).parent, folder
        self.port, self._log = free_port(), folder.with_name("log")
        self._process: subprocess.Popen[bytes] | None = None
        self._us: list[str] = []
        if os.geteuid() == 0:  # PostgreSQL refuses to run as root
            self._us = ["runuser", "-u", "postgres", "--"]
            shutil.chown(folder.parent, "postgres")
        self._run("initdb", "-D", folder, "-U", "tester", "--auth=trust", "-E", "UTF8", "--no-sync")

    @property
    def address(self) -> str:
        return f"postgresql+psycopg://tester@127.0.0.1:{self.port}/postgres"

    def _run(self, tool: str, *arguments: object) -> None:
        command = [*self._us, str(self._tools / tool), *map(str, arguments)]
        done = subprocess.run(command, capture_output=True, text=True, cwd="/")
        assert done.returncode == 0, f"{tool}: {done.stdout} {done.stderr} {self._log.read_text() if self._log.exists() else ''}"

    def start(self) -> None:
        """Start it, and again where it ends by itself: what one that was killed left is in use for a moment."""
        options = (
            "-D",
            self._folder,
            "-p",
            self.port,
            "-c",
            "listen_addresses=127.0.0.1",
            "-c",
            f"unix_socket_directories={self._folder}",
            "-c",
            "fsync=off",
        )
        command = [*self._us, str(self._tools / "postgres"), *map(str, options)]
        ready = [str(self._tools / "pg_isready"), "-h", "127.0.0.1", "-p", str(self.port)]
        end = time.monotonic() + PATIENCE
        while True:
            if self._process is None or self._process.poll() is not None:
                with self._log.open("a") as log:
                    self._process = subprocess.Popen(command, stdout=log, stderr=log, cwd="/")
            if subprocess.run(ready, capture_output=True).returncode == 0:
                return
            assert time.monotonic() < end, f"PostgreSQL did not start: {self._log.read_text()}"
            time.sleep(0.1)

    def stop(self, how: str = "fast") -> None:
        """Stop it; `immediate` is as if it were killed."""
        self._run("pg_ctl", "-D", self._folder, "stop", "-m", how)
        assert self._process is not None
        self._process.wait(PATIENCE)

    def remove(self) -> None:
        """Stop it for good."""
        self.stop()
        shutil.rmtree(self._folder.parent, ignore_errors=True)
