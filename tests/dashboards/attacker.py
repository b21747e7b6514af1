"""A scripted attacker on this machine: foreign origins, hosts, paths and cookies, silent and slow connections, uploads, floods of pages and comparisons.

`python -m tests.dashboards.attacker PORT SECONDS STRENGTH` prints what it was answered, as JSON.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
import subprocess
import sys
import time
import uuid
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from .visiting import Visit
from .workbooks import small_workbook

OWN = "own-" + "0" * 24
PATHS = (
    "/gs/place.json?place=notes.txt",
    "/gs/place.json?place=x.CSV",
    "/gs/place.json?place=people.tsv",
    "/gs/place.json?place=../../etc/passwd",
    f"/gs/place.json?place={OWN}",
    "/gs/study.json?open=..%2f..",
    "/gs/results/..%2f..%2flibrary.sqlite/report.html",
    "/gs/static/..%2f..%2fserver.py",
    "/gs/watched/x/" + "9" * 5000 + ".json",
    "/compare?s=" + "x" * 40_000,
    "/_solara/cdn/..%2f..%2f..%2fetc/passwd",
    "/nowhere",
    "/gs/place.json?place=" + "%00" * 20,
    "/gs/results/" + "%F0%9F%98%80" * 60 + ".json",
)
HEADERS = (
    {"Host": "evil.example"},
    {"Origin": "https://evil.example"},
    {"Origin": "null"},
    {"Origin": "http://[::1"},
    {"Cookie": "solara-session-id=<x>"},
    {"Cookie": "groundswell-login=\xb2.0"},
    {"Cookie": "a=" + "b" * 20_000},
    {"X-Forwarded-For": "127.0.0.1", "X-Groundswell-Address": "127.0.0.1"},
)
SMALL = {"population": 500, "replicates": 5, "months": 12}
MESSAGES = ("[" * 100_000, "{}", "not at all", '{"header": {"msg_type": "shutdown_request"}, "channel": "shell"}', "\x00" * 1000)
ACTS = (
    {"name": "change", "question": {"months": "inf"}},
    {"name": "change", "question": {"seed": "1e400"}},
    {"name": "change", "question": {"columns": [[[[[]]]]]}},
    {"name": "delete_own", "place": OWN, "owner": ""},
    {"name": "own_place", "place": "../x", "title": "", "region": ""},
    {"name": "study", "query": "open=/etc"},
    {"name": "__init__"},
    {"name": "rename", "id": 5},
)


class Attacker:
    """What is done until a moment, and what came of it.

    Args:
        port: of the server.
        seconds: for how long.
        strength: how many of each kind at a time.
    """

    def __init__(self, port: int, seconds: float, strength: int) -> None:
        self.port, self.strength, self.end = port, strength, time.monotonic() + seconds
        self.answers: Counter[str] = Counter()
        self.leaks: list[str] = []
        self._lot = random.Random(1)

    async def attack(self) -> Counter[str]:
        """Do everything at once until the time is over; return how often each answer came, by what was tried."""
        kinds = (self._requests, self._posts, self._silent, self._slow, self._pages, self._messages, self._workbooks, self._reports)
        await asyncio.gather(*(self._repeat(kind) for kind in kinds for _ in range(self.strength)))
        return self.answers

    async def _repeat(self, kind: Callable[[], Awaitable[None]]) -> None:
        while time.monotonic() < self.end:
            with contextlib.suppress(OSError, asyncio.TimeoutError, asyncio.IncompleteReadError, Exception):
                await asyncio.wait_for(kind(), max(self.end - time.monotonic(), 0.1))
            await asyncio.sleep(0.005)

    async def _requests(self) -> None:
        await self._ask("path", "GET", self._lot.choice(PATHS), {})
        await self._ask("header", self._lot.choice(("GET", "POST")), "/gs/login", self._lot.choice(HEADERS))

    async def _posts(self) -> None:
        own = {"Origin": f"http://127.0.0.1:{self.port}"}
        kind, file = self._lot.choice(
            (("wards", "a.csv"), ("small_areas", "a.exe"), ("passwords", "a.csv"), ("ties", "../../a.graphml"))
        )
        await self._ask("upload", "POST", f"/gs/uploads?kind={kind}&file={file}", own, b"no,table\n" * 1000)

    async def _silent(self) -> None:
        found = []
        try:
            for _ in range(40):
                found.append((await asyncio.open_connection("127.0.0.1", self.port))[1])
            await asyncio.sleep(1.0)
        finally:
            for one in found:
                one.close()

    async def _slow(self) -> None:
        _, one = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            for part in (b"POST /gs/uploads HTTP/1.1\r\n", b"Host: 127.0.0.1\r\n", b"Content-Length: 100000\r\n\r\n", b"x", b"x"):
                one.write(part)
                await asyncio.sleep(0.3)
        finally:
            one.close()

    async def _pages(self) -> None:
        """Open pages with ever new cookies, and leave them."""
        async with Visit(self.port) as visit:
            await visit.open("/")
            for act in ACTS:
                await visit.click(**act)
                self._look(str(visit.view.get("error")))
                self.answers[f"page: {'told' if visit.view.get('error') else 'nothing'}"] += 1
            question = dict(visit.view["question"]) | SMALL | {"replicates": 200}
            for _ in range(3):
                await visit.click(name="change", question=question | {"seed": self._lot.randrange(10**9)}, run=True)

    async def _messages(self) -> None:
        async with Visit(self.port) as visit:
            await visit.send(self._lot.choice(MESSAGES))
            await asyncio.sleep(0.05)

    async def _workbooks(self) -> None:
        """Bring a small workbook that is large once it is unpacked, and have it read."""
        session = str(uuid.uuid4())
        async with Visit(self.port, session) as visit:
            await visit.open("/")
            content = await asyncio.to_thread(small_workbook, 15_000)
            headers = {"Origin": f"http://127.0.0.1:{self.port}", "Cookie": f"solara-session-id={session}"}
            body = await self._ask("workbook", "POST", "/gs/uploads?kind=small_areas&file=a.xlsx", headers, content)
            await visit.click(name="own_place", place=json.loads(body)["place"], title="x", region="")
            await visit.seen(lambda view: bool(view["error"]) or (bool(view["own"]) and not view["own"]["running"]))
            self._look(str(visit.view.get("error")))
            self.answers["workbook: read apart"] += 1

    async def _reports(self) -> None:
        """Ask for reports and places, which take long to make."""
        async with Visit(self.port) as visit:
            await visit.open("/compare")
            await visit.click(name="dismiss")
            await visit.seen(lambda view: bool(view["result"]) or bool(view["error"]))
            key = (visit.view["result"] or {}).get("key", "x")
        wanted = [f"/gs/results/{key}/{what}" for what in ("report.html", "effects.xlsx", "compare.json")]
        wanted += [f"/gs/place.json?place={name}" for name in ("york", "leeds", "wales", "kent", "essex")]
        await asyncio.gather(*(self._ask("heavy", "GET", path, {}) for path in wanted))

    async def _ask(self, what: str, method: str, path: str, headers: dict[str, str], body: bytes = b"") -> bytes:
        said = {"Host": f"127.0.0.1:{self.port}", "Connection": "close", "Content-Length": str(len(body))} | headers
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            head = f"{method} {path} HTTP/1.1\r\n" + "".join(f"{k}: {v}\r\n" for k, v in said.items()) + "\r\n"
            writer.write(head.encode("latin-1") + body)
            answer = await reader.read()
        finally:
            writer.close()
        self.answers[f"{what}: {answer[9:12].decode('latin-1')}"] += 1
        self._look(answer.decode("latin-1"))
        return answer.partition(b"\r\n\r\n")[2]

    def _look(self, told: str) -> None:
        """Note what the server lets out of itself: its paths, exceptions, files."""
        self.leaks += [
            word for word in ("Traceback (most", "site-packages", "root:x:", str(Path(__file__).parents[2])) if word in told
        ]


async def clicks(port: int, number: int, pause: float = 0.0) -> list[float]:
    """Return how long each click of somebody took who changes the start of the random numbers, in seconds."""
    found = []
    async with Visit(port) as visit:
        await visit.open("/")
        question = dict(visit.view["question"]) | SMALL
        await visit.click(name="change", question=question, run=False)
        for n in range(10, number + 10):
            started = time.perf_counter()
            await visit.click(name="change", question=question | {"seed": n}, run=False)
            await visit.seen(lambda view, n=n: view["question"]["seed"] == n or view["error"])
            assert not visit.view["error"], visit.view["error"]
            found.append(time.perf_counter() - started)
            await asyncio.sleep(pause)
    return found


@dataclass
class Attack:
    """What an attacker in a process of its own was answered."""

    answers: dict[str, int] = field(default_factory=dict)
    leaks: list[str] = field(default_factory=list)


@contextlib.contextmanager
def attacking(port: int, seconds: float, strength: int) -> Iterator[Attack]:
    """Attack from a process of its own while something else is done, and until the time is over; what it was answered is there afterwards."""
    found = Attack()
    command = [sys.executable, "-m", __name__, str(port), str(seconds), str(strength)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2], text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "begun\n"
        yield found
        said = json.loads(process.stdout.read())
    found.answers, found.leaks = said["answers"], said["leaks"]


def main() -> None:
    """Attack from a process of its own."""
    port, seconds, strength = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    print("begun", flush=True)
    attacker = Attacker(port, seconds, strength)
    answers = asyncio.run(attacker.attack())
    print(json.dumps({"answers": dict(answers), "leaks": attacker.leaks}))


if __name__ == "__main__":
    main()
