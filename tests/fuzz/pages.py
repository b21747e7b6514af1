"""Addresses and messages that reach the dashboard: a page shows a result or says what is wrong, and nothing of it breaks."""

from __future__ import annotations

import atexit
import functools
import json
import random
import shutil
import tempfile
from pathlib import Path
from types import SimpleNamespace
from typing import Any, get_args, get_type_hints
from unittest.mock import patch
from urllib.parse import quote

from dashboards.questions.question import Column, Question, Tried, default
from dashboards.records.acts import Act
from dashboards.results.library import Library
from dashboards.safeguards import boundary
from dashboards.safeguards.quotas import Quotas
from dashboards.session import session
from dashboards.session.session import ACTS, Session
from dashboards.settings import Settings
from dashboards.web.page_list import all_pages
from experiments.serving import Busy
from simulation.declared.parameters import InputError

from .judging import of_reading
from .mutations import damaged, odd_word

# What each act is sent with.
_FIELDS = {get_args(get_type_hints(one)["name"])[0]: set(one.__annotations__) for one in get_args(get_args(Act)[0])}
_QUERIES = (
    default().query(), "place=leeds&s=baseline&s=closing-the-loop@0.5;start=7;wards=A|B!word_of_mouth&months=24&population=500&seed=0&budget=100",
    Question(columns=(Column(), Column((Tried("more-consultation", 0.5, 2, 1, 9, 3, 0.5, deprivation_fifths=(1, 2)),), title="Our plan"))).query(),
    "s=mobilise&replicates=5", "saved=abc", "",
)  # fmt: skip


def address(lot: random.Random, folder: Path) -> str:
    """Judge an address: its question, the order of that, and the page that it opens."""
    text = lot.choice(_QUERIES)
    for _ in range(lot.randint(1, 3)):
        text = (
            damaged(lot, text.encode()).decode("utf-8", "replace")
            if lot.random() < 0.7
            else f"{text}&{lot.choice(('s', 'place', 'months', 'seed', 'budget', 'x'))}={quote(odd_word(lot), errors='replace')}"
        )
    page = lot.choice((*all_pages(), "compare", "compare", "compare", odd_word(lot)))
    return _told(lambda one: one.open(page, text))


def message(lot: random.Random, folder: Path) -> str:
    """Judge a message of a page."""
    name = lot.choice(ACTS)
    known = {"question": default().data(), "id": "x", "title": "t", "first": 0, "other": 1, "branch": 3, "loops_off": ["fatigue"], "query": "open=x",
             "place": "own-x", "owner": "x", "run": False, "region": "London", "settings": {"form": "x"}}  # fmt: skip
    data: dict[str, Any] = {"name": name} | {key: known[key] for key in _FIELDS[name] - {"name"}}
    for _ in range(lot.randint(1, 3)):
        data = _changed(lot, data)
    return _told(lambda one: one.act(data))


def _changed(lot: random.Random, data: Any) -> Any:
    """Return plain values with one of them left out or of another kind."""
    if isinstance(data, dict | list | tuple) and data and lot.random() < 0.8:
        inner = dict(data) if isinstance(data, dict) else list(data)
        key: Any = lot.choice(sorted(inner, key=str) if isinstance(inner, dict) else range(len(inner)))
        if lot.random() < 0.2 and isinstance(inner, dict):
            del inner[key]
        else:
            inner[key] = _changed(lot, inner[key])
        return inner
    deep: Any = 1
    for _ in range(lot.choice((1, 60, 900))):
        deep = lot.choice(([deep], {"a": deep}))
    odd = (
        None,
        True,
        -1,
        0,
        10**400,
        1e308,
        float("nan"),
        float("inf"),
        [],
        {},
        [[]],
        [None],
        {"name": {}},
        "",
        odd_word(lot),
        [odd_word(lot)] * 50,
        "x" * 100_000,
        deep,
    )
    return lot.choice(odd)


def _told(do: Any) -> str:
    """Return what is wrong with what a page does: an exception inside, or a view that no page can be sent."""
    broken: list[BaseException] = []

    def words(error: BaseException) -> str:
        if not isinstance(error, InputError | Busy):
            broken.append(error)
            return ""
        said = boundary.words(error)
        if "\n" in said or len(said) > 1_000:
            broken.append(AssertionError(f"the page is told {said[:200]!r}"))
        return said

    one = Session(_hub(), "fuzz")

    def act() -> None:
        do(one)
        if broken:
            raise broken[0]
        json.dumps(one.view(), allow_nan=False)

    with (
        patch.object(session, "words", words),
        patch.object(session, "logger"),
        patch.object(session, "Asked"),
        patch.object(session, "own_places", _OWN),
    ):
        return of_reading(act)


_OWN = SimpleNamespace(
    own_place=lambda name: (_ for _ in ()).throw(InputError("place: there is none")), check_owner=lambda name, owner: None
)


@functools.cache
def _hub() -> Any:
    folder = Path(tempfile.mkdtemp(prefix="groundswell-fuzz-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    library = Library(f"sqlite:///{folder / 'library.sqlite'}")
    settings = Settings(home=folder, studies=folder, warm=False, most_upload=1000)
    nothing = SimpleNamespace(has=lambda key: False, waiting=lambda: 0, submit=lambda *_: 1, cancel=lambda *_: None)
    return SimpleNamespace(settings=settings, library=library, kept=nothing, workers=nothing, known=None, drawing=nothing, quotas=Quotas(),
                           watched=lambda name: None, follow=lambda page: None, check_running=lambda by: None, forget=lambda name: {})  # fmt: skip
