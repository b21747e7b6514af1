"""What many tests share."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from hypothesis import settings

from experiments import archives, cache
from simulation import ParticipationModel
from tests.places import small_scenario

os.environ[cache.FOLDER] = cache.OFF  # tests see what is worked out, not what an earlier one kept, unless they say so

# Fixed examples: a test that passes once passes everywhere.
settings.register_profile("fixed", derandomize=True, deadline=None, database=None)
settings.load_profile("fixed")


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
