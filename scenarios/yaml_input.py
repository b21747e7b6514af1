"""YAML read safely, with errors that name file, line, field, what is allowed and the nearest name."""

from __future__ import annotations

import io
import re
import reprlib
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import yaml

from simulation.declared.parameters import InputError, nearest

from .own_data.tables.file_errors import file_errors

if TYPE_CHECKING:
    from pydantic import BaseModel

Model = TypeVar("Model", bound="BaseModel")


MOST_BYTES = 2_000_000  # of a file
_shorter = reprlib.Repr()
_shorter.maxlevel, _shorter.maxstring, _shorter.maxother = 2, 80, 80


class _Loader(yaml.SafeLoader):
    """A safe loader that refuses a key given twice, and says where a value is not what it looks like."""

    def construct_object(self, node: yaml.Node, deep: bool = False) -> Any:
        """Return the value of a node."""
        try:
            return super().construct_object(node, deep)
        except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError):
            value = f" '{_shortened(node.value)}'" if isinstance(node, yaml.ScalarNode) else ""
            kind = node.tag.rpartition(":")[2]
            raise yaml.constructor.ConstructorError(
                None, None, f"the value{value} cannot be read as '{kind}'; put it in quotes if it is text", node.start_mark
            ) from None


def _mapping(loader: _Loader, node: yaml.MappingNode) -> dict:
    seen: set[object] = set()
    for key, _ in node.value:
        if not isinstance(key, yaml.ScalarNode):
            raise yaml.constructor.ConstructorError(
                None, None, "a list or mapping cannot be the name of a field; put text in quotes", key.start_mark
            )
        name = loader.construct_object(key)
        if name in seen:
            raise yaml.constructor.ConstructorError(None, None, f"'{name}' is given twice", key.start_mark)
        seen.add(name)
    loader.flatten_mapping(node)
    return {loader.construct_object(k, deep=True): loader.construct_object(v, deep=True) for k, v in node.value}


def _number(loader: _Loader, node: yaml.ScalarNode) -> int | float:
    """Return a number that everybody reads alike: YAML takes 010 for 8 and 1:30 for 90."""
    if re.match(r"[-+]?0[\d_box]", node.value) or ":" in node.value:
        raise yaml.constructor.ConstructorError(
            None,
            None,
            f"'{_shortened(node.value)}' is read as a different number by YAML; write it in plain digits, or in quotes if it is text",
            node.start_mark,
        )
    whole = node.tag == "tag:yaml.org,2002:int"
    return loader.construct_yaml_int(node) if whole else loader.construct_yaml_float(node)


for _kind in ("int", "float"):
    _Loader.add_constructor(f"tag:yaml.org,2002:{_kind}", _number)
_Loader.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, _mapping)


def read_yaml(path: Path) -> dict[str, Any]:
    """Return the mapping in a YAML file.

    Raises:
        InputError: the file is missing, unreadable, malformed (with the line) or no mapping.
    """
    text = _text(path)
    try:
        data = yaml.load(text, Loader=_Loader)
    except yaml.MarkedYAMLError as error:
        line = error.problem_mark.line + 1 if error.problem_mark else 1
        raise InputError(f"{path}: line {line}: {error.problem or 'malformed YAML'}") from None
    except yaml.reader.ReaderError as error:
        line = text.count("\n", 0, error.position) + 1
        raise InputError(
            f"{path}: line {line}: the character {_sign(text, error.position)} is not allowed in YAML; remove it"
        ) from None
    except yaml.YAMLError as error:
        raise InputError(f"{path}: malformed YAML ({_shortened(' '.join(str(error).split()))})") from None
    except RecursionError:
        raise InputError(f"{path}: nested too deeply; allowed: fields, lists and mappings in a few levels") from None
    if not isinstance(data, dict):
        raise InputError(f"{path}: line 1: expected 'field: value' lines")
    return data


def _text(path: Path) -> str:
    """Return the text of a YAML file."""
    with file_errors(path), open(path, "rb") as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise InputError(
            f"{path}: more than {MOST_BYTES / 1e6:g} MB; allowed: {MOST_BYTES / 1e6:g} MB of YAML. Put tables in separate files"
        )
    try:
        return io.TextIOWrapper(io.BytesIO(data), encoding="utf-8").read()
    except UnicodeDecodeError as error:
        raise InputError(f"{path}: not UTF-8 text (byte {error.start})") from None


def _sign(text: str, position: int) -> str:
    return f"U+{ord(text[position]):04X}" if position < len(text) else "at the end"


def _shortened(text: str) -> str:
    return text if len(text) <= 80 else text[:80] + "..."


def _shown(value: object) -> str:
    """Return a value as a message repeats it, short whatever it is."""
    try:
        return repr(value) if isinstance(value, str) and len(value) <= 80 else _shorter.repr(value)
    except ValueError:  # a number of thousands of digits
        return "a number that is too long to be shown"


def _line_of(path: Path, location: tuple) -> int | None:
    """Return the line at which a field stands, following its location through the file's nodes."""
    node = yaml.compose(_text(path), Loader=yaml.SafeLoader)
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
        value = "" if error["type"] == "missing" else f" {_shown(error['input'])}:"
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
