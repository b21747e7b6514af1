"""What every open page has: what it shows, who listens, and what it was asked last."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any, cast

from ..questions.question import command, default, file_names
from ..records.view import State, View
from ..safeguards.clients import Visitor
from ..web.page_list import FIRST
from .hub import Hub

OFTEN = 0.5  # seconds between two reports of progress


class OpenPage:
    """An open page and its view.

    Args:
        hub: what all pages share.
        user: who is logged in, where that is known.
        by: whose page it is.

    Attributes:
        state: what it shows beside its question.
        question: what it asks.
        lock: held while either changes.
    """

    def __init__(self, hub: Hub, user: str, by: Visitor) -> None:
        self.hub, self.user, self.by = hub, user, by
        self.lock = threading.RLock()
        self.listener: Callable[[View], None] | None = None
        self._told = 0.0
        self._news = self._delivering = False
        self.question = default()
        self.state = _begun(hub)

    def listen(self, listener: Callable[[View], None] | None) -> None:
        """Call `listener` with the view now and whenever it changes; None ends it."""
        with self.lock:
            self.listener = listener
        self._deliver()

    def view(self) -> View:
        """Return what the page shows, as plain values."""
        with self.lock:
            state, question = self.state, self.question
        return {**state, "question": question.data(), "command": command(question), "files": file_names(question)}

    def set(self, **changes: Any) -> None:
        """Change what is shown, without telling anybody yet; a new error, or none, takes the mark from a field."""
        with self.lock:
            self.state = cast(State, {**self.state, **({"wrong": ""} if "error" in changes else {}), **changes})

    def tell(self, often: bool = False, **changes: Any) -> None:
        """Change what is shown and bring it to who listens; `often` changes wait for one another."""
        with self.lock:
            self.set(**changes)
            now = time.monotonic()
            if often and now - self._told < OFTEN:
                return
            self._told = now
        self._deliver()

    def _deliver(self) -> None:
        """Bring the view to who listens: one thread at a time, and the newest last, whoever else changes it meanwhile."""
        with self.lock:
            self._news = True
            if self._delivering:
                return
            self._delivering = True
        try:
            while self._is_news():
                if self.listener is not None:
                    self.listener(self.view())
        except BaseException:
            self._delivering = False
            raise

    def _is_news(self) -> bool:
        with self.lock:
            self._news, self._delivering = False, self._news
            return self._delivering


def _begun(hub: Hub) -> State:
    """Return what a page shows before anything was asked."""
    return {
        "page": FIRST,
        "version": 0,
        "address": "",
        "error": "",
        "wrong": "",
        "notice": None,
        "running": None,
        "result": None,
        "saved": None,
        "library": [],
        "watch": None,
        "study": None,
        "studies": [],
        "own": None,
        "undo": None,
        "plain": None,
        "controls": None,
        "open_to_all": hub.settings.open_to_all,
        "password": bool(hub.settings.password),
    }
