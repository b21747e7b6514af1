"""A question: what is compared, where and how, as a value that an address holds whole.

An address reads `place=blackpool&s=baseline&s=closing-the-loop@0.5&months=60&...`; each `s` is a scenario: a name or names joined with `+` as on the
command line, each with its dose and, behind semicolons, its delivery (`closing-the-loop@0.5;start=7;wards=Tottenham Hale|Bruce Grove`), and before a
tilde a name of one's own (`Our plan~closing-the-loop`).
"""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, fields, replace
from functools import cached_property
from typing import Any
from urllib.parse import parse_qsl, quote, unquote, urlencode

from experiments.reports.words import begin
from experiments.serving import Order
from scenarios.defaults import DEFAULT_PLACE
from scenarios.places import TablePlace
from scenarios.plugins import available_interventions
from scenarios.scenario_file import load_scenario, of_place, shipped_scenarios
from simulation.declared.interventions import AIMS, Delivery
from simulation.declared.parameters import InputError, nearest
from simulation.declared.scenario import Scenario
from simulation.declared.sizes import MONTHS, POPULATION, REPLICATES, SEED
from simulation.month import LOOP_NAMES

from ..own_data import own_places
from ..own_data.places import place_named
from ..records.view import QuestionShown
from ..texts import string
from .field_words import FieldError, at_field, called, label, said_of, tried_in
from .settings import number_in, setting_of, shown_value, text_of

LONGEST = 20_000  # characters of an address that are read at all
APPENDED = ("utm_", "fbclid", "gclid", "msclkid", "mc_")  # what mail programs and pages append to links
MOST_SCENARIOS, MOST_TRIED, MOST_NAME = 8, 12, 60
RANGES = {"population": (200, 200_000), "months": (1, 240), "replicates": (2, 200), "seed": (0, 2**53), "budget": (0, 10**12)}
DEFAULTS = {"population": POPULATION, "months": MONTHS, "replicates": REPLICATES, "seed": SEED}


@dataclass(frozen=True)
class Tried:
    """One intervention of a scenario: its dose, and what differs from its own delivery."""

    name: str
    dose: float = 1.0
    start: int | None = None
    ramp: int | None = None
    end: int | None = None
    decay: int | None = None
    fidelity: float | None = None
    institutions: tuple[str, ...] | None = None
    wards: tuple[str, ...] | None = None
    segments: tuple[str, ...] | None = None
    deprivation_fifths: tuple[int, ...] | None = None
    network: tuple[str, ...] | None = None
    persons: tuple[int, ...] | None = None
    households: float | None = None
    members: str | None = None

    @property
    def delivered(self) -> dict[str, Any]:
        """What differs from the intervention's own delivery."""
        return {name: value for name, value in asdict(self).items() if name not in ("name", "dose") and value is not None}

    def delivery(self) -> Delivery:
        """Return its delivery; what lasts for a while lasts as long when it starts later."""
        usual, given = available_interventions()[self.name].delivery, self.delivered
        if usual.end is not None and "end" not in given:
            given["end"] = usual.end + given.get("start", usual.start) - usual.start
        start, end = given.get("start", usual.start), given.get("end", usual.end)
        if end is not None and end < start:
            raise FieldError(f"{self.name}: end: {end}; allowed: {start}, the first month, or later", f"{self.name}.end")
        return Delivery(**{**vars(usual), **given})

    def text(self) -> str:
        """Return it as an address has it."""
        return _number_at(self.name, self.dose) + "".join(f";{name}={_written(value)}" for name, value in self.delivered.items())


def _number_at(name: str, dose: float) -> str:
    return name if dose == 1.0 else f"{name}@{dose:g}"


def _escaped(text: str) -> str:
    """Return text with nothing in it that has a meaning in an address; `quote` itself leaves tildes alone."""
    return quote(text, safe=" '()&,/.-").replace("~", "%7E")


def _written(value: Any) -> str:
    if isinstance(value, tuple):
        return "|".join(_escaped(str(v)) for v in value)
    return f"{value:g}" if isinstance(value, float) else str(value)


@dataclass(frozen=True)
class Column:
    """One scenario: a shipped one by name, or its interventions, under a name of one's own where it has one."""

    tried: tuple[Tried, ...] = ()
    shipped: str = ""
    title: str = ""
    loops_off: tuple[str, ...] = ()

    def text(self) -> str:
        """Return it as an address has it."""
        names = self.shipped or "+".join(t.text() for t in sorted(self.tried, key=lambda t: t.name)) or "baseline"
        cut = "".join(f"!{name}" for name in self.loops_off)
        return (_escaped(self.title) + "~" if self.title else "") + names + cut

    @property
    def simple(self) -> bool:
        """True if the command line can say it without a file."""
        return not self.title and not self.loops_off and not any(t.delivered for t in self.tried)

    @property
    def named(self) -> str:
        """Its own name, else what it is made of."""
        return self.title or self.shipped or _own_name(sorted(self.tried, key=lambda t: t.name))

    def scenario(self, place: TablePlace, population: int) -> Scenario:
        """Return it as a scenario of a place.

        Raises:
            InputError: naming what is wrong and what is allowed.
        """
        if self.shipped or self.simple:
            spec = self.shipped or "+".join(_number_at(t.name, t.dose) for t in self.tried) or "baseline"
            found = load_scenario(spec, place, population)
            return found.with_(name=self.title or found.name, loops_off=self.loops_off or found.loops_off)
        catalogue = available_interventions()
        ordered = sorted(self.tried, key=lambda t: t.name)
        interventions = tuple(catalogue[t.name].at(t.dose, t.delivery()) for t in ordered)
        description = "; ".join(i.description for i in interventions)
        return Scenario(
            self.named, place, description, population, interventions=interventions, loops_off=self.loops_off, **of_place(place)
        )


def _own_name(tried: list[Tried]) -> str:
    """Return the name of a scenario that has none of its own; it says in words that a schedule or an aim differs from the catalogue's."""
    name = "+".join(_number_at(t.name, t.dose) for t in tried) or "baseline"
    return f"{begin(name)} (changed)" if any(t.delivered for t in tried) else name


@dataclass(frozen=True)
class Question:
    """What is compared, where and how.

    Attributes:
        place: name or code, or `own-...` for one that was uploaded.
        columns: the scenarios, the base first.
        population, months, replicates, seed: as on the command line.
        budget: pounds that may be spent over the run; None for no limit.
    """

    place: str = DEFAULT_PLACE
    columns: tuple[Column, ...] = (Column(),)
    population: int = DEFAULTS["population"]
    months: int = DEFAULTS["months"]
    replicates: int = DEFAULTS["replicates"]
    seed: int = DEFAULTS["seed"]
    budget: int | None = None

    def query(self) -> str:
        """Return it as the query of an address; equal questions give equal queries."""
        pairs: list[tuple[str, Any]] = [("place", self.place), *(("s", column.text()) for column in self.columns)]
        pairs += [(name, getattr(self, name)) for name in ("months", "population", "replicates", "seed")]
        pairs += [("budget", self.budget)] if self.budget is not None else []
        return urlencode(pairs, quote_via=quote, safe="@;|,~!")

    def data(self) -> QuestionShown:
        """Return it as plain values for the page."""
        plain: QuestionShown = json.loads(json.dumps(asdict(self)))  # lists in place of tuples
        return plain

    @cached_property
    def order(self) -> Order:
        """What workers are asked for.

        Raises:
            InputError: naming what is wrong and what is allowed.
        """
        place = place_named(self.place)
        scenarios = []
        for n, column in enumerate(self.columns):
            with at_field(str(n)), said_of(called(asdict(column), n), column.named):
                scenarios.append(column.scenario(place, self.population))
        return Order(tuple(scenarios), self.replicates, self.months, self.seed)

    def with_(self, **changes: Any) -> Question:
        """Return a copy with some fields changed."""
        return replace(self, **changes)


# -- reading ------------------------------------------------------------------------------------------------------------


def from_query(query: str) -> Question:
    """Return the question that an address asks; an empty one asks the default comparison.

    Raises:
        InputError: naming field, value, what is allowed and the nearest valid name.
    """
    if len(query) > LONGEST:
        raise InputError(f"address: {len(query):,} characters; allowed: {LONGEST:,}. Save the comparison and share that link")
    pairs = [pair for pair in parse_qsl(query.removeprefix("?"), keep_blank_values=True) if not pair[0].startswith(APPENDED)]
    _check_names([name for name, _ in pairs])
    data: dict[str, Any] = {"columns": [_column_of(value) for name, value in pairs if name == "s"]}
    data |= {name: value for name, value in pairs if name in {f.name for f in fields(Question)} - {"columns"}}
    return from_data(data) if data["columns"] or len(data) > 1 else default()


def _check_names(names: list[str]) -> None:
    """Raise `InputError` for a field that this program does not know, such as one of a newer program, or one that is given twice."""
    known = {"s", *(f.name for f in fields(Question))} - {"columns"}
    for name in names:
        if name not in known:
            raise InputError(
                f"address: unknown field '{name[:40]}'; {nearest(name, known)}. A newer program may have made this link"
            )
        if name != "s" and names.count(name) > 1:
            raise InputError(f"address: {name}: is given twice; give it once")


def default() -> Question:
    """Return the comparison that a fresh page shows."""
    return Question(columns=(Column(), Column((Tried("closing-the-loop"),)), Column((Tried("more-consultation"),))))


def from_data(data: Any) -> Question:
    """Return the question that a page describes in plain values.

    Raises:
        InputError: naming field, value, what is allowed and the nearest valid name.
    """
    if not isinstance(data, dict):
        raise InputError("question: not a description of one")
    told = _listed("scenarios", data.get("columns"), MOST_SCENARIOS, "side by side") or [{}]
    columns = []
    for n, column in enumerate(told):
        with at_field(str(n)):
            columns.append(_checked(column, n))
    numbers = {name: _whole(name, data.get(name), default) for name, default in DEFAULTS.items()}
    budget = data.get("budget")
    pounds = None if budget in (None, "") else _whole("budget", budget, 0)
    return Question(text_of("place", data.get("place")) or DEFAULT_PLACE, tuple(columns), budget=pounds, **numbers)


def _listed(where: str, value: Any, most: int, how: str = "") -> list[Any]:
    """Return a list of a message, or raise `InputError` for what is none, or has too many."""
    if value is None:
        return []
    if not isinstance(value, list | tuple) or len(value) > most:
        shown = str(len(value)) if isinstance(value, list | tuple) else shown_value(value)
        raise InputError(
            f"{where}: {shown}; allowed: {'at most ' if how else 'a list of at most '}{most}{' ' + how if how else ''}"
        )
    return list(value)


def _whole(name: str, value: Any, default: int) -> int:
    if value is None:
        return default
    low, high = RANGES[name]
    number = number_in(value)
    if not low <= number <= high or number != int(number):
        raise FieldError(f"{string(f'run.{name}')}: {shown_value(value)}; allowed: whole numbers {low:,} to {high:,}", name)
    return int(number)


def number_of(name: str, value: object) -> int:
    """Return a whole number of a message, or raise `InputError`."""
    if not isinstance(value, int | float) or not -1 <= value <= 1e6 or value != int(value):
        raise FieldError(f"{string(f'live.{name}')}: not a whole number", name)
    return int(value)


def loops_of(given: Any) -> list[str]:
    """Return the names of loops of a message, or raise `InputError`."""
    if given is not None and not (isinstance(given, list) and len(given) <= len(LOOP_NAMES)):
        raise InputError("loops: not a list of their names")
    return [str(name) for name in given or ()]


def _column_of(text: str) -> dict[str, Any]:
    """Return a scenario of an address as plain values."""
    title, sign, rest = text.partition("~")
    if not sign:
        title, rest = "", text
    rest, *cut = rest.split("!")
    data: dict[str, Any] = {"title": unquote(title), "loops_off": cut}
    if rest in shipped_scenarios() and rest != "baseline":
        return data | {"shipped": rest}
    parts = [p for p in rest.split("+") if p and p != "baseline"]
    return data | {"tried": [_tried_of(part) for part in parts]}


def _tried_of(text: str) -> dict[str, Any]:
    named, *settings = text.split(";")
    name, at, dose = named.strip().partition("@")
    data: dict[str, Any] = {"name": name}
    if at:
        data["dose"] = dose
    for setting in settings:
        key, _, value = setting.partition("=")
        if key.strip() in data:
            raise InputError(f"address: {name[:40]}: {key.strip()[:40]} is given twice; give it once")
        data[key.strip()] = [unquote(v) for v in value.split("|")] if key.strip() in AIMS else value
    return data


def _checked(data: Any, n: int) -> Column:
    where = called(data, n)
    if not isinstance(data, dict):
        raise InputError(f"{where}: not a description of one")
    title = " ".join(text_of(f"{where}: name", data.get("title")).split())
    if len(title) > MOST_NAME or not title.isprintable():
        raise InputError(f"{where}: name: {len(title)} characters; allowed: up to {MOST_NAME} that can be printed")
    cut = tuple(text_of(f"{where}: loop", name) for name in _listed(f"{where}: loops", data.get("loops_off"), len(LOOP_NAMES)))
    for name in cut:
        if name not in LOOP_NAMES:
            raise InputError(f"{where}: loop: '{name[:40]}'; {nearest(name, LOOP_NAMES)}")
    shipped = text_of(f"{where}: scenario", data.get("shipped"))
    if shipped:
        if shipped not in shipped_scenarios():
            raise InputError(f"{where}: no scenario is called '{shipped[:40]}'; {nearest(shipped, shipped_scenarios())}")
        return Column(shipped=shipped, title=title, loops_off=cut)
    tried = tuple(_checked_tried(one, where) for one in _listed(f"{where}: interventions", data.get("tried"), MOST_TRIED))
    return Column(tried, title=title, loops_off=cut)


def _checked_tried(data: Any, where: str) -> Tried:
    if not isinstance(data, dict):
        raise InputError(f"{where}: intervention: not a description of one")
    name = text_of(f"{where}: intervention", data.get("name"))
    known = {one.name for one in available_interventions().values() if one.kind != "probe"}
    if name not in known:
        raise InputError(f"{where}: no intervention is called '{name[:60]}'; {nearest(name, known)}")
    allowed = {f.name for f in fields(Tried)}
    for key in data:
        if key not in allowed:
            raise InputError(f"{where}: {begin(name)}: unknown setting '{str(key)[:40]}'; {nearest(str(key), allowed)}")
    found: dict[str, Any] = {"name": name}
    for key in allowed - {"name"}:
        with at_field(f"{name}.{key}"):
            found[key] = setting_of(f"{tried_in(where, name)}: {label(key)}", key, data.get(key))
    return Tried(**found)


# -- saying -------------------------------------------------------------------------------------------------------------


def file_names(question: Question) -> list[str]:
    """Return for each scenario the file that the command line needs for it; empty where it needs none."""
    return ["" if column.simple else f"scenario-{n + 1}.yaml" for n, column in enumerate(question.columns)]


def command(question: Question) -> str:
    """Return the command that makes the same numbers; scenarios with a delivery of their own are files to be downloaded beside it."""
    import shlex

    names = []
    for column, file in zip(question.columns, file_names(question), strict=True):
        simple = column.shipped or "+".join(_number_at(t.name, t.dose) for t in sorted(column.tried, key=lambda t: t.name))
        names.append(file or simple or "baseline")
    size = (
        f"--population {question.population} --months {question.months} --replicates {question.replicates} --seed {question.seed}"
    )
    if not own_places.is_own(question.place):
        return f"groundswell compare {' '.join(map(shlex.quote, names))} --place {shlex.quote(question.place)} {size}"
    # no command line sees the place that a server keeps: it is made of the same files first
    compare = f"groundswell compare {' '.join(map(shlex.quote, names))} --place FOLDER {size}"
    region = own_places.region(question.place)
    named = f" --region {shlex.quote(region)}" if region else ""
    return f"groundswell place FILE{named} --out FOLDER\n{compare}"
