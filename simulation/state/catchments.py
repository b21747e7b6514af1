"""Who serves whom: the institutions of each ward, and the pools out of which places of a form are shared out."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from ..declared.institutions import InstitutionSpec
from ..declared.levers import INSTITUTION_LEVER_NAMES, LEVERS
from ..declared.parameters import InputError, nearest
from ..world import World


def assign_institutions(model: World) -> None:
    """Give a model the institution that serves each ward with each service, the people whom each serves, and the pools of places.

    Sets `institution_of` (wards, services), `serving` (services, wards), `served` (institutions; people), `alone` (the one
    institution that serves all wards with a service, else -1) and the arrays of `_pool_places`.

    Raises:
        InputError: an institution is of an unknown service, two serve a ward with one service, or none does.
    """
    kinds = [s.name for s in model.services]
    model.institution_of = table = institutions_of_wards(model.place.wards, kinds, model.scenario.institutions)
    services = table.shape[1]
    model.served = np.zeros(len(model.scenario.institutions))
    for k in range(services):
        np.add.at(model.served, table[:, k], model.ward_population)
    model.serving = np.ascontiguousarray(table.T)
    model.alone = [int(row[0]) if (row == row[0]).all() else -1 for row in model.serving]
    _pool_places(model)


def institutions_of_wards(names: Sequence[str], kinds: Sequence[str], institutions: Sequence[InstitutionSpec]) -> np.ndarray:
    """Return which institution serves each ward with each service, int64 (wards, services).

    Args:
        names: of the wards.
        kinds: names of the services.

    Raises:
        InputError: an institution is of an unknown service, has a ward or a lever that there is not, two serve a ward with one service, or none does.
    """
    table = np.full((len(names), len(kinds)), -1, dtype=np.int64)
    for j, spec in enumerate(institutions):
        if spec.service not in kinds:
            raise InputError(f"institution '{spec.name}': unknown service '{spec.service}'; allowed: {', '.join(kinds)}")
        _check_institution(spec, names)
        for w, ward in enumerate(names):
            if spec.wards is None or ward in spec.wards:
                if table[w, kinds.index(spec.service)] >= 0:
                    raise InputError(f"institution '{spec.name}': ward '{ward}' already has a {spec.service}")
                table[w, kinds.index(spec.service)] = j
    if (table < 0).any():
        w, k = np.argwhere(table < 0)[0]
        raise InputError(f"institutions: no institution provides {kinds[k]} in ward '{names[w]}'")
    return table


def _check_institution(spec: InstitutionSpec, wards: Sequence[str]) -> None:
    """Raise `InputError` for wards and levers that there are not, and values of levers out of range."""
    where = f"institution '{spec.name}'"
    for ward in spec.wards or ():
        if ward not in wards:
            raise InputError(f"{where}: wards: unknown ward '{ward}'; {nearest(ward, wards)}")
    for name, value in spec.levers.items():
        if name not in INSTITUTION_LEVER_NAMES:
            raise InputError(f"{where}: levers: unknown lever '{name}'; {nearest(name, INSTITUTION_LEVER_NAMES)}")
        LEVERS[name].parameter.check(value, f"{where}: levers: {name}")


def _pool_places(model: World) -> None:
    """Set which pool of a form's places each ward draws on, which institution each pool belongs to, and how many people share it."""
    forms, wards, institutions = len(model.forms), len(model.place.wards), len(model.served)
    pools = max(wards, institutions)
    model.pool_of = np.empty((forms, wards), np.int64)
    model.pool_institution = np.zeros((forms, pools), np.int64)
    model.pool_people = np.zeros((forms, pools))
    for f in range(forms):
        serving = model.serving[model.form_service[f]]
        if model.form_seats_by_ward[f]:
            model.pool_of[f] = np.arange(wards)
            model.pool_institution[f, :wards], model.pool_people[f, :wards] = serving, model.ward_population
        else:
            model.pool_of[f] = serving
            model.pool_institution[f, :institutions], model.pool_people[f, :institutions] = np.arange(institutions), model.served
