"""Documents: the same content, written as a self-contained HTML page or as a Word file."""

from __future__ import annotations

import io
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from ..output import whole_file, write_text
from .charts import Chart
from .pages import page

WIDE = 6  # columns beyond which a Word table is set smaller


@dataclass(frozen=True)
class Part:
    """One part of a document: a heading and what is below it, in this order.

    Attributes:
        title: heading.
        words: paragraphs.
        bullets: list.
        charts: pictures, each with its finding and table.
        table: a table, with its caption.
        folded: True if the table is for reference and closed at first on a page.
        code: commands to be copied.
        level: 2 for a chapter, 3 for a section in one.
    """

    title: str
    words: tuple[str, ...] = ()
    bullets: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    table: pd.DataFrame | None = None
    caption: str = ""
    folded: bool = False
    code: tuple[str, ...] = ()
    level: int = 2

    @property
    def anchor(self) -> str:
        """Name used in links to it."""
        return "".join(c if c.isalnum() else "-" for c in self.title.lower()).strip("-")


@dataclass(frozen=True)
class Document:
    """A document.

    Attributes:
        title, kicker: what it is, and whose.
        answer: what a reader should know first.
        parts: what follows.
        contents: True to begin with a list of chapters.
    """

    title: str
    kicker: str
    answer: str
    parts: Sequence[Part] = field(default_factory=tuple)
    contents: bool = False

    def html(self) -> str:
        """Return one page that needs no network."""
        return page("document.html.j2").render(document=self)

    def write_html(self, path: Path) -> None:
        """Write the page whole."""
        write_text(path, self.html())

    def write_word(self, path: Path) -> None:
        """Write a Word file whole."""
        import docx
        from docx.shared import Cm, Pt

        file = docx.Document()
        section = file.sections[0]
        section.page_width, section.page_height = Cm(21.0), Cm(29.7)
        section.left_margin = section.right_margin = Cm(2.2)
        file.styles["Normal"].font.name, file.styles["Normal"].font.size = "Calibri", Pt(10.5)
        file.core_properties.title, file.core_properties.author = self.title, "Groundswell"
        file.add_heading(self.title, 0)
        file.add_paragraph(self.kicker)
        file.add_paragraph(self.answer, style="Intense Quote")
        for part in self.parts:
            file.add_heading(part.title, part.level - 1)
            for text in part.words:
                file.add_paragraph(text)
            for text in part.bullets:
                file.add_paragraph(text, style="List Bullet")
            for chart in part.charts:
                if chart.png:
                    file.add_picture(io.BytesIO(chart.png), width=Cm(15.5))
                caption = file.add_paragraph(f"{chart.title}. {chart.finding}")
                caption.runs[0].italic = True
                if not chart.png:
                    _word_table(file, chart.table)
            if part.table is not None:
                if part.caption:
                    file.add_paragraph(part.caption)
                _word_table(file, part.table)
            for text in part.code:
                run = file.add_paragraph().add_run(text)
                run.font.name, run.font.size = "Consolas", Pt(9)
        with whole_file(path) as unfinished:
            file.save(str(unfinished))


def _word_table(file: object, table: pd.DataFrame) -> None:
    from docx.oxml import OxmlElement
    from docx.shared import Pt

    columns = list(table.columns)
    made = file.add_table(rows=1, cols=len(columns), style="Light Grid Accent 1")  # type: ignore[attr-defined]
    size = Pt(7.5 if len(columns) > WIDE else 8.5)
    rows = [columns, *table.astype(object).where(table.notna(), "").values.tolist()]
    grid = [made.rows[0].cells, *(made.add_row().cells for _ in rows[1:])]
    for cells, values in zip(grid, rows, strict=True):
        for cell, value in zip(cells, values, strict=True):
            paragraph = cell.paragraphs[0]
            paragraph.paragraph_format.space_after = Pt(0)
            run = paragraph.add_run(_clean(str(value)))
            run.font.size = size
    repeat = OxmlElement("w:tblHeader")  # the header again on every sheet
    made.rows[0]._tr.get_or_add_trPr().append(repeat)


def _clean(text: str) -> str:
    """Return a text without characters that are not allowed in XML."""
    return "".join(c for c in text if c in "\t\n" or ord(c) >= 32)
