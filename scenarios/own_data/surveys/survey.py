"""A residents' survey: single answers with weights, or published shares, as estimates with their sampling error."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest
from simulation.declared.segments import SEGMENTS, Segment
from simulation.measures.measure import LEAST_WIDTH

from ...advice import advice
from ..tables.columns import Columns, Field, guess, in_one_line
from ..tables.file_errors import last_net
from ..tables.no_answers import is_empty, says_nothing
from ..tables.privacy import SMALL_COUNT, drop_private
from ..tables.readings import Reading
from ..tables.table_file import TextTable, normal, numbers, read, shares
from .answers import Column, Said, read_answers, read_names
from .totals import drop_totals
from .weights import WEIGHTS, read_weights, unheard_weights

_PLAIN = {"1": "yes|y|true", "0": "no|n|false"}
_TRUST = {
    "1": r"(?:a )?great deal|(?:a )?fair amount|(?:tend to |completely |mostly )?trust|high|agree|" + _PLAIN["1"],
    "0": r"not very much|not at all|none(?: at all)?|(?:tend to |completely |mostly )?(?:dis|do not |don t )trust|low|disagree|"
    + _PLAIN["0"],
}
_AGREE = {
    "1": r"(?:strongly |definitely |tend to |slightly |somewhat )?(?:agree|satisfied)|(?:very|fairly) satisfied|" + _PLAIN["1"],
    "0": r"(?:strongly |definitely |tend to |slightly |somewhat |very |fairly )?(?:disagree|dissatisfied)|neither.*|" + _PLAIN["0"],
}
# What somebody did not do, in words that else mean that nobody answered.
_DID_NOT = (
    r"(?:refus(?:e to|ed|es|ing)|declin(?:e to|ed|es|ing)|unavailable|unable|unwilling|not (?:available|able|willing)|(?:chose|opted) not|no (?:time|wish)) "
    r"(?:to |for )?(?:take part|taking part|participat|volunteer|join|get(?:ting)? involved|be(?:ing)? involved|attend|be (?:asked|consulted)).*"
)
# Times of an act that lie before the 12 months that are asked about, and words that leave it open whether they do.
_BEFORE_THE_YEAR = (
    r".*(?:more than|over|longer than) (?:12 months|twelve months|1 year|one year|a year) ago|"
    r".*but not (?:in|during|within|over) (?:the )?(?:last|past) (?:12 months|twelve months|year)"
)
_IN_THE_YEAR = (
    r"(?!.*(?:more than .* ago|over .* ago|longer ago|years? ago|long time ago|1[2-9] months ago|but not|\blife|lifetime|\bever\b|before|previously|until|used to|"
    r"in the past$|decade|(?:[2-9]|\d\d|two|three|four|five|ten) years))"
)
_YES = {
    "1": _IN_THE_YEAR
    + r"(?:1|took part|participated|asked|volunteered|selected|mentioned|checked|ticked|at least .*|(?:daily|weekly|fortnightly|monthly|quarterly|once).*|"
    r"every (?:day|week|month).*|(?:several|a few) times (?:a|in).*|" + _PLAIN["1"] + ")",
    "0": _BEFORE_THE_YEAR
    + r"|0|never|did not(?! (?:know|answer|say|state|reply|respond|give|complete|remember|recall|want|wish)).*|none(?: of (?:these|the above|them))?|"
    r"un(?:selected|checked|ticked)|not (?:selected|mentioned|checked|ticked)|" + f"{_DID_NOT}|" + _PLAIN["0"],
}
_NOT_ASKED = r"not (?:been )?asked(?: (?:by|to|at all|in|during|within|over|for)(?! (?:this|th[ae]t|my|your|our|th[ie]se?) (?:question|wave|version|survey|module)).*)?"
_ASKED = _YES | {"0": f"(?:was |were |have |has |i was )?{_NOT_ASKED}|" + _YES["0"]}
_CONSULTED = {"1": "responded|replied|" + _YES["1"], "0": "did not (?:respond|reply)|" + _YES["0"]}

_Q = r"(?:q ?\d+[a-z]?(?: \d+)? )?"  # the number of a question
_YEAR = r"(?: 12m| (?:(?:in|over|during|within) )?(?:the )?(?:last|past) (?:12 months|twelve months|year))?"
_HOW = r"(?:overall )?(?:(?:how much|how far|to what extent|how strongly) )?(?:(?:do|would) you (?:say (?:that )?you )?)?"
_LOCAL = r"(?:the |your )?(?:local )?(?:council|authority|city|municipality)"

SURVEY_FIELDS: tuple[Field, ...] = (
    Field("weight", "weight of the answer", WEIGHTS),
    Field("segment", "value segment", r"(?:value )?(?:segment|mode|values|tribe|cluster)(?: name)?"),
    Field("ward", "ward", r"ward(?: name| code)?|electoral (?:ward|division)"),
    Field("trust", "trusts the council", r"(?:q\d+ )?trust(?: in)?(?: the)?(?: local)?(?: council| authority| city| municipality)?|" + _Q + _HOW + "trust (?:in )?" + _LOCAL, _TRUST),
    Field("trust_housing", "trusts the landlord", r"(?:q\d+ )?trust(?: in)?(?: the)? (?:housing|landlord).*", _TRUST),
    Field("trust_police", "trusts the police", r"(?:q\d+ )?trust(?: in)?(?: the)? police", _TRUST),
    Field("trust_health", "trusts the health service", r"(?:q\d+ )?trust(?: in)?(?: the)? (?:health|nhs|hospital).*", _TRUST),
    Field("perceived_influence", "agrees that they can influence local decisions", r"(?!influence.* (?:important|importance|want|like|wish|should|interest\w*|leaflet|media|vot(?:e|ing))\b|influenced? by|influenced)(?:q\d+ )?(?:can |perceived |feel(?:s)? )?(?:influence)(?: local| over| on)?(?: decisions)?.*|" + _Q + r"(?:do you )?(?:(?:to what extent|how far) )?(?:do you )?(?:agree|feel|think)(?: or disagree)?(?: that)?(?: you| i| people)?(?: personally)? (?:can|could) influence (?:local )?decisions.*", _AGREE),
    Field("participation", "took part in a civic activity in 12 months", r"(?:q\d+ )?(?:participat\w*|took part|civic (?:participation|engagement)|takes part)" + _YEAR, _YES),
    Field("consultation", "took part in a consultation in 12 months", r"(?:q\d+ )?(?:consult\w*)" + _YEAR + "|" + _Q + r"(?:have you )?(?:responded to|(?:took|taken|take) part in) (?:an? |any )?(?:council )?consultations?" + _YEAR, _CONSULTED),
    Field("volunteering_12m", "volunteered in 12 months", r"(?:q\d+ )?(?:volunteer\w*)|" + _Q + r"(?:have you |did you )?volunteer(?:ed|ing)?" + _YEAR, _YES),
    Field("council_satisfaction", "satisfied with how the council runs things", r"(?:q\d+ )?(?:council )?satisf\w*(?: council| with(?: the)? council)?", _AGREE),
    Field("was_asked", "was asked to take part in 12 months", r"(?:q\d+ )?(?:was |been |were )?asked(?: to (?:take part|volunteer|join))?" + _YEAR + "|" + _Q + r"(?:have you |were you )?(?:been )?asked to (?:take part|volunteer|join)" + _YEAR + "|anybody asked", _ASKED),
)  # fmt: skip
ANSWERS = tuple(f for f in SURVEY_FIELDS if f.choices)
_NAMES = re.compile("|".join(f"^(?:{f.pattern})$" for f in SURVEY_FIELDS))
_USED = {"measure", "group", "value", "low", "high", "n"}
_SHARE_NAMES = {"measure", "value"}
# Other names of the columns of published shares.
_ALSO = {
    "n": r"(?:unweighted )?(?:base|n|sample|count|total)(?: size)?(?: \(?unweighted\)?)?|(?:number of )?respondents|sample size|answers",
    "low": r"(?:lower|low)(?: (?:ci|cl|95|95%|95% ci|bound|limit|confidence (?:limit|interval)))*|(?:95% )?ci (?:low|lower)|lcl|lci",
    "high": r"(?:upper|high)(?: (?:ci|cl|95|95%|95% ci|bound|limit|confidence (?:limit|interval)))*|(?:95% )?ci (?:high|upper)|ucl|uci",
}
_EVERYBODY = {"all", "total", "overall", "everyone", "everybody", "all respondents", "all residents", "-"}
ROUNDING = 0.0051  # by which a published share may miss its own limits


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


@last_net
def read_survey(
    path: Path,
    columns: Mapping[str, str] | None = None,
    answers: Mapping[str, str] | None = None,
    threshold: int = SMALL_COUNT,
    missing: Mapping[str, str] | None = None,
) -> Survey:
    """Return what a survey says, from answers (one row per respondent) or from shares (columns `measure`, `value`).

    Args:
        columns: confirmed columns by field.
        answers: values that mean yes, by field, separated by `|`; all others mean no, but those that are not answers.
        threshold: groups of fewer respondents are not shown.
        missing: values that are not answers, by field, separated by `|`; '' where nothing but empty cells is none.

    Raises:
        InputError: naming file, line, value and what is allowed.
    """
    published = read(Path(path), re.compile("^(?:measure|value)$"), named=(columns or {}).values())
    if {c.lower() for c in published.frame.columns} >= _SHARE_NAMES:
        for option, given in (("--survey-column", columns), ("--answer", answers), ("--missing", missing)):
            if given:
                raise InputError(
                    f"{option}: needs answers, one row per respondent; {path} contains shares (columns measure, value)"
                )
        return _from_shares(published, threshold)
    table = read(Path(path), _NAMES, named=(columns or {}).values())
    mapping = guess(table, SURVEY_FIELDS, columns, "--survey-column")
    _leave_mode(table, mapping, columns or {})
    totals = drop_totals(table, mapping.columns, {f.name: f for f in SURVEY_FIELDS})
    notes = [*table.notes, *totals, *drop_private(table, mapping.columns.values(), texts=True), *mapping.unsure]
    notes += unheard_weights(table, mapping.unused) if "weight" not in mapping.columns else []
    asked = [f for f in ANSWERS if f.name in mapping.columns]
    if not asked and "segment" not in mapping.columns:
        raise InputError(_no_answers(path, table))
    _heard(table, mapping.columns, "--answer", answers or {}, {f.name for f in ANSWERS})
    _heard(table, mapping.columns, "--missing", missing or {}, {f.name for f in SURVEY_FIELDS})
    said = {f.name: Said((answers or {}).get(f.name), (missing or {}).get(f.name)) for f in SURVEY_FIELDS}
    parts = (
        [read_weights(table, SURVEY_FIELDS[0], mapping.columns["weight"], said["weight"], "weight" in (columns or {}))]
        if "weight" in mapping.columns
        else []
    )
    weight = parts[0].cells if parts else np.ones(len(table.frame))
    read_as = _all_answers(table, asked, mapping.columns, said, threshold)
    names = {
        f.name: read_names(table, f, mapping.columns[f.name], said[f.name], threshold, ask=f.name == "segment")
        for f in SURVEY_FIELDS
        if f.name in ("segment", "ward") and f.name in mapping.columns
    }
    parts += [*names.values(), *read_as.values()]
    notes += [note for part in parts for note in part.notes]
    estimates, hidden = _estimates(read_as, names, weight, threshold)
    by_segment = _segment_shares(table, names, weight, threshold, notes)
    notes += [note for note in table.notes if note not in notes]  # some only when the numbers were read
    if asked and not len(estimates):
        raise InputError(f"{path}: fewer than {threshold} answers to any question; nothing can be shown")
    readings = [part.reading for part in parts]
    readings += [Reading("survey", "", column) for column in mapping.unused if column in table.frame.columns]
    return Survey(Path(path).name, estimates, by_segment, mapping.columns, notes, hidden, readings)


def _leave_mode(table: TextTable, mapping: Columns, given: Mapping[str, str]) -> None:
    """Leave, in place, a column `Mode` or `Cluster` that names no value segment: how people answered, or where they were sampled."""
    column = mapping.columns.get("segment", "")
    known = {s.name.lower().rstrip("s") for s in SEGMENTS}
    if "segment" in given or not re.fullmatch("(?:mode|cluster)(?: name)?", normal(column)):
        return
    if not known & {cell.strip().lower().rstrip("s") for cell in table.frame[column]}:
        del mapping.columns["segment"]
        mapping.unused.append(column)
        mapping.unsure.append(
            f"'{column}' names no known value segment and was not used; {advice().column('--survey-column', 'segment', column)} uses it"
        )


def _no_answers(path: Path, table: TextTable) -> str:
    """Return what to do where no column was taken for an answer: all fields, an example and the columns."""
    columns = [str(column) for column in table.frame.columns]
    fields_ = ", ".join(f"{advice().field(f.name)} ({f.description})" for f in SURVEY_FIELDS)
    example = next((c for c in columns if "trust" in normal(c)), columns[0] if columns else "COLUMN")
    return (
        f"{path}: no column was read as an answer; name one with {advice().column('--survey-column', 'trust')}, and the others in the "
        f"same way. Example: {advice().column('--survey-column', 'trust', example)}. Fields: {fields_}. Columns: {', '.join(columns)}"
    )


def _all_answers(
    table: TextTable, asked: Sequence[Field], columns: Mapping[str, str], said: Mapping[str, Said], threshold: int
) -> dict[str, Column]:
    """Return the columns of answers; raise `InputError` with the problems of the first few at once."""
    found, problems = {}, []
    for one in asked:
        try:
            found[one.name] = read_answers(table, one, columns[one.name], said[one.name], threshold)
        except InputError as error:
            problems.append(str(error))
    if problems:
        raise InputError(in_one_line(problems))
    return found


def _heard(table: TextTable, columns: Mapping[str, str], option: str, given: Mapping[str, str], known: set[str]) -> None:
    """Raise `InputError` for a field that is none, or that this survey does not have."""
    for name in given:
        if name not in known:
            held = next((f for f, column in columns.items() if column.lower() == name.lower() and f in known), None)
            hint = f"column '{name}' was read as {held}: {option} {held}=..." if held else nearest(name, known)
            raise InputError(f"{option}: unknown field '{name}'; {hint}")
        if name not in columns:
            held = ", ".join(f for f in columns if f in known)
            raise InputError(
                f"{option}: {name}: no column of {table.path.name} was read as this field; "
                f"fields found: {held}; name it with {advice().column('--survey-column', name)}"
            )


def _estimates(
    answers: Mapping[str, Column], names: Mapping[str, Column], weight: np.ndarray, threshold: int
) -> tuple[pd.DataFrame, int]:
    """Return the estimates of every question for everybody and for each group, and how many are too small to be shown."""
    groups = {"": np.ones(len(weight), dtype=bool)}
    for kind, column in names.items():
        groups |= {f"{kind}: {name}": column.cells == name for name in sorted(set(column.cells) - {""})}
    rows, hidden = [], 0
    for measure, column in answers.items():
        for label, inside in groups.items():
            here = inside & ~np.isnan(column.cells) & ~np.isnan(weight)
            if 0 < here.sum() < threshold:
                hidden += 1
            elif here.any():
                rows.append((measure, label, *_share(column.cells[here], weight[here]), int(here.sum())))
    return pd.DataFrame(rows, columns=["measure", "group", "value", "low", "high", "n"]), hidden


def _share(values: np.ndarray, weight: np.ndarray) -> tuple[float, float, float]:
    """Return a weighted share with its 95 % interval (Wilson, on Kish's effective number of answers)."""
    share = float(np.average(values, weights=weight))
    effective = weight.sum() ** 2 / (weight**2).sum()
    from scipy.stats import binomtest  # takes longer to import than most places take to read

    interval = binomtest(round(share * effective), max(round(effective), 1)).proportion_ci(method="wilson")
    return share, min(float(interval.low), share), max(float(interval.high), share)


def _segment_shares(
    table: TextTable, names: Mapping[str, Column], weight: np.ndarray, threshold: int, notes: list[str]
) -> dict[str, float]:
    """Return the share of each segment among those whose segment is known."""
    if "segment" not in names:
        return {}
    cells = pd.Series(names["segment"].cells)
    named = (cells != "").to_numpy() & ~np.isnan(weight)
    counts = cells[named].value_counts()
    few = [s for s in counts.index if counts[s] < threshold]
    if few:
        notes.append(f"{len(few)} segments have fewer than {threshold} respondents and were left out")
    kept = named & ~cells.isin(few).to_numpy()
    if not kept.any():
        return {}
    if cells[kept].nunique() > 16:
        raise InputError(
            f"{table.path}: {names['segment'].reading.column} (segment): {cells[kept].nunique()} segments of {threshold} respondents or more; allowed: 1 to 16"
        )
    total = weight[kept].sum()
    shares = {s: float(weight[kept & (cells == s).to_numpy()].sum() / total) for s in sorted(set(cells[kept]))}
    last = list(shares)[-1]
    rounded = {s: round(v, 4) for s, v in shares.items()}
    rounded[last] = round(1.0 - sum(v for s, v in rounded.items() if s != last), 4)
    return rounded


def _from_shares(table: TextTable, threshold: int) -> Survey:
    """Return what published shares say: one row per measure and group, or a segment's share of the people."""
    names = {c.lower(): c for c in table.frame.columns}
    for name, pattern in _ALSO.items():
        found = [c for c in table.frame.columns if c.lower() not in _USED and re.fullmatch(pattern, normal(c))]
        if name not in names and found:
            del names[found[0].lower()]
            names[name] = found[0]
    rows, notes = _share_rows(table, names)
    small = (rows["n"] < threshold).to_numpy()
    is_segment = (rows["measure"] == "segment").to_numpy()
    segments = rows[is_segment & ~small & (rows["kept"] == 1).to_numpy()]
    sums = {rows.loc[is_segment, "value"].sum(), segments["value"].sum()}
    if len(segments) and min(abs(total - 1) for total in sums) > 0.02:
        raise InputError(f"{table.path}: the shares of the segments add up to {segments['value'].sum():.3f}; allowed: 1")
    parts = {k: v / segments["value"].sum() for k, v in zip(segments["group"], segments["value"], strict=True)}
    kept = rows[(rows["kept"] == 1) & ~is_segment & ~small].drop(columns="kept").reset_index(drop=True)
    counts = {"given": int(rows["kept"].sum()), "missing": int(len(rows) - rows["kept"].sum())}
    listed = {"given": tuple(dict.fromkeys(rows["measure"]))}
    readings = [Reading("survey", "measure", names["measure"], "what was asked", counts, listed)]
    readings += [Reading("survey", name if name in _USED else "", c) for name, c in names.items() if name != "measure"]
    return Survey(table.path.name, kept, parts, {}, [*table.notes, *notes], int(small.sum()), readings)


def _share_rows(table: TextTable, names: Mapping[str, str]) -> tuple[pd.DataFrame, list[str]]:
    """Return `measure, group, value, low, high, n` and `kept` (1, or 0 for a row without a share or a group), and what to tell."""
    known = {f.name for f in ANSWERS} | {"segment"}
    measure = table.frame[names["measure"]]
    for row, name in enumerate(measure):
        if name not in known:
            raise InputError(f"{table.line(row)}: measure: '{name}'; {nearest(name, known)}")
    value = _as_share(table, names["value"], "value")
    number = numbers(table, names["n"], "n").to_numpy() if "n" in names else np.full(len(value), np.nan)
    _refuse_row(table, number == 0, f"{names.get('n')}: 0; allowed: 1 or more, or empty where it is not known")
    group = table.frame[names["group"]] if "group" in names else pd.Series("", index=measure.index)
    group = group.mask(group.str.lower().isin(_EVERYBODY) & (measure != "segment"), "")
    low = _as_share(table, names["low"], "low") if "low" in names else np.full(len(value), np.nan)
    high = _as_share(table, names["high"], "high") if "high" in names else np.full(len(value), np.nan)
    _refuse_row(table, low > high, "low is above high")
    _refuse_row(table, (value < low - ROUNDING) | (value > high + ROUNDING), "the value is outside the range low to high")
    narrow = ((value <= 0) | (value >= 1)) & (high - low < LEAST_WIDTH)  # what the usual formula gives at 0 and at 100 %
    low, high = np.where(narrow, np.nan, low), np.where(narrow, np.nan, high)
    least, most = _wilson(value, number)
    low, high = np.where(np.isnan(low), least, low), np.where(np.isnan(high), most, high)
    bare = np.isnan(low) | np.isnan(high)
    notes = ["shares without low, high or n are assumed to be known to within 3 points"] if (bare & ~np.isnan(value)).any() else []
    low, high = np.where(np.isnan(low), value - 0.03, low), np.where(np.isnan(high), value + 0.03, high)
    nobody = group.map(lambda g: g != "" and (is_empty(g) or says_nothing(g.split(":")[-1].strip())))
    nobody = (nobody | ((measure == "segment") & (group == ""))).to_numpy(bool)
    for gone, why in ((np.isnan(value), "no value"), (nobody & ~np.isnan(value), "an unknown segment or ward")):
        if gone.any():
            said = ", ".join(dict.fromkeys(f"{m} {g}".strip() for m, g in zip(measure[gone], group[gone], strict=True)))
            notes.append(f"{int(gone.sum())} rows have {why} and were left out: {said}")
    columns = {
        "measure": measure.to_numpy(),
        "group": group.to_numpy(),
        "value": value,
        "low": np.clip(low, 0, 1),
        "high": np.clip(high, 0, 1),
    }
    rows = pd.DataFrame({**columns, "n": number, "kept": (~np.isnan(value) & ~nobody).astype(int)})
    twice = rows.duplicated(["measure", "group"]).to_numpy() & (rows["kept"] == 1).to_numpy()
    _refuse_row(table, twice, "this measure and group are given twice")
    return rows, notes


def _wilson(value: np.ndarray, number: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the 95 % interval (Wilson) of shares, each of so many answers; nan where either is not known."""
    z2 = 1.96**2 / np.where(number > 0, number, np.nan)
    middle = (value + z2 / 2) / (1 + z2)
    half = np.sqrt(z2 * value * (1 - value) + z2**2 / 4) / (1 + z2)
    return np.minimum(middle - half, value), np.maximum(middle + half, value)


def _refuse_row(table: TextTable, wrong: np.ndarray, why: str) -> None:
    if wrong.any():
        raise InputError(f"{table.line(int(wrong.argmax()))}: {why}")


def _as_share(table: TextTable, column: str, name: str) -> np.ndarray:
    given, signed = shares(table, {name: column}, high=100, apart=True)
    values = given[name].to_numpy()
    return values / 100 if not signed and np.nanmax(values, initial=0.0) > 1 else values
