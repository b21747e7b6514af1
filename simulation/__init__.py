"""The model of taking part in public life: residents, institutions, and the month that they live through."""

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
