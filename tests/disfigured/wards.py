"""Tables of wards: shares, percentages or counts with their bases, totals and subtotals, missing figures, notes."""

from __future__ import annotations

import random
from pathlib import Path

from scenarios.places.own import own_place

from .case import Case, Numbers, maybe
from .files import write_table

WARDS = ("Abbey", "Bridge", "Castle", "Dene", "Elm Park", "Wales", "London Road", "Sumner", "Hill Top", "Quay", "Total Heights")
TENURE = {"owned": ("Owned", "owned", "Owner occupied"), "social_rented": ("Social rented", "social_rented"), "private_rented": ("Private rented", "private_rented")}  # fmt: skip
ADULTS = {"no_qualification": ("No qualifications", "no_qualification"), "level_4_plus": ("Level 4+", "level_4_plus")}
AGES = {
    "under_16": ("Aged 0 to 15", "under_16"),
    "age_16_64": ("Aged 16 to 64", "age_16_64"),
    "age_65_plus": ("Aged 65 and over", "age_65_plus"),
}
TOTALS = ("Total", "All wards", "Newtown", "Newtown borough", "Borough total")
EMPTY = ("..", "[c]", "N/A", "#N/A", "-")


def make(lot: random.Random, folder: Path) -> Case:
    """Draw wards and write them."""
    names = lot.sample(WARDS, lot.randint(4, 8))
    people = {name: lot.randint(4000, 18000) for name in names}
    counts = {name: _counts(lot, people[name]) for name in names}
    unit = lot.choice(("share", "percent", "sign", "count"))
    header, columns, marks = _columns(lot, unit, names, people, counts)
    rows = [[columns[c](name) for c in header] for name in names]
    if maybe(lot, 0.4):
        total = lot.choice(TOTALS)
        marks.append(f"total row {total!r}")
        row = [total if c == header[0] else _total(c, columns, names, people, counts, unit) for c in header]
        rows = [row, *rows] if maybe(lot, 0.3) else [*rows, row]
    if maybe(lot, 0.2):
        word = lot.choice(EMPTY)
        group = [n for n, c in enumerate(header) if c in ADULTS["no_qualification"] + ADULTS["level_4_plus"]]
        at = lot.randrange(len(names))
        rows = [[word if n in group and row[0] == names[at] else cell for n, cell in enumerate(row)] for row in rows]
        marks.append(f"missing as {word!r}")
        if group:
            counts[names[at]] |= {"no_qualification": -1, "level_4_plus": -1}
    path, done = write_table(lot, folder, header, rows, "wards")
    return Case(path, (*marks, *done), _truth(names, people, counts), lambda: _read(path), tolerance=0.006)


def _counts(lot: random.Random, people: int) -> dict[str, int]:
    under, over = int(people * lot.uniform(0.14, 0.26)), int(people * lot.uniform(0.08, 0.22))
    homes, adults = int(people / 2.4), people - under
    owned, social = int(homes * lot.uniform(0.3, 0.6)), int(homes * lot.uniform(0.1, 0.3))
    return {
        "people": people, "homes": homes, "adults": adults, "under_16": under, "age_65_plus": over, "age_16_64": people - under - over,
        "owned": owned, "social_rented": social, "private_rented": homes - owned - social,
        "no_qualification": int(adults * lot.uniform(0.08, 0.3)), "level_4_plus": int(adults * lot.uniform(0.2, 0.55)),
    }  # fmt: skip


BASES = {**dict.fromkeys(AGES, "people"), **dict.fromkeys(TENURE, "homes"), **dict.fromkeys(ADULTS, "adults")}


def _cell(unit: str, count: int, base: int) -> str:
    share = count / base
    return {"share": f"{share:.4f}", "percent": f"{100 * share:.1f}", "sign": f"{100 * share:.1f}%", "count": str(count)}[unit]


def _columns(lot: random.Random, unit: str, names: list[str], people: dict[str, int], counts: dict[str, dict[str, int]]):
    ward, pop = lot.choice(("Ward", "Ward name", "WD22NM")), lot.choice(("Population", "All people", "Total population"))
    thousands = maybe(lot, 0.2)
    columns = {ward: lambda name: name, pop: lambda name: f"{people[name]:,}" if thousands else str(people[name])}
    marks = [unit, *(["thousands"] if thousands else [])]
    groups = [g for g in (AGES, TENURE, ADULTS) if maybe(lot, 0.6)]
    if unit == "count":
        if TENURE in groups and maybe(lot, 0.6):
            columns[lot.choice(("Households", "All households"))] = lambda name: str(counts[name]["homes"])
        if ADULTS in groups and maybe(lot, 0.6):
            columns["Aged 16 and over"] = lambda name: str(counts[name]["adults"])
    for group in groups:
        two = group is TENURE and maybe(lot, 0.2)
        for field in list(group)[: 2 if two else 3]:
            columns[lot.choice(group[field])] = lambda name, f=field: _cell(unit, counts[name][f], counts[name][BASES[f]])
        marks += [f"{next(iter(group))}{' and one more' if two else ''}"]
    if maybe(lot, 0.2):
        columns["Councillors"] = lambda name: "3"
    return list(columns), columns, marks


def _total(column: str, columns, names: list[str], people: dict[str, int], counts: dict[str, dict[str, int]], unit: str) -> str:
    """Return the total's cell: sums of counts, overall shares of shares."""
    for group in (AGES, TENURE, ADULTS):
        for field, headers in group.items():
            if column in headers:
                return _cell(unit, sum(counts[n][field] for n in names), sum(counts[n][BASES[field]] for n in names))
    key = {"Households": "homes", "All households": "homes", "Aged 16 and over": "adults"}.get(column, "people")
    if column == "Councillors":
        return str(3 * len(names))
    text = sum(counts[n][key] for n in names)
    return f"{text:,}" if key == "people" and "," in columns[column](names[0]) else str(text)


def _truth(names: list[str], people: dict[str, int], counts: dict[str, dict[str, int]]) -> dict[str, float]:
    truth: dict[str, float] = {"wards": len(names), "people": sum(people.values())}
    for name in names:
        truth[f"people of {name}"] = people[name]
        truth |= {f"share {f} of {name}": counts[name][f] / counts[name][base] for f, base in BASES.items() if counts[name][f] >= 0}
    return truth


def _read(path: Path) -> Numbers:
    """Return what is given; what is said to be imputed is left out."""
    own = own_place(path)
    place = own.place
    population = place.areas.groupby("ward")["population"].sum()
    found: dict[str, float] = {"wards": len(place.wards), "people": float(population.sum())}
    found |= {f"people of {name}": float(value) for name, value in population.items()}
    table = place.ward_table.set_index("ward")
    groups = {"age": AGES, "tenure": TENURE, "qualification": ADULTS}
    lacking = {one.group: dict(zip(place.wards, one.wards, strict=True)) for one in place.imputed}
    if any("aged 16 and over, imputed" in finding.text for finding in own.findings):
        del groups["qualification"]  # counts, divided by a number of adults that is said to be an estimate
    for group, fields in groups.items():
        for name in place.wards:
            if not lacking.get(group, {}).get(name, False):
                found |= {f"share {f} of {name}": float(table.loc[name, f]) for f in fields}
    return found
