"""YAML read safely, with errors that name file, line, field, what is allowed and the nearest name."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from simulation.parameters import InputError, nearest

from .file_errors import file_errors

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice."""


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict:
    seen: set[object] = set()
    for key, _ in node.value:
        name = loader.construct_object(key)
        if name in seen:
            raise yaml.constructor.ConstructorError(None, None, f"'{name}' is given twice", key.start_mark)
        seen.add(name)
    loader.flatten_mapping(node)
    return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}


_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file.

    Raises:
        InputError: the file is missing, unreadable, malformed (with the line) or no mapping.
    """
    try:
        with file_errors(path):
            text = path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start})") from None
    try:
        data = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}: line {line}: {error.problem or 'malformed YAML'}") from None
    except yaml.YAMLError as error:
        raise InputError(f"{path}: malformed YAML ({error})") from None
    if not isinstance(data, dict):
        raise InputError(f"{path}: line 1: expected 'field: value' lines")
    return data


def _line_of(path: Path, location: tuple) -> int | None:
    """Return the line at which a field stands, following its location through the file's nodes."""
    node = yaml.compose(path.read_text(encoding="utf-8"), Loader=yaml.SafeLoader)
    line = None
    for step in location:
        if isinstance(node, yaml.MappingNode):
            for key, value in node.value:
                if key.value == str(step):
                    line, node = key.start_mark.line + 1, value
                    break
        elif isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
            node = node.value[step]
            line = node.start_mark.line + 1
    return line


def validated(model: type[Model], data: dict[str, Any], path: Path) -> Model:
    """Return `data` as a typed object.

    Raises:
        InputError: naming file, line, field, value and what is allowed; an unknown field gets the nearest name.
    """
    from pydantic import ValidationError

    try:
        return model.model_validate(data)
    except ValidationError as failure:
        found = failure.errors()  # an unknown field first: it is often the misspelt name of one that is missing
        error = next((e for e in found if e["type"] == "extra_forbidden"), found[0])
        where = ".".join(str(x) for x in error["loc"])
        line = _line_of(path, error["loc"])
        place = f"{path}: line {line}" if line else f"{path}"
        if error["type"] == "extra_forbidden":
            raise InputError(
                f"{place}: unknown field '{where}'; {nearest(str(error['loc'][-1]), _fields(model, error['loc']))}"
            ) from None
        value = "" if error["type"] == "missing" else f" {error['input']!r}:"
        raise InputError(f"{place}: {where}:{value} {error['msg'].removeprefix('Value error, ')}") from None


def _fields(model: type[BaseModel], location: tuple) -> list[str]:
    """Return the field names allowed where a location ends."""
    from pydantic import BaseModel

    current: Any = model
    for step in location[:-1]:
        if isinstance(step, int):
            continue
        info = current.model_fields.get(step)
        if info is None:
            break
        inner = [t for t in _inner_types(info.annotation) if isinstance(t, type) and issubclass(t, BaseModel)]
        if not inner:
            break
        current = inner[0]
    return list(current.model_fields)


def _inner_types(annotation: Any) -> list[Any]:
    from typing import get_args

    found = [annotation]
    for argument in get_args(annotation):
        found += _inner_types(argument)
    return found
