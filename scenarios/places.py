"""Places: small areas and wards as data, and the people drawn from them."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd
from pydantic import BaseModel, ConfigDict, Field

from simulation.parameters import InputError, nearest
from simulation.people import People

from .people import AGE_BANDS, QUALIFICATIONS, TENURES, draw, joint_of_ward
from .yaml_input import read_yaml, validated

DATA = Path(__file__).parent / "data"
AREA_COLUMNS = ("area", "ward", "deprivation_decile", "income_deprived", "population")
WARD_COLUMNS = ("ward", "under_16", "age_16_64", "age_65_plus", "owned", "social_rented", "private_rented",
                "no_qualification", "level_4_plus")  # fmt: skip


class PlaceFile(BaseModel):
    """The file that describes a place."""

    model_config = ConfigDict(extra="forbid")

    name: str
    title: str
    aliases: list[str] = Field(default_factory=list)
    deprivation_index: str = "as given"
    small_areas: str
    wards: str
    attribution: str = ""
    notes: list[str] = Field(default_factory=list)


@dataclass(frozen=True)
class TablePlace:
    """A place given by a table of small areas and a table of wards.

    Attributes:
        name, title: short and full name.
        areas: columns `AREA_COLUMNS`.
        ward_table: columns `WARD_COLUMNS`, shares 0..1.
        attribution: to be shown wherever data or results are.
    """

    name: str
    title: str
    areas: pd.DataFrame
    ward_table: pd.DataFrame
    attribution: str = ""
    deprivation_index: str = "as given"
    notes: tuple[str, ...] = field(default=())
    age_bands: tuple[str, ...] = AGE_BANDS
    tenures: tuple[str, ...] = TENURES
    qualifications: tuple[str, ...] = QUALIFICATIONS

    @property
    def wards(self) -> tuple[str, ...]:
        """Names of the wards."""
        return tuple(self.ward_table["ward"])

    @cached_property
    def fingerprint(self) -> str:
        """Hash of the tables: a changed copy of a place is another place, whatever its name."""
        content = self.areas.to_csv(index=False) + self.ward_table.to_csv(index=False)
        return hashlib.sha256(content.encode()).hexdigest()[:16]

    @cached_property
    def joint(self) -> np.ndarray:
        """Adults by small area, age, tenure and qualification, fitted to the wards' marginals."""
        parts = np.zeros((len(self.areas), len(self.age_bands), len(self.tenures), len(self.qualifications)))
        for row in self.ward_table.itertuples():
            inside = np.flatnonzero(self.areas["ward"].to_numpy() == row.ward)
            here = self.areas.iloc[inside]
            adults = here["population"].to_numpy(float) * (1.0 - row.under_16)
            age = np.array([row.age_16_64, row.age_65_plus])
            tenure = np.array([row.owned, row.social_rented, row.private_rented])
            middle = 1.0 - row.no_qualification - row.level_4_plus
            qualification = np.array([row.no_qualification, middle, row.level_4_plus])
            parts[inside] = joint_of_ward(
                adults, here["income_deprived"].to_numpy(float), age / age.sum(), tenure / tenure.sum(), qualification
            )
        return parts

    @property
    def adults(self) -> float:
        """People aged 16 and over."""
        return float(self.joint.sum())

    def draw_people(self, population: int, shares: np.ndarray, seed: int) -> People:
        """Return residents drawn from the place; see `simulation.people.Place`."""
        wards = {name: n for n, name in enumerate(self.wards)}
        ward = self.areas["ward"].map(wards).to_numpy()
        return draw(self.joint, ward, self.areas["deprivation_decile"].to_numpy(), population, shares, seed)


def _table(path: Path, columns: tuple[str, ...]) -> pd.DataFrame:
    try:
        table = pd.read_csv(path)
    except FileNotFoundError:
        raise InputError(f"{path}: no such file") from None
    except (UnicodeDecodeError, pd.errors.ParserError, pd.errors.EmptyDataError) as error:
        raise InputError(f"{path}: not a readable CSV file in UTF-8 ({error})") from None
    for column in columns:
        if column not in table:
            raise InputError(f"{path}: column '{column}' is missing; {nearest(column, table.columns)}")
    for column in columns:
        if column not in ("area", "ward"):
            numbers = pd.to_numeric(table[column], errors="coerce")
            bad = numbers.isna() | (numbers < 0) | ~np.isfinite(numbers)
            if bad.any():
                row = int(np.flatnonzero(bad)[0])
                raise InputError(f"{path}: line {row + 2}: {column}: {str(table[column].iloc[row])!r}; allowed: numbers from 0")
            table[column] = numbers
    return table[list(columns)]


def _check(path: Path, areas: pd.DataFrame, wards: pd.DataFrame) -> None:
    for table, key in ((areas, "area"), (wards, "ward")):
        twice = table[key][table[key].duplicated()]
        if len(twice):
            raise InputError(f"{path}: {key} '{twice.iloc[0]}' stands twice")
    unknown = sorted(set(areas["ward"]) - set(wards["ward"]))
    if unknown:
        raise InputError(
            f"{path}: small areas name ward '{unknown[0]}', which the table of wards lacks; {nearest(unknown[0], wards['ward'])}"
        )
    empty = [w for w in wards["ward"] if areas.loc[areas["ward"] == w, "population"].sum() <= 0]
    if empty:
        raise InputError(f"{path}: ward '{empty[0]}' has no population")
    if not areas["deprivation_decile"].isin(range(1, 11)).all():
        raise InputError(f"{path}: deprivation_decile: allowed: whole numbers 1 (most deprived) to 10")
    for columns, limit in ((WARD_COLUMNS[1:4], 1.0), (WARD_COLUMNS[4:7], 1.0)):
        total = wards[list(columns)].sum(axis=1)
        off = (total - limit).abs() > 0.08  # "other" is not published
        if off.any():
            ward = wards["ward"][off].iloc[0]
            raise InputError(
                f"{path}: ward '{ward}': {', '.join(columns)} add up to {total[off].iloc[0]:.2f}; allowed: shares that add up to 1"
            )
    if (wards["no_qualification"] + wards["level_4_plus"] > 1.0).any():
        raise InputError(f"{path}: no_qualification and level_4_plus add up to more than 1")


def read_place(path: Path) -> TablePlace:
    """Return the place that a YAML file describes.

    Raises:
        InputError: naming file, field or line, and what is allowed.
    """
    spec = validated(PlaceFile, read_yaml(path), path)
    areas = _table(path.parent / spec.small_areas, AREA_COLUMNS)
    wards = _table(path.parent / spec.wards, WARD_COLUMNS)
    _check(path, areas, wards)
    return TablePlace(spec.name, spec.title, areas, wards, spec.attribution, spec.deprivation_index, tuple(spec.notes))


def shipped_places() -> dict[str, Path]:
    """Return the places in the package by name."""
    return {path.parent.name: path for path in sorted(DATA.glob("*/place.yaml"))}


def load_place(name: str) -> TablePlace:
    """Return a place by name or alias, or from a YAML file.

    Raises:
        InputError: no such place; the nearest name is given.
    """
    wanted = name.strip().lower()
    shipped = shipped_places()
    if wanted in shipped:
        return read_place(shipped[wanted])
    if name.endswith((".yaml", ".yml")):
        return read_place(Path(name))
    for path in shipped.values():
        if wanted in {a.lower() for a in read_yaml(path).get("aliases", [])}:
            return read_place(path)
    raise InputError(f"--place: unknown place '{name}'; {nearest(name, shipped)} (or a .yaml file)")
