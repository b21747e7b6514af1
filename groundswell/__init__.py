"""Why people take part in public life, or give up on it, and what would change that: everything for Python and notebooks, under one name.

    from groundswell import compare, load_scenario

The parts are separate packages, each of which imports only those before it: `simulation`, `scenarios`, `experiments`, `dashboards`.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from experiments import *  # noqa: F403
    from scenarios import *  # noqa: F403
    from simulation import *  # noqa: F403

FLOORS = ("simulation", "scenarios", "experiments", "dashboards")


def _check_floors() -> None:
    """Raise `ImportError` if Python would find another folder or file under the name of one of ours."""
    home = Path(__file__).resolve().parent.parent
    for name in FLOORS:
        spec = find_spec(name)
        places = [] if spec is None else [spec.origin, *(spec.submodule_search_locations or ())]
        found = [Path(place).resolve() for place in places if place]
        if not any(path.is_relative_to(home / name) for path in found):
            where = (
                f"{found[-1]} hides it: rename that, or start elsewhere" if found else "it is missing: install groundswell again"
            )
            raise ImportError(f"groundswell: '{name}' is a part of groundswell, and {where}")


try:
    _check_floors()
except ImportError as error:
    if sys.argv[:1] != ["-m"]:  # as it is while Python looks for `python -m groundswell`
        raise
    print(f"error: {error}", file=sys.stderr)
    sys.exit(2)


def _public() -> dict[str, str]:
    """Return the public names of all floors that have some, each with its floor."""
    return {name: floor for floor in FLOORS for name in getattr(import_module(floor), "__all__", ())}


def __getattr__(name: str) -> Any:
    """Import a name from its floor when it is first needed."""
    if name == "__all__":
        return sorted(_public())
    floor = None if name.startswith("__") else _public().get(name)
    if floor is None:
        raise AttributeError(f"module 'groundswell' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(floor), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *_public()})
