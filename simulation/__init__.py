"""The model of taking part in public life: residents, institutions, and the month that they live through."""

from .kernel_cache import forget_stale_kernels

forget_stale_kernels()  # before any kernel is loaded

from .interventions import Change, Delivery, Intervention  # noqa: E402
from .model import ParticipationModel  # noqa: E402
from .parameters import InputError  # noqa: E402
from .people import People, Place  # noqa: E402
from .recorder import Recorder  # noqa: E402
from .scenario import Scenario  # noqa: E402
from .ties import Ties  # noqa: E402

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
