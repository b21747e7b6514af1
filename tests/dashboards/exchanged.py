"""What server and browser exchange, held to the records on both sides: by every test that asks a server, and by every browser."""

from __future__ import annotations

import gzip
import json
import re
import struct
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

from dashboards.records import ACCEPTED, SENT, adapter

DOWNLOADS = re.compile(r"/gs/results/[^/]+/")  # files to take away, which no page reads
_PATTERNS = {name: re.compile(re.escape(name).replace(r"\*", "[^/]+")) for name in SENT if name.startswith("/")}


def check(name: str, content: str | bytes) -> None:
    """Raise `AssertionError` for JSON that is no such record."""
    try:
        adapter(name).validate_json(content)
    except ValueError as wrong:
        raise AssertionError(f"what is exchanged is no {name}: {str(wrong)[:2000]}") from None


def check_answer(address: str, status: int, headers: dict[str, str], body: bytes) -> None:
    """Hold an answer of the server to its record, if it is one that a page reads."""
    path = urlsplit(address).path
    if not path.startswith("/gs/") or not headers.get("content-type", "").startswith("application/json") or not body:
        return
    content = gzip.decompress(body) if body[:2] == b"\x1f\x8b" else body
    if status >= 400:
        check("failure", content)
    elif not DOWNLOADS.match(path):
        known = [name for name, pattern in _PATTERNS.items() if pattern.fullmatch(path)]
        assert known, f"no record says what {path} sends"
        check(known[0], content)


def check_view(view: Any) -> None:
    """Hold what a page shows to its record, as it travels."""
    check("view", json.dumps(view))


def message(content: str | bytes) -> dict[str, Any]:
    """Return a message of the connection."""
    if isinstance(content, str):
        return dict(json.loads(content))
    offsets = struct.unpack_from(f"!{struct.unpack_from('!I', content)[0]}I", content, 4)
    return dict(json.loads(content[offsets[0] : offsets[1] if len(offsets) > 1 else None]))


def view_of(heard: dict[str, Any]) -> dict[str, Any] | None:
    """Return the view that a message brings to a page; None for one that brings none."""
    data = heard.get("content", {}).get("data") or {}
    state = data.get("state") if isinstance(data, dict) else None
    view = state.get("view") if isinstance(state, dict) else None
    return view if isinstance(view, dict) else None


def acts_of(said: dict[str, Any]) -> Iterator[Any]:
    """Give what a message of a page asks of its session."""
    data = said.get("content", {}).get("data") or {}
    content = data.get("content") if isinstance(data, dict) and data.get("method") == "custom" else None
    if isinstance(content, dict) and content.get("event") == "act":
        yield content.get("data")


def check_message(content: str | bytes, sent: bool) -> None:
    """Hold a message of a real browser's connection to its record, whether the page sent it or received it."""
    if sent:
        for act in acts_of(message(content)):
            check(next(iter(ACCEPTED)), json.dumps(act))
    else:
        view = view_of(message(content))
        if view is not None:
            check_view(view)
