"""Service records in JSON of any usual form, object by object in bounded memory: lists, wrapped lists, GeoJSON, tables of rows, one object a line."""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Collection, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TextIO

import pandas as pd

from simulation.declared.parameters import InputError

from ..tables.file_errors import file_errors
from ..tables.table_file import CHUNK, TextTable, normal
from ..tables.texts import encoding_of
from .fields import BY_NAME
from .json_columns import by_column

ENDINGS = (".json", ".geojson", ".jsonl", ".ndjson")
BLOCK, LONGEST = 1 << 20, 64 << 20  # characters read at once, and of the longest object
DEEPEST = 60  # objects within objects around a list of requests
ALLOWED = "a GeoReport v2 JSON document ([{...}, ...]), a list inside an object, GeoJSON, or one object per line"
CUT_OFF = "the file is incomplete; download it again"
_INNER = (
    "properties",
    "attributes",
    "fields",
    "_source",
)  # where GeoJSON, ArcGIS, OpenDataSoft and search indexes keep the columns
_VALUES = ("$date", "value", "name", "label", "title", "code", "id")
_BLANK = re.compile(r"[\s\x1e\ufeff]*")


@dataclass
class _Text:
    """The text of a file, of which only a part is held.

    Attributes:
        at: where the reading is in `text`.
        number: requests met so far, for messages.
    """

    file: TextIO
    path: Path
    text: str = ""
    at: int = 0
    ended: bool = False
    number: int = 0
    decoder: json.JSONDecoder = field(default_factory=json.JSONDecoder)

    def more(self, size: int = BLOCK) -> bool:
        """Read on; return False at the end."""
        try:
            block = self.file.read(size)
        except UnicodeDecodeError as error:
            byte, known = error.object[error.start], "no Unicode" if "utf" in error.encoding else "neither UTF-8 nor Windows-1252"
            raise InputError(f"{self.path}: byte {byte:#04x} is {known}; save the file as UTF-8") from None
        self.text, self.at, self.ended = self.text[self.at :] + block, 0, not block
        return bool(block)

    def peek(self) -> str:
        """Return the next character that is not a blank; '' at the end."""
        while True:
            blank = _BLANK.match(self.text, self.at)
            self.at = blank.end() if blank else self.at
            if self.at < len(self.text):
                return self.text[self.at]
            if self.ended or not self.more():
                return ""

    def take(self, allowed: str) -> str:
        """Return the next character and step over it; raise `InputError` if it is not one of those allowed."""
        found = self.peek()
        if not found or found not in allowed:
            raise self.fault(f"expected {' or '.join(allowed)}" if found else CUT_OFF)
        self.at += 1
        return found

    def value(self, longest: int = LONGEST) -> Any:
        """Return the value that is next, whole.

        Raises:
            InputError: it is not readable, cut off, or longer than `longest` characters.
        """
        self.peek()
        while True:
            try:
                found, end = self.decoder.raw_decode(self.text, self.at)
                if end < len(self.text) or self.ended or not self.more():
                    self.at = end
                    return found
            except RecursionError:
                raise self.fault("too deeply nested") from None
            except json.JSONDecodeError as error:
                far = len(self.text) - error.pos > 2000 and not error.msg.startswith("Unterminated")
                if far or len(self.text) - self.at > longest or self.ended or not self.more(max(BLOCK, len(self.text))):
                    near_end = self.ended and not far
                    raise self.fault(f"{error.msg}; {CUT_OFF}" if near_end else error.msg) from None

    def fault(self, what: str) -> InputError:
        """Return an error that says where it is."""
        return InputError(f"{self.path}: request {self.number + 1}: not readable JSON ({what})")


@dataclass(frozen=True)
class _Where:
    """Where the requests of a file stand.

    Attributes:
        path: the keys that lead to their list; None: every value at the top is one (one object a line, or a single one).
        names: of the columns, where requests are rows without names.
        header: True if the first row holds the names.
    """

    path: tuple[str, ...] | None
    names: tuple[str, ...] = ()
    header: bool = False


def json_parts(path: Path, wanted: Collection[str] = (), chunk: int = CHUNK) -> Iterator[TextTable]:
    """Give the requests of a JSON file in chunks of rows.

    Args:
        wanted: columns that somebody has named.

    Raises:
        InputError: naming file, request and what is allowed.
    """
    encoding, note = _encoding(path)
    rows: list[dict[str, str]] = []
    number, notes = 0, [note] if note else []
    whole = by_column(path, encoding, frozenset(wanted))
    cells: Iterator[dict[str, str]]
    if whole is not None:
        notes.append(f"{path.name}: the columns are stored one after another; the requests were assembled from them")
        cells = ({key: _cell(cell) for key, cell in row.items()} for row in whole)
    else:
        cells = _rows(path, encoding, _find(path, encoding, frozenset(wanted)))
    for row in cells:
        number += 1
        rows.append(row)
        if len(rows) == chunk:
            yield _table_of(path, rows, number, notes)
            rows, notes = [], []
    if rows:
        yield _table_of(path, rows, number, notes)


def _table_of(path: Path, rows: list[dict[str, str]], last: int, notes: list[str]) -> TextTable:
    frame = pd.DataFrame(rows, index=range(last - len(rows) + 1, last + 1), dtype=str).fillna("")
    return TextTable(path, frame.apply(lambda cells: cells.str.strip()), notes)


def _encoding(path: Path) -> tuple[str, str]:
    with file_errors(path), open(path, "rb") as file:
        head = file.read(4)
    for mark, name in ((b"\xff\xfe\0\0", "utf-32"), (b"\0\0\xfe\xff", "utf-32")):
        if head == mark:
            return name, f"{path.name} is UTF-32"
    if 0 in head[:2]:  # as some programs write it, without a mark
        return ("utf-16-be" if head[0] == 0 else "utf-16-le"), f"{path.name} is UTF-16"
    return encoding_of(path)


def _walk(text: _Text, path: tuple[str, ...] = ()) -> Iterator[tuple[tuple[str, ...], Any]]:
    """Give the items of all lists that are in objects, with the keys that lead to their list; what is in items is not looked into."""
    if len(path) > DEEPEST:
        raise text.fault("too deeply nested")
    if text.peek() == "[":
        text.take("[")
        while text.peek() != "]":
            item = text.value()
            text.number += isinstance(item, dict | list)
            yield path, item
            if text.peek() != "]":
                text.take(",]")
        text.take("]")
    elif text.peek() == "{":
        text.take("{")
        while text.peek() != "}":
            key = text.value()
            text.take(":")
            yield from _walk(text, (*path, str(key)))
            if text.peek() != "}":
                text.take(",}")
        text.take("}")
    elif text.peek():
        text.value()
    else:
        raise text.fault(CUT_OFF)


def _find(path: Path, encoding: str, wanted: frozenset[str]) -> _Where:
    """Return where the requests are: the first list whose items say when a case was opened, else the longest list of objects."""
    with open(path, encoding=encoding) as file:
        text = _Text(file, path)
        first = text.peek()
        if not first:
            raise InputError(f"{path}: is empty; allowed: {ALLOWED}")
        if first not in ("{", "["):
            raise InputError(f"{path}: no list of requests; allowed: {ALLOWED}")
        top = _first_object(text) if first == "{" else None
        if top is not None and _is_request(top, wanted):
            return _Where(None)
    with open(path, encoding=encoding) as file:
        text = _Text(file, path)
        lengths: Counter[tuple[str, ...]] = Counter()
        columns: list[str] = []
        while text.peek():
            for keys, item in _walk(text):
                lengths[keys] += isinstance(item, dict)
                if isinstance(item, dict) and keys[-1:] in (("columns",), ("fields",)):
                    columns.append(str(item.get("fieldName") or item.get("name") or item.get("id")))
                if isinstance(item, list) and (found := _rows_without_names(keys, item, columns, wanted)):
                    return found
                if isinstance(item, dict) and _is_request(item, wanted):
                    return _Where(keys)
    best = max(lengths, key=lambda keys: lengths[keys], default=())
    if not lengths[best]:
        if lengths and max(lengths.values()) == 0 and first == "[" and () in lengths:
            raise InputError(f"{path}: request 1 is not an object; allowed: {ALLOWED}")
        raise InputError(
            f"{path}: {'the' if first == '[' else 'no'} list of requests{' is empty' if first == '[' else ''}; allowed: {ALLOWED}"
        )
    return _Where(best)


def _first_object(text: _Text) -> dict[str, Any] | None:
    """Return the object at the top, or None where it is too long to be one request."""
    try:
        found = text.value(longest=4 * BLOCK)
    except InputError:
        if text.ended and len(text.text) < BLOCK:
            raise
        return None
    return found if isinstance(found, dict) else None


def _rows_without_names(keys: tuple[str, ...], item: list, columns: list[str], wanted: frozenset[str]) -> _Where | None:
    """Return where the requests are if they are lists of values, under names given before (as Socrata does) or in the first row."""
    if columns and len(columns) == len(item):
        return _Where(keys, tuple(columns))
    header = all(isinstance(cell, str) for cell in item) and _is_request(dict.fromkeys(item, ""), wanted)
    return _Where(keys, tuple(item), header=True) if header else None


def _is_request(item: dict[str, Any], wanted: frozenset[str]) -> bool:
    keys = _columns(item)
    return bool(wanted & set(keys)) or any(re.fullmatch(BY_NAME["created"].pattern, normal(key)) for key in keys)


def _columns(item: dict[str, Any]) -> dict[str, Any]:
    inner = next((item[key] for key in _INNER if isinstance(item.get(key), dict) and item[key]), None)
    return item if inner is None else inner


def _rows(path: Path, encoding: str, where: _Where) -> Iterator[dict[str, str]]:
    with open(path, encoding=encoding) as file:
        text = _Text(file, path)
        for number, item in enumerate(_items(text, where)):
            if isinstance(item, list) and where.names:
                if number or not where.header:
                    yield {name: _cell(cell) for name, cell in zip(where.names, item, strict=False)}
            elif isinstance(item, dict):
                yield {key: _cell(cell) for key, cell in _columns(item).items()}
            else:
                raise InputError(f"{path}: request {text.number} is not an object; allowed: {ALLOWED}")


def _items(text: _Text, where: _Where) -> Iterator[Any]:
    while text.peek():
        if where.path is None:
            yield text.value()
            text.number += 1
            while text.peek() == ",":
                text.take(",")
        else:
            yield from (item for keys, item in _walk(text) if keys == where.path)


def _cell(value: Any) -> str:
    if isinstance(value, dict):
        return next((_cell(value[key]) for key in _VALUES if key in value), "")
    if isinstance(value, list):
        return ", ".join(_cell(one) for one in value if not isinstance(one, dict | list))
    return "" if value is None else str(value)
