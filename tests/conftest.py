"""What many tests share."""

from __future__ import annotations

import ast
import gc
import os
import shutil
import sys
import tempfile
import threading
import tracemalloc
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import settings

from experiments.kept import archives, cache
from simulation import ParticipationModel
from tests.places import small_scenario

os.environ[cache.FOLDER] = cache.OFF  # tests see what is worked out, not what an earlier one kept, unless they say so

WORLDS = "GROUNDSWELL_TEST_WORLDS"  # where the dashboards of a whole test run keep burnt-in worlds, as those of users do


_PARSING, _parse = threading.Lock(), ast.parse


def _parse_alone(*args: Any, **options: Any) -> Any:
    """Parse while no other thread does: Python 3.11 counts the depth of all threads' trees together, and pytest parses to show a failure."""
    with _PARSING:
        return _parse(*args, **options)


ast.parse = _parse_alone


def pytest_configure(config: pytest.Config) -> None:
    """Give all processes of a test run one folder of worlds, which goes with it."""
    if WORLDS not in os.environ:
        os.environ[WORLDS] = tempfile.mkdtemp(prefix="groundswell-worlds-")
        config.add_cleanup(lambda: shutil.rmtree(os.environ.pop(WORLDS), ignore_errors=True))


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """Leave what is there before the first test out of every later search for garbage: it is large, and stays."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 25, 50)


# The files that take longest, first: a run whose last file is a long one leaves a processor idle. A wrong order costs time and nothing else.
LONGEST = (
    "disfigured/test_disfigured.py", "browser/test_dashboard_faults.py", "benchmarks/test_benchmark.py", "browser/test_dashboard_live.py",
    "simulation/test_claims.py", "browser/test_dashboard_compare.py", "faults/test_kills.py", "browser/test_dashboard_range.py", "dashboards/test_sessions.py",
    "experiments/test_serving.py", "dashboards/test_server.py", "dashboards/test_quotas.py", "test_site.py", "experiments/test_extras.py", "test_recipes.py",
    "browser/test_dashboard_pages.py", "experiments/test_study_commands.py", "experiments/test_command_line.py", "experiments/test_options.py", "test_wheel.py",
    "fuzz/test_fuzz.py", "experiments/test_kept_runs.py", "faults/test_damaged_stores.py", "experiments/test_study_answers.py", "browser/test_site.py",
    "experiments/test_ranking.py", "experiments/test_calibration.py", "browser/test_dashboard_login.py",
)  # fmt: skip


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the tests of the longest files first; files and their tests keep their order otherwise."""
    places = {Path(__file__).parent / name: n for n, name in enumerate(LONGEST)}
    items.sort(key=lambda item: places.get(item.path, len(places)))


# Fixed examples: a test that passes once passes everywhere.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")


@pytest.fixture(autouse=True)
def _nothing_is_left_tracing() -> Iterator[None]:
    """What watches memory or calls makes all tests after it several times slower in the same process."""
    yield
    left = tracemalloc.is_tracing() or sys.getprofile()
    tracemalloc.stop()
    sys.setprofile(None)
    assert not left, "this test leaves tracemalloc or a profiler on"


@pytest.fixture(scope="session")
def steady_small() -> ParticipationModel:
    """A small world after two years of burn-in; tests branch it and leave it as it is."""
    return ParticipationModel(small_scenario(300), 1)


@pytest.fixture
def kept(tmp_path, monkeypatch) -> Path:
    """A cache of this test's own."""
    monkeypatch.setenv(cache.FOLDER, str(tmp_path / "cache"))
    monkeypatch.setattr(archives, "_unseen", [np.inf])
    cache._told[0] = 0
    return tmp_path / "cache" / "archives"
