"""Numbers as people write them in tables: thousands and decimals, percent signs, footnote marks, and the words for "not known"."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError

from ...advice import advice
from .text_table import TextTable

MOST_PERCENT = 105  # rounded parts may add up to a little more than 100
# What says "not known" or "not shown" in any column.
MISSING = {
    "", "-", "--", "..", ".", ":", "n/a", "na", "nan", "null", "none", "x", "c", "*", "[c]", "[x]", "[z]", "~",
    "suppressed", "not available",
    "#n/a", "#na", "#n/d", "#nv", "#div/0!", "#null!", "#ref!", "#value!", "#name?", "#num!", "#getting_data", "#spill!", "#calc!",
    "#field!", "#blocked!", "#connect!", "#busy!", "#unknown!", "#wert!", "#bezug!", "#zahl!",
}  # fmt: skip
# Values that mean so where a number is expected; elsewhere they could be answers or names.
_NO_NUMBER = {
    "\u2013", "\u2014", "\u2212", "---", "…", "...", "!", "?", "#", "†", "‡", "s", "u", "z", "w", "d", "q", "nd", "np", "nk", "ns",
    "[d]", "[e]", "[f]", "[low]", "[nd]", "[np]", "[r]", "[s]", "[u]", "[w]", "[*]", "[-]", "[..]", "(c)", "(d)", "(s)", "(x)", "(z)", "**", "***",
    "n.a.", "n.a", "n.d.", "n.d", "n/k", "n/d", "<na>", "(null)", "n/av", "n/ap", "#n/a n/a", "tbc", "tbd",
    "not applicable", "not known", "unknown", "not recorded", "not collected", "not reported", "not published", "not stated", "not shown",
    "no data", "data not available", "data unavailable", "unavailable", "missing", "blank", "confidential", "disclosive", "withheld",
    "redacted", "low", "negligible",
}  # fmt: skip
_LESS = r"(?:<|≤|<=|(?:less|fewer) than|under|up to)\s*\d+(?:\.\d+)?\s*%?"
_FAULT = r"#+|#[a-z/_]{2,}[0-9]?[!?]|err:\d+"  # ##### is a column too narrow to be shown
_NOTHING = re.compile(f"{_LESS}|{_FAULT}")
_SIGN = r"(?:%|per ?cent|pct)"
_FLAG = re.compile(
    r"(.*[0-9%)])(?:\s*(?:\[(?:[a-z]{1,4}|(?:note ?)?\d{1,2})\]|\((?:[a-z]|note ?\d+)\)|[*†‡§#¹²³⁰⁴-⁹]+)|\s(?:[bdefnprsu]{1,2}))",
    re.IGNORECASE,
)
_PLAIN = re.compile(r"(?:([1-9][0-9]{0,2})|[0-9]+)(?:\.([0-9]+))?")  # as most cells are
_GROUPED = re.compile(r"([0-9]{1,3})((?:[\s'\u2019][0-9]{3})+)((?:[.,][0-9]+)?)")
_THOUSANDS = {",": re.compile(r"[0-9]{1,3}(?:,[0-9]{2,3})*,[0-9]{3}"), ".": re.compile(r"[0-9]{1,3}(?:\.[0-9]{3})+")}


@dataclass(frozen=True)
class _Cell:
    """One cell taken apart.

    Attributes:
        core: digits with their marks; None where it is no number.
        decimal: the mark that must be the decimal one (`,` or `.`), `,?` or `.?` where one group of three may be either, `` where there is none.
        percent, flagged, negative, exponent: whether it has a percent sign, a footnote mark, a minus, an exponent.
    """

    core: str | None
    decimal: str = ""
    percent: bool = False
    flagged: bool = False
    negative: bool = False
    exponent: bool = False


def missing(cells: pd.Series) -> pd.Series:
    """Return which cells of a column of numbers say that nothing is known or shown: empty, `n/a`, `[c]`, `<5`, `#N/A`."""
    codes, texts = pd.factorize(cells)
    return pd.Series(np.array([*map(_says_nothing, texts), False])[codes], index=cells.index, name=cells.name)


def _says_nothing(text: str) -> bool:
    lower = text.strip().replace("\u0130", "i").lower()  # as the capital of Turkish is read elsewhere
    return lower in MISSING or lower in _NO_NUMBER or _NOTHING.fullmatch(lower) is not None


def _taken_apart(text: str) -> _Cell:
    """Return what one cell holds."""
    if plain := _PLAIN.fullmatch(text):
        return _Cell(text, "" if plain[2] is None else ".?" if plain[1] and len(plain[2]) == 3 else ".")
    bare = re.sub(r"^[\u2212\u2013](?=\s*[0-9])", "-", text.strip().removeprefix("'").strip())
    flagged = False
    while match := _FLAG.fullmatch(bare):
        bare, flagged = match[1].strip(), True
    unsigned = re.sub(rf"^%\s*|\s*{_SIGN}$", "", bare, flags=re.IGNORECASE)
    percent, bare = unsigned != bare, re.sub(r"^(-?)\s*[£$€]\s*|\s*[£$€]$", r"\1", unsigned)
    if match := re.fullmatch(r"\(([^()-]+)\)|[-+]\s*([0-9.,].*)", bare):
        negative, bare = not bare.startswith("+"), (match[1] or match[2]).strip(" £$€")
    else:
        negative = False
    if match := _GROUPED.fullmatch(bare):
        core = match[1] + re.sub(r"[^0-9]", "", match[2])
        return _Cell(core + match[3], match[3][:1], percent, flagged, negative)
    if match := re.fullmatch(r"([0-9]+(?:[.,][0-9]+)?)[eE][+-]?[0-9]+", bare):
        return _Cell(bare, "," if "," in bare else ".", percent, flagged, negative, exponent=True)
    decimal = _decimal_of(bare)
    return _Cell(None) if decimal is None else _Cell(bare, decimal, percent, flagged, negative)


def _decimal_of(core: str) -> str | None:
    """Return which mark of a number is the decimal one (see `_Cell`), or None if it is no number."""
    if re.fullmatch(r"[0-9]+", core):
        return ""
    for mark, other in ((",", "."), (".", ",")):
        quoted = re.escape(mark)
        if re.fullmatch(rf"[0-9]*{quoted}[0-9]+|[0-9]+{quoted}", core):
            return f"{mark}?" if re.fullmatch(rf"[1-9][0-9]{{0,2}}{quoted}[0-9]{{3}}", core) else mark
        whole, _, rest = core.rpartition(mark)
        if _THOUSANDS[other].fullmatch(whole) and rest.isdecimal():
            return mark
        if core.count(mark) > 1 and _THOUSANDS[mark].fullmatch(core):
            return other
    return None


def _value(cell: _Cell, decimal: str) -> float:
    """Return the value of a cell, given the decimal mark; nan if it is not a number."""
    if cell.core is None:
        return math.nan
    core = cell.core.replace("." if decimal == "," else ",", "").replace(decimal, ".")
    return (-1.0 if cell.negative else 1.0) * float(core)


def _decimal_mark(table: TextTable, column: str, name: str, cells: Mapping[str, _Cell], whole: bool) -> str:
    """Return the decimal mark of a column, from the unambiguous cells.

    Raises:
        InputError: both marks are used for decimals, or it is not clear; one cell of each form is named.
    """
    first = {cell.decimal: text for text, cell in reversed(list(cells.items()))}
    fraction = next((t for t, c in cells.items() if c.decimal == "." and not c.exponent and _value(c, ".") % 1), None)
    if whole and ".?" in first and fraction is not None:  # people are counted whole: 8.5 beside 12.000
        raise _mixed(table, column, name, first[".?"], fraction)
    mixed = None
    if "," in first and "." in first:
        mixed = (",", ".")
    elif "," in first and ".?" in first and not any("." in (c.core or "") for c in cells.values() if c.decimal == ","):
        mixed = (",", ".?")
    elif "," not in first and "." not in first and ",?" in first and ".?" in first:
        mixed = (",?", ".?")
    if mixed:
        raise _mixed(table, column, name, first[mixed[0]], first[mixed[1]])
    if "," in first or "." in first:
        return "," if "," in first else "."
    if whole and ".?" in first:
        plain = next((t for t, c in cells.items() if c.decimal == "" and c.core and len(c.core) > 3), None)
        if plain is not None:
            raise _mixed(table, column, name, first[".?"], plain)
        return ","
    doubtful = first.get(",?", first.get(".?"))
    if doubtful is not None and not whole and table.delimiter == ";":
        raise InputError(f"{_where(table, column, doubtful)}: {column} ({advice().field(name)}): {doubtful!r} could be thousands or a number with three decimals; write thousands without a separator")  # fmt: skip
    return "."


def _mixed(table: TextTable, column: str, name: str, one: str, other: str) -> InputError:
    return InputError(
        f"{_where(table, column, one)}: {column} ({advice().field(name)}): {one!r} and {other!r} (line {_line(table, column, other)}) are written in two ways; "
        "write every number in the column the same way, such as 1234.5"
    )


def _line(table: TextTable, column: str, text: str) -> object:
    return table.frame.index[int((table.frame[column] == text).to_numpy().argmax())]


def _where(table: TextTable, column: str, text: str) -> str:
    return f"{table.path}: line {_line(table, column, text)}"


def _parsed(table: TextTable, column: str, name: str, low: float, high: float, whole: bool) -> tuple[pd.Series, pd.Series]:
    """Return a column as float64 (nan where it is missing), and which cells have a percent sign; see `numbers`."""
    text = table.frame[column]
    codes, found = pd.factorize(text)  # a text is read once, however often the column has it
    texts = list(found)
    says_nothing = [_says_nothing(t) for t in texts]
    cells = {t: _taken_apart(t) for t, nothing in zip(texts, says_nothing, strict=True) if not nothing}
    mark = _decimal_mark(table, column, name, cells, whole)
    empty = np.array([*says_nothing, False])[codes]
    values = np.array([*(_value(cells[t], mark) if t in cells else math.nan for t in texts), math.nan])[codes]
    bad = ~((np.isfinite(values) & (values >= low) & (values <= high)) | empty)
    if bad.any():
        row = int(bad.argmax())
        limits = f"numbers from {low:g}" + (f" to {high:g}" if math.isfinite(high) else "")
        raise InputError(f"{table.line(row)}: {column} ({advice().field(name)}): {text.iloc[row]!r}; allowed: {limits}")
    numbers_of_rows = pd.Series(values, index=text.index, name=text.name)
    _refuse_shared(table, column, name, numbers_of_rows)
    _tell(table, column, dict(zip(texts, np.bincount(codes[codes >= 0], minlength=len(texts)).tolist(), strict=True)), cells)
    signed = np.array([*(t in cells and cells[t].percent for t in texts), False])[codes]
    return numbers_of_rows, pd.Series(signed, index=text.index, name=text.name)


def _refuse_shared(table: TextTable, column: str, name: str, values: pd.Series) -> None:
    """Refuse a count that a merged cell of Excel holds for several rows together."""
    for row, value in enumerate(values) if table.shared else ():
        cells = table.shared.get((table.frame.index[row], column))
        if cells and value > 100 and value % 1 == 0:
            raise InputError(
                f"{table.path}: cells {cells}: {column} ({advice().field(name)}): {value:,.0f} is in one merged cell, so it is not clear whether "
                "each row has it or they share it. Unmerge the cells and fill in each row"
            )


def _tell(table: TextTable, column: str, often: Mapping[str, int], cells: Mapping[str, _Cell]) -> None:
    """Note what was read as empty, or without its mark; `often` says in how many cells each text is, in the order of the rows."""
    words = [t for t in often if t and t not in cells]
    if words:
        shown = ", ".join(words[:4])
        table.tell(
            f"{table.path.name}: {column}: {_cells(sum(often[t] for t in words))} without a number ({shown}) read as missing"
        )
    for what, found in (
        ("read without the footnote mark", [t for t, c in cells.items() if c.flagged]),
        ("written with an exponent, so it may be rounded", [t for t, c in cells.items() if c.exponent]),
    ):
        if found:
            table.tell(f"{table.path.name}: {column}: {_cells(sum(often[t] for t in found))} ({', '.join(found[:4])}) {what}")


def _cells(number: int) -> str:
    return "1 cell" if number == 1 else f"{number:,} cells"


def numbers(
    table: TextTable, column: str, field_name: str, low: float = 0.0, high: float = math.inf, whole: bool = False
) -> pd.Series:
    """Return a column as float64, nan where it is missing; thousands, decimals and percent signs are read, `30%` as 30.

    Args:
        whole: counts: `12.000` is twelve thousand where no number of the column has other decimals.

    Raises:
        InputError: naming line, column and value of what is not a number or out of range, or of two that are written in different ways.
    """
    values, signed = _parsed(table, column, field_name, low, high, whole)
    if signed.any():
        _same_unit(table, {field_name: column}, values.to_frame(field_name), signed.to_frame(field_name), plain_shares=False)
    return values


def shares(table: TextTable, columns: Mapping[str, str], high: float = math.inf, apart: bool = False) -> tuple[pd.DataFrame, bool]:
    """Return columns that share one unit, by field; a percent sign belongs to its cell.

    Args:
        columns: column by field.
        high: the highest number allowed, as written.
        apart: each row is a figure of its own, so that 62 above 0.27 is refused; else only where 0.27 has more decimals.

    Returns:
        Numbers by row and field, nan where they are missing, and whether they are shares 0..1 by their own signs. Without any percent
        sign the numbers are as written: shares, percentages or counts.

    Raises:
        InputError: as `numbers`, and for units that are mixed in an unclear way; line and value are given.
    """
    values, signs = {}, {}
    for name, column in columns.items():
        values[name], signs[name] = _parsed(table, column, name, 0.0, high, False)
    frame, signed = pd.DataFrame(values), pd.DataFrame(signs)
    if signed.to_numpy().any():
        _same_unit(table, columns, frame, signed, plain_shares=True)
        percent = signed | bool((frame.where(~signed) > 1).to_numpy().any())
        return frame.where(~percent, frame / 100), True
    small, large = ((frame > 0) & (frame < 1)).to_numpy(), (frame > 1).to_numpy()
    if small.any() and large.any():
        written = pd.DataFrame({n: table.frame[c] for n, c in columns.items()})
        decimals = written.apply(lambda c: c.str.extract(r"[.,]([0-9]+)\D*$")[0].fillna("").str.len()).to_numpy()
        doubtful = small & (apart | (decimals > decimals[large].max()))
        if doubtful.any():
            _refuse_units(table, columns, doubtful, large)
    return frame, False


def _same_unit(
    table: TextTable, columns: Mapping[str, str], values: pd.DataFrame, signed: pd.DataFrame, plain_shares: bool
) -> None:  # fmt: skip
    """Refuse cells without a percent sign that could be anything, beside cells that have one.

    Args:
        plain_shares: cells without a sign may be shares, where none of them is above 1.
    """
    plain = values.where(~signed)
    small, large = ((plain > 0) & (plain <= 1)).to_numpy(), (plain > 1).to_numpy()
    counts = (plain > MOST_PERCENT).to_numpy()
    if counts.any():
        _refuse_units(table, columns, counts, signed.to_numpy())
    only_ones = small.any() and not ((plain > 0) & (plain < 1)).to_numpy().any()  # 1 beside 62%: all, or one in a hundred
    if small.any() and (large.any() or only_ones or not plain_shares):
        _refuse_units(table, columns, small, large if large.any() else signed.to_numpy())


def _refuse_units(table: TextTable, columns: Mapping[str, str], doubtful: np.ndarray, other: np.ndarray) -> None:
    names = list(columns)
    (row, at), (beside, there) = (divmod(int(mask.argmax()), len(names)) for mask in (doubtful, other))
    one, two = (table.frame[columns[names[c]]].iloc[r] for r, c in ((row, at), (beside, there)))
    raise InputError(
        f"{table.line(row)}: {columns[names[at]]} ({names[at]}): {one!r} beside {two!r} (line {table.frame.index[beside]}): it is not clear "
        "which are shares, percentages or counts; write all in one unit, or each percentage with its % sign"
    )
