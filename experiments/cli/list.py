"""The command `list`: shows what is available."""

from __future__ import annotations

from typing import Annotated

import typer

from ..console import Debug, Json, print_json, table, tell
from ..reports.lists import LISTS


def list_(
    kind: Annotated[
        str | None,
        typer.Argument(help=f"{', '.join(list(LISTS)[:-1])} or {list(LISTS)[-1]}."),
    ] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """List scenarios, places, measures and more."""
    from simulation.declared.parameters import InputError, nearest

    if kind is None:
        rows = [[name, str(len(make()))] for name, make in LISTS.items()]
        if as_json:
            print_json({name: int(n) for name, n in rows})
        else:
            table("groundswell list ...", ["kind", "number"], rows)
        return
    if kind not in LISTS:
        raise InputError(f"list: unknown kind '{kind}'; {nearest(kind, LISTS)}")
    items = LISTS[kind]()
    if as_json:
        print_json(items)
        return
    for item in items:
        tell("  ".join(str(v) for k, v in item.items() if k in ("name", "kind", "default", "unit", "range", "plausible", "status")))
        if item.get("description"):
            tell(f"    {item['description']}")
        if kind in ("parameters", "facts"):
            tell(f"    source: {item['source']}" + "".join(f"; fact {f['id']}: {f['source']}" for f in item.get("facts", ())))
