"""What all pages of one server share: workers, results, the library. No page's own state is here."""

from __future__ import annotations

import gzip
import json
import logging
import threading
import time
from collections import OrderedDict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Protocol
from weakref import WeakSet

from experiments.kept import archives
from experiments.serving import Known, Workers
from experiments.serving.watched_records import WatchedWithStories
from simulation.declared.parameters import InputError

from ..own_data import apart, own_places, places, uploads
from ..records.results import Card
from ..results.kept import FIRST_LOOK, Kept, key_of, make_first_look_known
from ..results.library import Library
from ..results.ready import READY, card_of, shipped_cards
from ..results.ready_results import ReadyResults
from ..safeguards import boundary
from ..safeguards.clients import Visitor
from ..safeguards.private import FOLDER, private_folder
from ..safeguards.quotas import Quotas
from ..settings import Settings
from ..texts import string

MOST_WATCHED = 8
RUNNING, RUNNING_OF_ADDRESS = 10, 25  # comparisons and worlds that are worked out at a time for one browser session and one address
CLEANING = 300.0  # seconds
OURS = {"own", "results", "library.sqlite", "library.sqlite-wal", "library.sqlite-shm"}  # what a home folder holds
LATER = 3.0  # seconds
JUMP = 3600.0  # seconds by which the clock may differ from what has passed before its word on age is doubted

logger = logging.getLogger("groundswell.dashboard")


class Page(Protocol):
    """An open page, as far as the hub knows it: whose it is, and whether something is worked out for it."""

    @property
    def busy(self) -> bool:
        """True while something is worked out for it."""

    by: Visitor

    def forget(self, place: str) -> None:
        """Show no longer anything of an own place."""


class Hub:
    """One server's shared things.

    Args:
        settings: how it runs.
    """

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        new = not settings.home.exists()
        settings.home.mkdir(mode=FOLDER, parents=True, exist_ok=True)
        if new or {one.name for one in settings.home.iterdir()} <= OURS:
            private_folder(settings.home)
        boundary.hide((settings.home, settings.studies))
        places.offer(settings.places)
        own_places.keep_in(settings.home / "own", settings.own_days)
        apart.let_read(True)
        self.library = Library(settings.library_address)
        self.kept = Kept(settings.home / "results")
        self.known = Known()
        self.quotas = Quotas()
        self.workers = Workers(settings.workers, settings.megabytes, settings.most_waiting)
        self.drawing = ThreadPoolExecutor(2, thread_name_prefix="drawing")  # documents, so that no worker waits for them
        self._lock = threading.Lock()
        self._watched: OrderedDict[str, tuple[bytes, list[list[str]], str]] = OrderedDict()
        self._pages: WeakSet[Page] = WeakSet()
        self._closed = threading.Event()
        self._cards = shipped_cards()
        self._making_cards = threading.Lock()
        questions = tuple(one.question for one in READY)
        self.ready_results = ReadyResults(questions, self.workers, self.known, self.kept, settings.most_work)
        self._sources: set[str] = set()
        self._later: dict[str, threading.Timer] = {}  # what is about to be burnt in, by owner
        self.drawing.submit(self._prepare)
        threading.Thread(target=self._clean, daemon=True, name="cleaning").start()

    # -- own data -------------------------------------------------------------------------------------------------------

    def follow(self, page: Page) -> None:
        """Note a page that is told when an own place is deleted, for as long as it is open."""
        self._pages.add(page)

    def check_running(self, by: Visitor) -> None:
        """Raise `InputError` where as much is worked out for a visitor as may be at a time."""
        busy = [page.by for page in list(self._pages) if page.busy]
        for attribute, most in (("session", RUNNING), ("address", RUNNING_OF_ADDRESS)):
            who = getattr(by, attribute)
            if who and sum(getattr(one, attribute) == who for one in busy) >= most:
                raise InputError(string("quota.running", most=most))

    def forget(self, place: str) -> dict[str, int]:
        """Delete an own place for good, with everything that was made of it; return how many files, results and saved comparisons.

        Its files go first, so that nothing new is begun; then pages that show it, what workers remember, kept worlds, results and saved comparisons.
        Where that breaks off, the next round of cleaning ends it.

        Raises:
            LibraryError: all is deleted but for saved comparisons, as their database cannot be reached.
        """
        own_places.begin_removing(place)
        files = own_places.remove(place)
        self.quotas.places.give_back(place)
        for page in list(self._pages):
            page.forget(place)
        self.workers.forget(place)
        self.known.forget(place)
        archives.forget(place)
        with self._lock:
            for name in [n for n, one in self._watched.items() if one[2] == place]:
                del self._watched[name]
        gone = {"files": files, "results": self.kept.forget(place), "saved": self.library.forget(place)}
        own_places.end_removing(place)
        return gone

    def _clean(self) -> None:
        """Forget uploads that nobody had read and own places that nobody uses any more; at the start, and every few minutes."""
        ahead = time.time() - time.monotonic()
        while True:
            before, ahead = ahead, time.time() - time.monotonic()
            self._tried(uploads.forget_old)
            if abs(ahead - before) > JUMP:
                logger.warning("the clock was set by %+.0f s: nothing is deleted for its age in this round", ahead - before)
            else:
                self._tried(self._delete_old)
                self._tried(self.library.tidy)
            if self._closed.wait(CLEANING):
                return

    def _delete_old(self) -> None:
        for place in own_places.due():
            self._tried(self.forget, place)

    def _tried(self, clean: Callable[..., object], *given: str) -> None:
        try:
            clean(*given)
        except Exception:  # the next round tries again
            logger.exception("what is old could not be cleaned up")

    # -- in advance -----------------------------------------------------------------------------------------------------

    def _prepare(self) -> None:
        """Make ready what a first page will want."""
        self.ready()
        if not make_first_look_known(self.known, FIRST_LOOK):
            logger.warning("the first look that comes with this program is of other code; it is worked out afresh")
        self.know(key_of(READY[0].question))
        if self.settings.warm:
            self.ready_results.begin(lambda: self.warm("ready", READY[0].question))

    def warm(self, owner: str, question: Any) -> None:
        """Burn in the worlds of a question where nobody waits for anything; a little later, so that the page is there first."""
        later = threading.Timer(LATER, self._warm, (owner, question))
        later.daemon = True
        with self._lock:
            before, self._later[owner] = self._later.get(owner), later
        if before is not None:
            before.cancel()  # a thousand clicks leave one behind
        later.start()

    def _warm(self, owner: str, question: Any) -> None:
        with self._lock:
            self._later.pop(owner, None)
        try:
            order = question.order
            order.check(self.settings.most_work / 4)
            self.workers.submit(
                ("warm", owner), order.scenarios, order.warming(), lambda task, result: None, lambda task, error: None, spare=True
            )
        except (InputError, RuntimeError):
            return  # what cannot be had in advance is had when it is asked for

    def know(self, key: str) -> None:
        """Make the single runs of a kept result known, once."""
        with self._lock:
            if key in self._sources:
                return
            self._sources.add(key)
        self.kept.tell(self.known, key)

    def ready(self) -> bytes:
        """Return the ready comparisons with what their cards show, as compressed JSON."""
        with self._making_cards:
            cards = [
                {"name": one.name, "query": one.question.query(), "place": places.place_named(one.question.place).title}
                | self._card(key_of(one.question))
                for one in READY
            ]
        return gzip.compress(json.dumps(cards).encode())

    def _card(self, key: str) -> Card:
        """Return what the card of a result shows: as it is shipped, or else from what is kept here; and whether that is being computed."""
        computing = self.ready_results.computing(key)
        if key not in self._cards and not computing:
            page = self.kept.page(key)
            if page:
                self._cards[key] = card_of(json.loads(gzip.decompress(page)))
        return {**self._cards.get(key, {}), "computing": computing}

    # -- worlds that are watched ----------------------------------------------------------------------------------------

    def watched(self, name: str) -> tuple[bytes, list[list[str]], str] | None:
        """Return a world that was watched: its months as compressed JSON, the stories of its residents as JSON, by world and resident, and its place."""
        with self._lock:
            return self._watched.get(name)

    def keep_watched(self, name: str, watched: WatchedWithStories, place: str) -> None:
        """Keep a world of a place that was watched."""
        stories = [[json.dumps(story) for story in world] for world in watched["stories"]]
        worlds = {part: value for part, value in watched.items() if part != "stories"}
        page = gzip.compress(json.dumps(worlds, allow_nan=False).encode(), 4)
        with self._lock:
            self._watched[name] = page, stories, place
            while len(self._watched) > MOST_WATCHED:
                self._watched.popitem(last=False)

    def close(self) -> None:
        """End workers and let go of the library."""
        self._closed.set()
        self.ready_results.close()
        apart.let_read(False)
        self.workers.close()
        self.drawing.shutdown(wait=False, cancel_futures=True)
        self.library.close()
