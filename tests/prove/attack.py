"""The parts of `make prove` on who shares a server: an attacker beside others' clicks, and hours of mixed load."""

from __future__ import annotations

import asyncio
import os
import random
import shutil
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil

from tests.dashboards.attacker import SMALL, attacking, clicks
from tests.dashboards.private_files import areas
from tests.dashboards.running import Running
from tests.dashboards.visiting import Visit
from tests.prove.catalogue import Table, say

SECONDS, STRENGTH, CLICKS = 60.0, 4, 100  # of the attack
SOAK = float(os.environ.get("GROUNDSWELL_SOAK_MINUTES", "120")) * 60  # seconds of mixed load
LOOKS = 12  # at what the server has, while it lasts
FLAT = 0.15  # by how much the second half may lie above the first


@contextmanager
def _served() -> Iterator[Running]:
    folder = Path(tempfile.mkdtemp(prefix="groundswell-"))
    (folder / "studies").mkdir()
    server = Running(folder / "home", folder / "studies", fresh=True)
    try:
        yield server.start()
    finally:
        server.stop()
        shutil.rmtree(folder, ignore_errors=True)


def attacker() -> Table:
    """A scripted attacker on the same machine (foreign origins, hosts, paths and cookies, silent and slow connections, uploads, floods of pages, messages and comparisons) while somebody else clicks."""
    with _served() as server:
        alone = asyncio.run(clicks(server.port, 20))
        with attacking(server.port, SECONDS, STRENGTH) as attack:
            beside = asyncio.run(clicks(server.port, CLICKS, SECONDS / CLICKS / 2))
        median = statistics.median(beside)
        answers = sum(attack.answers.values())
        return [
            {"what": "a click with nobody else there: median", "asked": "", "measured": f"{statistics.median(alone):.2f} s", "holds": ""},
            {"what": "a click beside the attacker: median", "asked": "under 0.3 s", "measured": f"{median:.2f} s", "holds": "yes" if median < 0.3 else "NO"},
            {"what": "the same: nine of ten within", "asked": "", "measured": f"{sorted(beside)[int(0.9 * len(beside))]:.2f} s", "holds": ""},
            {"what": "what the attacker was answered", "asked": "no path, file or exception of the server", "measured": f"{answers:,} answers, {len(attack.leaks)} leaks", "holds": "NO" if attack.leaks else "yes"},
        ]  # fmt: skip


def taken(server: Running) -> dict[str, float]:
    """Return what a server and its processes have: memory in MB, open files, threads, processes."""
    assert server.process is not None
    main = psutil.Process(server.process.pid)
    found = {"memory, MB": 0.0, "open files": 0.0, "threads": 0.0, "processes": 0.0}
    for one in (main, *main.children(recursive=True)):
        try:
            for name, value in (
                ("memory, MB", one.memory_info().rss / 2**20),
                ("open files", one.num_fds()),
                ("threads", one.num_threads()),
                ("processes", 1),
            ):
                found[name] += value
        except psutil.NoSuchProcess:
            continue
    return found


async def mixed(server: Running, turn: int) -> None:
    """Do once what many do all day: open pages, change and run comparisons, watch worlds, bring data, save, share, leave."""
    lot = random.Random(turn)
    async with Visit(server.port) as visit:
        await visit.open(lot.choice(("/", "/compare", "/live", "/evidence", "/studies")))
        question = dict(visit.view["question"]) | SMALL | {"place": lot.choice(("haringey", "leeds", "york")), "seed": turn}
        await visit.click(name="change", question=question, run=True)
        await visit.seen(lambda view: bool(view["error"]) or (bool(view["result"]) and not view["running"]))
        await visit.click(name="watch", question=question, first=0, other=1, branch=0)
        await visit.click(name="save", title=f"Plan {turn}", question=question)
        saved = visit.view["saved"]
        if saved:
            await visit.click(name="delete", id=saved["id"])
        own = {"Origin": server.address, "Cookie": f"solara-session-id={visit.session}"}
        status, _, body = await asyncio.to_thread(server.ask, "POST", "/gs/uploads?kind=small_areas&file=a.csv", areas(), own)
        if status == 200:
            await visit.click(name="own_place", place=body.decode().split('"')[3], title="Our town", region="")
            await visit.seen(lambda view: bool(view["error"]) or (bool(view["own"]) and not view["own"]["running"]))
            brought = visit.view["own"] or {}
            await visit.click(name="delete_own", place=brought.get("place", ""), owner=brought.get("owner", ""))
        await asyncio.to_thread(server.get, f"/gs/place.json?place={question['place']}")
    await asyncio.to_thread(
        server.ask, "POST", f"/_solara/api/close/{visit.kernel}?session_id={visit.kernel}", b"", {"Origin": server.address}
    )


def soaked(server: Running, seconds: float, looks: int) -> list[dict[str, float]]:
    """Load a server for some time, three visitors at a time; return what it had at every look, nobody being there."""
    found, turn = [], 0
    for _ in range(looks):
        end = time.monotonic() + seconds / looks
        while time.monotonic() < end:

            async def three(first: int) -> None:
                await asyncio.gather(*(mixed(server, first + n) for n in range(3)))

            asyncio.run(three(turn))
            turn += 3
        found.append(taken(server))
        say(f"  {turn} visits: " + ", ".join(f"{name} {value:.0f}" for name, value in found[-1].items()))
    return found


def soak() -> Table:
    """Hours of mixed load: what the server and its processes have at twelve moments; the mean of the last third beside that of the second."""
    with _served() as server:
        found = soaked(server, SOAK, LOOKS)
    third = max(len(found) // 3, 1)
    rows: Table = []
    for name in found[0]:
        before = statistics.mean(one[name] for one in found[third : 2 * third])
        after = statistics.mean(one[name] for one in found[-third:])
        holds = after <= before * (1 + FLAT) + 2
        rows.append({"what": name, "minutes": f"{SOAK / 60:.0f}", "in the second third": f"{before:.0f}", "in the last": f"{after:.0f}", "flat": "yes" if holds else "NO"})  # fmt: skip
    return rows
