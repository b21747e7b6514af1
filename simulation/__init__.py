"""The model of taking part in public life: residents, institutions, and the month that they live through.

Names are imported when they are first asked for, so that declarations are read without Mesa and numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .interventions import Change, Delivery, Intervention
    from .model import ParticipationModel
    from .parameters import InputError
    from .people import People, Place
    from .recorder import Recorder
    from .scenario import Scenario
    from .ties import Ties

__all__ = [
    "Change",
    "Delivery",
    "InputError",
    "Intervention",
    "ParticipationModel",
    "People",
    "Place",
    "Recorder",
    "Scenario",
    "Ties",
]
_MODULES = {
    "Change": "interventions", "Delivery": "interventions", "InputError": "parameters", "Intervention": "interventions",
    "ParticipationModel": "model", "People": "people", "Place": "people", "Recorder": "recorder", "Scenario": "scenario", "Ties": "ties",
}  # fmt: skip


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'simulation' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
