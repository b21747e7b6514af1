"""Studies from Python and notebooks: each call continues where it stopped, and gives objects with tables and words."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from pathlib import Path

from simulation.declared.sizes import FUTURES, GENERATION, GENERATIONS

from . import discovery, optimisation
from . import sensitivity as analysis
from .discovery import Discovery
from .engine import Show, fill_store, look_for
from .optimisation import Optimum
from .results import Results
from .sensitivity import Sensitivity
from .store import Store
from .study import Study, read_study


def _study(study: Study | Path | str) -> Study:
    return study if isinstance(study, Study) else read_study(Path(study))


def _command(call: str, study: Study | Path | str, out: Path | str, **chosen: object) -> str:
    """Return a call as it can be repeated; a study that is not a file is written as `STUDY`, and a comment says which one it is."""
    given = "STUDY" if isinstance(study, Study) else repr(str(study))
    options = "".join(f", {name}={value!r}" for name, value in chosen.items() if value is not None)
    which = f"  # STUDY is the study {study.name!r}, made in Python" if isinstance(study, Study) else ""
    return f"groundswell.{call}({given}, {str(out)!r}{options}){which}"


def sweep(
    study: Study | Path | str,
    out: Path | str,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
    shard: tuple[int, int] | None = None,
    progress: Show | None = None,
) -> Results:
    """Run a study and return its results; called again it continues where it stopped.

    Args:
        study: a study, or a study file.
        out: folder of the results.
        workers: processes; None takes all cores, 1 stays in this process. Their number changes no byte.
        scheduler: address of a Dask scheduler, instead of processes.
        shard: number from 1 and of how many: do only that part.
        progress: called with chunks there, planned, and runs that failed.

    Raises:
        InputError: a study that is wrong, or a folder that contains another one.
        OutputError: a file could not be written; what is complete is kept.
    """
    asked = _study(study)
    look_for(scheduler)
    _fill(Store.create(Path(out), asked, _command("sweep", study, out, shard=shard)), workers, scheduler, shard, progress)
    return Results(out)


def _fill(
    store: Store, workers: int | None, scheduler: str | None, shard: tuple[int, int] | None = None, progress: Show | None = None
) -> None:
    for told in store.set_aside():
        warnings.warn(told, stacklevel=3)
    fill_store(store, workers, scheduler, shard, progress)


def _runner(workers: int | None, scheduler: str | None) -> Callable[[Store], None]:
    def run(store: Store) -> None:
        _fill(store, workers, scheduler)

    return run


def sensitivity(
    study: Study | Path | str,
    out: Path | str,
    *,
    method: str | None = None,
    points: int | None = None,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Sensitivity:
    """Return what matters in a study: Morris screening, Sobol indices or PAWN, with 95 % intervals.

    Args:
        method: `morris`, `sobol` (with PAWN on the same runs) or `pawn`; None takes sobol for a saltelli design, else morris.
        points: trajectories or points; None takes the study's where its design fits.
    """
    asked, chosen = analysis.designed(_study(study), method, points)
    look_for(scheduler)
    command = _command("sensitivity", study, out, method=method, points=points)
    _fill(Store.create(Path(out) / "runs", asked, command), workers, scheduler)
    return analysis.analyse(Path(out) / "runs", chosen)


def discover(
    study: Study | Path | str,
    out: Path | str,
    fails: str | None = None,
    *,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Discovery:
    """Return under which conditions a study fails.

    Args:
        fails: when a point fails, such as `participation_effect < 0.01`; None takes the study's.
    """
    asked = _study(study)
    text = fails or asked.fails or ""
    discovery.condition(text, asked)
    look_for(scheduler)
    _fill(Store.create(Path(out) / "runs", asked, _command("discover", study, out, fails=fails)), workers, scheduler)
    return discovery.find_conditions(Path(out) / "runs", text)


def optimise(
    study: Study | Path | str,
    out: Path | str,
    objectives: Sequence[str] | None = None,
    *,
    generations: int = GENERATIONS,
    generation: int = GENERATION,
    futures: int = FUTURES,
    workers: int | None = None,
    scheduler: str | None = None,
) -> Optimum:
    """Return the best packages of a study's levers under its budget; see `experiments.studies.optimisation.find_packages`."""
    asked = _study(study)
    look_for(scheduler)
    return optimisation.find_packages(
        asked,
        out,
        objectives or asked.objectives,
        _runner(workers, scheduler),
        generations=generations,
        generation=generation,
        futures=futures,
        command=_command(
            "optimise",
            study,
            out,
            objectives=None if objectives is None else list(objectives),
            generations=generations,
            generation=generation,
            futures=futures,
        ),
    )
