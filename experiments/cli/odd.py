"""The command `odd`: the model's ODD description."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console import Debug, Json, print_json, say, tell


def odd(
    out: Annotated[Path | None, typer.Option("--out", help="Write to this file instead of stdout.")] = None,
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Print the model's ODD description. It is made from the model's declarations, in Markdown."""
    from ..output import check_writable, write_text
    from ..reports.odd import odd_text

    text = odd_text()
    if out is not None:
        check_writable(out)
        write_text(out, text)
        say(f"written: {out}")
        if as_json:
            print_json({"written": str(out)})
    elif as_json:
        print_json({"odd": text})
    else:
        tell(text)
