"""Connections: a bound on how many there are, and an end to those on which nobody finishes what was begun."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections import Counter
from collections.abc import Sequence
from typing import Any

from uvicorn.protocols.http.h11_impl import H11Protocol

from ..safeguards.clients import Network, parsed

MOST = 600  # connections of all clients that have no websocket
MOST_OF_ONE = 200  # of them from one address, proxies and this machine aside
HEAD = 10.0  # seconds for a request to be said
BODY, PACE = 15.0, 20_000.0  # seconds for what is sent with it, and bytes a second beyond those
ANSWER = 60.0  # seconds for which an answer may wait to be taken
LOOK = 1.0  # seconds between two looks


class Connections:
    """All connections of one server but for websockets.

    Args:
        trusted: proxies, whose connections are those of many.
        most: bound on all.
    """

    def __init__(self, trusted: Sequence[Network] = (), most: int = MOST) -> None:
        self._trusted, self._most = trusted, most
        self._open: dict[_Bounded, None] = {}  # the oldest first
        self._of: Counter[str] = Counter()

    def protocol(self) -> type[H11Protocol]:
        """Return the protocol that uvicorn gives each connection."""
        return type("Bounded", (_Bounded,), {"shared": self})

    def __len__(self) -> int:
        return len(self._open)

    def add(self, connection: _Bounded) -> None:
        """Note a connection; beyond a bound the oldest on which nothing is asked is ended, or else this one."""
        self._open[connection] = None
        self._of[connection.peer] += 1
        if self._of[connection.peer] > MOST_OF_ONE and not self._many(connection.peer):
            self._end_one(connection, [c for c in self._open if c.peer == connection.peer])
        elif len(self._open) > self._most:
            self._end_one(connection, list(self._open))

    def drop(self, connection: _Bounded) -> None:
        """Forget a connection that is closed or became a websocket."""
        if self._open.pop(connection, connection) is None:
            self._of[connection.peer] -= 1
            if not self._of[connection.peer]:
                del self._of[connection.peer]

    async def watch(self) -> None:
        """End what is not finished in time, until cancelled."""
        while True:
            await asyncio.sleep(LOOK)
            for connection in [c for c in self._open if c.late(time.monotonic())]:
                self._end(connection)

    def _many(self, peer: str) -> bool:
        address = parsed(peer)
        return address is None or address.is_loopback or any(address in network for network in self._trusted)

    def _end_one(self, newest: _Bounded, among: list[_Bounded]) -> None:
        self._end(next((c for c in among if c is not newest and not c.asked), newest))

    def _end(self, connection: _Bounded) -> None:
        self.drop(connection)
        with contextlib.suppress(RuntimeError):
            connection.transport.abort()


class _Bounded(H11Protocol):
    """One connection, which knows since when it waits for what."""

    shared: Connections

    def connection_made(self, transport: Any) -> None:
        super().connection_made(transport)
        self.peer = self.client[0] if self.client else ""
        self.since, self.stuck, self.received = time.monotonic(), 0.0, 0
        self.shared.add(self)

    def connection_lost(self, exc: Exception | None) -> None:
        self.shared.drop(self)
        super().connection_lost(exc)

    @property
    def asked(self) -> bool:
        """True while a request that was said to its end is answered."""
        return self.cycle is not None and not self.cycle.response_complete and not self.cycle.more_body

    def late(self, now: float) -> bool:
        """Return True if who asks takes too long to say what is asked, or to take the answer."""
        if self.stuck:
            return now - self.stuck > ANSWER
        if self.asked:
            return False
        if self.cycle is None or self.cycle.response_complete:
            return now - self.since > HEAD
        return now - self.since > BODY + self.received / PACE

    def data_received(self, data: bytes) -> None:
        before = self.cycle
        self.received += len(data)
        super().data_received(data)
        if self.cycle is not before:  # the next request has begun
            self.since, self.received = time.monotonic(), 0

    def on_response_complete(self) -> None:
        self.since, self.received = time.monotonic(), 0
        super().on_response_complete()

    def handle_websocket_upgrade(self, event: Any) -> None:
        self.shared.drop(self)
        super().handle_websocket_upgrade(event)

    def pause_writing(self) -> None:
        self.stuck = time.monotonic()
        super().pause_writing()

    def resume_writing(self) -> None:
        self.stuck = 0.0
        super().resume_writing()
