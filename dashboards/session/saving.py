"""What a page does with saved comparisons."""

from __future__ import annotations

from ..questions.question import from_data
from ..records.acts import Delete, Duplicate, Rename, Save, Undo, Update
from ..records.view import Saved
from ..safeguards.boundary import LibraryError, words
from .open_page import OpenPage


def saved_ones(page: OpenPage) -> list[Saved]:
    """Return what is saved; where that cannot be had, the page says why."""
    try:
        return page.hub.library.all()
    except LibraryError as wrong:
        page.set(error=words(wrong))
        return []


def save(page: OpenPage, act: Save) -> None:
    """Save a question under a title."""
    question = from_data(act["question"])
    page.hub.quotas.saved.check(page.by)
    key = page.hub.library.save(act["title"], question.query(), page.user)
    page.hub.quotas.saved.take(page.by, key)
    page.tell(error="", saved=page.hub.library.get(key), library=saved_ones(page), notice={"kind": "saved"})


def update(page: OpenPage, act: Update) -> None:
    """Save a question in the place of a saved one."""
    page.hub.library.update(act["id"], from_data(act["question"]).query())
    page.tell(error="", saved=page.hub.library.get(act["id"]), library=saved_ones(page), notice={"kind": "saved"})


def rename(page: OpenPage, act: Rename) -> None:
    """Give a saved comparison another title."""
    page.hub.library.rename(act["id"], act["title"])
    page.tell(error="", library=saved_ones(page), notice={"kind": "renamed"})


def duplicate(page: OpenPage, act: Duplicate) -> None:
    """Save a copy."""
    page.hub.quotas.saved.check(page.by)
    page.hub.quotas.saved.take(page.by, page.hub.library.duplicate(act["id"], page.user))
    page.tell(error="", library=saved_ones(page), notice={"kind": "duplicated"})


def delete(page: OpenPage, act: Delete) -> None:
    """Delete a saved comparison."""
    one = page.hub.library.get(act["id"])
    page.hub.library.delete(one["id"])
    page.tell(error="", library=saved_ones(page), undo=one["id"], notice={"kind": "deleted", "title": one["name"]})


def undo(page: OpenPage, act: Undo) -> None:
    """Bring back what was deleted last."""
    if page.state["undo"]:
        page.hub.library.restore(page.state["undo"])
    page.tell(error="", library=saved_ones(page), undo=None, notice={"kind": "restored"})
