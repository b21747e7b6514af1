"""Identity: change anything that a world is made of, and it is another; change nothing, and it is the same everywhere."""

from __future__ import annotations

import copy
import enum
import functools
import os
import pickle
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field, fields, is_dataclass, replace
from types import FunctionType, MappingProxyType, ModuleType
from typing import Any

import numpy as np
import pandas as pd
import pytest
from numba import njit

from experiments.provenance import scenario_hash
from scenarios.catalogue import CATALOGUE
from scenarios.places.imputation import impute
from simulation import Change, Delivery, InputError, Intervention, ParticipationModel, Scenario
from simulation.compile import hamlet
from simulation.declared.costs import Cost
from simulation.declared.forms import FORMS, Form
from simulation.declared.institutions import SERVICES, InstitutionSpec, Service
from simulation.declared.scenario import AFTER_BURN_IN, WORDS
from simulation.declared.segments import SEGMENTS, Segment
from simulation.identity import identity
from simulation.state.ties import Ties
from tests.places import small_place, small_scenario


def rest(model: ParticipationModel, intensity: float) -> None:
    """Do nothing."""


def rich_scenario() -> Scenario:
    """Return a scenario that leaves no field as it is by default."""
    place = small_place()
    wards = len(place.wards)
    ties = Ties.from_pairs(6, np.array([0, 1, 2]), np.array([1, 2, 3]), np.array([0, 1, 2]))
    imputed = impute("age", np.ones(wards, bool), np.linspace(10, 30, wards), ["London"] * wards)
    place = replace(
        place, notes=("a note",), area_profile=place.ward_table.loc[[0, 0, 1, 1, 2, 2]].reset_index(drop=True), imputed=(imputed,),
        sampled=3, region="London", parameters={"needs.chase": 0.2, "council.response_months": 2.0}, services=SERVICES,
        institutions=(InstitutionSpec("council", "council", ("Mill",), {"capacity": 90.0}),), segments=SEGMENTS, ties=ties,
        known={"wards": "a count"},
    )  # fmt: skip
    delivery = Delivery(("council",), ("Mill",), ("Pioneers",), (1, 2), ("few ties",), 3, 2, 20, 4, 0.9, (3,), 0.5, "one")
    change = Change("courtesy", 0.1, 1.1, 0.8, ("ward-panel",), 6)
    tried = Intervention("open-doors", "words", (change,), delivery, 0.7, "intervention", "somebody", "assumed",
                         Cost(1.0, 2.0, 3.0, 4.0), "words", ("mobilise",), rest, ("attachment",))  # fmt: skip
    return Scenario("rich", place, "words", 6, {"needs.chase": 0.15}, (tried,), ("fatigue",), start="high", burn_in=12)


def another(value: Any) -> Any:
    """Return a value that differs as little as it can."""
    if isinstance(value, bool | np.bool_):
        return not value
    if isinstance(value, int | np.integer):
        return type(value)(value + 1)
    if isinstance(value, float | np.floating):
        return float(np.nextafter(value, np.inf))
    if isinstance(value, str):
        return value + "."
    if value is None:
        return "something"
    if callable(value):
        return lambda *given: None
    raise TypeError(f"no other {type(value).__name__} is known; say here what differs least")


def with_field(thing: Any, name: str, value: Any) -> Any:
    """Return a copy with one field changed, whatever its own checks say of it."""
    made = copy.copy(thing)
    object.__setattr__(made, name, value)
    return made


def variants(thing: Any, at: str = "") -> Iterator[tuple[str, Any]]:
    """Give every copy of a thing that differs in one value, with where it differs; new fields are met by themselves."""
    if is_dataclass(thing) and not isinstance(thing, type):
        for one in fields(thing):
            for where, value in variants(getattr(thing, one.name), f"{at}.{one.name}"):
                yield where, with_field(thing, one.name, value)
    elif isinstance(thing, tuple | list):
        for n, held in enumerate(thing):
            for where, value in variants(held, f"{at}[{n}]"):
                yield where, type(thing)([*thing[:n], value, *thing[n + 1 :]])
        yield f"{at} longer", type(thing)([*thing, "one more"])
    elif isinstance(thing, Mapping):
        for key, held in thing.items():
            for where, value in variants(held, f"{at}[{key}]"):
                yield where, {**thing, key: value}
        yield f"{at} longer", {**thing, "one more": 1}
    elif isinstance(thing, np.ndarray):
        for n in {0, thing.size - 1}:
            changed = thing.copy()
            changed.flat[n] = another(changed.flat[n])
            yield f"{at}[{n}]", changed
        yield f"{at} reshaped", thing.reshape(1, *thing.shape)
    elif isinstance(thing, pd.DataFrame):
        for name in thing.columns:
            changed = thing.copy()
            changed[name] = [*changed[name][:-1], another(changed[name].iloc[-1])]
            yield f"{at}.{name}", changed
            yield f"{at}.{name} renamed", thing.rename(columns={name: name + "."})
        yield f"{at} in another order", thing.iloc[::-1].reset_index(drop=True)
    else:
        yield at, another(thing)


def test_changing_any_one_value_of_a_scenario_makes_another_and_another_world_but_for_the_named_few() -> None:
    scenario = rich_scenario()
    whole, world, number = identity(scenario), scenario.world, scenario_hash(scenario)
    seen, reached = {whole: "itself"}, set()
    for where, other in variants(scenario):
        found = identity(other)
        assert found not in seen, f"{where} is not told apart from {seen[found]}"
        seen[found] = where
        top = where.split(".")[1].split("[")[0].split()[0]
        assert (other.world == world) == (top in AFTER_BURN_IN), where
        if top not in reached:
            assert (scenario_hash(other) == number) == (top in WORDS), where
        reached.add(top)
    assert reached == {f.name for f in fields(Scenario)}
    assert len(seen) > 400


@pytest.mark.parametrize("kind", [Form, Service, Segment, InstitutionSpec, Intervention, Change, Delivery, Cost])
def test_no_field_of_what_scenarios_hold_is_left_out(kind) -> None:
    examples = {Form: FORMS[0], Service: SERVICES[0], Segment: SEGMENTS[0], InstitutionSpec: InstitutionSpec("a", "council"),
                Intervention: CATALOGUE["closing-the-loop"], Change: Change("courtesy"), Delivery: Delivery(), Cost: Cost()}  # fmt: skip
    one = examples[kind]
    for each in fields(kind):
        others = [other for where, other in variants(one) if where.startswith(f".{each.name}")]
        assert others, each.name
        assert all(identity(other) != identity(one) for other in others), each.name


def test_a_place_is_its_tables_whatever_it_is_called_and_a_changed_copy_is_another() -> None:
    place = rich_scenario().place
    again = replace(place, areas=place.areas.copy(), parameters=dict(reversed(place.parameters.items())))
    assert again.fingerprint == place.fingerprint
    others = {other.fingerprint for _, other in variants(place)}
    assert place.fingerprint not in others
    assert len(others) == len(list(variants(place)))


def test_what_was_worked_out_before_does_not_go_along_with_a_copy() -> None:
    scenario = rich_scenario()
    scenario.world  # noqa: B018 - remembered from now on
    scenario.place.fingerprint  # noqa: B018
    for copied in (pickle.loads(pickle.dumps(replace(scenario, interventions=()))), copy.copy(scenario)):
        assert "world" not in vars(copied)
    assert pickle.loads(pickle.dumps(scenario)).world == scenario.world


def test_identities_are_the_same_in_every_process_and_for_every_hash_seed() -> None:
    code = (
        "from tests.simulation.test_identity import rich_scenario, steps, stepping; from simulation.identity import identity;"
        "print(identity(rich_scenario()), *(identity(s) for s in (*steps(), stepping({'b', 'a', 'c'}))))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, env={**os.environ, "PYTHONHASHSEED": seed}
        ).stdout
        for seed in ("0", "77")
    }
    assert found == {" ".join(identity(x) for x in (rich_scenario(), *steps(), stepping({"b", "a", "c"}))) + "\n"}


# -- values -----------------------------------------------------------------------------------------------------------


class Size(enum.Enum):
    """Two sizes."""

    SMALL = 1
    LARGE = 2


@dataclass(frozen=True)
class Pair:
    """Two things."""

    a: Any
    b: Any = field(default=None, repr=False, compare=False)


DIFFERENT = [
    None, True, 0, 1, 1.5, np.nextafter(1.5, 2), -0.0, float("nan"), float("inf"), 2**70, 1j, "", "1", "1.5", b"1", (), ("",), ("", ""),
    ("a", "b"), ("ab",), (("a",), "b"), ("a", ("b",)), {}, {"a": "b"}, {"b": "a"}, {"a": None}, {1, 2}, {1, 3}, Size.SMALL, Size.LARGE,
    Pair(1), Pair(None, 1), Pair(1, 2), Pair(Pair(1)), np.array([1, 2]), np.array([[1, 2]]), np.array([1.0, 2.0]),
    np.array([1, 2], np.int32), np.array(["a", "b"]), np.array(["ab", ""]), np.array(["a", None], object), np.array("2020", "M8[D]"),
    np.array("2020", "M8[s]"), np.timedelta64(1, "s"), np.ma.masked_array([1, 2], [True, False]), np.zeros(2, [("x", "f8")]),
    pd.DataFrame({"a": [1, 2]}), pd.DataFrame({"a": [1, 2]}, index=[1, 2]), pd.DataFrame({"a": ["1", "2"]}), pd.DataFrame({"b": [1, 2]}),
    pd.DataFrame({"a": ["x", None]}), pd.DataFrame({"a": pd.Categorical(["x", "y"])}), pd.DataFrame({"a": pd.to_datetime(["2020-01-01"], utc=True)}),
    pd.Series([1, 2], name="a"), pd.Series([1, 2], name="b"), pd.Series([1, None], dtype="Int64"), MappingProxyType({"z": 1}), len, np.sin, range(3),
]  # fmt: skip


def test_different_values_have_different_identities() -> None:
    seen: dict[str, Any] = {}
    for one in DIFFERENT:
        assert identity(one) not in seen, f"{one!r} and {seen[identity(one)]!r}"
        seen[identity(one)] = one


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (1, 1.0), (1, np.int8(1)), (0.5, np.float32(0.5)), ({"a": 1, "b": 2}, {"b": 2, "a": 1}), ([1, 2], (1, 2)), ({1, 2}, {2, 1}),
        ({"a": 1}, MappingProxyType({"a": 1})), (np.array([1, 2], ">i8"), np.array([1, 2], "<i8")),
        (np.arange(6).reshape(2, 3)[:, ::2], np.array([[0, 2], [3, 5]])), (np.asfortranarray(np.eye(3)), np.eye(3)),
        (pd.DataFrame({"a": ["x", "y"]}), pd.DataFrame({"a": np.array(["x", "y"], object)})),
        (pd.DataFrame({"a": [1, 2, 3]})[:2], pd.DataFrame({"a": [1, 2]})),
    ],
)  # fmt: skip
def test_the_same_values_have_one_identity_however_they_are_held(one, other) -> None:
    assert identity(one) == identity(other)


def test_a_thing_that_holds_itself_comes_to_an_end() -> None:
    one, other = [1], [2]
    one.append(one)
    other.append(other)
    assert identity(one) != identity(other)


# -- code --------------------------------------------------------------------------------------------------------------

RATE = 0.3


def stepping(rate: Any, more: Any = None) -> Callable:
    """Return a step that closes over a value."""

    def step(model: Any, intensity: float, by: Any = more) -> Any:
        return rate

    return step


def helper(x: float) -> float:
    return x * RATE


def uses_helper(model: Any, intensity: float) -> None:
    helper(intensity)


@njit
def compiled(x):
    return x + 1


def uses_compiled(model: Any, intensity: float) -> None:
    compiled(intensity)


@functools.lru_cache
def remembered(x: float) -> float:
    return x + 2


class Stepper:
    """A step with a state."""

    def __init__(self, rate: Any) -> None:
        self.rate = rate
        self.lock = threading.Lock()

    def __call__(self, model: Any, intensity: float) -> None:
        del model

    def method(self, model: Any, intensity: float) -> None:
        """A step as well."""


class OtherStepper(Stepper):
    """The same state, another class."""

    def __call__(self, model: Any, intensity: float) -> None:
        del intensity


def doubled(function: Callable) -> Callable:
    """Return a decorated function."""

    @functools.wraps(function)
    def twice(*given: Any) -> None:
        function(*given)
        function(*given)

    return twice


def steps() -> list[Callable]:
    """Return steps that all differ."""
    return [
        rest, uses_helper, helper, uses_compiled, compiled, remembered, stepping(1), stepping(2), stepping(1, 2), stepping(1, 3), stepping(np.arange(3)),
        stepping(helper), stepping(rest), lambda model, intensity: 1, lambda model, intensity: 2, doubled(rest), doubled(helper), Stepper(1), Stepper(2),
        OtherStepper(1), Stepper(1).method, Stepper(2).method, functools.partial(helper, 1), functools.partial(helper, 2),
        functools.partial(helper, x=2), Stepper,
    ]  # fmt: skip


def test_steps_that_do_something_else_are_told_apart() -> None:
    seen: dict[str, Any] = {}
    for one in steps():
        assert identity(one) not in seen, f"{one!r} and {seen[identity(one)]!r}"
        seen[identity(one)] = one


def test_what_a_step_uses_of_its_own_module_counts(monkeypatch) -> None:
    before = identity(uses_helper), identity(stepping(helper)), identity(rest)
    monkeypatch.setattr(sys.modules[__name__], "RATE", 0.4)
    after = identity(uses_helper), identity(stepping(helper)), identity(rest)
    assert [a != b for a, b in zip(before, after, strict=True)] == [True, True, False]


def module_of(name: str, text: str) -> ModuleType:
    """Return a module of somebody's own, made of a text."""
    module = ModuleType(name)
    exec(compile(text, f"{name}.py", "exec"), vars(module))
    return module


def test_comments_and_layout_do_not_count_and_the_code_does(monkeypatch) -> None:
    texts = [
        "RATE = 0.3\ndef step(model, intensity):\n    return intensity * RATE\n",
        "# rates\nRATE = 0.3  # a judgement\n\n\ndef step(model, intensity):\n    'Words.'\n    # more\n    return (intensity\n            * RATE)\n",
        "RATE = 0.4\ndef step(model, intensity):\n    return intensity * RATE\n",
        "RATE = 0.3\ndef step(model, intensity):\n    return intensity + RATE\n",
        "RATE = 0.3\ndef step(model, intensity, more=1):\n    return intensity * RATE\n",
    ]
    found = [identity(module_of("own_steps", text).step) for text in texts]
    assert found[0] == found[1]
    assert len(set(found[1:])) == 4


def test_modules_that_a_step_takes_values_of_count_at_the_top_and_inside(monkeypatch) -> None:
    found = []
    for rate in (1, 2):
        monkeypatch.setitem(sys.modules, "own_rates", module_of("own_rates", f"RATE = {rate}\nOTHER = 5\n"))
        top = module_of("own_top", "import own_rates\ndef step(model, intensity):\n    return own_rates.RATE\n")
        inside = module_of("own_inside", "def step(model, intensity):\n    from own_rates import RATE\n    return RATE\n")
        found.append([identity(top.step), identity(inside.step)])
    assert all(one != other for one, other in zip(*found, strict=True))


@pytest.mark.parametrize("held", [open(os.devnull), (n for n in [1]), sys._getframe()])  # noqa: SIM115
def test_what_has_no_value_is_refused_with_where_it_stands(held) -> None:
    tried = replace(CATALOGUE["closing-the-loop"], step=stepping(held))
    with pytest.raises(
        InputError, match=r"interventions\[0\]\.step closes over 'rate'.*no value that distinguishes it from others"
    ):
        identity(small_scenario(interventions=(tried,)))


# -- places that somebody writes ------------------------------------------------------------------------------------------


class OwnPlace:
    """A place that is no table; what it draws depends on a number of its own."""

    parameters: Mapping[str, float] = MappingProxyType({})
    ties = None
    age_bands, qualifications = ("young", "old"), ("none", "some")

    def __init__(self, age: int, name: str = "own", fingerprint: str = "") -> None:
        self.age, self.name, self.fingerprint, self.wards = age, name, fingerprint, ("all",)

    def draw_people(self, *given: Any) -> Any:
        return hamlet().place.draw_people(*given)


class OtherPlace(OwnPlace):
    """The same, with another draw."""

    def draw_people(self, *given: Any) -> Any:
        return hamlet(10).place.draw_people(*given)


def test_places_of_ones_own_are_told_apart_by_state_class_and_what_they_say_themselves() -> None:
    places = [
        OwnPlace(1), OwnPlace(2), OwnPlace(1, "other"), OtherPlace(1), OwnPlace(1, fingerprint="a"), OwnPlace(1, fingerprint="b"), hamlet().place,
    ]  # fmt: skip
    worlds = [Scenario("x", place, population=60, burn_in=0).world for place in places]
    assert len(set(worlds)) == len(places)
    moved = OwnPlace(1, fingerprint="a")
    moved.parameters = {"needs.chase": 0.2}
    assert Scenario("x", moved, population=60, burn_in=0).world not in worlds, "what a place brings counts, whatever it says"


def test_a_method_that_a_subclass_of_a_place_replaces_counts() -> None:
    place = small_place()

    class Another(type(place)):  # type: ignore[misc]
        def draw_people(self, population: int, shares: np.ndarray, seed: int) -> Any:
            return super().draw_people(population, shares, seed + 1)

    other = Another(**{f.name: getattr(place, f.name) for f in fields(place)})
    assert other.fingerprint != place.fingerprint


def test_catalogue_entries_are_all_told_apart_and_declare_every_field() -> None:
    assert len({identity(one) for one in CATALOGUE.values()}) == len(CATALOGUE)
    for one in CATALOGUE.values():
        assert set(one.declared()) == {f.name for f in fields(Intervention)}
    assert isinstance(rest, FunctionType)
    assert replace(CATALOGUE["closing-the-loop"], step=rest).declared()["step"] == "rest"
