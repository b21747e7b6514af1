"""The command `assurance`: writes the pack as a page and as a Word file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from ..console import Debug, Json, print_json, say, tell, typed

PAGE, WORD = "assurance.html", "assurance.docx"


def assurance(
    out: Annotated[Path, typer.Option("--out", help="Folder for assurance.html and assurance.docx.")] = Path("assurance"),
    as_json: Json = False,
    debug: Debug = False,
) -> None:
    """Write the assurance pack. It covers purpose, data, assumptions, verification, validation, sensitivity, uncertainty, limits and how to repeat it."""
    from ..output import check_writable
    from ..provenance import versions
    from ..reports.assurance.pack import assurance_pack, assured

    check_writable(out, folder=True)
    pack = assurance_pack()
    pack.write_html(out / PAGE)
    pack.write_word(out / WORD)
    say(f"written: {out / PAGE}, {out / WORD}")
    if as_json:
        print_json(
            {"written": [str(out / PAGE), str(out / WORD)], **assured(), "provenance": {"command": typed(), "versions": versions()}}
        )
    else:
        tell(pack.answer)
