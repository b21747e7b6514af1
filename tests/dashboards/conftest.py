"""A server shared by the tests of a file, and databases for the library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboards import apart

from .postgresql import Postgresql
from .running import Running


@pytest.fixture(autouse=True)
def readers() -> None:
    """Let files be read, though a server of this process was stopped by another test."""
    apart.let_read(True)


@pytest.fixture(scope="module")
def server(tmp_path_factory) -> Iterator[Running]:
    folder = tmp_path_factory.mktemp("dashboard")
    (folder / "studies").mkdir()
    running = Running(folder / "home", folder / "studies", ("--most-work", "20")).start()
    yield running
    running.stop()


@pytest.fixture(scope="session")
def postgresql() -> Iterator[Postgresql]:
    server = Postgresql()
    server.start()
    yield server
    server.remove()


@pytest.fixture(params=["sqlite", "postgresql"])
def address(request, tmp_path) -> str:
    return (
        f"sqlite:///{tmp_path / 'library.sqlite'}" if request.param == "sqlite" else request.getfixturevalue("postgresql").address
    )
