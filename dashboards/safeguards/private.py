"""Files and folders that nobody but the server's own user may read, and files that are held in memory alone."""

from __future__ import annotations

import contextlib
import os
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

from experiments.output import whole_file

FILE, FOLDER = 0o600, 0o700


def private_folder(path: Path) -> Path:
    """Make a folder where there is none, and close it to others; return it."""
    path.mkdir(mode=FOLDER, parents=True, exist_ok=True)
    with contextlib.suppress(OSError):  # another user's
        path.chmod(FOLDER)
    return path


def close_off(path: Path) -> None:
    """Take the rights of others from a file, or from a folder and all that is in it."""
    for one in (path, *(path.rglob("*") if path.is_dir() else ())):
        with contextlib.suppress(OSError):  # another user's, or gone meanwhile
            if one.exists() and not one.is_symlink():
                one.chmod(FOLDER if one.is_dir() else FILE)


def make_private(path: Path) -> None:
    """Make an empty file that nobody else may read where there is none; what is there stays as it is."""
    with contextlib.suppress(OSError):
        os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, FILE))


def write_private(path: Path, content: bytes) -> None:
    """Write a file whole, at no moment readable for others.

    Raises:
        OutputError: the system refused.
    """
    with whole_file(path) as part, open(os.open(part, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, FILE), "wb") as file:
        file.write(content)


@contextlib.contextmanager
def in_memory(files: Mapping[str, bytes], beside: Path) -> Iterator[Path]:
    """Give a folder in which files can be opened by name though their content is in memory alone; at the end all is gone.

    Where the system has no files in memory (they are Linux's), they lie in the folder for as long as they are read.

    Args:
        files: content by name.
        beside: the private folder in which the other one is made, `reading-...`.
    """
    with contextlib.ExitStack() as stack:
        folder = Path(
            stack.enter_context(
                tempfile.TemporaryDirectory(prefix=f"reading-{os.getpid()}-", dir=beside, ignore_cleanup_errors=True)
            )
        )
        for name, content in files.items():
            if hasattr(os, "memfd_create"):
                number = os.memfd_create("groundswell")
                file = stack.enter_context(open(number, "wb"))
                file.write(content)
                file.flush()
                (folder / name).symlink_to(f"/proc/{os.getpid()}/fd/{number}")
            else:
                write_private(folder / name, content)
        yield folder
