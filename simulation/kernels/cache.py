"""numba's cache knows only the file of a kernel, not those of the kernels that it calls: forget it when any source changed."""

from __future__ import annotations

import contextlib
from pathlib import Path

_FOLDER = Path(__file__).resolve().parents[1]  # of the whole model


def forget_stale_kernels() -> bool:
    """Delete numba's index of compiled kernels if a source of the model differs from when it was made; return True if so.

    It looks at names, sizes and times of the sources (a fraction of a millisecond), and does nothing where nothing may be written.
    """
    sources = sorted(_FOLDER.rglob("*.py"))
    now = "\n".join(f"{s.relative_to(_FOLDER).as_posix()} {s.stat().st_size} {s.stat().st_mtime_ns}" for s in sources)
    cache = _FOLDER / "__pycache__"
    stamp = cache / "kernels.stamp"
    with contextlib.suppress(OSError):
        if stamp.exists() and stamp.read_text(encoding="utf-8") == now:
            return False
        cache.mkdir(exist_ok=True)
        for index in _FOLDER.rglob("__pycache__/*.nbi"):
            index.unlink(missing_ok=True)
        stamp.write_text(now, encoding="utf-8")
        return True
    return False
