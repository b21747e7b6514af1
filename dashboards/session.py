"""One open page: what it shows and what its user does. Everything lasting is in the address or in the library."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from experiments.serving import Asked, Step
from experiments.serving.tasks import Watch
from simulation.declared.parameters import InputError

from . import own_places, uploads
from .boundary import note, words, words_of
from .clients import NOBODY, Visitor
from .controls import Controls
from .field_words import field_of
from .hub import Hub
from .kept import key_of, shown
from .library import LibraryError
from .page_list import FIRST, all_pages
from .plain import plain_pages, plain_view
from .questions import Question, command, default, file_names, from_data, from_query
from .studies import folder_of, study_list
from .texts import string
from .watching import asked_to_watch

RECENT = 5  # studies on the start page
OFTEN = 0.5  # seconds between two reports of progress
LONG_ADDRESS = 1_800  # characters beyond which an address is kept in the library

logger = logging.getLogger("groundswell.dashboard")


class Session:
    """The state of one open page.

    Args:
        hub: what all pages share.
        name: what tells it from others; never shown.
        user: who is logged in, where that is known.
        by: whose page it is.
    """

    def __init__(self, hub: Hub, name: str, user: str = "", by: Visitor = NOBODY) -> None:
        self._hub, self._name, self._user, self.by = hub, name, user, by
        self._lock = threading.RLock()
        self._listener: Callable[[dict[str, Any]], None] | None = None
        self._asked: Asked | None = None
        self._watch_job: Any = None
        self._turn = 0  # of the question: what comes late from an earlier one is not shown
        self._told = 0.0
        self._closed = False
        self._news = self._delivering = False
        self.question = default()
        hub.follow(self)
        self.state: dict[str, Any] = {
            "page": "start", "version": 0, "address": "", "error": "", "wrong": "", "notice": None, "running": None, "result": None, "saved": None,
            "library": [], "watch": None, "study": None, "studies": [], "own": None, "undo": None, "plain": None, "controls": None, "open_to_all": hub.settings.open_to_all, "password": bool(hub.settings.password),
        }  # fmt: skip

    # -- the page -------------------------------------------------------------------------------------------------------

    def listen(self, listener: Callable[[dict[str, Any]], None] | None) -> None:
        """Call `listener` with the view now and whenever it changes; None ends it."""
        with self._lock:
            self._listener = listener
        self._deliver()

    def view(self) -> dict[str, Any]:
        """Return what the page shows, as plain values."""
        with self._lock:
            state, question = self.state, self.question
        return state | {"question": question.data(), "command": command(question), "files": file_names(question)}

    def _set(self, **changes: Any) -> None:
        with self._lock:
            self.state = self.state | ({"wrong": ""} if "error" in changes else {}) | changes

    def _tell(self, often: bool = False, **changes: Any) -> None:
        with self._lock:
            self._set(**changes)
            now = time.monotonic()
            if often and now - self._told < OFTEN:
                return
            self._told = now
        self._deliver()

    def _deliver(self) -> None:
        """Bring the view to who listens: one thread at a time, and the newest last, whoever else changes it meanwhile."""
        with self._lock:
            self._news = True
            if self._delivering:
                return
            self._delivering = True
        try:
            while self._is_news():
                if self._listener is not None:
                    self._listener(self.view())
        except BaseException:
            self._delivering = False
            raise

    def _is_news(self) -> bool:
        with self._lock:
            self._news, self._delivering = False, self._news
            return self._delivering

    def open(self, path: str, search: str | None) -> None:
        """Show the page of an address; what goes wrong is said on the page."""
        try:
            self._open(path, search)
        except Exception as wrong:
            self._tell(error=words(wrong), running=None)

    def _open(self, path: str, search: str | None) -> None:
        page = (path or "").strip("/").split("/")[0]
        page = page if page in all_pages() else FIRST
        controls = all_pages()[page].controls
        if controls is not None:
            self._open_controls(page, controls, search or "")
            return
        query, error, saved = search or "", "", None
        try:
            if query.startswith("saved="):
                name = query.removeprefix("saved=")[:40]
                long = self._hub.library.lengthened(name)
                saved = None if long else self._hub.library.get(name)
                question = from_query(saved["query"] if saved else long)
            else:
                asks = (page in ("compare", "live") and bool(query)) or (page == "start" and "s=" in query) or "place=" in query
                question = from_query(query) if asks else default()
        except Exception as wrong:
            question, error = default(), words(wrong)
        with self._lock:
            self.question = question
            version = self.state["version"] + 1
            self._set(page=page, error=error, saved=saved, address=search or "", version=version, notice=None)
        if page == "start":
            self._tell(library=self._saved(), studies=study_list(self._hub.settings.studies)[:RECENT])
        elif page == "studies":
            self._open_study(query)
        elif page == "compare" and not error:
            self._ask(question)
        elif page in plain_pages():
            self._tell(plain=plain_view(page))
        elif page == "live" and not error:
            self._tell(address=question.query())
        else:
            self._tell()

    def _open_controls(self, page: str, controls: Controls, query: str) -> None:
        """Show a page with controls as an address sets them, or as it opens where the address cannot be."""
        view, error = None, ""
        for asked in (query, ""):
            try:
                view = controls.view(controls.read(asked))
                break
            except Exception as wrong:
                error = error or words(wrong)
        self._tell(page=page, error=error, saved=None, address=query, notice=None, controls=view)

    def act(self, data: Any) -> None:
        """Do what the user asks; what is wrong is said on the page and changes nothing."""
        doing = _DOING.get(str(data.get("name"))) if isinstance(data, dict) else None
        if doing is None:
            logger.warning("a page asked for something that there is not")
            return
        try:
            doing(self, data)
        except Exception as wrong:
            self._tell(error=words(wrong), wrong=field_of(wrong))

    @property
    def busy(self) -> bool:
        """True while something is worked out for the page."""
        watched = self.state["watch"]
        return (self._asked is not None and not self._asked.ended) or bool(watched and not watched["ready"])

    def close(self) -> None:
        """Call off what is being worked out, and forget."""
        self._listener, self._closed = None, True
        self._cancel({})
        if self._watch_job is not None:
            self._hub.workers.cancel(self._watch_job)

    # -- comparing ------------------------------------------------------------------------------------------------------

    def _change(self, data: dict[str, Any]) -> None:
        question = from_data(data.get("question"))
        with self._lock:
            saved = self.state["saved"]
            self._set(saved=saved | {"changed_since": True} if saved else None)
        if data.get("run", True):
            self._ask(question)
            return
        question.order.check(self._hub.settings.most_work)
        with self._lock:
            self.question = question
        self._tell(error="", address=self._address(question))

    def _address(self, question: Question) -> str:
        query = question.query()
        if len(query) <= LONG_ADDRESS:
            return query
        try:
            self._hub.quotas.links.take(self.by, query)
            return "saved=" + self._hub.library.shorten(query)
        except (InputError, LibraryError):
            return query  # which works as well, but for mail

    def _ask(self, question: Question) -> None:
        key = key_of(question)
        with self._lock:
            same = self._asked is not None and not self._asked.ended and key_of(self.question) == key
            self.question = question
        if same:
            self._tell(error="", address=self._address(question))
            return  # a thousand clicks ask once
        self._cancel({})
        with self._lock:
            self._turn += 1
            turn = self._turn
        try:
            question.order.check(self._hub.settings.most_work)
            address = self._address(question)
            if self._hub.kept.has(key) and self._hub.kept.page(key) is not None:
                self._hub.drawing.submit(self._hub.know, key)
                self._warm(question)
                self._tell(error="", address=address, running=None, result=_result(key, "whole", key))
                return
            self._tell(
                error="",
                address=address,
                running={"stage": "waiting", "done": 0, "planned": 0, "waiting": self._hub.workers.waiting()},
            )
            owner = ("compare", self._name)
            self._hub.check_running(self.by)
            self._asked = Asked(
                self._hub.workers,
                self._hub.known,
                owner,
                question.order,
                lambda step: self._heard(turn, question, step),
                lambda error: self._failed(turn, error),
            )
        except Exception as wrong:
            self._tell(running=None, error=words(wrong), wrong=field_of(wrong))

    def _warm(self, question: Question) -> None:
        if self._hub.settings.warm:
            self._hub.warm(self._name, question)

    def _heard(self, turn: int, question: Question, step: Step) -> None:
        if turn != self._turn:
            return
        running = None if step.stage == "whole" else {"stage": step.stage, "done": step.done, "planned": step.planned, "waiting": 0}
        if step.comparison is None:
            self._tell(often=True, running=running)
            return
        self._hub.drawing.submit(self._draw, turn, question, step, running)

    def _draw(self, turn: int, question: Question, step: Step, running: dict[str, Any] | None) -> None:
        try:
            assert step.comparison is not None
            key = key_of(question)
            name = key if step.stage == "whole" else f"{key}-{step.stage}{step.comparison.replicates}"
            self._hub.kept.show(name, shown(step.comparison, step.stage, question.replicates, question), question.place)
            if step.stage == "whole":
                self._hub.kept.save(question, step.comparison)
            with self._lock:
                now = self.state["result"] or {}
                late = turn != self._turn or (now.get("turn") == turn and now["done"] > step.done)
            if not late:
                self._tell(running=running, result=_result(key, step.stage, name) | {"turn": turn, "done": step.done})
        except Exception as wrong:  # the page must not wait for ever
            if turn == self._turn:
                self._tell(running=None, error=words(wrong))

    def _failed(self, turn: int, error: str) -> None:
        if turn == self._turn:
            self._tell(running=None, error=f"the comparison ended early: {words_of(error)}")

    def _cancel(self, data: dict[str, Any]) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and not asked.ended:
            asked.cancel()
            self._turn += 1
            if data:
                self._tell(running=None, notice={"kind": "cancelled"})

    # -- the library ----------------------------------------------------------------------------------------------------

    def _saved(self) -> list[dict[str, Any]]:
        try:
            return self._hub.library.all()
        except LibraryError as wrong:
            self._set(error=words(wrong))
            return []

    def _save(self, data: dict[str, Any]) -> None:
        question = from_data(data.get("question"))
        self._hub.quotas.saved.check(self.by)
        key = self._hub.library.save(str(data.get("title", "")), question.query(), self._user)
        self._hub.quotas.saved.take(self.by, key)
        self._tell(error="", saved=self._hub.library.get(key), library=self._saved(), notice={"kind": "saved"})

    def _update(self, data: dict[str, Any]) -> None:
        key = str(data.get("id", ""))
        self._hub.library.update(key, from_data(data.get("question")).query())
        self._tell(error="", saved=self._hub.library.get(key), library=self._saved(), notice={"kind": "saved"})

    def _rename(self, data: dict[str, Any]) -> None:
        self._hub.library.rename(str(data.get("id", "")), str(data.get("title", "")))
        self._tell(error="", library=self._saved(), notice={"kind": "renamed"})

    def _duplicate(self, data: dict[str, Any]) -> None:
        self._hub.quotas.saved.check(self.by)
        self._hub.quotas.saved.take(self.by, self._hub.library.duplicate(str(data.get("id", "")), self._user))
        self._tell(error="", library=self._saved(), notice={"kind": "duplicated"})

    def _delete(self, data: dict[str, Any]) -> None:
        one = self._hub.library.get(str(data.get("id", "")))
        self._hub.library.delete(one["id"])
        self._tell(error="", library=self._saved(), undo=one["id"], notice={"kind": "deleted", "title": one["name"]})

    def _undo(self, data: dict[str, Any]) -> None:
        if self.state["undo"]:
            self._hub.library.restore(self.state["undo"])
        self._tell(error="", library=self._saved(), undo=None, notice={"kind": "restored"})

    # -- one world ------------------------------------------------------------------------------------------------------

    def _watch(self, data: dict[str, Any]) -> None:
        question = from_data(data.get("question"))
        asked, scenarios = asked_to_watch(question, data)
        with self._lock:
            self.question = question
        if self._hub.watched(asked["name"]) is not None:
            self._tell(error="", address=self._address(question), watch=asked | {"ready": True})
            return
        self._tell(error="", address=self._address(question), watch=asked | {"ready": False})
        try:
            self._hub.check_running(self.by)
            self._watch_job = self._hub.workers.submit(
                ("watch", self._name), scenarios, [Watch(question.seed, question.months, asked["branch"])],
                lambda task, found: self._watched(asked, found, question.place),
                lambda task, error: self._tell(watch=None, error=f"the world ended early: {words_of(error)}"),
            )  # fmt: skip
        except Exception:  # the page must not wait for ever
            self._set(watch=None)
            raise

    def _watched(self, asked: dict[str, Any], found: dict[str, Any], place: str) -> None:
        self._hub.keep_watched(asked["name"], found, place)
        if (self.state["watch"] or {}).get("name") == asked["name"]:
            self._tell(watch=asked | {"ready": True})

    def _stop_watching(self, data: dict[str, Any]) -> None:
        if self._watch_job is not None:
            self._hub.workers.cancel(self._watch_job)
        self._tell(watch=None, notice={"kind": "cancelled"} if data else None)

    # -- studies and own data -------------------------------------------------------------------------------------------

    def _open_study(self, query: str) -> None:
        root = self._hub.settings.studies
        try:
            opened = folder_of(root, query) if query else None
            self._tell(studies=study_list(root), study={"open": query} if opened else None)
        except InputError as wrong:
            self._tell(studies=study_list(root), study=None, error=words(wrong))

    def _study(self, data: dict[str, Any]) -> None:
        query = str(data.get("query", ""))
        self._set(error="", address=query)
        self._open_study(query)

    def _own_place(self, data: dict[str, Any]) -> None:
        self._tell(error="", own={"running": True})
        try:
            self._hub.quotas.places.check(self.by)
            found = uploads.place_of(
                str(data.get("place", "")),
                str(data.get("title", "")),
                str(data.get("region") or "") or None,
                self.by,
                lambda: self._closed,
            )
        except Exception:  # the page must not wait for ever
            self._set(own=None)
            raise
        self._hub.quotas.places.take(self.by, found["place"])
        if self._closed:  # nobody would learn its link
            self._hub.forget(found["place"])
        self._tell(own={"running": False} | found)

    def _delete_own(self, data: dict[str, Any]) -> None:
        name = str(data.get("place", ""))
        title = own_places.own_place(name).title
        own_places.check_owner(name, str(data.get("owner") or ""))
        try:
            gone = self._hub.forget(name)
        except LibraryError as wrong:
            note("saved comparisons of a deleted place could not be deleted yet", wrong)
            raise InputError(string("error.half_deleted")) from wrong
        self._tell(error="", notice={"kind": "own_deleted", "title": title, **gone}, library=self._saved())

    def forget(self, place: str) -> None:
        """Show no longer anything of an own place."""
        own = self.state["own"]
        if own and own.get("place") == place:
            self._tell(own=None)
        if self.question.place != place:
            return
        self._cancel({})
        self._stop_watching({})
        with self._lock:
            self.question = default()
            self._set(version=self.state["version"] + 1, saved=None, result=None, running=None)
        self._tell(address=self.question.query() if self.state["page"] in ("compare", "live") else "", notice={"kind": "own_gone"})

    def _set_controls(self, data: dict[str, Any]) -> None:
        controls, now = all_pages()[self.state["page"]].controls, self.state["controls"]
        if controls is None or now is None:
            raise InputError("settings: this page has none")
        settings = controls.changed(now["settings"], data.get("settings"))
        self._tell(error="", controls=controls.view(settings), address=controls.query(settings))

    def _dismiss(self, data: dict[str, Any]) -> None:
        self._tell(error="", notice=None)


def _result(key: str, stage: str, name: str) -> dict[str, Any]:
    return {"key": key, "stage": stage, "url": f"/gs/results/{name}.json", "done": 0}


_DOING: dict[str, Callable[[Session, dict[str, Any]], None]] = {
    "change": Session._change, "cancel": Session._cancel, "save": Session._save, "update": Session._update, "rename": Session._rename,
    "duplicate": Session._duplicate, "delete": Session._delete, "undo": Session._undo, "watch": Session._watch, "stop_watching": Session._stop_watching,
    "study": Session._study, "own_place": Session._own_place, "delete_own": Session._delete_own, "set": Session._set_controls, "dismiss": Session._dismiss,
}  # fmt: skip
ACTS = tuple(_DOING)
__all__ = ["ACTS", "Session"]
