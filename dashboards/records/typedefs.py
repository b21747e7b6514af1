"""The records as JSDoc typedefs, made from their JSON schema: an editor of the page's scripts then knows every field."""

from __future__ import annotations

import json
from typing import Any

SIMPLE = {"string": "string", "number": "number", "integer": "number", "boolean": "boolean", "null": "null"}
HEAD = """/*
 * The records that the server and the pages exchange. Made by `python -m dashboards.records` from schema.json; edit nothing here.
 * No page loads this file. An editor reads it: write `@type {ResultPage}` in a script, and it knows the fields.
 */
"""


def typedefs(schema: dict[str, Any]) -> str:
    """Return a script of nothing but comments: a typedef for each record and for `Act`, and what is fetched from each address."""
    parts = [_typedef(name, one) for name, one in sorted(schema["$defs"].items())]
    parts.append(f"/** @typedef {{{kind(schema['accepted']['act'])}}} Act */\n")
    addresses = [f" * - {name.replace('*', 'NAME')}: {kind(one)}" for name, one in schema["sent"].items()]
    return HEAD + "\n" + "\n".join([*parts, "\n".join(["/*", " * What the server sends, by address.", *addresses, " */", ""])])


def _typedef(name: str, one: dict[str, Any]) -> str:
    if "properties" not in one:
        return f"/** @typedef {{{kind(one)}}} {name} */\n"
    required = set(one.get("required", ()))
    fields = [
        f" * @property {{{kind(field)}}} {key if key in required else f'[{key}]'}" for key, field in one["properties"].items()
    ]
    words = " ".join(one.get("description", "").split())
    return "\n".join(["/**", *([f" * {words}"] if words else []), f" * @typedef {{object}} {name}", *fields, " */", ""])


def kind(one: dict[str, Any]) -> str:
    """Return the type of a part of the schema, in the words of JSDoc.

    Raises:
        ValueError: the schema says something that no typedef says yet.
    """
    if "$ref" in one:
        return str(one["$ref"]).rpartition("/")[2]
    if "const" in one or "enum" in one:
        return _either([json.dumps(value) for value in one.get("enum", [one.get("const")])])
    if "anyOf" in one or "oneOf" in one:
        return _either([kind(part) for part in one.get("anyOf") or one["oneOf"]])
    if one.get("type") == "array":
        return f"[{', '.join(map(kind, one['prefixItems']))}]" if "prefixItems" in one else f"Array<{kind(one['items'])}>"
    if one.get("type") == "object" and "properties" not in one:
        values = one.get("additionalProperties", True)
        return f"Object<string, {'*' if values is True else kind(values)}>"
    if one.get("type") in SIMPLE:
        return SIMPLE[one["type"]]
    if not set(one) - {"title", "description"}:
        return "*"
    raise ValueError(f"no typedef for {one}")


def _either(kinds: list[str]) -> str:
    alone = list(dict.fromkeys(kinds))
    return alone[0] if len(alone) == 1 else f"({'|'.join(alone)})"
