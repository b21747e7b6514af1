"""A study kept in its store and read back, without letting a folder from somebody else run anything but a study."""

from __future__ import annotations

import importlib
import io
import pickle
from dataclasses import replace
from types import FunctionType
from typing import Any

from scenarios.plugins import available_interventions
from simulation.parameters import InputError

from .study import Study

_FLOORS = ("simulation", "scenarios", "experiments")
# What tables and arrays are put together from again; nothing here runs code that a file brings.
_PARTS = {
    "builtins": {"bytearray", "slice", "set", "frozenset", "complex"},
    "pathlib": {"Path", "PosixPath", "WindowsPath", "PurePosixPath", "PureWindowsPath"},
    "numpy": {"dtype", "ndarray", "_reconstruct", "_frombuffer", "scalar"},
    "pandas": {"DataFrame", "Series", "Index", "RangeIndex", "StringDtype", "ArrowStringArray", "BlockManager", "_unpickle_block", "_new_Index"},
    "pyarrow": {"_restore_array", "py_buffer", "type_for_alias"},
}  # fmt: skip


class _Reader(pickle.Unpickler):
    """Reads a study: classes of ours, parts of tables, and steps of plug-ins that are installed here."""

    def find_class(self, module: str, name: str) -> Any:
        """Return what a name stands for, if a study may hold it."""
        top = module.split(".")[0]
        if name in _PARTS.get(top, ()):
            return super().find_class(module, name)
        if (module, name) == (__name__, "_nothing"):
            return _nothing
        if top in _FLOORS:
            found = super().find_class(module, name)
            if isinstance(found, type) and found.__module__ == module:
                return found
        for one in available_interventions().values():
            if one.step is not None and (one.step.__module__, one.step.__qualname__) == (module, name):
                return one.step
        raise pickle.UnpicklingError(f"a study holds no {module}.{name}")


def kept(study: Study) -> bytes:
    """Return a study as bytes; a function in place of the simulation is kept by its name alone, an object of ours whole."""
    return pickle.dumps(replace(study, measured=_nothing) if isinstance(study.measured, FunctionType) else study, protocol=5)


def _nothing(row: Any, replicate: int) -> dict[str, float]:
    """Stand in the place of a function that is kept by its name."""
    raise NotImplementedError


def read(content: bytes, measured: str | None, where: object) -> Study:
    """Return the study of a store.

    Args:
        measured: `module:name` of the function in place of the simulation.
        where: the folder, for messages.

    Raises:
        InputError: it is damaged, or holds what no study holds.
    """
    try:
        study = _Reader(io.BytesIO(content)).load()
    except (pickle.UnpicklingError, EOFError, AttributeError, ImportError, IndexError, KeyError, TypeError, ValueError) as error:
        raise InputError(f"{where}: the kept study cannot be read ({error})") from None
    if not isinstance(study, Study):
        raise InputError(f"{where}: the kept study is none")
    if study.measured is not _nothing:
        return study
    module, _, name = (measured or "").partition(":")
    try:
        function = getattr(importlib.import_module(module), name)
    except (ImportError, AttributeError, ValueError):
        raise InputError(f"{where}: its function '{measured}' cannot be found here") from None
    return replace(study, measured=function)
