"""A dashboard that really runs, in a process of its own, and plain ways to ask it."""

from __future__ import annotations

import http.client
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from experiments.kept import cache

from . import nursery
from .exchanged import check_answer

PATIENCE = 180.0  # seconds that anything may take on a busy machine
COPIED = {"GROUNDSWELL_PASSWORD"}  # variables that are read when a server starts, not when its modules are imported
PROGRAM = Path(sys.executable).with_name("groundswell")


@dataclass
class Running:
    """One server: started by `start`, ended by `stop`; a second start takes the same port, as after a crash.

    Attributes:
        fresh: True for an interpreter of its own, whose memory can be measured, rather than a copy of one (see `nursery`).
    """

    home: Path
    studies: Path
    options: tuple[str, ...] = ()
    environment: dict[str, str] = field(default_factory=dict)
    in_advance: bool = False
    program: tuple[str, ...] = (str(PROGRAM),)
    fresh: bool = False
    address: str = ""
    port: int = 0
    process: subprocess.Popen[str] | nursery.Copy | None = None

    def start(self) -> Running:
        command = [*self.program, "dashboard", "--port", str(self.port), "--home", str(self.home)]
        command += [
            "--studies",
            str(self.studies),
            "--in-advance" if self.in_advance else "--no-in-advance",
            "--json",
            *self.options,
        ]
        worlds = os.environ.get("GROUNDSWELL_TEST_WORLDS", cache.OFF)
        environment = {**os.environ, "GROUNDSWELL_PASSWORD": "", cache.FOLDER: worlds, **self.environment}
        with open(self._log, "a") as log:
            if self.program == (str(PROGRAM),) and set(self.environment) <= COPIED and not self.fresh:
                self.process = nursery.start(command[1:], environment, log)
            else:
                self.process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=log, text=True, env=environment)
        text = ""
        assert self.process.stdout is not None
        while not text.rstrip().endswith("}"):
            line = self.process.stdout.readline()
            assert line, f"the server did not start: {self.log()}"
            text += line
        self.address = json.loads(text)["address"].rstrip("/")
        self.port = urlsplit(self.address).port or 0
        end = time.monotonic() + PATIENCE
        while time.monotonic() < end:
            if self.get("/readyz")[0] == 200:
                return self
            time.sleep(0.1)
        raise AssertionError("the server is not ready")

    @property
    def _log(self) -> Path:
        return self.home.parent / f"{self.home.name}.log"

    def log(self) -> str:
        """Return what the server said on stderr."""
        return self._log.read_text(errors="replace")

    def stop(self, hard: bool = False) -> None:
        if self.process is not None:
            self.process.send_signal(signal.SIGKILL if hard else signal.SIGINT)
            self.process.wait(PATIENCE)
            self.process = None

    def ask(
        self, method: str, path: str, body: bytes | None = None, headers: dict[str, str] | None = None
    ) -> tuple[int, dict[str, str], bytes]:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=PATIENCE)
        try:
            connection.request(method, path, body, headers or {})
            answer = connection.getresponse()
            found = answer.status, {k.lower(): v for k, v in answer.getheaders()}, answer.read()
        except (ConnectionError, http.client.HTTPException):
            return 0, {}, b""
        finally:
            connection.close()
        check_answer(path, *found)
        return found

    def get(self, path: str, headers: dict[str, str] | None = None) -> tuple[int, dict[str, str], bytes]:
        return self.ask("GET", path, None, headers)

    def json(self, path: str) -> Any:
        import gzip

        status, headers, body = self.get(path)
        assert status == 200, body
        return json.loads(gzip.decompress(body) if headers.get("content-encoding") == "gzip" else body)

    def descriptors(self) -> int:
        assert self.process is not None
        return len(os.listdir(f"/proc/{self.process.pid}/fd"))

    def memory(self) -> int:
        """Bytes of the server's own process, without its workers."""
        assert self.process is not None
        for line in Path(f"/proc/{self.process.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS"):
                return int(line.split()[1]) * 1024
        return 0


@contextmanager
def running_in(folder: Path, *options: str, environment: dict[str, str] | None = None, fresh: bool = False) -> Iterator[Running]:
    """Run a dashboard with its home and an empty folder of studies in `folder`, and stop it at the end."""
    (folder / "studies").mkdir(exist_ok=True)
    running = Running(folder / "home", folder / "studies", options, environment or {}, fresh=fresh).start()
    try:
        yield running
    finally:
        running.stop()
