"""Mesa, imported without the source of whoever imports it.

Mesa names its loggers by looking through the whole stack, with the source of each frame, which is looked for in every module that is there:
up to 0.3 s. What the frames are called is enough for that.
"""

from __future__ import annotations

import inspect
from types import FrameType
from typing import Any

_with_source = inspect.getouterframes


def _called(frame: Any, context: int = 1) -> list[inspect.FrameInfo]:
    """Return a frame and those that called it, as `inspect.getouterframes` does, without source."""
    frames, one = [], frame
    while isinstance(one, FrameType):
        frames.append(inspect.FrameInfo(one, one.f_code.co_filename, one.f_lineno, one.f_code.co_name, None, None))
        one = one.f_back
    return frames


inspect.getouterframes = _called
try:
    import mesa
finally:
    inspect.getouterframes = _with_source

__all__ = ["mesa"]
