"""Servers that are copies of one process which has imported everything: a start takes a tenth of the processor time.

A copy is what `groundswell` is once its modules are there; its arguments, environment, folder and streams are its own. Its workers take environment
and folder from it, and are copied from one process for all copies: another that imports the model for each would take ten times a start.
"""

from __future__ import annotations

import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
from functools import cache
from importlib import import_module
from multiprocessing import forkserver
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = """
import sys
from tests.dashboards.nursery import tend
arguments = tend(int(sys.argv[1]))
if arguments is not None:
    from experiments.cli.command_line import main
    sys.argv = ["groundswell", *arguments]
    sys.exit(main())
"""
PRELOADED = ("experiments.cli.command_line", "dashboards.server.launch", "dashboards.server.asgi")
LONGEST = 1 << 20  # bytes of a request
PATIENCE = 180.0


class Copy:
    """A process that the nursery started, with what is used of `subprocess.Popen`."""

    def __init__(self, pid: int, stdout: IO[str], ended: int) -> None:
        self.pid, self.stdout, self._ended = pid, stdout, ended
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """Return the exit code, negative for a signal; None while it runs."""
        if self.returncode is None and select.select([self._ended], [], [], 0)[0]:
            self.returncode = int(os.read(self._ended, 16))
            os.close(self._ended)
        return self.returncode

    def wait(self, timeout: float) -> int:
        if self.returncode is None and not select.select([self._ended], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired(["groundswell"], timeout)
        code = self.poll()
        self.stdout.close()
        assert code is not None
        return code

    def send_signal(self, number: int) -> None:
        if self.poll() is None:
            os.kill(self.pid, number)


@cache
def _nursery() -> socket.socket:
    """Start the process that is copied; it ends when this one closes its connection."""
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours.settimeout(PATIENCE)
    with theirs:
        command = [sys.executable, "-c", PROGRAM, str(theirs.fileno())]
        subprocess.Popen(command, pass_fds=[theirs.fileno()], cwd=ROOT, stdout=subprocess.DEVNULL)
    return ours


def start(arguments: list[str], environment: dict[str, str], log: IO[str]) -> Copy:
    """Start `groundswell` with arguments in this folder; stdout is a pipe, stderr goes to a file."""
    nursery, request = _nursery(), json.dumps([arguments, environment, os.getcwd()]).encode()
    (out, out_there), (ended, ended_there) = os.pipe(), os.pipe()
    socket.send_fds(nursery, [request], [out_there, log.fileno(), ended_there])
    os.close(out_there), os.close(ended_there)
    return Copy(int(nursery.recv(16)), os.fdopen(out), ended)


# -- in the process that is copied --------------------------------------------------------------------------------------------


def tend(number: int) -> list[str] | None:
    """Import what a server does and copy this process at each request; return the arguments in a copy, None where there are no more requests."""
    for name in PRELOADED:
        import_module(name)
    _start_what_workers_are_copied_from()
    gc.collect()
    gc.freeze()  # a copy keeps sharing what it shares
    nursery, (woken, waking) = socket.socket(fileno=number), os.pipe()
    os.set_blocking(waking, False)
    signal.signal(signal.SIGCHLD, lambda *_: None)
    signal.set_wakeup_fd(waking)
    running: dict[int, int] = {}
    while True:
        ready = select.select([nursery, woken], [], [])[0]
        if woken in ready:
            os.read(woken, 4096)
            _bury(running)
        if nursery not in ready:
            continue
        request, descriptors, *_ = socket.recv_fds(nursery, LONGEST, 3)
        if not request:
            return None
        pid = os.fork()
        if pid == 0:
            signal.set_wakeup_fd(-1)
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            nursery.close()
            return _begun(json.loads(request), descriptors, [woken, waking, *running.values()])
        running[pid] = descriptors.pop()
        for descriptor in descriptors:
            os.close(descriptor)
        nursery.send(str(pid).encode())


def _start_what_workers_are_copied_from() -> None:
    """Start it as a server does, for all copies; it ends when they and this process have ended."""
    from experiments.processes import context_of, uninterrupted

    context_of("forkserver")
    with uninterrupted(copied=False):
        forkserver.ensure_running()
    forkserver._forkserver.ensure_running = lambda: None  # type: ignore[method-assign] # a copy would look whether its own child runs


def _bury(running: dict[int, int]) -> None:
    """Tell of each copy that has ended how it did."""
    for pid in list(running):
        ended, status = os.waitpid(pid, os.WNOHANG)
        if ended:
            descriptor = running.pop(pid)
            os.write(descriptor, str(os.waitstatus_to_exitcode(status)).encode())
            os.close(descriptor)


def _begun(request: list, descriptors: list[int], others: list[int]) -> list[str]:
    """Make this copy a process of its own: its folder, environment and streams."""
    arguments, environment, folder = request
    os.dup2(descriptors[0], 1)
    os.dup2(descriptors[1], 2)
    for descriptor in (*descriptors, *others):
        os.close(descriptor)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[:] = [entry for entry in sys.path if entry]
    return arguments
