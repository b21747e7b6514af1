"""Mesa, imported from a thread of its own.

Mesa names its loggers by looking through the whole stack, with the source of each frame. In the depth of a command that
costs 0.3 s; in a new thread the stack is short.
"""

import threading
from importlib import import_module

_importing = threading.Thread(target=import_module, args=("mesa",), name="importing Mesa")
_importing.start()
_importing.join()

import mesa  # noqa: E402

__all__ = ["mesa"]
