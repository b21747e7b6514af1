"""A residents' survey: single answers with weights, or published shares, as estimates with their sampling error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd
from scipy import stats

from simulation.parameters import InputError, nearest
from simulation.segments import SEGMENTS, Segment

from .columns import Field, guess
from .privacy import SMALL_COUNT, drop_private
from .readings import Reading
from .tables import MISSING, TextTable, numbers, read, shares

_TRUST = {
    "1": r"(?:a )?great deal|(?:a )?fair amount|(?:tend to |completely |mostly )?trust|high|yes|agree",
    "0": r"not very much|not at all|none(?: at all)?|(?:tend to |completely |mostly )?(?:dis|do not |don t )trust|low|no|disagree",
}
_AGREE = {
    "1": r"(?:strongly |definitely |tend to |slightly |somewhat )?(?:agree|satisfied)|(?:very|fairly) satisfied|yes",
    "0": r"(?:strongly |definitely |tend to |slightly |somewhat |very |fairly )?(?:disagree|dissatisfied)|neither.*|no",
}
_YES = {
    "1": r"yes|true|y|took part|asked|volunteered|at least .*|(?:weekly|monthly|once).*",
    "0": r"no|false|n|never|did not.*|not asked|none",
}
_UNKNOWN = (
    r"don ?t know|dk|refused|prefer not to say|no (?:answer|opinion)|not (?:asked|applicable|stated|answered)|missing|-?9+|-8|-1"
)

SURVEY_FIELDS: tuple[Field, ...] = (
    Field("weight", "weight of the answer", r"(?:survey |final |respondent |person |design |rim )*(?:weights?|wt|wgt)(?: final)?"),
    Field("segment", "value segment", r"(?:value )?(?:segment|mode|values|tribe|cluster)(?: name)?"),
    Field("ward", "ward", r"ward(?: name| code)?|electoral (?:ward|division)"),
    Field("trust", "trusts the council", r"(?:q\d+ )?trust(?: in)?(?: the)?(?: local)?(?: council| authority| city| municipality)?", _TRUST),
    Field("trust_housing", "trusts the landlord", r"(?:q\d+ )?trust(?: in)?(?: the)? (?:housing|landlord).*", _TRUST),
    Field("trust_police", "trusts the police", r"(?:q\d+ )?trust(?: in)?(?: the)? police", _TRUST),
    Field("trust_health", "trusts the health service", r"(?:q\d+ )?trust(?: in)?(?: the)? (?:health|nhs|hospital).*", _TRUST),
    Field("perceived_influence", "agrees to have influence on local decisions", r"(?:q\d+ )?(?:can |perceived |feel(?:s)? )?(?:influence)(?: local| over| on)?(?: decisions)?.*", _AGREE),
    Field("participation", "took part in a civic form in 12 months", r"(?:q\d+ )?(?:participat\w*|took part|civic (?:participation|engagement)|takes part)(?: 12m| last 12 months| last year)?", _YES),
    Field("consultation", "took part in a consultation in 12 months", r"(?:q\d+ )?(?:consult\w*)(?: 12m| last 12 months)?", _YES),
    Field("volunteering_12m", "volunteered in 12 months", r"(?:q\d+ )?(?:volunteer\w*)(?: 12m| last 12 months| last year| ever)?", _YES),
    Field("council_satisfaction", "satisfied with how the council runs things", r"(?:q\d+ )?(?:council )?satisf\w*(?: council| with(?: the)? council)?", _AGREE),
    Field("was_asked", "was asked to take part in 12 months", r"(?:q\d+ )?(?:was |been |were )?asked(?: to (?:take part|volunteer|join))?(?: 12m| last 12 months| last year)?|anybody asked", _YES),
)  # fmt: skip
ANSWERS = tuple(f for f in SURVEY_FIELDS if f.choices)
_NAMES = re.compile("|".join(f"^(?:{f.pattern})$" for f in SURVEY_FIELDS))
_SHARE_NAMES = {"measure", "value"}


@dataclass
class Survey:
    """What a survey says.

    Attributes:
        estimates: `measure, group, value, low, high, n`: shares with 95 % intervals; group '' is everybody, else `segment: X` or `ward: Y`.
        segment_shares: share of each segment, where it was asked.
        columns: which column was taken for what.
        notes: what was done to read it.
        hidden: number of groups too small to be shown.
        readings: which column was read as what, with counts of yes, no and missing.
    """

    name: str
    estimates: pd.DataFrame
    segment_shares: dict[str, float] = field(default_factory=dict)
    columns: dict[str, str] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)
    hidden: int = 0
    readings: list[Reading] = field(default_factory=list)

    @property
    def overall(self) -> pd.DataFrame:
        """Return the estimates for everybody, by measure."""
        return self.estimates[self.estimates["group"] == ""].set_index("measure")

    def segments(self) -> tuple[Segment, ...] | None:
        """Return the segments with the survey's shares; a segment that is not a default one is like the average."""
        if not self.segment_shares:
            return None
        default = {s.name.lower(): s for s in SEGMENTS}
        return tuple(
            replace(default.get(name.lower(), Segment(name, share)), name=name, share=share)
            for name, share in self.segment_shares.items()
        )

    def targets(self) -> pd.DataFrame:
        """Return the estimates as rows of an evidence ledger, for `calibrate`."""
        rows = self.overall.reset_index()
        return pd.DataFrame(
            {
                "id": "own_" + rows["measure"], "measure": rows["measure"], "statement": [f"{m}, own survey" for m in rows["measure"]], "kind": "band",
                "value": rows["value"].round(4), "low": rows["low"].round(4), "high": rows["high"].round(4), "population": "respondents",
                "year": "", "source": self.name, "role": "calibrate", "status": "found",
            }
        )  # fmt: skip


def read_survey(
    path: Path, columns: Mapping[str, str] | None = None, answers: Mapping[str, str] | None = None, threshold: int = SMALL_COUNT
) -> Survey:
    """Return what a survey says, from answers (one row a respondent) or from shares (columns `measure`, `value`).

    Args:
        columns: confirmed columns by field.
        answers: values that mean yes, by field, joined with `|`, where words do not tell.
        threshold: groups of fewer respondents are not shown.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    shares = read(Path(path), re.compile("^(?:measure|value)$"), named=(columns or {}).values())
    if {c.lower() for c in shares.frame.columns} >= _SHARE_NAMES:
        return _from_shares(shares)
    table = read(Path(path), _NAMES, named=(columns or {}).values())
    mapping = guess(table, SURVEY_FIELDS, columns, "--survey-column")
    notes = [*table.notes, *drop_private(table, mapping.columns.values()), *mapping.unsure]
    asked = [f for f in ANSWERS if f.name in mapping.columns]
    if not asked and "segment" not in mapping.columns:
        raise InputError(
            f"{path}: no column was taken for an answer; say which with --survey-column trust=COLUMN; columns: {', '.join(table.frame.columns)}"
        )
    weight = np.ones(len(table.frame))
    if "weight" in mapping.columns:
        weight = numbers(table, mapping.columns["weight"], "weight").fillna(0.0).to_numpy()
        if weight.sum() <= 0:
            raise InputError(f"{path}: the weights add up to 0")
    coded = {f.name: _coded(table, f, mapping.columns[f.name], (answers or {}).get(f.name)) for f in asked}
    groups = _groups(table, mapping.columns)
    rows, hidden = [], 0
    for name, values in coded.items():
        for label, inside in groups.items():
            here = inside & ~np.isnan(values)
            if not here.any():
                continue
            if here.sum() < threshold:
                hidden += 1
                continue
            rows.append((name, label, *_share(values[here], weight[here]), int(here.sum())))
    by_segment = _segment_shares(table, mapping.columns, weight, threshold, notes)
    estimates = pd.DataFrame(rows, columns=["measure", "group", "value", "low", "high", "n"])
    notes += [note for note in table.notes if note not in notes]  # some only when the numbers were read
    if asked and not len(estimates):
        raise InputError(f"{path}: fewer than {threshold} answers to any question; nothing can be shown")
    return Survey(Path(path).name, estimates, by_segment, mapping.columns, notes, hidden)


def _coded(table: TextTable, one: Field, column: str, yes: str | None) -> np.ndarray:
    """Return answers as 1, 0 or nan.

    Raises:
        InputError: a value that neither words nor `--answer` explain.
    """
    cells = table.frame[column].str.lower().str.replace(r"[^a-z0-9.+-]+", " ", regex=True).str.strip()
    unknown = cells.isin({m.strip("[]").lower() for m in MISSING} | {""}) | cells.str.fullmatch(_UNKNOWN)
    if yes is not None:
        wanted = {v.strip().lower() for v in yes.split("|")}
        strange = wanted - set(table.frame[column].str.lower())
        if strange:
            raise InputError(
                f"--answer {one.name}: nobody answered '{sorted(strange)[0]}'; {nearest(sorted(strange)[0], set(table.frame[column]) - {''})}"
            )
        known = set(table.frame[column][unknown & ~table.frame[column].str.lower().isin(wanted)])
        hit = table.frame[column].str.lower().isin(wanted)
        return np.where(hit, 1.0, np.where(table.frame[column].isin(known), np.nan, 0.0))
    out = np.full(len(cells), np.nan)
    for value, pattern in one.choices.items():
        out[cells.str.fullmatch(pattern).to_numpy() & ~unknown.to_numpy()] = float(value)
    if set(cells[~unknown]) <= {"0", "1", "0.0", "1.0"}:
        out = np.where(unknown, np.nan, pd.to_numeric(cells.where(~unknown), errors="coerce"))
    strange_rows = np.isnan(out) & ~unknown.to_numpy()
    if strange_rows.any():
        row = int(strange_rows.argmax())
        values = sorted(set(table.frame[column]))[:8]
        raise InputError(f"{table.line(row)}: {column} ({one.name}): {table.frame[column].iloc[row]!r} is not understood; say what counts as yes: --answer '{one.name}=VALUE|VALUE'; values: {', '.join(map(repr, values))}")  # fmt: skip
    return out


def _groups(table: TextTable, columns: Mapping[str, str]) -> dict[str, np.ndarray]:
    groups = {"": np.ones(len(table.frame), dtype=bool)}
    for name in ("segment", "ward"):
        if name in columns:
            cells = table.frame[columns[name]]
            groups |= {f"{name}: {value}": (cells == value).to_numpy() for value in sorted(set(cells) - {""})}
    return groups


def _share(values: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Return a weighted share with its 95 % interval (Wilson, on Kish's effective number of answers)."""
    weight = weight if weight.sum() > 0 else np.ones_like(weight)
    share = float(np.average(values, weights=weight))
    effective = weight.sum() ** 2 / (weight**2).sum()
    interval = stats.binomtest(round(share * effective), max(round(effective), 1)).proportion_ci(method="wilson")
    return share, min(float(interval.low), share), max(float(interval.high), share)


def _segment_shares(
    table: TextTable, columns: Mapping[str, str], weight: np.ndarray, threshold: int, notes: list[str]
) -> dict[str, float]:
    if "segment" not in columns:
        return {}
    cells = table.frame[columns["segment"]]
    named = (cells != "").to_numpy()
    counts = cells[named].value_counts()
    few = [s for s in counts.index if counts[s] < threshold]
    if few:
        notes.append(f"{len(few)} segments have fewer than {threshold} respondents and were left out")
    kept = named & ~cells.isin(few).to_numpy()
    if not kept.any():
        return {}
    if cells[kept].nunique() > 16:
        raise InputError(
            f"{table.path}: {columns['segment']} (segment): {cells[kept].nunique()} segments of {threshold} respondents or more; allowed: 1 to 16"
        )
    total = weight[kept].sum()
    shares = {s: float(weight[kept & (cells == s).to_numpy()].sum() / total) for s in sorted(set(cells[kept]))}
    last = list(shares)[-1]
    rounded = {s: round(v, 4) for s, v in shares.items()}
    rounded[last] = round(1.0 - sum(v for s, v in rounded.items() if s != last), 4)
    return rounded


def _from_shares(table: TextTable) -> Survey:
    names = {c.lower(): c for c in table.frame.columns}
    known = {f.name for f in ANSWERS} | {"segment"}
    measure = table.frame[names["measure"]]
    for row, name in enumerate(measure):
        if name not in known:
            raise InputError(f"{table.line(row)}: measure: '{name}'; {nearest(name, known)}")
    value = _as_share(table, names["value"], "value")
    number = numbers(table, names["n"], "n").to_numpy() if "n" in names else np.full(len(value), np.nan)
    group = table.frame[names["group"]] if "group" in names else pd.Series("", index=measure.index)
    half = 1.96 * np.sqrt(value * (1 - value) / np.where(number > 0, number, np.nan))
    low = _as_share(table, names["low"], "low") if "low" in names else value - half
    high = _as_share(table, names["high"], "high") if "high" in names else value + half
    unknown = np.isnan(low) | np.isnan(high)
    notes = [*table.notes, *(["shares without low, high or n are taken to be known to 3 points"] if unknown.any() else [])]
    low, high = np.where(unknown, value - 0.03, low), np.where(unknown, value + 0.03, high)
    rows = pd.DataFrame(
        {
            "measure": measure.to_numpy(),
            "group": group.to_numpy(),
            "value": value,
            "low": np.clip(low, 0, 1),
            "high": np.clip(high, 0, 1),
            "n": number,
        }
    )
    segments = rows[rows["measure"] == "segment"]
    shares = dict(zip(segments["group"], segments["value"], strict=True))
    if shares and abs(sum(shares.values()) - 1) > 0.02:
        raise InputError(f"{table.path}: the shares of the segments add up to {sum(shares.values()):.3f}; allowed: 1")
    total = sum(shares.values())
    return Survey(
        table.path.name,
        rows[rows["measure"] != "segment"].reset_index(drop=True),
        {k: v / total for k, v in shares.items()},
        {},
        notes,
    )


def _as_share(table: TextTable, column: str, name: str) -> np.ndarray:
    given, signed = shares(table, {name: column}, high=100, apart=True)
    values = given[name].to_numpy()
    return values / 100 if not signed and np.nanmax(values, initial=0.0) > 1 else values
