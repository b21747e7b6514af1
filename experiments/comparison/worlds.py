"""The scenarios of a command in each of its places: all of them in one place where only some say which."""

from __future__ import annotations

from collections.abc import Sequence

from scenarios import load_place, load_scenario
from scenarios.places import TablePlace
from scenarios.scenario_file import Stated, stated
from scenarios.structures import under
from simulation.declared.parameters import InputError
from simulation.declared.scenario import Scenario

from .compare import ended


def worlds(
    names: Sequence[str], places: Sequence[str | None], population: int | None, end: int | None, structure: str | None = None
) -> list[list[Scenario]]:
    """Return scenarios by name in each place.

    Args:
        names: scenarios as `load_scenario` reads them.
        places: names of places; None means the one that the scenarios' files state.
        population: simulated residents; None means as many as the files state.
        structure: theory that holds in all scenarios; None means the one that the files state.
        end: month after which no intervention is paid for; None is never.

    Raises:
        InputError: an unknown name, a place given twice, or files that state different places beside scenarios that state none.
    """
    own = _agreed(names)
    for name in names:
        check_structure(structure, name)
    theory = own.structure if structure is None else structure
    loaded = []
    for place in places:
        where = load_place(place) if place else _stated_place(own.place, names)
        scenarios = [load_scenario(name, where, population or own.population) for name in names]
        scenarios = [under(theory, one) for one in scenarios]
        loaded.append([ended(s, end) for s in scenarios] if end is not None else scenarios)
    called = [one[0].place.name for one in loaded]
    twice = next((n for n in called if called.count(n) > 1), None)
    if twice:
        raise InputError(f"places: '{twice}' is given twice")
    return loaded


def check_structure(structure: str | None, name: str) -> None:
    """Raise `InputError` where a scenario's file states another structure than the command does."""
    own = stated(name).structure
    if structure is not None and own not in (None, structure):
        raise InputError(f"structure: '{structure}', but {name} states '{own}'; leave one of them out")


def _agreed(names: Sequence[str]) -> Stated:
    """Return what the scenarios that state a place or population agree on, which then holds for those that state none."""
    by_name = {name: stated(name) for name in names}
    agreed = {}
    for field in ("place", "population", "structure"):
        own = {name: getattr(one, field) for name, one in by_name.items()}
        values = {value for value in own.values() if value is not None}
        if len(values) > 1 and None in own.values():
            said = ", ".join(f"{value} in {name}" for name, value in own.items() if value is not None)
            silent = next(name for name, value in own.items() if value is None)
            raise InputError(f"{silent} states no {field}, and the others differ ({said}): say which with --{field}")
        agreed[field] = values.pop() if len(values) == 1 else None
    return Stated(**agreed)


def _stated_place(place: str | None, names: Sequence[str]) -> TablePlace | None:
    """Return the place that files state; an error names the first of them."""
    if place is None:
        return None
    try:
        return load_place(place)
    except InputError as error:
        raise InputError(f"{next(name for name in names if stated(name).place == place)}: place: {error}") from None
