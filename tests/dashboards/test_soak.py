"""A server that many visit has afterwards what it had before. Two hours of mixed load are in `make prove`."""

from __future__ import annotations

import asyncio
import time

from dashboards.questions.question import default
from tests.prove.attack import taken

from .running import PATIENCE, Running
from .visiting import Visit, waited


async def visits(server: Running, number: int) -> None:
    """Let some come at once, change something, save and delete it, bring what cannot be read, and leave."""

    async def one(n: int) -> None:
        async with Visit(server.port) as visit:
            await visit.open("/")
            await visit.click(name="change", question=default().data() | {"replicates": 5, "population": 300, "seed": n}, run=False)
            await visit.click(name="save", title=f"Plan {n}", question=default().data())
            await visit.click(name="delete", id=visit.view["saved"]["id"])
            await visit.click(name="own_place", place="own-x")
        server.ask("POST", f"/_solara/api/close/{visit.kernel}?session_id={visit.kernel}", b"", {"Origin": server.address})

    await asyncio.gather(*(one(n) for n in range(number)))


def test_what_visitors_took_is_given_back(server):
    for _ in range(2):
        waited(visits(server, 6))
    first = settled(server, taken(server)["open files"])
    for _ in range(3):
        waited(visits(server, 6))
    last = settled(server, first["open files"] + 3)
    for name in ("open files", "threads", "processes"):
        assert last[name] <= first[name] + 3, (name, first, last)
    assert server.json("/gs/own.json") == {"days": 30, "most": 20_000_000, "places": []}


def settled(server: Running, most: float) -> dict[str, float]:
    """Return what the server has once it has let go of who left."""
    end = time.monotonic() + min(PATIENCE, 30.0)
    while taken(server)["open files"] > most and time.monotonic() < end:
        time.sleep(0.2)
    return taken(server)
