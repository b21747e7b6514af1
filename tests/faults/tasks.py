"""Tasks for worker processes, importable where workers run; a folder keeps who was there."""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path


def first_time(folder: str, task: int) -> bool:
    """Return True to the first that asks for a task, over all processes."""
    try:
        (Path(folder) / f"{task}").mkdir()
    except FileExistsError:
        return False
    return True


@dataclass(frozen=True)
class Task:
    """What to do with a number: something happens at the third, and the square comes back.

    Attributes:
        folder: where it is kept who was there.
        fate: what happens: a name below.
        always: True if it happens at every try, not the first alone.
    """

    folder: str
    fate: str
    always: bool = False

    def __call__(self, number: int) -> int:
        if number == 3 and (self.always or first_time(self.folder, number)):
            getattr(self, self.fate)()
        return number * number

    def killed(self) -> None:
        os.kill(os.getpid(), signal.SIGKILL)

    def told_to_end(self) -> None:
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(20)

    def leaves(self) -> None:
        os._exit(7)

    def leaves_a_child(self) -> None:
        """End, while a child lives on that holds the pipe open."""
        if os.fork():
            os._exit(7)
        ctypes.CDLL(None).prctl(15, b"left", 0, 0, 0)
        time.sleep(20)
        os._exit(0)

    def is_halted(self) -> None:
        os.kill(os.getpid(), signal.SIGSTOP)

    def waits_for_itself(self) -> None:
        lock = threading.Lock()
        lock.acquire()
        lock.acquire()

    def works_long(self) -> None:
        until = time.monotonic() + 1.6
        while time.monotonic() < until:
            pass

    def has_a_child_that_works(self) -> None:
        subprocess.run(
            [sys.executable, "-S", "-c", "import time; t = time.monotonic() + 1.6\nwhile time.monotonic() < t: pass"], check=True
        )


def surroundings(number: int) -> tuple[str, str]:
    """Return a variable and the folder of the worker."""
    return os.environ.get("PLANTED", ""), os.getcwd()


def wrong(number: int) -> int:
    """Raise an error that cannot be sent as it is."""

    class Own(ValueError):
        def __init__(self, one: int, two: int) -> None:
            super().__init__(f"{one} and {two}")

    raise Own(number, 2)


def nothing_to_send(number: int) -> object:
    """Return what cannot be sent."""
    return threading.Lock()


def busy(number: int) -> None:
    """Work until somebody ends it."""
    while True:
        pass


def asleep(number: int) -> None:
    """Wait until somebody ends it."""
    time.sleep(10_000)
