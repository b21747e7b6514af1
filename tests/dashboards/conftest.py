"""A server shared by all tests that leave it as it was, one for those that do not, and databases for the library."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from dashboards.own_data import apart
from dashboards.session.open_page import OpenPage

from .exchanged import check_view
from .postgresql import Postgresql
from .running import Running, running_in

SMALL_WORK = ("--most-work", "20")  # million resident-months


@pytest.fixture(autouse=True)
def readers() -> None:
    """Let files be read, though a server of this process was stopped by another test."""
    apart.let_read(True)


@pytest.fixture(autouse=True)
def _views_are_held_to_their_record(monkeypatch) -> None:
    """Check whatever a page of this process shows."""
    made = OpenPage.view

    def view(page: OpenPage):
        shown = made(page)
        check_view(shown)
        return shown

    monkeypatch.setattr(OpenPage, "view", view)


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Running]:
    with running_in(tmp_path_factory.mktemp("dashboard"), *SMALL_WORK) as running:
        yield running


@pytest.fixture
def own_server(tmp_path) -> Iterator[Running]:
    with running_in(tmp_path, *SMALL_WORK) as running:
        yield running


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
