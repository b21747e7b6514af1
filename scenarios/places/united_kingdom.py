"""Every local authority, county, region and nation of the United Kingdom by name, code or alias."""

from __future__ import annotations

import re
import unicodedata
from functools import cache

from simulation.declared.parameters import InputError

from .uk_tables import rows

NATIONS = ("England", "Scotland", "Wales", "Northern Ireland")
UNITED_KINGDOM = "United Kingdom"
_TITLES = (
    "london borough of", "royal borough of", "metropolitan borough of", "metropolitan district of", "borough of", "city and county of",
    "city and county borough of", "city of", "county borough of", "county of", "district of", "lb", "rb", "the", "county",
    "cyngor bwrdeistref sirol", "cyngor dinas a sir", "cyngor dinas", "cyngor", "comhairle",
)  # fmt: skip
_INVERTED = {*_TITLES, "city", "borough", "district", "royal borough", "london borough"}  # after a comma: `Bristol, City of`
_KINDS = (
    "metropolitan borough council", "metropolitan district council", "county borough council", "city and district council", "london borough council",
    "royal borough council", "city and county council", "borough council", "district council", "county council", "city council", "unitary authority", "ua",
    "mbc", "mdc", "cbc", "bc", "dc", "cc", "council", "london borough", "metropolitan borough", "county borough", "royal borough", "borough", "city",
    "metropolitan district", "district", "lb",
)  # fmt: skip


def plain(name: str) -> str:
    """Return a name without case, accents, punctuation and `&`."""
    letters = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return " ".join(re.sub(r"[^a-z0-9 ]", "", letters.replace("&", " and ").replace("-", " ").replace(".", " ")).split())


def bare(name: str) -> str:
    """Return a plain name without titles and kinds: `London Borough of Sutton` and `Sutton Council` are `sutton`, `Bristol, City of` is `bristol`."""
    head, comma, tail = name.rpartition(",")
    title = plain(tail).removesuffix(" council")
    short = plain(f"{title} {head}") if comma and title in _INVERTED else plain(name)
    for words, cut in ((_KINDS, str.removesuffix), (_TITLES, str.removeprefix)):
        for word in words:
            rest = cut(short, f" {word}" if cut is str.removesuffix else f"{word} ")
            if rest != short:
                short = rest.strip()
                break
    return short


def slug(name: str) -> str:
    """Return a name as it is written in commands and files: `richmond-upon-thames`."""
    return plain(name).replace(" ", "-")


@cache
def groups() -> dict[str, tuple[str, ...]]:
    """Return counties, regions and nations by name, each with the codes of its authorities."""
    table = rows("authorities")

    def codes(field: str, value: str) -> tuple[str, ...]:
        return tuple(row["code"] for row in table if row[field] == value)

    found = {row["name"]: codes("county", row["code"]) for row in rows("counties")}
    found |= {region: codes("region", region) for region in sorted({row["region"] for row in table})}
    found |= {nation: codes("nation", nation) for nation in NATIONS}
    return found | {UNITED_KINGDOM: tuple(row["code"] for row in table)}


@cache
def _exact() -> dict[str, str]:
    """Return what each name, code and alias stands for: an authority's code, or the name of a group."""
    found: dict[str, str] = {}
    for row in rows("authorities"):
        for field in ("name", "official_name", "gss", "code"):
            found[plain(row[field])] = row["code"]
    for row in rows("aliases"):
        found.setdefault(plain(row["alias"]), row["code"])
    for name in groups():
        found[plain(name)] = name
    for row in rows("counties"):
        found[plain(row["gss"])] = found[plain(f"{row['name']} County Council")] = row["name"]
    return found | {
        "uk": UNITED_KINGDOM,
        "greater london": "London",
        "yorkshire": "Yorkshire and The Humber",
        "east anglia": "East of England",
    }


@cache
def _loose() -> dict[str, str]:
    """Return what bare names stand for, where that is one thing only."""
    found: dict[str, set[str]] = {}
    for row in rows("authorities"):
        found.setdefault(bare(row["name"]), set()).add(row["code"])
    for row in rows("aliases"):
        found.setdefault(bare(row["alias"]), set()).add(row["code"])
    for row in rows("counties"):
        found.setdefault(bare(row["name"]), set()).add(row["name"])
    return {name: codes.pop() for name, codes in found.items() if len(codes) == 1 and name}


def find(name: str) -> str | None:
    """Return an authority's code or a group's name, or None if nothing is called so.

    Raises:
        InputError: the council was abolished; its successors are named.
    """
    found = (
        _exact().get(plain(name)) or _loose().get(bare(name)) or _loose().get(bare(name).removeprefix("sir "))
    )  # Welsh for county
    if found is None:
        _refuse_abolished(name)
    return found


@cache
def _abolished() -> dict[str, int]:
    """Return the row of each abolished council in its table, by code and by bare name."""
    table = rows("abolished")
    by_code = {code.lower(): n for n, row in enumerate(table) for code in row["gss"].split(";") if code}
    return {bare(row["name"]): n for n, row in enumerate(table)} | by_code


def _refuse_abolished(name: str) -> None:
    code = name.strip().lower()
    found = _abolished().get(code, _abolished().get(bare(name)))
    if found is None:
        return
    row = rows("abolished")[found]
    called_now = {one["code"]: one["name"] for one in rows("authorities")}
    successors = " or ".join(f"'{called_now[code]}'" for code in row["successors"].split(";"))
    called = f"'{name.strip()}' ({row['name']})" if code in row["gss"].lower().split(";") else f"'{row['name']}'"
    raise InputError(f"place: {called} was abolished in {row['abolished']}; use {successors} ({row['source']})")


def names() -> list[str]:
    """Return the names of all authorities, counties, regions and nations."""
    return [*(row["name"] for row in rows("authorities")), *groups()]


def called(found: str) -> tuple[str, ...]:
    """Return what an authority or a group is called in commands, as `find` gives it: names and codes, in small letters."""
    row = next((row for row in rows("authorities") if row["code"] == found), None)
    return (slug(found),) if row is None else (slug(row["name"]), row["gss"].lower(), row["code"].lower())
