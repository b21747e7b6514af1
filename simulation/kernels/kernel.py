"""Kernels: functions that numba compiles. numba is imported when the first one is needed, so that declarations are read without it."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable
from typing import Any

from .cache import forget_stale_kernels

USERS = ("simulation", "scenarios")  # packages that use kernels by name
FIXED_POINT = float(1 << 20)  # kernels add up shares as whole numbers of these parts: a sum is the same in any order
_waiting: list[Kernel] = []
_numba: Any = None  # the module, once it is wanted
_loading = threading.RLock()


class Kernel:
    """A function that is to be compiled: in a call, in another kernel or anywhere else it does what the compiled one does.

    Args:
        function: what is compiled.
        options: for `numba.njit`.
    """

    def __init__(self, function: Callable[..., Any], options: dict[str, Any]) -> None:
        self.py_func, self._options = function, options
        self._compiled: Any = None
        self.__name__, self.__qualname__, self.__module__, self.__doc__ = (
            function.__name__, function.__qualname__, function.__module__, function.__doc__,
        )  # fmt: skip
        _waiting.append(self)

    def compiled(self) -> Any:
        """Return numba's dispatcher."""
        if self._compiled is None:
            load()
        return self._compiled

    def __call__(self, *given: Any) -> Any:
        """Call the compiled function."""
        return self.compiled()(*given)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("__"):
            raise AttributeError(name)
        return getattr(self.compiled(), name)

    @property
    def _numba_type_(self) -> Any:
        return self.compiled()._numba_type_


def njit(**options: Any) -> Callable[[Callable[..., Any]], Any]:
    """Mark a function as a kernel; options are those of `numba.njit`."""

    def mark(function: Callable[..., Any]) -> Any:
        return _numba.njit(**options)(function) if _numba is not None else Kernel(function, options)

    return mark


def load() -> None:
    """Import numba, and put its dispatchers in the place of every kernel that waits: calls then cost nothing more."""
    global _numba
    with _loading:
        if _numba is None:
            forget_stale_kernels()  # before any kernel is loaded
            import numba

            _numba = numba
        new = bool(_waiting)
        while _waiting:
            one = _waiting[-1]
            one._compiled = _numba.njit(**one._options)(one.py_func)
            _waiting.pop()
        for name, module in list(sys.modules.items()) if new else ():
            if name.partition(".")[0] in USERS:
                for known, value in list(vars(module).items()):
                    if isinstance(value, Kernel):
                        setattr(module, known, value.compiled())
