"""Options as the fields of a dataclass: a command that takes the dataclass has each of its fields as an option or argument.

An option is declared once, in the request that what it does is done with. It is read from the command line without a line more.
"""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from typing import Annotated, Any, get_args, get_origin, get_type_hints

from typer.models import ParameterInfo


def takes_options(command: Callable[..., None]) -> Callable[..., None]:
    """Return a command with a parameter for each field of the dataclasses that it takes.

    The fields come in their order, in the place of the dataclass. Fields that are no `typer.Option` or `typer.Argument`
    keep their default. A field `tuple[X, ...]` may be given several times.
    """
    hints = get_type_hints(command, include_extras=True)
    groups: dict[str, type[Any]] = {name: kind for name, kind in hints.items() if isinstance(kind, type) and is_dataclass(kind)}
    options = {name: _parameters(kind) for name, kind in groups.items()}
    parameters: list[inspect.Parameter] = []
    for given in inspect.signature(command).parameters.values():
        alone = given.replace(annotation=hints[given.name], kind=inspect.Parameter.KEYWORD_ONLY)
        parameters += options.get(given.name, [alone])

    @functools.wraps(command)
    def whole(**typed: Any) -> None:
        made = {name: kind(**{p.name: _whole(typed.pop(p.name)) for p in options[name]}) for name, kind in groups.items()}
        command(**made, **typed)

    whole.__signature__ = inspect.Signature(parameters)  # type: ignore[attr-defined]
    whole.__annotations__ = {p.name: p.annotation for p in parameters}
    return whole


def _whole(value: Any) -> Any:
    return tuple(value) if isinstance(value, list) else value


def _parameters(group: type[Any]) -> list[inspect.Parameter]:
    """Return a parameter for each field of a dataclass that is an option or an argument."""
    hints = get_type_hints(group, include_extras=True)
    return [_parameter(field, hints[field.name]) for field in fields(group) if _is_option(hints[field.name])]


def _is_option(hint: Any) -> bool:
    return get_origin(hint) is Annotated and any(isinstance(one, ParameterInfo) for one in get_args(hint)[1:])


def _parameter(field: Field[Any], hint: Any) -> inspect.Parameter:
    kind, *marks = get_args(hint)
    default = inspect.Parameter.empty if field.default is MISSING else field.default
    if get_origin(kind) is tuple:  # typer reads repeated options into a list
        kind = list[get_args(kind)[0]]  # type: ignore[misc]
        default = list(default) if isinstance(default, tuple) else default
    return inspect.Parameter(field.name, inspect.Parameter.KEYWORD_ONLY, default=default, annotation=Annotated[kind, *marks])
