"""Pages with controls: what a page shows for what its user has set. One module a page; `docs/how-to/add.md` has the recipe."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import parse_qsl, urlencode

from simulation.declared.parameters import InputError, nearest

from ..records.view import ControlsShown, Setting

MOST_TEXT = 200  # characters of one setting


@dataclass(frozen=True)
class Controls:
    """The controls of one page and what it shows.

    Attributes:
        settings: by name, what each control is set to when the page opens: a text, a number or True or False. What a page sends is held to that kind.
        shown: makes what the page's component draws, as plain values, from all settings. It raises `InputError` for a setting that it does not take.
    """

    settings: Mapping[str, Setting]
    shown: Callable[[dict[str, Any]], Mapping[str, Any]]

    def read(self, query: str) -> dict[str, Setting]:
        """Return all settings, those of an address in place of the page's own.

        Raises:
            InputError: a setting is unknown, given twice, or of another kind.
        """
        pairs = parse_qsl(query.removeprefix("?"), keep_blank_values=True)
        for name, _ in pairs:
            if [n for n, _ in pairs].count(name) > 1:
                raise InputError(f"address: {name[:40]}: is given twice; give it once")
        return self.changed(dict(self.settings), dict(pairs))

    def changed(self, settings: Mapping[str, Setting], changes: Any) -> dict[str, Setting]:
        """Return settings with some of them changed.

        Raises:
            InputError: a setting is unknown, or of another kind.
        """
        if not isinstance(changes, Mapping):
            raise InputError("settings: allowed: a value for each name")
        unknown = next((str(name) for name in changes if name not in self.settings), None)
        if unknown is not None:
            raise InputError(f"settings: unknown '{unknown[:40]}'; {nearest(unknown, self.settings)}")
        return dict(settings) | {name: _like(name, value, self.settings[name]) for name, value in changes.items()}

    def query(self, settings: Mapping[str, Setting]) -> str:
        """Return settings as the query of an address."""
        return urlencode({name: _written(value) for name, value in settings.items()})

    def view(self, settings: Mapping[str, Setting]) -> ControlsShown:
        """Return what the page's component is given: the settings, and what is shown for them."""
        return cast(ControlsShown, {"settings": dict(settings), "shown": dict(self.shown(dict(settings)))})


def _written(value: Setting) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _like(name: str, value: Any, example: Setting) -> Setting:
    """Return a value of a page or an address as the same kind as an example."""
    text = _written(value) if isinstance(value, str | int | float) else None
    if text is not None and len(text) <= MOST_TEXT:
        if isinstance(example, bool):
            if text in ("true", "false"):
                return text == "true"
        elif isinstance(example, str):
            return text
        elif (number := _number(text)) is not None and (isinstance(example, float) or number.is_integer()):
            return type(example)(number)
    kind = {bool: "true or false", str: f"a text of at most {MOST_TEXT} characters", int: "a whole number", float: "a number"}[
        type(example)
    ]
    raise InputError(f"{name}: {(text or 'nothing')[:40]}; allowed: {kind}")


def _number(text: str) -> float | None:
    """Return a finite number, or None for what is none."""
    try:
        number = float(text)
    except ValueError:
        return None
    return number if abs(number) < float("inf") else None


__all__ = ["Controls", "Setting"]
