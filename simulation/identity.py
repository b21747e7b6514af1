"""Identity: one name for everything that a thing consists of, so that two different worlds never count as the same.

Whatever is kept or shared (a study's store, a burnt-in world, a page's result) is kept under the identity of what made it.
It is worked out from the thing itself: every field of a dataclass, tables and arrays by their bytes, numbers exactly, functions by
module, name, code, defaults and what they close over. No list of fields is kept anywhere, so that none can be forgotten.
"""

from __future__ import annotations

import contextlib
import copyreg
import dis
import enum
import hashlib
import importlib.util
import struct
import sys
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import fields, is_dataclass
from functools import cached_property, lru_cache
from types import BuiltinFunctionType, CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np

from .declared.parameters import InputError
from .kernels.kernel import Kernel

OWN = ("simulation", "scenarios", "experiments", "dashboards")  # identified by their sources as a whole
LIBRARIES = (
    "numpy",
    "pandas",
    "pyarrow",
    "scipy",
    "numba",
    "mesa",
    "networkx",
    "pydantic",
)  # their results are identified by value
LONGEST_KEPT = 200  # letters of a text whose digest is remembered
LONGEST_WHOLE = 2**53  # up to here a float is exactly the whole number that it looks like
# Of a class's members, those that Python makes by itself.
MADE = {
    "__dict__", "__weakref__", "__module__", "__qualname__", "__doc__", "__annotations__", "__dataclass_fields__", "__dataclass_params__",
    "__abstractmethods__", "_abc_impl", "__match_args__", "__parameters__", "__orig_bases__", "__firstlineno__", "__static_attributes__",
}  # fmt: skip
# Types that keep order between threads and have no value that a result could depend on.
VALUELESS = ("_thread.lock", "_thread.RLock")


def identity(thing: Any, without: Collection[str] = ()) -> str:
    """Return the unique identity of a thing: 64 hexadecimal digits, the same in every process and on every machine.

    Args:
        thing: plain values, mappings, sequences, arrays, tables, dataclasses, enums, functions, or an object with a state.
        without: names of fields of `thing` itself that do not count; those of what it holds always count.

    Raises:
        InputError: something in it has no value that can be distinguished from another, such as an open file; it says what and where.
    """
    return _Walk(frozenset(without)).digest(thing).hex()


class Identified:
    """For frozen dataclasses: their identity, worked out once and never sent along when they are copied to another process."""

    @cached_property
    def identity(self) -> str:
        """Its unique identity; see `simulation.identity`."""
        return _Walk(frozenset()).digest(self, afresh=True).hex()

    def __getstate__(self) -> dict[str, Any]:
        return {name: value for name, value in vars(self).items() if name not in self._worked_out()}

    @classmethod
    def _worked_out(cls) -> tuple[str, ...]:
        """Return names of cached properties that rest on the identity."""
        return ("identity",)


class _Walk:
    """One walk through a thing; `path` says where it is."""

    def __init__(self, without: frozenset[str]) -> None:
        self._without = without
        self._path: list[str] = []
        self._open: dict[int, int] = {}  # what the walk is inside of, by depth: a thing that holds itself ends there
        self._home: str | None = None  # package whose code is walked now; None while data are

    def digest(self, thing: Any, name: str = "", afresh: bool = False) -> bytes:
        """Return 32 bytes that stand for a thing; `afresh` works it out even where it is known."""
        single = _SINGLES.get(type(thing))
        if single is not None:
            return single(thing)
        if isinstance(thing, Identified) and not afresh and not self._without:
            return bytes.fromhex(thing.identity)
        self._path.append(name)
        try:
            return self._told(thing)
        finally:
            self._path.pop()

    def _told(self, thing: Any) -> bytes:
        plain = _plain(thing)
        if plain is not None:
            return plain
        if id(thing) in self._open:
            return _hash("itself", str(len(self._open) - self._open[id(thing)]).encode())
        self._open[id(thing)] = len(self._open)
        try:
            return self._compound(thing)
        finally:
            del self._open[id(thing)]

    def _compound(self, thing: Any) -> bytes:
        if isinstance(thing, np.ndarray | np.generic):
            return self._array(thing if isinstance(thing, np.ndarray) else np.asarray(thing))
        if is_dataclass(thing) and not isinstance(thing, type):
            return self._dataclass(thing)
        if isinstance(thing, Mapping):
            return self._mapping("mapping", thing)
        if isinstance(thing, AbstractSet):
            return _hash("set", *sorted(self.digest(one, "{}") for one in thing))
        if isinstance(thing, tuple) and hasattr(thing, "_fields"):
            return _hash("named", self._class(type(thing)), self._mapping("fields", dict(zip(thing._fields, thing, strict=True))))
        if isinstance(thing, list | tuple):
            return self._sequence(thing)
        if _of_pandas(thing):
            return self._table(thing)
        return self._code_or_object(thing)

    # -- data -----------------------------------------------------------------------------------------------------------

    def _sequence(self, things: Iterable[Any]) -> bytes:
        return _hash("sequence", *(self.digest(one, f"[{n}]") for n, one in enumerate(things)))

    def _mapping(self, kind: str, thing: Mapping) -> bytes:
        pairs = sorted(
            (self.digest(key, " a key"), self.digest(value, f".{key}" if kind == "fields" else f"[{key!r}]"))
            for key, value in thing.items()
        )
        return _hash(kind, *(part for pair in pairs for part in pair))

    def _dataclass(self, thing: Any) -> bytes:
        without, self._without = self._without, frozenset()
        names = [f.name for f in fields(thing)]
        unknown = sorted(without - set(names))
        if unknown:
            raise ValueError(f"{type(thing).__name__} has no field '{unknown[0]}'")
        values = {name: getattr(thing, name) for name in names if name not in without}
        if not _by_name(type(thing).__module__, None):
            values |= {k: v for k, v in _state(thing).items() if k not in names}  # of a subclass that is not a dataclass itself
        return _hash("dataclass", self._class(type(thing)), self._mapping("fields", values))

    def _array(self, array: np.ndarray) -> bytes:
        if isinstance(array, np.ma.MaskedArray):
            return _hash("masked", self._objects(array.tolist()), self._array(np.ma.getmaskarray(array)))
        if array.dtype.hasobject:
            return _hash("objects", str(array.shape).encode(), self._objects(array.reshape(-1).tolist()))
        kind = array.dtype.newbyteorder("<")
        content = np.ascontiguousarray(array, dtype=kind).tobytes()
        return _hash("array", repr(np.dtype(kind).descr).encode(), str(array.shape).encode(), content)

    def _objects(self, things: list) -> bytes:
        if all(type(one) is str for one in things):
            texts = [one.encode("utf-8", "surrogatepass") for one in things]
            return _hash("texts", struct.pack(f"<{len(texts)}q", *map(len, texts)), b"".join(texts))
        return self._sequence(things)

    def _table(self, table: Any) -> bytes:
        """A frame is its labels and columns, a series or an index its name and values."""
        if hasattr(table, "columns"):
            columns = [self.digest(table.iloc[:, n], f"[{label!r}]") for n, label in enumerate(table.columns)]
            return _hash("frame", self._objects(list(table.columns)), self._values(table.index), *columns)
        labels = self._values(table.index) if hasattr(table, "index") else b""
        return _hash("column", self.digest(table.name, " name"), labels, self._values(table))

    def _values(self, column: Any) -> bytes:
        if isinstance(column.dtype, np.dtype):
            return self._array(column.to_numpy())
        return self._objects(column.to_numpy(dtype=object).tolist())

    # -- code and objects -------------------------------------------------------------------------------------------------

    def _code_or_object(self, thing: Any) -> bytes:
        if isinstance(thing, FunctionType):
            return self._function(thing)
        if isinstance(thing, MethodType):
            return _hash("method", self.digest(thing.__func__, "()"), self.digest(thing.__self__, " its object"))
        if isinstance(thing, BuiltinFunctionType):
            of = thing.__self__
            whose = b"" if of is None or isinstance(of, ModuleType) else self.digest(of, " its object")
            return _hash("builtin", _name_of(thing), whose)
        if isinstance(thing, type):
            return self._class(thing)
        if isinstance(thing, ModuleType):
            return _hash("module", thing.__name__.encode())
        if isinstance(thing, staticmethod | classmethod):
            return _hash(type(thing).__name__, self.digest(thing.__func__, "()"))
        if isinstance(thing, property):
            return _hash("property", *(self.digest(f, " property") for f in (thing.fget, thing.fset, thing.fdel)))
        if isinstance(thing, Kernel) or type(thing).__module__.split(".")[0] in ("numba", "functools"):
            inner = getattr(thing, "py_func", None) or getattr(thing, "__wrapped__", None)  # compiled, or with remembered results
            if isinstance(inner, FunctionType):
                return _hash("wrapped", self.digest(inner, "()"))
        return self._object(thing)

    def _function(self, function: FunctionType) -> bytes:
        module = function.__module__ or "__main__"
        if self._home is not None and _by_name(module, self._home):
            return _hash("function", _name_of(function))
        outside, self._home = self._home, module.split(".")[0]
        try:
            parts = [
                _name_of(function), self._code(function.__code__, function.__doc__), self.digest(function.__defaults__, " defaults"),
                self.digest(function.__kwdefaults__, " defaults"), self._mapping("attributes", vars(function)),
            ]  # fmt: skip
            for name, cell in zip(function.__code__.co_freevars, function.__closure__ or (), strict=True):
                parts.append(self.digest(_content(cell), f" closes over '{name}'"))
            if not _by_name(module, self._home):
                parts.append(self._reached(function.__code__, function.__globals__))
            return _hash("function", *parts)
        finally:
            self._home = outside

    def _code(self, code: CodeType, doc: str | None) -> bytes:
        """Return what compiled code does; comments, layout and the docstring are not in it."""
        constants = list(code.co_consts)
        if doc is not None and constants and constants[0] == doc:
            constants[0] = None
        told = [self._code(c, None) if isinstance(c, CodeType) else self.digest(c, " a constant") for c in constants]
        names = " ".join((*code.co_names, "|", *code.co_varnames, "|", *code.co_freevars))
        shape = f"{code.co_argcount} {code.co_posonlyargcount} {code.co_kwonlyargcount} {code.co_flags}"
        return _hash("code", code.co_code, code.co_exceptiontable, names.encode(), shape.encode(), *told)

    def _reached(self, code: CodeType, known: Mapping[str, Any]) -> bytes:
        """Return what code reaches by name outside itself: constants, helpers and, of modules of one's own, what it takes of them."""
        names = _names(code)
        found = {name: known[name] for name in names if name in known and name != "__builtins__"}
        found |= {f"import {name}": module for name, module in _imported(code, str(known.get("__package__") or ""))}
        told = {name: self._outside(value, name, names) for name, value in sorted(found.items())}
        return _hash("reached", *(part for name, value in told.items() for part in (name.encode(), value)))

    def _outside(self, value: Any, name: str, names: frozenset[str]) -> bytes:
        if isinstance(value, ModuleType) and not _by_name(value.__name__, self._home):
            if id(value) in self._open:
                return _hash("module", value.__name__.encode())
            self._open[id(value)] = len(self._open)
            try:
                held = {n: v for n, v in vars(value).items() if n in names and not n.startswith("__")}
                told = [(n.encode(), self._outside(v, f"{name}.{n}", names)) for n, v in sorted(held.items())]
                return _hash("module", value.__name__.encode(), *(part for pair in told for part in pair))
            finally:
                del self._open[id(value)]
        return self.digest(value, f" uses '{name}'")

    def _class(self, kind: type) -> bytes:
        if _by_name(kind.__module__, self._home) or id(kind) in self._open:
            return _hash("class", _name_of(kind))
        outside, self._home = self._home, kind.__module__.split(".")[0]
        self._open[id(kind)] = len(self._open)
        try:
            members = [(name, self._member(value, name)) for name, value in sorted(vars(kind).items()) if name not in MADE]
            bases = [self._class(base) for base in kind.__bases__]
            return _hash("class", _name_of(kind), *bases, *(part for name, told in members for part in (name.encode(), told)))
        finally:
            del self._open[id(kind)]
            self._home = outside

    def _member(self, value: Any, name: str) -> bytes:
        if isinstance(value, cached_property):
            return self.digest(value.func, f".{name}")
        if type(value).__name__ in ("member_descriptor", "getset_descriptor"):
            return _hash("slot")
        return self.digest(value, f".{name}")

    def _object(self, thing: Any) -> bytes:
        """An object is its class and its state; one that says its own `fingerprint` is that and what a place has by name."""
        kind = type(thing)
        own = getattr(thing, "fingerprint", None)
        if isinstance(own, str) and own:
            from .state.people import Place

            names = [name for name, value in vars(Place).items() if isinstance(value, property)]
            told = {name: getattr(thing, name) for name in names if hasattr(thing, name)}
            return _hash("fingerprint", self._class(kind), self._mapping("place", told))
        if f"{kind.__module__}.{kind.__name__}" in VALUELESS:
            return _hash("valueless", _name_of(kind))
        try:
            registered = copyreg.dispatch_table.get(kind)
            parts = registered(thing) if registered else thing.__reduce_ex__(4)
        except Exception:
            raise self._refusal(thing) from None
        if isinstance(parts, str):
            return _hash("global", _name_of(kind), parts.encode())
        function, given, *rest = parts
        state = rest[0] if rest else None
        if isinstance(state, dict):
            state = {name: value for name, value in state.items() if not isinstance(getattr(kind, name, None), cached_property)}
        items = [list(part) if part is not None else None for part in rest[1:3]]
        return _hash("object", self._class(kind), self.digest(function, ""), self._arguments(given, kind), self.digest(state, ""), self.digest(items, ""))  # fmt: skip

    def _arguments(self, given: tuple, kind: type) -> bytes:
        return _hash("arguments", *(b"" if one is kind else self.digest(one, "") for one in given))

    def _refusal(self, thing: Any) -> InputError:
        where = "".join(self._path).strip(". ")
        kind = type(thing)
        return InputError(
            f"{where or 'it'}: {kind.__module__}.{kind.__qualname__} has no value that distinguishes it from others, so results could "
            "not be kept apart; pass the values themselves (numbers, text, tables, functions), or give the object a `fingerprint`: a text "
            "that differs whenever its behaviour differs"
        )


def _plain(thing: Any) -> bytes | None:
    """Return what identifies a single value; None for a compound value."""
    if thing is None or thing is ... or thing is NotImplemented:
        return _hash("single", repr(thing).encode())
    if isinstance(thing, enum.Enum):
        return _hash("enum", _name_of(type(thing)), thing.name.encode())
    if isinstance(thing, bool | np.bool_):
        return _hash("bool", str(bool(thing)).encode())
    if isinstance(thing, int | np.integer) and not isinstance(thing, np.timedelta64):
        return _whole(int(thing))
    if isinstance(thing, float | np.float16 | np.float32):
        return _number(float(thing))
    if isinstance(thing, complex):
        return _hash("complex", _number(thing.real), _number(thing.imag))
    if isinstance(thing, str):
        return _hash("text", thing.encode("utf-8", "surrogatepass"))
    if isinstance(thing, bytes | bytearray | memoryview):
        return _hash("bytes", bytes(thing))
    return None


def _number(value: float) -> bytes:
    """A float is told by its bytes, but a whole one as the whole number: 1.0 and 1 do the same."""
    if value.is_integer() and abs(value) < LONGEST_WHOLE and not (value == 0.0 and str(value)[0] == "-"):
        return _whole(int(value))
    return _hash("float", struct.pack("<d", value))


@lru_cache(maxsize=4096)  # the same few are in every scenario
def _whole(value: int) -> bytes:
    return _hash("number", str(value).encode())


def _text(text: str) -> bytes:
    return _short_text(text) if len(text) < LONGEST_KEPT else _hash("text", text.encode("utf-8", "surrogatepass"))


@lru_cache(maxsize=4096)  # names of fields and parameters, above all
def _short_text(text: str) -> bytes:
    return _hash("text", text.encode("utf-8", "surrogatepass"))


def _hash(kind: str, *parts: bytes) -> bytes:
    told = [kind.encode()]
    for part in parts:
        told += (len(part).to_bytes(8, "little"), part)
    return hashlib.sha256(b"".join(told)).digest()


# Types of single values that are told at once; `_plain` tells what is like them.
_SINGLES: dict[type, Callable[[Any], bytes]] = {str: _text, float: _number, int: _whole}


def _name_of(thing: Any) -> bytes:
    return f"{getattr(thing, '__module__', '')}:{getattr(thing, '__qualname__', getattr(thing, '__name__', ''))}".encode()


def _names(code: CodeType) -> frozenset[str]:
    """Return the names that code and the code inside it look up."""
    inner = (_names(c) for c in code.co_consts if isinstance(c, CodeType))
    return frozenset(code.co_names).union(*inner)


def _imported(code: CodeType, package: str) -> Iterator[tuple[str, ModuleType]]:
    """Give the modules that code imports when it runs; one that is not there is the code's own trouble."""
    given: list[Any] = []
    for one in dis.get_instructions(code):
        if one.opname == "IMPORT_NAME":
            level, names = given[-2:]
            with contextlib.suppress(ImportError, ValueError):
                whole = importlib.util.resolve_name("." * level + one.argval, package) if level else one.argval
                for name in (whole, *(f"{whole}.{n}" for n in names or ())):
                    with contextlib.suppress(ImportError):
                        yield name, importlib.import_module(name)
        given = [*given[-1:], one.argval]
    for inner in code.co_consts:
        if isinstance(inner, CodeType):
            yield from _imported(inner, package)


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:
        return ...  # not filled yet


def _state(thing: Any) -> dict[str, Any]:
    """Return what an object holds by name, without what it worked out and remembers."""
    held = getattr(thing, "__dict__", {})
    return {name: value for name, value in held.items() if not isinstance(getattr(type(thing), name, None), cached_property)}


def _by_name(module: str | None, home: str | None) -> bool:
    """Return True for code that is told by its name alone: Python's, the program's own, and libraries that other code uses."""
    top = (module or "builtins").split(".")[0]
    if top in OWN or top in LIBRARIES or top in sys.stdlib_module_names:
        return True
    if home is None or top == home:
        return False
    file = getattr(sys.modules.get(top), "__file__", None) or ""
    return "site-packages" in file or "dist-packages" in file


def _of_pandas(thing: Any) -> bool:
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(thing, pandas.DataFrame | pandas.Series | pandas.Index)
