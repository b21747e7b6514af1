"""Quotas: how much of what all share one browser session, and one address, may take; whatever is given back can be taken again."""

from __future__ import annotations

import threading
import time
from collections.abc import Hashable
from dataclasses import dataclass, field

from simulation.declared.parameters import InputError

from ..texts import string
from .clients import Visitor

DAY = 86_400.0
MANY = 20_000  # things that are remembered at all


@dataclass
class Quota:
    """How much of one thing each visitor may have.

    Attributes:
        words: key of the message in the catalogue of strings; it is given `most`.
        a_session, an_address: the most of a browser session, and of all sessions of an address.
        lasts: seconds after which it is given back by itself.
    """

    words: str
    a_session: float
    an_address: float
    lasts: float = float("inf")
    _taken: dict[Hashable, tuple[Visitor, float, float]] = field(default_factory=dict)
    _lock: threading.RLock = field(default_factory=threading.RLock)

    def check(self, by: Visitor, size: float = 1.0) -> None:
        """Raise `InputError`, with what to do, where a visitor may not have more."""
        with self._lock:
            for attribute, most in (("session", self.a_session), ("address", self.an_address)):
                if getattr(by, attribute) and self.held(attribute, getattr(by, attribute)) + size > most:
                    raise InputError(string(self.words, most=f"{most:,.0f}"))

    def take(self, by: Visitor, thing: Hashable, size: float = 1.0) -> None:
        """Note that a visitor has a thing; once, however often it is said.

        Raises:
            InputError: the visitor may not have more; the message says what to do.
        """
        with self._lock:
            if thing in self._taken:
                return
            self.check(by, size)
            while len(self._taken) >= MANY:
                self._taken.pop(next(iter(self._taken)))
            self._taken[thing] = by, size, time.monotonic()

    def give_back(self, thing: Hashable) -> None:
        """Note that a thing is there no longer."""
        with self._lock:
            self._taken.pop(thing, None)

    def held(self, attribute: str, value: str) -> float:
        """Return how much the sessions of one `session` or `address` have."""
        with self._lock:
            now = time.monotonic()
            for thing in [t for t, (_, _, since) in self._taken.items() if now - since > self.lasts]:
                del self._taken[thing]
            return sum(size for by, size, _ in self._taken.values() if getattr(by, attribute) == value)

    def things(self, by: Visitor) -> list[Hashable]:
        """Return what a visitor's session has, and then what its address has, the oldest first."""
        with self._lock:
            own = [t for t, (one, _, _) in self._taken.items() if by.session and one.session == by.session]
            return own + [t for t, (one, _, _) in self._taken.items() if t not in own and by.address and one.address == by.address]


class Quotas:
    """All quotas of one server."""

    def __init__(self) -> None:
        self.pages = Quota("quota.pages", 40, 120)
        self.places = Quota("quota.places", 40, 120)
        self.saved = Quota("quota.saved", 200, 600, DAY)
        self.links = Quota("quota.links", 100, 300, DAY)
