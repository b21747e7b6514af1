"""Checks that the parts of a study have their declared types: objects from a file are made without their own checks."""

from __future__ import annotations

import types
import typing
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from functools import cache
from numbers import Integral, Real
from typing import Any

import numpy as np
import pandas as pd

from simulation.state.people import Place
from simulation.state.ties import Ties

from .tables import Unfit

LONGEST = 40  # characters of a wrong value that are shown
MOST = 2**63  # upper limit of a whole number


def check_kinds(thing: Any, where: str) -> None:
    """Raise `Unfit` for the first field of an object, or of one that it holds, that is of another kind than declared."""
    kind: Any = type(thing)
    for name, hint in _hints(kind).items():
        if not _fits(getattr(thing, name, None), hint):
            told = repr(getattr(thing, name, None))
            told = told if len(told) <= LONGEST else told[:LONGEST] + "..."
            raise Unfit(f"{where}.{name}: {told}; allowed: {_words(hint)}")
        for one in _held(getattr(thing, name, None)):
            check_kinds(one, f"{where}.{name}")


def _held(value: Any) -> list[Any]:
    """Return the objects of ours that a value is or holds."""
    if is_dataclass(value):
        return [value]
    if isinstance(value, Mapping):
        value = list(value.values())
    return [one for part in value for one in _held(part)] if isinstance(value, list | tuple) else []


@cache
def _hints(kind: type) -> dict[str, Any]:
    """Return the declared type of each field of a class."""
    hints = typing.get_type_hints(kind, localns={"pd": pd, "Ties": Ties, "ParticipationModel": Any})  # imported for types alone
    return {one.name: hints[one.name] for one in fields(kind)}


def _fits(value: Any, hint: Any) -> bool:
    """Return True if a value is of a declared type; a list does for a tuple, and a whole number for a number."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if hint is Any or isinstance(hint, typing.TypeVar):
        return True
    if origin in (typing.Union, types.UnionType):
        return any(_fits(value, part) for part in parts)
    if origin is typing.Literal:
        return isinstance(value, str) and value in parts
    if hint is None or hint is type(None):
        return value is None
    if hint in (bool, int, float):
        return _number(value, hint)
    if origin in (tuple, list, Sequence):
        if not isinstance(value, tuple | list):
            return False
        fixed = origin is tuple and parts and parts[-1] is not Ellipsis
        return (
            len(value) == len(parts) and all(map(_fits, value, parts)) if fixed else all(_fits(v, parts[0]) for v in value if parts)
        )
    if origin in (dict, Mapping):
        return isinstance(value, Mapping) and all(_fits(k, parts[0]) and _fits(v, parts[1]) for k, v in value.items())
    if origin is Callable or hint is Callable:
        return callable(value)
    return is_dataclass(value) if hint is Place else isinstance(value, origin or hint)


def _number(value: Any, hint: type) -> bool:
    """Return True for a truth value, a whole number or a number, whichever is declared."""
    if hint is bool or isinstance(value, bool | np.bool_):
        return hint is bool and isinstance(value, bool | np.bool_)
    return isinstance(value, Integral) and abs(int(value)) < MOST if hint is int else isinstance(value, Real)


def _words(hint: Any) -> str:
    """Return a declared type in words."""
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin in (typing.Union, types.UnionType):
        return " or ".join(_words(part) for part in parts)
    if origin is typing.Literal:
        return ", ".join(parts)
    if origin in (tuple, list, Sequence, dict, Mapping):
        return "a list" if origin in (tuple, list, Sequence) else "values by name"
    plain = {str: "a text", int: "a whole number", float: "a number", bool: "true or false", type(None): "nothing"}
    return plain.get(hint) or f"a {getattr(hint, '__name__', 'value')}"
