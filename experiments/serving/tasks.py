"""What a worker is asked to do, as plain values that travel between processes and name the same result everywhere."""

from __future__ import annotations

from dataclasses import dataclass

from scenarios.evidence.posterior import Posterior, posterior_named


@dataclass(frozen=True)
class Replicate:
    """One replicate of scenarios of a job.

    Attributes:
        replicate: its number.
        seed, months: as run.
        monthly: measures that are taken every month.
        posterior: name of the sets that it draws from.
        wanted: positions of the scenarios that are run; the results of the others are known.
        small: 0, or the number of residents instead of the scenarios' own, for a first answer.
        only_warm: True to burn in the world and no more.
    """

    replicate: int
    seed: int
    months: int
    monthly: tuple[str, ...]
    posterior: str = "shipped"
    wanted: tuple[int, ...] = ()
    small: int = 0
    only_warm: bool = False

    @property
    def sets(self) -> Posterior | None:
        """The sets of parameters."""
        return posterior_named(self.posterior)


@dataclass(frozen=True)
class Watch:
    """One world month by month, beside the same world under another scenario.

    Attributes:
        seed, months: as run.
        branch: month after which the second scenario begins to differ; 0 for the start.
        shown: most residents that are drawn.
    """

    seed: int
    months: int
    branch: int = 0
    shown: int = 300
