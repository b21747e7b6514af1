"""A page without a browser: what a browser says to the server over the websocket, so that a click can be timed and misused."""

from __future__ import annotations

import asyncio
import json
import time
import uuid
from collections.abc import Callable, Coroutine
from concurrent.futures import ThreadPoolExecutor
from typing import Any, TypeVar

import websockets.asyncio.client as websocket

from .exchanged import check_view, message, view_of

PATIENCE = 120.0
T = TypeVar("T")


def waited(doing: Coroutine[Any, Any, T]) -> T:
    """Run a coroutine to its end, in a thread of its own: a browser test before it may have left an event loop running in this one."""
    with ThreadPoolExecutor(1) as apart:
        return apart.submit(asyncio.run, doing).result()


class Visit:
    """One page of one browser session.

    Args:
        port: of a server on this machine.
        session: the browser session's cookie; a fresh one by default.
    """

    def __init__(self, port: int, session: str = "") -> None:
        self.port, self.session, self.kernel = port, session or str(uuid.uuid4()), str(uuid.uuid4())
        self.view: dict[str, Any] = {}
        self._socket: Any = None
        self._page = ""

    async def __aenter__(self) -> Visit:
        headers = {"Origin": f"http://127.0.0.1:{self.port}", "Cookie": f"solara-session-id={self.session}"}
        address = f"ws://127.0.0.1:{self.port}/jupyter/api/kernels/{self.kernel}/channels?session_id={self.kernel}"
        self._socket = await websocket.connect(
            address, additional_headers=headers, origin=None, open_timeout=PATIENCE, max_size=None
        )
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._socket.close()

    async def open(self, path: str = "/") -> None:
        """Open a page, as the browser does once its scripts are there."""
        await self.say("comm_open", {"comm_id": "control", "target_name": "solara.control", "data": {}})
        await self.say(
            "comm_msg", {"comm_id": "control", "data": {"method": "run", "args": {"path": path, "themes": {}, "dark": False}}}
        )
        assert self._page, "no page was drawn"

    async def click(self, **act: Any) -> float:
        """Do what a click does; return the seconds until the server is done with it."""
        started = time.perf_counter()
        content = {"event": "act", "data": act}
        await self.say("comm_msg", {"comm_id": self._page, "data": {"method": "custom", "content": content}})
        return time.perf_counter() - started

    async def seen(self, holds: Callable[[dict[str, Any]], bool]) -> None:
        """Wait until the page shows something."""
        async with asyncio.timeout(PATIENCE):
            while not holds(self.view):
                self._note(message(await self._socket.recv()))

    async def say(self, kind: str, content: dict[str, Any]) -> None:
        """Send a message and wait until the server is idle again."""
        name = uuid.uuid4().hex
        header = {
            "msg_id": name,
            "msg_type": kind,
            "username": "",
            "session": self.kernel,
            "date": "2026-01-01T00:00:00Z",
            "version": "5.3",
        }
        sent = {"header": header, "parent_header": {}, "metadata": {}, "content": content, "channel": "shell", "buffers": []}
        await self._socket.send(json.dumps(sent))
        async with asyncio.timeout(PATIENCE):
            while True:
                heard = message(await self._socket.recv())
                self._note(heard)
                ours = heard["msg_type"] == "status" and heard["parent_header"].get("msg_id") == name
                if ours and heard["content"]["execution_state"] == "idle":
                    return

    async def send(self, text: str) -> None:
        """Send whatever text."""
        await self._socket.send(text)

    def _note(self, heard: dict[str, Any]) -> None:
        view = view_of(heard)
        if view is not None:
            check_view(view)
            self.view = view
            self._page = heard["content"]["comm_id"]
