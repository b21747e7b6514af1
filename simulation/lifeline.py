"""A process that is started to help another one ends with it."""

from __future__ import annotations

import os
import threading
from multiprocessing import parent_process
from multiprocessing.connection import wait

LOOK = 5.0  # seconds between looks at who the parent is, for where its end of the lifeline is held by others too


def leave_with_parent() -> None:
    """End this process when the one that started it is gone, whatever it does at that moment; does nothing in a process that has none."""
    parent = parent_process()
    if parent is None:
        return
    lifeline, born_to = parent.sentinel, os.getppid()

    def watch() -> None:
        while not wait([lifeline], LOOK) and os.getppid() == born_to:
            pass
        os._exit(1)

    threading.Thread(target=watch, daemon=True, name="lifeline").start()
