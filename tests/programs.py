"""Programs that tests run in a process of their own."""

from __future__ import annotations

import gc
import os
import subprocess
import sys
import traceback
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def output_of(code: str, *arguments: str) -> str:
    """Return what a program in Python prints on stdout, run in the project's root; what it says where it fails is shown."""
    done = subprocess.run([sys.executable, "-c", code, *arguments], capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return done.stdout


def in_a_child(work: Callable[[], int]) -> tuple[int, str]:
    """Run a function in a copy of this process, where nothing has to be imported again; return its exit code and what it says on stderr."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        gc.freeze()  # what it shares with this process is not copied
        code = 70
        try:
            os.dup2(writing, 2)
            sys.stdout, sys.stderr = open(os.devnull, "w"), open(2, "w", closefd=False)  # noqa: SIM115 - ends with the process
            code = work()
        except BaseException:
            traceback.print_exc()
        finally:
            sys.stderr.flush()
            os._exit(code)
    os.close(writing)
    with open(reading) as pipe:
        said = pipe.read()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), said


def with_files_of_at_most(size: int, work: Callable[[], int]) -> tuple[int, str]:
    """Do the same where no file may be larger: this stands in for a full disk, since the same call fails, with the same kind of error."""
    import resource
    import signal

    def limited() -> int:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))
        sys.dont_write_bytecode = True
        return work()

    return in_a_child(limited)
