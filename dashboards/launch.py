"""The launch of the dashboard: settings are checked, the password is read, the server is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from experiments.console import FAILED, Stop, announce_compile, print_json, say
from experiments.output import check_writable
from simulation.parameters import InputError

from .settings import Settings


def check(settings: Settings) -> None:
    """Raise `InputError` for a number out of range, or a folder that cannot be used."""
    for name, value, low, high in (
        ("--port", settings.port, 0, 65535),
        ("--workers", settings.workers, 1, 256),
        ("--most-work", settings.most_work / 1e6, 1, 1e9),
        ("--own-days", settings.own_days, 1, 3650),
    ):
        if not low <= value <= high:
            raise InputError(f"{name}: {value:g}; allowed: {low:g} to {high:g}")
    if not settings.studies.is_dir():
        raise InputError(f"--studies: {settings.studies}: is no folder")
    check_writable(settings.home, folder=True)


def password(file: Path | None) -> str:
    """Return the password: the first line of a file or, without one, GROUNDSWELL_PASSWORD; empty for none.

    Raises:
        InputError: the file cannot be read, or its first line has fewer than 8 characters.
    """
    if file is None:
        return os.environ.get("GROUNDSWELL_PASSWORD", "")
    try:
        first = file.read_text(encoding="utf-8").splitlines()[:1]
    except (OSError, UnicodeDecodeError) as error:
        raise InputError(f"--password-file: {file}: cannot be read ({getattr(error, 'strerror', None) or error})") from None
    if not first or len(first[0].strip()) < 8:
        raise InputError(f"--password-file: {file}: the first line is the password; allowed: 8 characters or more")
    return first[0].strip()


def launch(settings: Settings, as_json: bool) -> None:
    """Listen, say where, and serve until interrupted.

    Raises:
        InputError: the address cannot be used.
        Stop: the library cannot be opened.
    """
    announce_compile()
    from .library import LibraryError
    from .server import listen, serve

    socket = listen(settings)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{socket.getsockname()[1]}/"
    if settings.open_to_all:
        say(
            f"warning: everybody who reaches {settings.host} may use this server: no login is asked for (--password-file or --proxy-header)"
        )
    if as_json:
        print_json({"address": address, "home": str(settings.home), "studies": str(settings.studies), "workers": settings.workers})
        sys.stdout.flush()
    say(f"dashboard: {address}  (Ctrl-C ends it)")
    try:
        serve(settings, socket)
    except LibraryError as error:
        raise Stop(FAILED, str(error)) from None
