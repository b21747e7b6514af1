"""One open page: what it shows and what its user does. Everything lasting is in the address or in the library."""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import Any

from experiments.serving import Asked, Step
from experiments.serving.result_records import Stage
from experiments.serving.tasks import Watch
from experiments.serving.watched_records import WatchedWithStories
from simulation.declared.parameters import InputError

from ..controls import Controls
from ..own_data import own_places, uploads
from ..plain import plain_pages, plain_view
from ..questions.field_words import field_of
from ..questions.question import Question, default, from_data, from_query
from ..records import read_act
from ..records.acts import Cancel, Change, DeleteOwn, Dismiss, MakeOwn, OpenStudy, SetControls, StopWatching, WatchWorlds
from ..records.view import ResultShown, Running, WatchShown
from ..results.kept import key_of, shown
from ..results.studies import folder_of, study_list
from ..safeguards.boundary import LibraryError, note, words, words_of
from ..safeguards.clients import NOBODY, Visitor
from ..texts import string
from ..web.page_list import FIRST, all_pages
from . import saving
from .hub import Hub
from .open_page import OpenPage
from .watching import asked_to_watch

RECENT = 5  # studies on the start page
LONG_ADDRESS = 1_800  # characters beyond which an address is kept in the library

logger = logging.getLogger("groundswell.dashboard")


class Session(OpenPage):
    """The state of one open page.

    Args:
        hub: what all pages share.
        name: what tells it from others; never shown.
        user: who is logged in, where that is known.
        by: whose page it is.
    """

    def __init__(self, hub: Hub, name: str, user: str = "", by: Visitor = NOBODY) -> None:
        super().__init__(hub, user, by)
        self._name = name
        self._asked: Asked | None = None
        self._watch_job: Any = None
        self._turn = 0  # of the question: what comes late from an earlier one is not shown
        self._closed = False
        hub.follow(self)

    def open(self, path: str, search: str | None) -> None:
        """Show the page of an address; what goes wrong is said on the page."""
        try:
            self._open(path, search)
        except Exception as wrong:
            self.tell(error=words(wrong), running=None)

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
                long = self.hub.library.lengthened(name)
                saved = None if long else self.hub.library.get(name)
                question = from_query(saved["query"] if saved else long)
            else:
                asks = (page in ("compare", "live") and bool(query)) or (page == "start" and "s=" in query) or "place=" in query
                question = from_query(query) if asks else default()
        except Exception as wrong:
            question, error = default(), words(wrong)
        with self.lock:
            self.question = question
            version = self.state["version"] + 1
            self.set(page=page, error=error, saved=saved, address=search or "", version=version, notice=None)
        if page == "start":
            self.tell(library=saving.saved_ones(self), studies=study_list(self.hub.settings.studies)[:RECENT])
        elif page == "studies":
            self._open_study(query)
        elif page == "compare" and not error:
            self._ask(question)
        elif page in plain_pages():
            self.tell(plain=plain_view(page))
        elif page == "live" and not error:
            self.tell(address=question.query())
        else:
            self.tell()

    def _open_controls(self, page: str, controls: Controls, query: str) -> None:
        """Show a page with controls as an address sets them, or as it opens where the address cannot be."""
        view, error = None, ""
        for asked in (query, ""):
            try:
                view = controls.view(controls.read(asked))
                break
            except Exception as wrong:
                error = error or words(wrong)
        self.tell(page=page, error=error, saved=None, address=query, notice=None, controls=view)

    def act(self, data: Any) -> None:
        """Do what the user asks; what is wrong is said on the page and changes nothing."""
        name = data.get("name") if isinstance(data, dict) else None
        if not isinstance(name, str) or name not in _DOING:
            logger.warning("a page asked for something that there is not")
            return
        try:
            _DOING[name](self, read_act(data))
        except Exception as wrong:
            self.tell(error=words(wrong), wrong=field_of(wrong))

    @property
    def busy(self) -> bool:
        """True while something is worked out for the page."""
        watched = self.state["watch"]
        return (self._asked is not None and not self._asked.ended) or bool(watched and not watched["ready"])

    def close(self) -> None:
        """Call off what is being worked out, and forget."""
        self._closed = True
        self.listener = None
        self._cancel()
        if self._watch_job is not None:
            self.hub.workers.cancel(self._watch_job)

    # -- comparing ------------------------------------------------------------------------------------------------------

    def _change(self, act: Change) -> None:
        question = from_data(act["question"])
        with self.lock:
            saved = self.state["saved"]
            self.set(saved={**saved, "changed_since": True} if saved else None)
        if act.get("run", True):
            self._ask(question)
            return
        question.order.check(self.hub.settings.most_work)
        with self.lock:
            self.question = question
        self.tell(error="", address=self._address(question))

    def _address(self, question: Question) -> str:
        query = question.query()
        if len(query) <= LONG_ADDRESS:
            return query
        try:
            self.hub.quotas.links.take(self.by, query)
            return "saved=" + self.hub.library.shorten(query)
        except (InputError, LibraryError):
            return query  # which works as well, but for mail

    def _ask(self, question: Question) -> None:
        key = key_of(question)
        with self.lock:
            same = self._asked is not None and not self._asked.ended and key_of(self.question) == key
            self.question = question
        if same:
            self.tell(error="", address=self._address(question))
            return  # a thousand clicks ask once
        self._cancel()
        with self.lock:
            self._turn += 1
            turn = self._turn
        try:
            question.order.check(self.hub.settings.most_work)
            address = self._address(question)
            if self.hub.kept.has(key) and self.hub.kept.page(key) is not None:
                self.hub.drawing.submit(self.hub.know, key)
                self._warm(question)
                self.tell(error="", address=address, running=None, result=_result(key, "whole", key))
                return
            self.tell(
                error="",
                address=address,
                running={"stage": "waiting", "done": 0, "planned": 0, "waiting": self.hub.workers.waiting()},
            )
            owner = ("compare", self._name)
            self.hub.check_running(self.by)
            self._asked = Asked(
                self.hub.workers,
                self.hub.known,
                owner,
                question.order,
                lambda step: self._heard(turn, question, step),
                lambda error: self._failed(turn, error),
            )
        except Exception as wrong:
            self.tell(running=None, error=words(wrong), wrong=field_of(wrong))

    def _warm(self, question: Question) -> None:
        if self.hub.settings.warm:
            self.hub.warm(self._name, question)

    def _heard(self, turn: int, question: Question, step: Step) -> None:
        if turn != self._turn:
            return
        at: Running = {"stage": step.stage, "done": step.done, "planned": step.planned, "waiting": 0}
        running = None if step.stage == "whole" else at
        if step.comparison is None:
            self.tell(often=True, running=running)
            return
        self.hub.drawing.submit(self._draw, turn, question, step, running)

    def _draw(self, turn: int, question: Question, step: Step, running: Running | None) -> None:
        try:
            assert step.comparison is not None
            key = key_of(question)
            name = key if step.stage == "whole" else f"{key}-{step.stage}{step.comparison.replicates}"
            self.hub.kept.show(name, shown(step.comparison, step.stage, question.replicates, question), question.place)
            if step.stage == "whole":
                self.hub.kept.save(question, step.comparison)
            with self.lock:
                now = self.state["result"]
                late = turn != self._turn or (now is not None and now.get("turn") == turn and now["done"] > step.done)
            if not late:
                self.tell(running=running, result={**_result(key, step.stage, name), "turn": turn, "done": step.done})
        except Exception as wrong:  # the page must not wait for ever
            if turn == self._turn:
                self.tell(running=None, error=words(wrong))

    def _failed(self, turn: int, error: str) -> None:
        if turn == self._turn:
            self.tell(running=None, error=f"the comparison ended early: {words_of(error)}")

    def _cancel(self, act: Cancel | None = None) -> None:
        asked, self._asked = self._asked, None
        if asked is not None and not asked.ended:
            asked.cancel()
            self._turn += 1
            if act is not None:
                self.tell(running=None, notice={"kind": "cancelled"})

    # -- one world ------------------------------------------------------------------------------------------------------

    def _watch(self, act: WatchWorlds) -> None:
        question = from_data(act["question"])
        asked, scenarios = asked_to_watch(question, act)
        with self.lock:
            self.question = question
        if self.hub.watched(asked["name"]) is not None:
            self.tell(error="", address=self._address(question), watch={**asked, "ready": True})
            return
        self.tell(error="", address=self._address(question), watch=asked)
        try:
            self.hub.check_running(self.by)
            self._watch_job = self.hub.workers.submit(
                ("watch", self._name),
                scenarios,
                [Watch(question.seed, question.months, asked["branch"])],
                lambda task, watched: self._watched(asked, watched, question.place),
                lambda task, error: self.tell(watch=None, error=f"the world ended early: {words_of(error)}"),
            )
        except Exception:  # the page must not wait for ever
            self.set(watch=None)
            raise

    def _watched(self, asked: WatchShown, watched: WatchedWithStories, place: str) -> None:
        self.hub.keep_watched(asked["name"], watched, place)
        now = self.state["watch"]
        if now is not None and now["name"] == asked["name"]:
            self.tell(watch={**asked, "ready": True})

    def _stop_watching(self, act: StopWatching | None = None) -> None:
        if self._watch_job is not None:
            self.hub.workers.cancel(self._watch_job)
        self.tell(watch=None, notice={"kind": "cancelled"} if act is not None else None)

    # -- studies and own data -------------------------------------------------------------------------------------------

    def _open_study(self, query: str) -> None:
        root = self.hub.settings.studies
        try:
            opened = folder_of(root, query) if query else None
            self.tell(studies=study_list(root), study={"open": query} if opened else None)
        except InputError as wrong:
            self.tell(studies=study_list(root), study=None, error=words(wrong))

    def _study(self, act: OpenStudy) -> None:
        self.set(error="", address=act["query"])
        self._open_study(act["query"])

    def _own_place(self, act: MakeOwn) -> None:
        self.tell(error="", own={"running": True})
        try:
            self.hub.quotas.places.check(self.by)
            made = uploads.place_of(act["place"], act["title"], act["region"] or None, self.by, lambda: self._closed)
        except Exception:  # the page must not wait for ever
            self.set(own=None)
            raise
        self.hub.quotas.places.take(self.by, made["place"])
        if self._closed:  # nobody would learn its link
            self.hub.forget(made["place"])
        self.tell(own=made)

    def _delete_own(self, act: DeleteOwn) -> None:
        name = act["place"]
        title = own_places.own_place(name).title
        own_places.check_owner(name, act["owner"])
        try:
            gone = self.hub.forget(name)
        except LibraryError as wrong:
            note("saved comparisons of a deleted place could not be deleted yet", wrong)
            raise InputError(string("error.half_deleted")) from wrong
        self.tell(error="", notice={"kind": "own_deleted", "title": title, **gone}, library=saving.saved_ones(self))

    def forget(self, place: str) -> None:
        """Show no longer anything of an own place."""
        own = self.state["own"]
        if own and own.get("place") == place:
            self.tell(own=None)
        if self.question.place != place:
            return
        self._cancel()
        self._stop_watching()
        with self.lock:
            self.question = default()
            self.set(version=self.state["version"] + 1, saved=None, result=None, running=None)
        self.tell(address=self.question.query() if self.state["page"] in ("compare", "live") else "", notice={"kind": "own_gone"})

    def _set_controls(self, act: SetControls) -> None:
        controls, now = all_pages()[self.state["page"]].controls, self.state["controls"]
        if controls is None or now is None:
            raise InputError("settings: this page has none")
        settings = controls.changed(now["settings"], act["settings"])
        self.tell(error="", controls=controls.view(settings), address=controls.query(settings))

    def _dismiss(self, act: Dismiss) -> None:
        self.tell(error="", notice=None)


def _result(key: str, stage: Stage, name: str) -> ResultShown:
    return {"key": key, "stage": stage, "url": f"/gs/results/{name}.json", "done": 0}


_DOING: dict[str, Callable[[Session, Any], None]] = {
    "change": Session._change,
    "cancel": Session._cancel,
    "save": saving.save,
    "update": saving.update,
    "rename": saving.rename,
    "duplicate": saving.duplicate,
    "delete": saving.delete,
    "undo": saving.undo,
    "watch": Session._watch,
    "stop_watching": Session._stop_watching,
    "study": Session._study,
    "own_place": Session._own_place,
    "delete_own": Session._delete_own,
    "set": Session._set_controls,
    "dismiss": Session._dismiss,
}
ACTS = tuple(_DOING)
__all__ = ["ACTS", "Session"]
