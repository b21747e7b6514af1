"""What a study is made of as plain data: dataclasses by name and field, tables and arrays as Parquet. Nothing in it can name code."""

from __future__ import annotations

import io
import math
from collections.abc import Callable, Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

from scenarios.plugins import available_interventions
from simulation.declared.parameters import InputError

from .tables import Unfit, table_of

KIND = "is"  # the key that says what an object is
FOLDER = "tables"
SMALL = 1000  # numbers of an array that are in the document itself
MOST_ROWS, MOST_BYTES = 10**9, 2 * 10**9  # of a table, and of an array in memory
WIDEST = 40_000  # bytes of one entry of an array: a text of 10,000 letters
ROWS = " row"  # column of a table's index
OPTIONS: dict[str, Any] = {"compression": "zstd", "compression_level": 3, "write_statistics": True, "store_schema": False}


@cache
def _known() -> dict[str, type]:
    """Return the classes that a study may be made of; a name in a file is looked up here and nowhere else."""
    from scenarios.evidence.posterior import Posterior
    from scenarios.places.imputation import Imputed
    from scenarios.places.place import TablePlace
    from simulation.declared.costs import Cost
    from simulation.declared.forms import Form
    from simulation.declared.institutions import InstitutionSpec, Service
    from simulation.declared.interventions import Change, Delivery, Intervention
    from simulation.declared.quality import Qualities, Quality
    from simulation.declared.scenario import Scenario
    from simulation.declared.segments import Segment
    from simulation.state.ties import Ties

    from .runs.factors import Factor
    from .study import Budget, Design, Study

    kinds = (Budget, Change, Cost, Delivery, Design, Factor, Form, Imputed, InstitutionSpec, Intervention, Posterior, Qualities, Quality, Scenario, Segment, Service, Study, TablePlace, Ties)  # fmt: skip
    return {kind.__name__: kind for kind in kinds}


@cache
def _models() -> dict[str, type]:
    """Return our own classes that replace a study's simulation, and what they are made of."""
    from .runs.conclusions import Conclusion, Weigher
    from .runs.observations import Observer

    return {kind.__name__: kind for kind in (Conclusion, Observer, Weigher)}


def _class(name: object) -> type | None:
    return _known().get(str(name)) or _models().get(str(name))


class Writer:
    """Turns values into data that JSON holds; `files` are the tables that go beside it, by name."""

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self._numbers: dict[bytes, int] = {}

    def put(self, value: Any, where: str) -> Any:
        """Return a value as data.

        Raises:
            Unfit: it is, or holds, something that is not data, such as a function.
        """
        if value is None or isinstance(value, bool | str):
            return value
        if isinstance(value, float | int):
            return value if math.isfinite(value) else {KIND: "float", "value": repr(float(value))}
        if isinstance(value, np.generic):
            return {KIND: "scalar", "dtype": value.dtype.str, "value": self.put(value.item(), where)}
        if isinstance(value, tuple):
            return [self.put(item, f"{where}[{n}]") for n, item in enumerate(value)]
        if isinstance(value, list):
            return {KIND: "list", "items": self.put(tuple(value), where)}
        if isinstance(value, Mapping):
            return self._mapping(value, where)
        if isinstance(value, pd.DataFrame):
            return self._table(value, where)
        if isinstance(value, np.ndarray):
            return self._array(value, where)
        return self._object(value, where)

    def _mapping(self, value: Mapping, where: str) -> dict[str, Any]:
        if all(isinstance(key, str) for key in value) and KIND not in value:
            return {key: self.put(item, f"{where}.{key}") for key, item in value.items()}
        return {KIND: "mapping", "items": self.put(tuple(value.items()), where)}

    def _object(self, value: Any, where: str) -> dict[str, Any]:
        kind = type(value)
        if not is_dataclass(value) or _class(kind.__name__) is not kind:
            raise Unfit(f"{where}: {kind.__module__}.{kind.__qualname__} cannot be saved as part of a study")
        told = {}
        for field in fields(kind):
            held = getattr(value, field.name)
            by_name = (kind.__name__, field.name) == ("Intervention", "step")
            told[field.name] = _step_by_name(held, where) if by_name else self.put(held, f"{where}.{field.name}")
        return {KIND: kind.__name__, **told}

    def _table(self, frame: pd.DataFrame, where: str) -> dict[str, Any]:
        if not all(isinstance(label, str) for label in frame.columns) or not frame.columns.is_unique:
            raise Unfit(f"{where}: the table's columns need names, each different")
        columns = {label: _column(frame.iloc[:, n], f"{where}.{label}") for n, label in enumerate(frame.columns)}
        own_rows = not frame.index.equals(pd.RangeIndex(len(frame)))
        if own_rows or not columns:
            columns[ROWS] = _column(frame.index.to_series(), where)
        kinds = [str(dtype) for dtype in frame.dtypes]
        return {KIND: "table", "file": self._file(columns), "columns": list(frame.columns), "dtypes": kinds, "rows": own_rows}

    def _array(self, array: np.ndarray, where: str) -> dict[str, Any]:
        if array.dtype.kind not in "biufU":
            raise Unfit(f"{where}: an array of {array.dtype} cannot be saved")
        flat, told = array.reshape(-1), {KIND: "array", "dtype": array.dtype.str, "shape": list(array.shape)}
        if array.size <= SMALL:
            return {**told, "values": self.put(tuple(flat.tolist()), where)}
        column = pa.array(flat.tolist(), pa.string()) if array.dtype.kind == "U" else pa.array(flat, from_pandas=False)
        return {**told, "file": self._file({"values": column})}

    def _file(self, columns: Mapping[str, pa.Array]) -> int:
        content = packed(columns)
        if content not in self._numbers:
            self._numbers[content] = len(self._numbers)
            self.files[f"{FOLDER}/{self._numbers[content]:04d}.parquet"] = content
        return self._numbers[content]


def packed(columns: Mapping[str, pa.Array]) -> bytes:
    """Return columns as a Parquet file."""
    sink = io.BytesIO()
    pq.write_table(pa.table(dict(columns)), sink, **OPTIONS)
    return sink.getvalue()


def _column(column: pd.Series, where: str) -> pa.Array:
    plain = column.to_numpy() if isinstance(column.dtype, np.dtype) else column.to_numpy(dtype=object)
    if plain.dtype.kind in "biuf":
        return pa.array(plain, from_pandas=False)
    values = plain.tolist()
    if plain.dtype.kind not in "OU" or not all(v is None or v is pd.NA or isinstance(v, str) or v != v for v in values):
        raise Unfit(f"{where}: a column of {column.dtype} cannot be saved; use numbers or text")
    return pa.array([v if isinstance(v, str) else None for v in values], pa.string())


def _step_by_name(step: Callable | None, where: str) -> str | None:
    """Return the name of the installed intervention that has a step; the code itself is never kept."""
    if step is None:
        return None
    for name, intervention in available_interventions().items():
        if intervention.step is step or (intervention.step is not None and _path(intervention.step) == _path(step)):
            return name
    raise Unfit(f"{where}: its step is not a function of an installed plug-in, so a folder cannot name it")


def _path(step: Callable) -> tuple[str, str]:
    return getattr(step, "__module__", ""), getattr(step, "__qualname__", str(id(step)))


class Reader:
    """Turns data that `Writer` made into values again.

    Args:
        files: tables, by name.
        most_rows: of a table.
    """

    def __init__(self, files: Mapping[str, bytes], most_rows: int = MOST_ROWS) -> None:
        self._files, self._most_rows = files, most_rows

    def get(self, data: Any) -> Any:
        """Return the value.

        Raises:
            Unfit, KeyError, TypeError, ValueError: the data are not as `Writer` makes them.
        """
        if isinstance(data, list):
            return tuple(self.get(item) for item in data)
        if not isinstance(data, dict):
            return data
        if KIND not in data:
            return {key: self.get(item) for key, item in data.items()}
        kind = data[KIND]
        if not isinstance(kind, str):
            raise Unfit(f"'{KIND}' needs a name")
        single: dict[str, Callable[[dict[str, Any]], Any]] = {
            "float": lambda d: float(d["value"]),
            "list": lambda d: list(self.get(d["items"])),
            "mapping": lambda d: dict(self.get(d["items"])),
            "scalar": lambda d: _number_type(d["dtype"]).type(self.get(d["value"])),
            "table": self._table,
            "array": self._array,
        }
        return single[kind](data) if kind in single else self._object(kind, data)

    def _object(self, name: object, data: dict[str, Any]) -> Any:
        """Return an object as it was, unchecked by what this program would allow today: results of older code stay readable."""
        kind = _class(name)
        if kind is None:
            raise Unfit(f"'{name}' is not part of a study")
        names = {f.name: f for f in fields(kind)}
        unknown = sorted(set(data) - set(names) - {KIND})
        if unknown:
            raise Unfit(f"{name}: unknown field '{unknown[0]}'")
        thing: Any = object.__new__(kind)
        for field in names.values():
            if field.name not in data:
                value = _default(field, str(name))
            elif (name, field.name) == ("Intervention", "step"):
                value = _step_of(data[field.name])
            else:
                value = self.get(data[field.name])
            object.__setattr__(thing, field.name, value)
        return thing

    def _table(self, data: dict[str, Any]) -> pd.DataFrame:
        table = self._read(data["file"])
        columns = {}
        for n, (label, dtype) in enumerate(zip(data["columns"], data["dtypes"], strict=True)):
            columns[str(label)] = _series(table.column(n), str(dtype))
        index = table.column(ROWS).to_pandas() if data["rows"] else pd.RangeIndex(table.num_rows)
        frame = pd.DataFrame(columns, index=pd.RangeIndex(table.num_rows))
        return frame.set_index(pd.Index(index)) if data["rows"] else frame

    def _array(self, data: dict[str, Any]) -> np.ndarray:
        dtype = _number_type(data["dtype"])
        if dtype.itemsize > WIDEST or math.prod(int(n) for n in data["shape"]) * dtype.itemsize > MOST_BYTES:
            raise Unfit(f"an array of {dtype} and of shape {str(data['shape'])[:40]} is larger than any in a study")
        if "values" in data:
            flat = np.array(self.get(data["values"]), dtype)
        else:
            column = self._read(data["file"]).column("values")
            flat = np.array(column.to_pylist(), dtype) if dtype.kind == "U" else column.to_numpy().astype(dtype)
        return np.ascontiguousarray(flat.reshape([int(n) for n in data["shape"]]))

    def _read(self, number: object) -> pa.Table:
        return table_of(self._files[f"{FOLDER}/{int(str(number)):04d}.parquet"], self._most_rows)


def _series(column: pa.ChunkedArray, dtype: str) -> pd.Series:
    found = column.to_pandas()
    kind = pd.api.types.pandas_dtype(dtype)
    if isinstance(kind, np.dtype) and kind.kind not in "biufO":
        raise Unfit(f"a column of {kind} is not part of a study")
    return found if str(found.dtype) == dtype else found.astype(kind)


def _number_type(name: object) -> np.dtype:
    dtype = np.dtype(str(name))
    if dtype.kind not in "biufU":
        raise Unfit(f"an array of {dtype} is not part of a study")
    return dtype


def _default(field: Any, kind: str) -> Any:
    if field.default is not MISSING:
        return field.default
    if field.default_factory is not MISSING:
        return field.default_factory()
    raise Unfit(f"{kind}: field '{field.name}' is missing")


def _step_of(name: object) -> Any:
    if name is None:
        return None
    found = available_interventions().get(str(name))
    if found is None or found.step is None:
        raise InputError(f"intervention '{name}' comes from a plug-in that is not installed here; install it")
    return found.step
