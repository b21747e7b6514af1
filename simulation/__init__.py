"""The model of taking part in public life: residents, institutions, and the steps of a month.

Names are imported when first needed, so that declarations are read without Mesa and numba.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from .declared.costs import Cost
    from .declared.forms import FORMS, Form
    from .declared.interventions import Change, Delivery, Intervention
    from .declared.parameters import InputError, Parameter, ParameterGroup
    from .declared.quality import Qualities, Quality
    from .declared.scenario import Scenario
    from .declared.segments import Segment
    from .kernels.randomness import uniforms_of
    from .measures.measure import Measure, measures_of
    from .measures.recorder import Recorder
    from .model import ParticipationModel
    from .month.process import Edge, Process
    from .state.people import People, Place
    from .state.ties import Ties

_MODULES = {
    "Change": "declared.interventions",
    "Cost": "declared.costs",
    "Delivery": "declared.interventions",
    "Edge": "month.process",
    "FORMS": "declared.forms",
    "Form": "declared.forms",
    "InputError": "declared.parameters",
    "Intervention": "declared.interventions",
    "Measure": "measures.measure",
    "Parameter": "declared.parameters",
    "ParameterGroup": "declared.parameters",
    "ParticipationModel": "model",
    "People": "state.people",
    "Place": "state.people",
    "Process": "month.process",
    "Qualities": "declared.quality",
    "Quality": "declared.quality",
    "Recorder": "measures.recorder",
    "Scenario": "declared.scenario",
    "Segment": "declared.segments",
    "Ties": "state.ties",
    "measures_of": "measures.measure",
    "uniforms_of": "kernels.randomness",
}
__all__ = [
    "FORMS",
    "Change",
    "Cost",
    "Delivery",
    "Edge",
    "Form",
    "InputError",
    "Intervention",
    "Measure",
    "Parameter",
    "ParameterGroup",
    "ParticipationModel",
    "People",
    "Place",
    "Process",
    "Qualities",
    "Quality",
    "Recorder",
    "Scenario",
    "Segment",
    "Ties",
    "measures_of",
    "uniforms_of",
]


def __getattr__(name: str) -> Any:
    if name not in _MODULES:
        raise AttributeError(f"module 'simulation' has no attribute '{name}'")
    value = globals()[name] = getattr(import_module(f".{_MODULES[name]}", __name__), name)
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})
