"""The Solara application: each open page has a session, whose view one component draws and whose acts it brings back."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import solara
import solara.lab
from solara.lab.utils.headers import headers as asked_with
from solara.server import kernel_context

from simulation.declared.parameters import InputError

from ..records.view import View
from ..safeguards.clients import ADDRESS, Visitor
from ..texts import string
from ..web.page_list import FIRST, all_pages
from .hub import Hub
from .session import Session


@dataclass
class _Shared:
    """What all pages share, once the server has started."""

    hub: Hub | None = None


_shared = _Shared()
_sessions: dict[str, Session] = {}
_lock = threading.Lock()


def use(shared: Hub) -> None:
    """Say what all pages share; once, when the server starts."""
    _shared.hub = shared


def hub() -> Hub:
    """Return what all pages share."""
    if _shared.hub is None:
        raise RuntimeError("the server has not started")
    return _shared.hub


def open_pages() -> int:
    """Return how many pages are open."""
    return len(_sessions)


def let_in(name: str, by: Visitor) -> None:
    """Note that a visitor opens a page, or comes back to it; where too many are open, one that was left makes room.

    Raises:
        InputError: too many are open, of the visitor or of all.
    """
    pages = hub().quotas.pages
    if len(kernel_context.contexts) >= hub().settings.most_sessions and name not in kernel_context.contexts and not make_room(None):
        raise InputError(string("server.full"))
    try:
        pages.take(by, name)
    except InputError:
        if not make_room(by):
            raise
        pages.take(by, name)


def let_go(name: str) -> None:
    """Note that a page's connection ended; the page itself may come back."""
    if name not in kernel_context.contexts:
        hub().quotas.pages.give_back(name)


def leave(name: str, page: str) -> None:
    """Close a page for good, as a browser asks that leaves it."""
    context = kernel_context.contexts.get(name)
    if context is not None and page in context.page_status:
        context.page_close(page)


def make_room(by: Visitor | None) -> bool:
    """Close the page that was left first, of a visitor or of all; return False if none was left."""
    connected = kernel_context.PageStatus.CONNECTED
    among = list(kernel_context.contexts) if by is None else [str(name) for name in hub().quotas.pages.things(by)]
    for name in among:
        context = kernel_context.contexts.get(name)
        if context is not None and context.page_status and connected not in context.page_status.values():
            context.close(reason="cull")
            return True
    return False


def _session() -> Session:
    """Return this page's session, made when it opens."""
    name = solara.get_kernel_id()
    with _lock:
        if name not in _sessions:
            by = Visitor(solara.get_session_id(), _header(ADDRESS))
            _sessions[name] = Session(hub(), name, _header(hub().settings.proxy_header), by)
        return _sessions[name]


def _header(name: str) -> str:
    found = (asked_with.value or {}).get(name.lower(), [""]) if name else [""]
    return found[0][:120]


@solara.lab.on_kernel_start
def _opened() -> Callable[[], None]:
    name = solara.get_kernel_id()

    def closed() -> None:
        with _lock:
            session = _sessions.pop(name, None)
        hub().quotas.pages.give_back(name)
        if session is not None:
            session.close()

    return closed


def _act(session: Session, data: Any) -> None:
    """Do what a page asks. Reading own data takes long and has a thread, so that the page can be used, and left, meanwhile."""
    if not isinstance(data, dict) or data.get("name") != "own_place":
        session.act(data)
    elif session.state["own"] is None or not session.state["own"]["running"]:
        threading.Thread(target=session.act, args=(data,), daemon=True, name="own data").start()


@solara.component_vue("page.vue", vuetify=False)
def Drawn(view: View, event_act: Callable[[Any], None]) -> None:  # noqa: N802
    """Draw a view; `event_act` is called with what the user does."""


@solara.component
def Page() -> None:  # noqa: N802
    """Show this browser tab's session at the address that it is at."""
    router = solara.use_router()
    session = solara.use_memo(_session, [])
    solara.use_memo(lambda: session.open(router.path, router.search), [router.path, router.search])
    view, set_view = solara.use_state(session.view())

    def connect() -> Callable[[], None]:
        context = kernel_context.get_current_context()

        def changed(new: View) -> None:
            if not context.closed_event.is_set():
                with context:
                    set_view(new)

        session.listen(changed)
        return lambda: session.listen(None)

    solara.use_effect(connect, [])
    solara.Title(string("app.window", page=all_pages()[view["page"]].title))
    Drawn(view=view, event_act=lambda data: _act(session, data))


@solara.component
def Layout(children: list[Any]) -> None:  # noqa: N802
    """Add nothing around a page."""
    solara.Div(children=children)


routes = [
    solara.Route("/" if name == FIRST else name, component=Page, layout=Layout if name == FIRST else None) for name in all_pages()
]
