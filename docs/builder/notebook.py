"""The researcher's tutorial as a notebook: its cells are run, and what they print and draw is written into the page and into researcher.ipynb."""

from __future__ import annotations

import contextlib
import io
import os
import re
import tempfile
import warnings
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import matplotlib
import nbformat
from nbformat import v4

from experiments.kept.cache import kept_in
from experiments.reports.charts import STYLE, svg_of

from .page import DOCS

TEXT = DOCS / "tutorials" / "researcher.md"
NOTEBOOK = TEXT.with_suffix(".ipynb")
FIGURES = TEXT.with_suffix("")
CELL = re.compile(r"```python\n(.*?)```\n", re.DOTALL)
# What a cell printed and drew, as the page shows it.
SHOWN = re.compile(r"\n```text\n(?:.*?\n)?```\n|\n!\[[^\]]*\]\(researcher/[^)]*\)\n", re.DOTALL)


@dataclass
class Cell:
    """A cell: prose in Markdown or code, and what the code printed and drew.

    Attributes:
        drawn: figures as SVG, by title.
    """

    text: str
    code: bool = False
    printed: str = ""
    drawn: dict[str, str] = field(default_factory=dict)


def cells(page: str) -> list[Cell]:
    """Return the cells of a page, without what they printed and drew when the page was last made."""
    parts = CELL.split(SHOWN.sub("", page))
    return [Cell(part.strip("\n"), code=bool(n % 2)) for n, part in enumerate(parts) if part.strip()]


def run(page: str) -> list[Cell]:
    """Run the cells of a page in an empty folder, one after another in one namespace, and return them with what they printed and drew.

    Nothing is taken from what is kept of other runs.
    """
    found, space, here = cells(page), {"__name__": "__main__"}, Path.cwd()
    with tempfile.TemporaryDirectory() as folder, kept_in(None), matplotlib.rc_context({**STYLE, "backend": "agg"}):
        os.chdir(folder)
        try:
            for number, cell in enumerate(found, 1):
                if cell.code:
                    _run(cell, number, space)
        finally:
            os.chdir(here)
    return found


def _run(cell: Cell, number: int, space: dict[str, Any]) -> None:
    from matplotlib import pyplot

    with contextlib.redirect_stdout(io.StringIO()) as out, contextlib.redirect_stderr(io.StringIO()), warnings.catch_warnings():
        warnings.filterwarnings("ignore", "FigureCanvasAgg is non-interactive")  # shown in a notebook, and here kept as a file
        exec(compile(cell.text, f"{TEXT.name}, cell {number}", "exec"), space)
    cell.printed = "\n".join(line.rstrip() for line in out.getvalue().rstrip().splitlines())
    for figure in map(pyplot.figure, pyplot.get_fignums()):
        title = figure.axes[0].get_title()
        cell.drawn[title] = svg_of(figure, title)
    pyplot.close("all")


def picture(title: str) -> Path:
    """Return where a figure lies."""
    return FIGURES / (re.sub(r"\W+", "-", title.lower()).strip("-") + ".svg")


def page_text(ran: list[Cell]) -> str:
    """Return the page with what the cells printed and drew."""
    parts = []
    for cell in ran:
        part = f"```python\n{cell.text}\n```\n" if cell.code else cell.text + "\n"
        part += f"\n```text\n{cell.printed}\n```\n" if cell.printed else ""
        parts.append(part + "".join(f"\n![{title}](researcher/{picture(title).name})\n" for title in cell.drawn))
    return "\n".join(parts)


def notebook_text(ran: list[Cell]) -> str:
    """Return the page as a notebook, with outputs; links lead to the pages of the site's sources."""
    made = []
    for number, cell in enumerate(ran, 1):
        if not cell.code:
            made.append(v4.new_markdown_cell(cell.text, id=f"cell-{number}"))
            continue
        outputs = [v4.new_output("stream", name="stdout", text=cell.printed + "\n")] if cell.printed else []
        outputs += [
            v4.new_output("display_data", data={"image/svg+xml": svg, "text/plain": title}) for title, svg in cell.drawn.items()
        ]
        made.append(v4.new_code_cell(cell.text, id=f"cell-{number}", outputs=outputs, execution_count=None))
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    return nbformat.writes(v4.new_notebook(cells=made, metadata=kernel)) + "\n"


def files() -> dict[Path, str]:
    """Run the tutorial and return every file that is made of it, by path."""
    ran = run(TEXT.read_text(encoding="utf-8"))
    pictures = {picture(title): svg for cell in ran for title, svg in cell.drawn.items()}
    return {TEXT: page_text(ran), NOTEBOOK: notebook_text(ran), **pictures}


def is_kept(path: Path, text: str) -> bool:
    """Return True if a file holds a text already; of pictures only the words have to agree, as machines differ in their last digits."""
    return path.exists() and _lasting(path, path.read_text(encoding="utf-8")) == _lasting(path, text)


def _lasting(path: Path, text: str) -> str:
    """Return what of a file is the same on every machine."""
    if path.suffix == ".svg":
        return "\n".join(re.findall(r"<text[^>]*>([^<]*)<", text))
    return re.sub(r'"image/svg\+xml": \[.*?\n\s*\]', '"image/svg+xml": []', text, flags=re.DOTALL)
