"""The command `cache`: shows what is cached and where, and clears it."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console import Debug, Json, print_json, say, tell


def cache(
    clear: Annotated[bool, typer.Option("--clear", help="Remove everything in the cache.")] = False,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Show or clear what is kept on disk. Burnt-in worlds and runs are kept so that they need not be run again."""
    from ..kept import archives
    from ..kept.cache import FOLDER, folder

    where = folder()
    if where is None:
        if as_json:
            print_json({"folder": None, "worlds": 0, "runs": 0, "megabytes": 0.0, "removed": 0})
        else:
            say(f"nothing is kept: {FOLDER} says so, or there is no home folder")
        return
    removed = archives.clear() if clear else 0
    held = archives.held()
    (worlds, _), (runs, _) = held.get("world", (0, 0)), held.get("run", (0, 0))
    size = sum(bytes_ for _, bytes_ in held.values()) / 1e6
    if as_json:
        print_json({"folder": str(where), "worlds": worlds, "runs": runs, "megabytes": round(size, 1), "removed": removed})
    elif clear:
        tell(f"{removed:,} burnt-in worlds and runs were removed from {where}")
    else:
        tell(f"{worlds:,} burnt-in worlds and {runs:,} runs, {size:,.0f} MB of at most {archives.LIMIT / 1e6:,.0f} MB, in {where}")
