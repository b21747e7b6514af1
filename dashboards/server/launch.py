"""The launch of the dashboard: settings are checked, the password is read, the server is started."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from urllib.parse import urlsplit

from experiments.console import FAILED, Stop, announce_compile, print_json, say
from experiments.output import check_writable
from scenarios.own_data.tables.file_errors import text_errors
from simulation.declared.parameters import InputError

from ..settings import Settings

SHORTEST, LONGEST_LINE = 12, 4096  # characters of the password


def check(settings: Settings) -> None:
    """Raise `InputError` for a number out of range, an address that is none, or a folder that cannot be used."""
    for name, value, low, high in (
        ("--port", settings.port, 0, 65535),
        ("--workers", settings.workers, 1, 256),
        ("--most-work", settings.most_work / 1e6, 1, 1e9),
        ("--own-days", settings.own_days, 1, 3650),
    ):
        if not low <= value <= high:
            raise InputError(f"{name}: {value:g}; allowed: {low:g} to {high:g}")
    for origin in settings.origins:
        if not _is_origin(origin):
            raise InputError(
                f"--origin: '{origin}'; allowed: an address as a browser shows it, without a page: https://groundswell.example.org"
            )
    from ..results.database import url_of

    url_of(settings.library_address)
    if not settings.studies.is_dir():
        raise InputError(f"--studies: {settings.studies}: is not a folder")
    check_writable(settings.home, folder=True)


def _is_origin(text: str) -> bool:
    """Return True for the address of a server: how it is reached and its name, and nothing after it."""
    try:
        found = urlsplit(text)
        return (
            found.scheme in ("http", "https")
            and bool(found.hostname)
            and found.geturl() == f"{found.scheme}://{found.netloc}"
            and (found.port or 1) > 0
        )
    except ValueError:
        return False


def password(file: Path | None) -> str:
    """Return the password: the first line of a file or, without one, GROUNDSWELL_PASSWORD; empty for none.

    Raises:
        InputError: the file cannot be read, or the password has fewer than 12 characters.
    """
    if file is None:
        given, where = os.environ.get("GROUNDSWELL_PASSWORD", "").strip(), "GROUNDSWELL_PASSWORD: it"
        if not given:
            return ""
    else:
        given, where = _first_line(file), f"--password-file: {file}: the first line"
    if len(given) < SHORTEST:
        raise InputError(f"{where} is the password; allowed: {SHORTEST} characters or more, found {len(given)}")
    return given


def _first_line(file: Path) -> str:
    """Return the first line of the password's file, and warn where others can read it too."""
    try:
        with text_errors(file), file.open(encoding="utf-8") as opened:
            line, mode = opened.readline(LONGEST_LINE + 1), file.stat().st_mode
    except InputError as error:
        raise InputError(f"--password-file: cannot be read: {error}") from None
    if len(line) > LONGEST_LINE:
        raise InputError(f"--password-file: {file}: the first line is the password; allowed: up to {LONGEST_LINE:,} characters")
    if os.name == "posix" and mode & 0o077:
        say(f"warning: other users of this machine may read or change {file}; close it with: chmod 600 {file}")
    return line.strip()


def launch(settings: Settings, as_json: bool) -> None:
    """Listen, say where, and serve until interrupted.

    Raises:
        InputError: the address cannot be used.
        Stop: the library cannot be opened.
    """
    announce_compile()
    from ..safeguards.boundary import LibraryError
    from .asgi import listen, serve

    socket = listen(settings)
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    address = f"http://{host}:{socket.getsockname()[1]}/"

    def tell() -> None:
        if settings.open_to_all:
            say(
                f"warning: anyone who can reach {settings.host} can use this server, as it asks for no login (set one with --password-file or --proxy-header)"
            )
        if as_json:
            print_json(
                {"address": address, "home": str(settings.home), "studies": str(settings.studies), "workers": settings.workers}
            )
            sys.stdout.flush()
        say(f"dashboard: {address}  (Ctrl-C stops it)")

    try:
        serve(settings, socket, tell)
    except LibraryError as error:
        raise Stop(FAILED, f"error: {error}") from None
