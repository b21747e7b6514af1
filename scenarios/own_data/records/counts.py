"""Counts the cases of files that were read: by agency, with what was left out and what each column was read as."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from simulation.kernels.randomness import stream as keyed_stream
from simulation.kernels.randomness import uniforms_of

from ...advice import advice
from ..tables.readings import Reading
from .agencies import Agency
from .case_files import CaseFile
from .fields import BY_NAME, DATES, ENDS, RECORD_FIELDS
from .judgement import Span, day
from .outcomes import CLOSED, FIXED, OPEN, UNFIXED, shortened

NO_CLOSING = "no closing (far outside the record)"
LONGEST_WORD = 60  # characters; longer ones are sentences, which are not shown


@dataclass
class Count:
    """Cases counted, and what was odd about them.

    Attributes:
        span: when the record begins and ends.
        agencies: by number, as the files have them.
        until: the last moment seen, days since 1970.
        tally: cases by what became of them in the counting.
        no_closings: by field, dates that are not closings, with their number.
        no_openings: days of opening that lie far from all others, with their number.
        first_backward: the first line whose case closes before it opens.
    """

    span: Span
    agencies: dict[int, Agency] = field(default_factory=dict)
    until: float = -np.inf
    rows: int = 0
    tally: Counter[str] = field(default_factory=Counter)
    no_closings: dict[str, Counter[str]] = field(default_factory=dict)
    no_openings: Counter[str] = field(default_factory=Counter)
    first_backward: str = ""

    def take(self, file: CaseFile, order: int) -> None:
        """Count the cases of a file whose dates are read in one order (a number of `ORDERS`)."""
        for cases in file.blocks():
            self._block(cases, {name: cases["dates"][:, n, order] for n, name in enumerate(DATES)}, file)

    def _block(self, cases: np.ndarray, days: dict[str, np.ndarray], file: CaseFile) -> None:
        opened, ended = days["created"], self._ended(days, file)
        there, updated = np.isfinite(opened), days["updated"]
        belongs = there & self.span.opens(opened)
        self.no_openings.update(day(one) for one in opened[there & ~belongs])
        updated = self._possible("updated", updated, file)
        ended, updated = _not_before(ended, opened), _not_before(updated, opened)
        says_open, says_closed = cases["state"] == OPEN, cases["state"] == CLOSED
        overruled = says_open & np.isfinite(ended)
        ended = np.where(says_open, np.nan, ended)
        late = says_closed & np.isnan(ended) & (updated >= opened)
        ended = np.where(late, updated, ended)
        untimed = says_closed & np.isnan(ended)
        backward = belongs & (ended < opened)
        if backward.any() and not self.first_backward:
            self.first_backward = f"line {cases['line'][int(backward.argmax())]}"
        kept = belongs & ~backward
        fresh = kept & ~cases["copy"]
        dated = set(ENDS) & set(file.columns)
        self._tell({
            "undated": ~there, "elsewhere": there & ~belongs, "backward": backward, "copies": kept & cases["copy"], "duplicates": fresh & cases["duplicate"], "overruled": overruled & fresh, "by change": late & fresh & bool(dated),
            "untimed": untimed & fresh, "open": fresh & np.isnan(ended) & ~untimed,
        })  # fmt: skip
        closed = fresh & (np.isfinite(ended) | untimed)
        for name, code in (("fixed", FIXED), ("unfixed", UNFIXED)):
            self.tally[name] += int((closed & (self._outcome(cases, days) == code)).sum())
        self.tally["closed"] += int(closed.sum())
        for seen in (opened[belongs], ended[kept], updated[belongs]):
            self.until = max(self.until, float(np.nanmax(seen, initial=-np.inf)))
        self._share_out(cases, kept, opened, ended, untimed, self._outcome(cases, days))

    def _outcome(self, cases: np.ndarray, days: dict[str, np.ndarray]) -> np.ndarray:
        """Return how each case ended: as its words say, else fixed if it has a date of fixing."""
        by_date = np.where(self.span.ends(days["fixed"]), FIXED, 0)
        return np.where(cases["outcome"] > 0, cases["outcome"], by_date)

    def _ended(self, days: dict[str, np.ndarray], file: CaseFile) -> np.ndarray:
        """Return when each case ended; what is not a closing is counted and left out."""
        return np.fmin.reduce([self._possible(name, days[name], file) for name in ENDS])

    def _possible(self, name: str, days: np.ndarray, file: CaseFile) -> np.ndarray:
        out = np.isfinite(days) & ~self.span.ends(days)
        if out.any():
            self.no_closings.setdefault(file.columns[name], Counter()).update(day(one) for one in days[out])
            file.counts[name].update({"given": -int(out.sum()), NO_CLOSING: int(out.sum())})
        return np.where(out, np.nan, days)

    def _tell(self, found: dict[str, np.ndarray]) -> None:
        self.tally.update({name: int(rows.sum()) for name, rows in found.items()})

    def _share_out(self, cases: np.ndarray, kept: np.ndarray, opened: np.ndarray, ended: np.ndarray, untimed: np.ndarray, outcome: np.ndarray) -> None:  # fmt: skip
        rows = np.arange(self.rows, self.rows + len(cases), dtype=np.int64)
        self.rows += len(cases)
        lot = uniforms_of(rows, keyed_stream(0, "records"))
        for number in np.unique(cases["agency"]):
            agency = self.agencies.setdefault(int(number), Agency())
            here = kept & (cases["agency"] == number)
            fresh = here & ~cases["copy"]
            agency.add(
                lot[fresh],
                opened[fresh],
                ended[fresh],
                cases["repeats"][fresh].astype(float),
                untimed[fresh],
                outcome[fresh],
                cases["duplicate"][fresh],
            )
            agency.add_copies(opened[here & cases["copy"]])


def _not_before(moment: np.ndarray, opened: np.ndarray) -> np.ndarray:
    """Return moments of which a day without a time, if a case opened on it, is no earlier than that."""
    return np.where((moment == np.floor(moment)) & (moment == np.floor(opened)), opened, moment)


def _such_as(dates: Counter[str]) -> str:
    shown = ", ".join(one for one, _ in dates.most_common(3))
    return shown + (f" and {len(dates) - 3} more" if len(dates) > 3 else "")


def _say(number: int, sentence: str, **values: object) -> str:
    """Return a sentence about one thing or many: of `[closes|close]` the first is for one, `{n}` is the number, and other names are values."""
    chosen = re.sub(r"\[(.*?)\|(.*?)\]", lambda both: both[1 if number == 1 else 2], sentence)
    return chosen.format(n=f"{number:,}", **values)


def notes_of(count: Count, files: Sequence[CaseFile], threshold: int) -> list[str]:
    """Return what was odd about the cases, in plain words; words of fewer cases than the threshold are counted and not named."""
    tally, span = count.tally, count.span
    first, last, until = day(span.first), day(span.last), day(count.until)
    closed = "{n} [case is closed by its|cases are closed by their] status and [has|have] no closing date; "
    told: list[tuple[int, str, Mapping[str, object]]] = [
        (tally["backward"], "{n} [case closes before it opens|cases close before they open] ({line} is the first); [it was|they were] left out", {"line": count.first_backward}),
        (tally["undated"], "{n} [case|cases] without an opening date [was|were] left out", {}),
        (count.no_openings.total(), "{n} [case|cases] would be opened on {such}, far from all others ({first} to {last}); [it was|they were] left out", {"such": _such_as(count.no_openings), "first": first, "last": last}),
        *(
            (dates.total(), "'{column}': {n} [date|dates] ({such}) [is|are] far outside the record ({first} to {until}): [it is not a closing date, and counts|they are not closing dates, and count] as empty", {"column": column, "such": _such_as(dates), "first": first, "until": until})
            for column, dates in count.no_closings.items()
        ),
        (tally["overruled"], "{n} [case has|cases have] a closing date and a status that says open ({words}); [it counts|they count] as open", {"words": _open_words(files, threshold)}),
        (tally["by change"], closed + "the date of [its|their] last change was used", {}),
        (tally["untimed"], closed + "[it counts|they count] as closed, but not in the response times", {}),
        (tally["duplicates"], "{n} [case is a duplicate by its|cases are duplicates by their] status or outcome; each counts as a repeat contact, and also as a case that ended as its words say", {}),
    ]  # fmt: skip
    return [_say(number, sentence, **values) for number, sentence, values in told if number] + _unknown_words(files, threshold)


def _unknown_words(files: Sequence[CaseFile], threshold: int) -> list[str]:
    unknown = Counter[str]()
    for file in files:
        unknown.update(file.words["status"].unknown())
    if not unknown:
        return []
    shown = {word: n for word, n in unknown.most_common() if _is_short(word) and n >= threshold}
    words = [_say(n, "'{word}' ({n} [case|cases])", word=word[:40]) for word, n in list(shown.items())[:12]]
    words += [f"{len(shown) - 12} more"] if len(shown) > 12 else []
    rest = sum(n for word, n in unknown.items() if word not in shown)
    words += [f"{other_words(len(unknown) - len(shown), threshold)} ({_say(rest, '{n} [case|cases]')})"] if rest else []
    first = next(iter(shown), "WORD")
    return [
        f"unknown status words: {', '.join(words)}. A case with a closing date counts as closed, one without as open; {advice().status(first[:40])}"
    ]


def other_words(number: int, threshold: int) -> str:
    """Return how many words are not named, as fewer cases have each than the threshold, or as they are long."""
    return f"{number:,} other {'word' if number == 1 else 'words'} that fewer than {threshold} cases share or that are sentences"


def _open_words(files: Sequence[CaseFile], threshold: int) -> str:
    words = {word: None for file in files for word in file.words["status"].by_kind()[1].get("open", ())}
    counts = sum((file.words["status"].counts for file in files), Counter[str]())
    shown = [word for word in words if _is_short(word) and counts[word] >= threshold]
    rest = len(words) - len(shown)
    return ", ".join(part for part in (shortened(shown, 6), other_words(rest, threshold) if rest else "") if part)


def readings_of(files: Sequence[CaseFile], count: Count, threshold: int) -> list[Reading]:
    """Return what every column was read as, with counts, and what became of all cases; words that few cases share are counted and not named."""
    found: dict[tuple[str, str], Counter[str]] = {}
    values: dict[tuple[str, str], dict[str, tuple[str, ...]]] = {}
    few: dict[tuple[str, str], Counter[str]] = {}
    for file in files:
        for one in RECORD_FIELDS:
            if one.name not in file.columns:
                continue
            key = one.name, file.columns[one.name]
            counts: dict[str, int] = dict(file.counts.get(one.name, {}))
            words: dict[str, tuple[str, ...]] = {}
            if one.name in file.words:
                counts, words = file.words[one.name].by_kind()
                shown = {kind: _showable(file, one.name, named, threshold) for kind, named in words.items()}
                few.setdefault(key, Counter()).update({kind: len(named) - len(shown[kind]) for kind, named in words.items()})
                words = shown
            found.setdefault(key, Counter()).update(counts)
            earlier = values.setdefault(key, {})
            values[key] = {
                kind: tuple(dict.fromkeys((*earlier.get(kind, ()), *words.get(kind, ())))) for kind in {**earlier, **words}
            }
    for column, dates in count.no_closings.items():
        for key in found:
            if key[1] == column:
                values[key][NO_CLOSING] = tuple(one for one, _ in dates.most_common())
    order = [one.name for one in RECORD_FIELDS]
    rows = [
        Reading(
            "records",
            name,
            column,
            _description(name),
            {k: n for k, n in counts.items() if n},
            values[name, column],
            dict(+few.get((name, column), Counter())),
            threshold,
        )
        for (name, column), counts in sorted(found.items(), key=lambda item: order.index(item[0][0]))
    ]
    unused = {column: why for file in files for column, why in file.unused.items()}
    return [_cases(count), *rows, *(Reading("records", "", column, why) for column, why in unused.items())]


def _description(name: str) -> str:
    return BY_NAME[name].description + (" (not used)" if name == "category" else "")


def _is_short(word: str) -> bool:
    return len(word) <= LONGEST_WORD


def _showable(file: CaseFile, name: str, words: tuple[str, ...], threshold: int) -> tuple[str, ...]:
    """Return the words that may be shown: of what people wrote only short words that many cases share, and empty cells."""
    counts = file.words[name].counts
    return tuple(w for w in words if _is_short(w) and (counts[w] >= threshold or not w))


def _cases(count: Count) -> Reading:
    tally = count.tally
    counts = {
        "open": tally["open"], "fixed": tally["fixed"], "closed without a fix": tally["unfixed"],
        "closed, with no word on a fix": tally["closed"] - tally["fixed"] - tally["unfixed"], "repeat another case, by the column of duplicates": tally["copies"],
        "left out": tally["undated"] + tally["elsewhere"] + tally["backward"], "repeat another case, by their words (counted above too)": tally["duplicates"],
    }  # fmt: skip
    counts = {kind: number for kind, number in counts.items() if number or "repeat" not in kind}
    return Reading("records", "cases", "", "all cases, by how they ended", counts)
