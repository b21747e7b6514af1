"""Makes the whole results of the ready comparisons when a server has none yet: in the background, while nobody waits for anything else."""

from __future__ import annotations

import threading
from collections.abc import Callable

from experiments.comparison.comparison import Comparison
from experiments.serving import Asked, Known, Step, Workers
from simulation.declared.parameters import InputError

from ..questions.question import Question
from ..safeguards.boundary import note
from .kept import Kept, key_of

LOOK = 0.5  # seconds between looks at whether somebody else has the result by now


class ReadyResults:
    """The whole results of some questions, made one after the other.

    Args:
        questions: in the order in which they are made.
        kept: where results are kept; those that are there are not made again.
        most_work: resident-months; a larger question is left out.
    """

    def __init__(self, questions: tuple[Question, ...], workers: Workers, known: Known, kept: Kept, most_work: float) -> None:
        self._questions, self._workers, self._known, self._kept, self._most = questions, workers, known, kept, most_work
        self._left: set[str] = set()
        self._closed = threading.Event()

    def begin(self, then: Callable[[], None]) -> None:
        """Make what is missing, in a thread of its own; `then` is called after the last."""
        lacking = [question for question in self._questions if self._lacks(question)]
        self._left = {key_of(question) for question in lacking}

        def make() -> None:
            for question in lacking:
                if not self._closed.is_set():
                    self._make(question)
            if not self._closed.is_set():
                then()

        threading.Thread(target=make, daemon=True, name="ready results").start()

    def computing(self, key: str) -> bool:
        """Return True for a result that is being made, or waits for its turn."""
        return key in self._left

    def close(self) -> None:
        """Make no more."""
        self._closed.set()

    def _lacks(self, question: Question) -> bool:
        try:
            question.order.check(self._most)
        except InputError:
            return False
        return not self._kept.has(key_of(question))

    def _make(self, question: Question) -> None:
        key, ended = key_of(question), threading.Event()
        whole: list[Comparison] = []

        def heard(step: Step) -> None:
            if step.stage == "whole" and step.comparison is not None:
                whole.append(step.comparison)
                ended.set()

        def failed(error: str) -> None:
            note("a ready comparison could not be made", RuntimeError(error))
            ended.set()

        try:
            asked = Asked(self._workers, self._known, ("ready", key), question.order, heard, failed, spare=True)
            while not ended.wait(LOOK):
                if self._closed.is_set() or self._kept.has(key):  # a page asked for it, and was served first
                    asked.cancel()
                    break
            if whole:
                self._kept.save(question, whole[0])
        except Exception as error:  # as where too many wait: it is made when it is asked for
            note("a ready comparison could not be made", error)
        self._left.discard(key)
