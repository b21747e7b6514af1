"""The page around all pages: Solara's, with our words, scripts and policy; and the few pages that need no scripts."""

from __future__ import annotations

import base64
import hashlib
import html
import json
import re
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, select_autoescape

from ..texts import string, strings
from .page_list import ASSETS, for_browser, own_pages

HERE = Path(__file__).parent
# Scripts of which those of pages make use; a later one may use an earlier one.
SHARED = (
    "words",
    "numbers",
    "charts",
    "comparison-charts",
    "study-charts",
    "chart",
    "tables",
    "parts",
    "own",
    "scenarios",
    "results",
    "live-charts",
    "plain",
)
ALONE = "default-src 'none'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"  # the policy of pages without scripts
ECHARTS = "/_solara/cdn/echarts@5.4.0/dist/echarts.min.js"  # as solara-assets has it
_INLINE = re.compile(r"<script(?![^>]*\bsrc=)(?![^>]*application/json)(?![^>]*x-template)[^>]*>(.*?)</script>", re.DOTALL)


@cache
def versioned(name: str) -> str:
    """Return the address of an asset, which changes with its content."""
    digest = hashlib.sha256((ASSETS / name).read_bytes()).hexdigest()[:12]
    return f"/gs/static/{name}?v={digest}"


@cache
def _templates() -> Environment:
    return Environment(loader=FileSystemLoader(HERE / "templates"), autoescape=select_autoescape(default=True))


def login_page(wrong: str, told: str = "") -> str:
    """Return the page that asks for the password.

    Args:
        wrong: why the last one did not do; empty for none.
        told: why it is asked for again; empty for the first time.
    """
    return _templates().get_template("login.html.j2").render(words=strings(), style=versioned("style.css"), wrong=wrong, told=told)


def missing_page() -> str:
    """Return what is shown where there is no page."""
    return _templates().get_template("missing.html.j2").render(words=strings(), style=versioned("style.css"))


@cache
def page(path: str, version: str) -> tuple[str, str]:
    """Return the page that Solara fills, and its content policy: only our own scripts, the inline ones by their hash.

    Args:
        path: of the page on the server.
        version: of the catalogue that the page fetches.
    """
    from solara.server.server import read_root

    text = read_root(path)
    if text is None:
        raise ValueError(f"Solara has no page at {path}")
    within = _templates().get_template("within.html.j2").render(words=strings())
    text = _replaced(text, r'(<script type="x-template" id="vue-app-template"[^>]*>).*?(</script>)', within, re.DOTALL)
    text = text.replace("<html>", '<html lang="en">', 1)
    text = _replaced(
        text, r'<meta name="viewport"[^>]*>()()', '<meta name="viewport" content="width=device-width, initial-scale=1">'
    )
    text = _replaced(text, r"(<title>).*?(</title>)", html.escape(string("app.title")), re.DOTALL)
    head = (
        f'<link rel="stylesheet" href="{versioned("style.css")}">\n'
        + _data("gs-strings", strings())
        + _data("gs-pages", for_browser())
    )
    head += f'<meta name="gs-version" content="{version}">\n'
    text = text.replace("</head>", head + "</head>", 1)
    scripts = "".join(f'<script src="{versioned(f"{name}.js")}"></script>\n' for name in (*SHARED, *own_pages(), "page"))
    at = text.index("<script src=", text.index("solara.forceRefresh ="))  # after Vue is there, before the page is mounted
    text = text[:at] + f'<script src="{ECHARTS}"></script>\n{scripts}' + text[at:]
    text = _replaced(text, r"(<body[^>]*>)()", f"\n<noscript>{html.escape(string('app.noscript'))}</noscript>")
    return text, _policy(text)


def _data(name: str, content: Any) -> str:
    """Return data that scripts read from the page."""
    written = json.dumps(content).replace("<", "\\u003c")
    return f'<script type="application/json" id="{name}">{written}</script>\n'


def _replaced(text: str, pattern: str, content: str, flags: int = 0) -> str:
    """Replace what lies between two groups; Solara's page must have it, or it has changed and has to be looked at."""
    found = re.search(pattern, text, flags)
    if found is None:
        raise RuntimeError(f"Solara's page has no {pattern}: another version?")
    return text[: found.start()] + found.group(1) + content + found.group(2) + text[found.end() :]


def _policy(text: str) -> str:
    hashes = {base64.b64encode(hashlib.sha256(m.group(1).encode()).digest()).decode() for m in _INLINE.finditer(text)}
    inline = " ".join(f"'sha256-{h}'" for h in sorted(hashes))
    return (
        f"default-src 'self'; script-src 'self' 'unsafe-eval' {inline}; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; "
        "connect-src 'self'; object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    )  # Vue compiles templates in the browser, for which it needs eval


def only_known_messages() -> None:
    """Let a page's messages call the handlers that its widgets declare and nothing else.

    The widget library also lets the browser make objects of any class by module and name, and set references: nobody's page needs it, and anybody
    who reaches the websocket could use it.
    """
    from ipyvue.VueTemplateWidget import Events

    def handle(self: Any, _: Any, content: Any, buffers: Any) -> None:
        event = content.get("event") if isinstance(content, dict) else None
        if isinstance(event, str) and event in self.events and set(content) <= {"event", "data"}:
            getattr(self, f"vue_{event}")(content.get("data", {}))

    Events._handle_event = handle
