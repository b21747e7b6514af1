"""A server shared by the tests of a file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from .running import Running


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("dashboard")
    (folder / "studies").mkdir()
    running = Running(folder / "home", folder / "studies", ("--most-work", "20")).start()
    yield running
    running.stop()
