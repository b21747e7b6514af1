"""One disfigured input: how it is read, and what must come out."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from simulation.declared.parameters import InputError

TOLERANCE = 1e-6
Numbers = Mapping[str, float]


@dataclass(frozen=True)
class Case:
    """One input.

    Attributes:
        path: the file.
        marks: what was done to it, for messages.
        truth: what is in it.
        read: what the project makes of it, in the same terms; what it says is estimated and not given is left out.
        tolerance: how far a number may be off, for what was written in rounded form.
    """

    path: Path
    marks: tuple[str, ...]
    truth: Numbers
    read: Callable[[], Numbers]
    tolerance: float = TOLERANCE

    def outcome(self) -> str:
        """Return `right`, `refused: why` or `wrong: how`; only `InputError` counts as refused."""
        try:
            found = self.read()
        except InputError as error:
            return f"refused: {error}"
        wrong = [
            f"{name} {found.get(name)} for {value}"
            for name, value in self.truth.items()
            if name in found and not math.isclose(found[name], value, rel_tol=0, abs_tol=self.tolerance)
        ]
        missing = [name for name in self.truth if name not in found and not name.startswith("share ")]
        return f"wrong: {'; '.join([*wrong, *(f'{name} is lacking' for name in missing)])}" if wrong or missing else "right"


def maybe(lot: random.Random, chance: float) -> bool:
    """Return True with a chance."""
    return lot.random() < chance
