"""Archives: arrays stored in the cache under a name, completely or not at all.

A file is a NumPy archive with a checksum of its name and content at the end: one that is damaged, cut off or of another name counts as none and
is removed. Files are written beside their name and renamed, for this user alone; those used longest ago make room for new ones.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import math
import os
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import IO, Any

import numpy as np

from . import cache

try:
    import fcntl
except ImportError:  # no such locks here: at worst something is computed twice
    fcntl = None  # type: ignore[assignment]

LIMIT = 2_000_000_000  # bytes of all archives together
ROOM = 16  # share of the limit that is freed at a time
LOOK = 128  # share of the limit that a process writes between two checks of the folder
RECENT = 600.0  # seconds in which recently used files are not removed: otherwise files that do not all fit would keep removing one another
LEFT = 3600.0  # seconds after which a partial file counts as left by a killed process
PATIENCE = 3600.0  # seconds to wait for another process's result
CHECK = 32  # bytes of the checksum

Saved = dict[str, Any]  # arrays and numbers by name, or such a mapping by name
_unseen = [math.inf]  # bytes written since the last check of the folder


def load(name: str) -> Saved | None:
    """Return the archive under a name; None if there is none, or only a damaged one, which is removed."""
    path = _path(name)
    if path is None:
        return None
    try:
        with path.open("rb") as file:
            if not _whole(file, name):
                raise ValueError("damaged")
            file.seek(0)
            with np.load(file, allow_pickle=False) as arrays:
                saved = _deepened({part: arrays[part] for part in arrays.files if part != "about"})
        os.utime(path)
    except FileNotFoundError:
        return None
    except OSError as error:
        cache.complain(path, error)
        return None
    except MemoryError:
        return None
    except Exception:  # whatever a damaged archive may raise
        with contextlib.suppress(OSError):
            path.unlink()
        return None
    return saved


def save(name: str, saved: Saved, place: str) -> None:
    """Store something; if it cannot be written, this is only reported once.

    Args:
        place: name of the place that it is of, by which `forget` finds it.
    """
    path = _path(name)
    flat = _flattened(saved)
    size = sum(array.nbytes for array in flat.values())
    if path is None or size > LIMIT // ROOM * (ROOM - 1):
        return
    _unseen[0] += size
    if _unseen[0] > LIMIT // LOOK:
        if not _make_room(path.parent, size):
            return
        _unseen[0] = 0
    about = np.array(json.dumps({"place": place, "kept": time.strftime("%Y-%m-%d")}))

    def write(part: IO[bytes]) -> None:
        np.savez(part, **{"about": about, **flat})  # type: ignore[arg-type]
        part.flush()
        part.write(_checksum(part, name, os.fstat(part.fileno()).st_size))

    cache.put(path, write)


@contextlib.contextmanager
def making(name: str, wait: Callable[[int], None] | None = None) -> Iterator[None]:
    """Let only one process on this machine make something; the others wait until it exists. A process that is killed releases the lock.

    Args:
        wait: called with 0 now and then while waiting; what it raises ends that.
    """
    path = _path(name)
    lock = None if path is None or fcntl is None else path.with_suffix(".lock")
    handle = None if lock is None else _locked(lock, wait)
    try:
        yield
    finally:
        if lock is not None and handle is not None:
            with contextlib.suppress(OSError):
                lock.unlink()
            os.close(handle)


def _locked(lock: Path, wait: Callable[[int], None] | None) -> int | None:
    """Return an open file that is locked; None if there are no locks, or one is held too long: then it is made twice."""
    until = time.monotonic() + PATIENCE
    handle = None
    try:
        cache.own(lock.parent)
        while time.monotonic() < until:
            handle = os.open(lock, os.O_RDWR | os.O_CREAT, 0o600)
            with contextlib.suppress(BlockingIOError):
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if _same(handle, lock):  # otherwise the previous process removed it
                    return handle
            os.close(handle)
            handle = None
            if wait is not None:
                wait(0)
            time.sleep(0.02)
    except BaseException as error:
        if handle is not None:
            os.close(handle)
        if not isinstance(error, OSError):
            raise
        cache.complain(lock.parent, error)
    return None


def _same(handle: int, path: Path) -> bool:
    try:
        return os.path.samestat(os.fstat(handle), path.stat())
    except FileNotFoundError:
        return False


def _path(name: str) -> Path | None:
    where = cache.folder()
    return None if where is None else where / "archives" / f"{name}.npz"


def _checksum(file: IO[bytes], name: str, size: int) -> bytes:
    """Return the checksum of the first `size` bytes of a file under a name."""
    whole = hashlib.blake2b(name.encode(), digest_size=CHECK)
    file.seek(0)
    while size > 0 and (block := file.read(min(size, 1 << 20))):
        whole.update(block)
        size -= len(block)
    return whole.digest()


def _whole(file: IO[bytes], name: str) -> bool:
    """Return True if a file is as it was written, and under this name."""
    size = os.fstat(file.fileno()).st_size - CHECK
    return size > 0 and _checksum(file, name, size) == file.read()


def _flattened(saved: Mapping[str, Any]) -> dict[str, np.ndarray]:
    """Return arrays by one name each: `residents.f4` for the block of a table."""
    flat: dict[str, np.ndarray] = {}
    for name, value in saved.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{part}": array for part, array in value.items()}
        else:
            flat[name] = np.asarray(value)
    return flat


def _deepened(flat: Mapping[str, np.ndarray]) -> Saved:
    saved: Saved = {}
    for name, array in flat.items():
        table, dot, part = name.partition(".")
        if dot:
            saved.setdefault(table, {})[part] = array
        else:
            saved[name] = array if array.shape else array.item()
    return saved


# -- room ----------------------------------------------------------------------------------------------------------------


def _files(where: Path, ending: str = ".npz") -> list[tuple[float, int, Path]]:
    """Return time of the last use, bytes and path of each file, the one used longest ago first."""
    found = []
    with contextlib.suppress(OSError), os.scandir(where) as entries:
        for entry in entries:
            with contextlib.suppress(OSError):
                if entry.name.endswith(ending):
                    known = entry.stat()
                    found.append((known.st_mtime, known.st_size, Path(entry.path)))
    return sorted(found)


def _make_room(where: Path, size: int) -> bool:
    """Remove the files used longest ago until a new file fits; return False if only recent ones are left, which stay."""
    now = time.time()
    for used, _, path in [*_files(where, ".part"), *_files(where, ".lock")]:
        if now - used > LEFT:
            with contextlib.suppress(OSError):
                path.unlink()
    files = _files(where)
    total, most = sum(one[1] for one in files), LIMIT - LIMIT // ROOM
    for used, bytes_, path in files:
        if total + size <= most:
            break
        if 0 <= now - used < RECENT:
            continue  # files dated in the future by a wrong clock may be removed
        with contextlib.suppress(OSError):
            path.unlink()
            total -= bytes_
    return total + size <= LIMIT


def held() -> dict[str, tuple[int, int]]:
    """Return the number and bytes of each kind of stored thing, such as `world`."""
    where = cache.folder()
    found: dict[str, tuple[int, int]] = {}
    for _, size, path in [] if where is None else _files(where / "archives"):
        kind = path.name.partition("-")[0]
        number, bytes_ = found.get(kind, (0, 0))
        found[kind] = number + 1, bytes_ + size
    return found


def clear() -> int:
    """Remove everything stored; return how many things there were."""
    where = cache.folder()
    removed = 0
    for _, _, path in [] if where is None else [*_files(where / "archives", ""), *_files(where / "sources", "")]:
        path.unlink(missing_ok=True)
        removed += path.suffix == ".npz"
    return removed


def forget(place: str) -> int:
    """Remove everything stored for one place, by its name; return how many things there were. A file that cannot be read goes too."""
    where = cache.folder()
    removed = 0
    for _, _, path in [] if where is None else _files(where / "archives"):
        if _place_of(path) in (place, None):
            path.unlink(missing_ok=True)
            removed += 1
    return removed


def _place_of(path: Path) -> str | None:
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return str(json.loads(str(arrays["about"]))["place"])
    except Exception:
        return None
