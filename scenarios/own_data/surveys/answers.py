"""One column of a survey: which cells count as yes, as no and as no answer, by the field's words, by the scale, and by what the user says."""

from __future__ import annotations

import html
import re
import unicodedata
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

import numpy as np
import pandas as pd

from simulation.declared.parameters import InputError, nearest

from ...advice import advice
from ..tables.columns import Field
from ..tables.no_answers import USUAL, codes_of, does_not_know, is_empty, label_of, number_of, says_nothing, words_of
from ..tables.privacy import SMALL_COUNT
from ..tables.readings import Reading, other_values
from ..tables.table_file import TextTable

LONG_SCALE = 8  # values of a scale from which one above the yes is hardly a "don't know"
LISTED = 40  # values that are listed of each kind
_CURLED = re.compile(r"[\u2018\u2019\u00b4`]| \u0301")  # and a separate acute accent
_NOT_PLACED = re.compile(r"(?:un|not )(?:classified|segmented|allocated|assigned)(?: .*)?")

_REPLIED = re.compile("re(?:spond|pli)ed")
_NO_REPLY = re.compile(
    "no (?:response|reply)|not (?:responded|replied)|non ?(?:response|respondent|reply)|has not (?:responded|replied)"
)


@dataclass(frozen=True)
class Said:
    """What the user says about one field, instead of the rules.

    Attributes:
        yes: values that count as yes, separated by `|`; None where nothing is said.
        missing: values that are not answers, separated by `|`; '' if nothing but empty cells is; None where nothing is said.
    """

    yes: str | None = None
    missing: str | None = None


@dataclass
class Column:
    """One column as it was read.

    Attributes:
        cells: float64 1, 0 or nan for answers; names, '' where there is none, for segments and wards; one for each row.
        reading: what was taken for what, with counts.
        notes: what to report about it.
    """

    cells: np.ndarray
    reading: Reading
    notes: list[str] = field(default_factory=list)


def read_answers(table: TextTable, one: Field, column: str, said: Said = Said(), least: int = SMALL_COUNT) -> Column:
    """Return a column of answers as 1, 0 or nan.

    Args:
        least: values in fewer rows than this are counted but not named, unless they are numbers or made of the words of usual answers.

    Raises:
        InputError: a value that neither the rules nor the user explain, or that may or may not be an answer.
    """
    counts = table.frame[column].value_counts()
    kinds = _kinds(table, one, column, counts, said)
    where = f"{column} ({advice().field(one.name)})"
    if said.missing is None and "no" not in kinds.values() and "yes" in kinds.values():
        _refuse_all_yes(table, one, column, counts, kinds)
    number = {"yes": 1.0, "no": 0.0, "missing": np.nan}
    cells = table.frame[column].map({cell: number[kind] for cell, kind in kinds.items()}).to_numpy(float)
    reading = _reading(one, column, counts, kinds, ("yes", "no", "missing"), least)
    rest = _told_rest(one, column, counts, kinds, least) if said.yes is not None and said.missing is None else []
    middle = [
        c
        for c, kind in kinds.items()
        if kind == "no" and words_of(label_of(c)[1]).startswith("neither") and namable(c, counts, least)
    ]
    notes = [f"{where}: '{cell}' ({counts[cell]:,}) counts as no" for cell in middle]
    return Column(cells, reading, [*rest, *_told_missing(where, counts, kinds, least), *notes])


def read_names(table: TextTable, one: Field, column: str, said: Said = Said(), least: int = 1, ask: bool = True) -> Column:
    """Return a column of names, such as segments or wards; '' where none is given. Spellings that differ by case are one name.

    Args:
        least: names that fewer rows give are counted and not listed.
        ask: raise where a number may be a name or a missing code.
    """
    counts = table.frame[column].value_counts()
    named = _matching(counts, said.missing, f"--missing {one.name}", "gives")
    kinds = dict.fromkeys(counts.index, "given")
    for cell in counts.index:
        nothing = is_empty(cell) or says_nothing(cell) or _NOT_PLACED.fullmatch(words_of(label_of(cell)[1]))
        if not cell or cell in named or (said.missing != "" and nothing):
            kinds[cell] = "missing"
    if said.missing != "":
        bare = {cell: n for cell, kind in kinds.items() if kind == "given" and (n := number_of(cell)) is not None}
        words = any(kind == "given" and cell not in bare for cell, kind in kinds.items())
        codes = codes_of(bare.values(), words=words)
        if codes.doubtful and ask and said.missing is None:
            raise _doubt(table, one, column, {c: int(counts[c]) for c, n in bare.items() if n in codes.doubtful}, codes.answers)
        kinds |= {cell: "missing" for cell, n in bare.items() if n in codes.missing}
        left = {cell: int(counts[cell]) for cell in bare if kinds[cell] == "given"}
        if words and left and ask and said.missing is None:  # a code without a label, such as 0 beside Settlers
            raise _doubt(table, one, column, left, None)
    spelling: dict[str, str] = {}
    for cell in counts.index:  # the most frequent first
        spelling.setdefault(_key(cell), cell)
    names = {cell: spelling[_key(cell)] if kind == "given" else "" for cell, kind in kinds.items()}
    cells = table.frame[column].map(names).to_numpy(object)
    shown = pd.Series(cells[cells != ""]).value_counts()
    reading = _reading(one, column, counts, kinds, ("given", "missing"), least)
    listed = tuple(shown.index[shown >= least][:LISTED])
    few = {**reading.few, "given": int((shown < least).sum())}
    reading = replace(reading, values={**reading.values, "given": listed}, few={kind: n for kind, n in few.items() if n})
    return Column(
        cells, reading, _told_missing(f"{column} ({advice().field(one.name)})", counts, kinds, least, f"answers have no {one.name}")
    )


def without(table: TextTable, one: Field, column: str, said: Said) -> list[str]:
    """Return the values of a column of numbers, such as weights, that stand for none."""
    counts = table.frame[column].value_counts()
    named = _matching(counts, said.missing, f"--missing {one.name}", "gives")
    return [c for c in counts.index if not c or c in named or (said.missing != "" and (is_empty(c) or says_nothing(c)))]


def _kinds(table: TextTable, one: Field, column: str, counts: pd.Series, said: Said) -> dict[str, str]:
    """Return what each value counts as."""
    yes = _matching(counts, said.yes, f"--answer {one.name}", "answered")
    none = _matching(counts, said.missing, f"--missing {one.name}", "answered")
    if yes & none:
        raise InputError(f"--missing {one.name}: '{sorted(yes & none)[0]}' counts as yes by --answer; name it in one of them")
    own = {cell: found for cell in counts.index if (found := _by_words(one, cell)) is not None}
    if "yes" in {kind for cell, kind in own.items() if _REPLIED.match(words_of(label_of(cell)[1]))} and "no" not in own.values():
        own |= {cell: "no" for cell in counts.index if _NO_REPLY.fullmatch(words_of(label_of(cell)[1]))}  # to the consultation
    if one.name == "was_asked" and said.yes is None:
        _refuse_two_meanings(table, one, column, own)
    kinds: dict[str, str] = {}
    for cell in counts.index:
        if cell in yes:
            kinds[cell] = "yes"
        elif not cell or cell in none:
            kinds[cell] = "missing"
        elif cell in own:
            kinds[cell] = own[cell] if said.yes is None else "no"
        elif said.missing != "" and (is_empty(cell) or says_nothing(cell)):
            kinds[cell] = "missing"
    _sort_numbers(table, one, column, counts, kinds, said)
    open_ = [cell for cell in counts.index if cell not in kinds]
    if open_ and said.yes is None:
        raise _not_understood(table, one, column, open_, kinds)
    if said.yes is not None and said.missing is None and (beyond := beyond_scale(yes, open_, own)):
        raise _unnamed(table, one, column, counts, kinds, open_, beyond)
    return kinds | dict.fromkeys(open_, "no")


def beyond_scale(yes: Collection[str], open_: Collection[str], own: Mapping[str, str]) -> list[str]:
    """Return bare numbers that may mean no answer, such as an unlabelled "don't know", although nothing says so.

    These are: a number beside words, or beyond all labelled codes; the last of 1 to 3, 5 or 7 where yes is the first half of the others
    (3 where 1 is yes, 5 where 1 and 2 are); and those above where yes is in the middle of a short scale (2 beside 0 and 1).

    Args:
        yes: values that count as yes.
        open_: values that nothing explains.
        own: what the field's words say of a value.
    """
    bare = {cell: n for cell in open_ if (n := number_of(cell)) is not None}
    words = [cell for cell in (*yes, *own, *open_) if number_of(cell) is None]
    labelled = {n for cell in words if (n := label_of(cell)[0]) is not None}
    if words:
        inside = (min(labelled), max(labelled)) if labelled else (np.inf, -np.inf)
        return [cell for cell, n in bare.items() if not inside[0] <= n <= inside[1]]
    taken = sorted(n for cell in yes if (n := number_of(cell)) is not None)
    below, above = [c for c, n in bare.items() if n < taken[0]], [c for c, n in bare.items() if n > taken[-1]] if taken else []
    if not above:
        return []
    if below:
        return above if len(bare) + len(taken) <= LONG_SCALE else []
    top = max(above, key=lambda cell: bare[cell])
    whole = sorted({*bare.values(), *taken}) == [float(n) for n in range(1, len(bare) + len(taken) + 1)]
    return [top] if whole and len(above) == len(taken) + 1 and len(taken) <= 3 else []


def _unnamed(
    table: TextTable,
    one: Field,
    column: str,
    counts: pd.Series,
    kinds: Mapping[str, str],
    open_: Sequence[str],
    beyond: Sequence[str],
) -> InputError:
    """Ask about numbers that may mean no answer, showing what everything else counts as."""

    def listed(cells: Sequence[str]) -> str:
        return ", ".join(f"{cell} ({counts[cell]:,})" for cell in cells[:LISTED])

    doubtful = sorted(beyond, key=lambda cell: number_of(cell) or 0.0)
    yes = sorted(c for c, kind in kinds.items() if kind == "yes")
    no = sorted({*(c for c, kind in kinds.items() if kind == "no"), *open_} - set(doubtful))
    return InputError(
        f"{table.path}: {column} ({advice().field(one.name)}): yes is {listed(yes)}{f', no is {listed(no)}' if no else ''}; {listed(doubtful)} may mean no, "
        f"or no answer (don't know): {advice().no_answers(one.name, doubtful)} if it means no answer, or {advice().all_answers(one.name)} if it means no"
    )


def _told_rest(one: Field, column: str, counts: pd.Series, kinds: Mapping[str, str], least: int) -> list[str]:
    """Return one line that lists the values that count as no only because `--answer` does not name them."""
    rest = [cell for cell, kind in kinds.items() if kind == "no" and _by_words(one, cell) != "no"]
    if not rest:
        return []
    named = _named([cell for cell in counts.index if cell in rest], counts, least)
    return [
        f"{column} ({advice().field(one.name)}): counted as no, since --answer does not name them: {named}; if one of them means no answer, say "
        f"{advice().no_answers(one.name, ['VALUE'])}"
    ]


def _sort_numbers(table: TextTable, one: Field, column: str, counts: pd.Series, kinds: dict[str, str], said: Said) -> None:
    """Decide, in place, which numbers are missing codes; and 1 and 0, if these are the only numbers."""
    settled = {cell for cell, kind in kinds.items() if kind != "missing"}
    bare = {cell: n for cell in counts.index if cell not in kinds and (n := number_of(cell)) is not None}
    coded = {cell: n for cell in counts.index if cell not in kinds and (n := label_of(cell)[0]) is not None}
    sure = {n for cell in settled for n in (number_of(cell), label_of(cell)[0]) if n is not None}
    words = any(number_of(cell) is None for cell in counts.index if kinds.get(cell) != "missing")
    if said.missing != "":
        if _by_words(one, "1"):  # yes is 1 and no is 0: no scale around 0
            kinds |= {cell: "missing" for cell, n in bare.items() if n < 0}
            bare = {cell: n for cell, n in bare.items() if cell not in kinds}
        codes = codes_of(bare.values(), sure | set(coded.values()), words and not coded)
        doubtful = {cell for cell, n in bare.items() if n in codes.doubtful and said.missing is None}
        rest = (set(bare.values()) | sure) - codes.missing - codes.doubtful
        if doubtful and (said.yes is not None or (rest and rest <= {0.0, 1.0})):
            raise _doubt(table, one, column, {cell: int(counts[cell]) for cell in doubtful}, codes.answers)
        kinds |= {cell: "missing" for cell, n in bare.items() if n in codes.missing}
        bare = {cell: n for cell, n in bare.items() if cell not in kinds}
        if doubtful:
            return
    if said.yes is None and not words and set(bare.values()) | sure <= {0.0, 1.0}:
        kinds |= {cell: "yes" if n else "no" for cell, n in bare.items()}


def _by_words(one: Field, cell: str) -> str | None:
    """Return `yes` or `no` where the field's own words say so, with or without a code before them."""
    number = number_of(cell)  # whose sign is not a mark: -1 is not 1
    for text in (words_of(cell), words_of(label_of(cell)[1])) if number is None else (f"{number:g}",):
        for value, pattern in one.choices.items():
            if re.fullmatch(pattern, text):
                return "yes" if value == "1" else "no"
    return None


def _refuse_two_meanings(table: TextTable, one: Field, column: str, own: Mapping[str, str]) -> None:
    """`Not asked` next to a plain `No`: was the question not asked, or was the person not asked to take part?"""
    not_asked = [cell for cell in own if words_of(label_of(cell)[1]) == "not asked"]
    if not_asked and any(kind == "no" and cell not in not_asked for cell, kind in own.items()):
        raise InputError(
            f"{table.path}: {column} ({advice().field(one.name)}): '{not_asked[0]}' may mean no, or that the question was not asked; say "
            f"what counts as yes, {advice().answers(one.name)}, and, if it was not asked, {advice().no_answers(one.name, [not_asked[0]])}"
        )


def _refuse_all_yes(table: TextTable, one: Field, column: str, counts: pd.Series, kinds: Mapping[str, str]) -> None:
    """If only yes is left, the values left out may have meant no: empty cells, or words such as `No reply`."""
    where = f"{table.path}: {column} ({advice().field(one.name)}): every answer is yes, and"
    empty = int(counts.get("", 0))
    left = [c for c in counts.index if kinds[c] == "missing" and c and number_of(c) is None and not does_not_know(c)]
    if left:
        named = ", ".join(f"{cell} ({counts[cell]:,})" for cell in left[:LISTED])
        raise InputError(
            f"{where} values that may mean no were read as no answer: {named}; write No where it means no, or say that it means no answer: "
            f"{advice().no_answers(one.name, left)}"
        )
    if empty:
        raise InputError(f"{where} {empty:,} cells are empty; write No where empty means no, or {advice().empty_cells(one.name)}")


def _key(cell: str) -> str:
    """Return a value for comparing: without entities, case, curled quotes and double blanks."""
    text = _CURLED.sub("'", unicodedata.normalize("NFKC", html.unescape(cell)))
    return " ".join(text.casefold().split())


def _matching(counts: pd.Series, given: str | None, option: str, verb: str) -> set[str]:
    """Return the values that the user names: as written, as numbers, or by their code or label alone.

    Raises:
        InputError: a value that does not occur.
    """
    found: set[str] = set()
    for value in (given or "").split("|"):
        if not value.strip():
            continue
        number, key = number_of(value), _key(value)
        exact = {c for c in counts.index if c and (_key(c) == key or (number is not None and number_of(c) == number))}
        part = {c for c in counts.index if c and (_key(label_of(c)[1]) == key or (number is not None and label_of(c)[0] == number))}
        if not exact | part:
            hint = nearest(value.strip(), set(counts.index) - {""})
            raise InputError(f"{option}: nobody {verb} '{value.strip()}'; {hint}")
        found |= exact or part
    return found


def _not_understood(table: TextTable, one: Field, column: str, open_: Sequence[str], kinds: Mapping[str, str]) -> InputError:
    row = int(table.frame[column].isin(open_).to_numpy().argmax())
    values = sorted({c for c in table.frame[column] if kinds.get(c) != "missing"})[:8]
    gone = sorted(c for c, kind in kinds.items() if kind == "missing" and c)[:8]
    text = f"{table.line(row)}: {column} ({advice().field(one.name)}): {table.frame[column].iloc[row]!r} is not understood; "
    text += f"say what counts as yes: {advice().answers(one.name)}; values: {', '.join(map(repr, values))}"
    return InputError(text + (f"; no answers: {', '.join(map(repr, gone))}" if gone else ""))


def _doubt(
    table: TextTable, one: Field, column: str, doubtful: Mapping[str, int], answers: tuple[float, float] | None
) -> InputError:
    named = ", ".join(f"{cell} ({number:,})" for cell, number in sorted(doubtful.items(), key=lambda item: number_of(item[0]) or 0))
    beside = f" beside {answers[0]:g} to {answers[1]:g}" if answers else ""
    return InputError(
        f"{table.path}: {column} ({advice().field(one.name)}): {named}{beside} may be an answer or mean no answer; say which mean no answer: "
        f"{advice().no_answers(one.name, sorted(doubtful))}, or {advice().all_answers(one.name)} if all are answers"
    )


def _reading(one: Field, column: str, counts: pd.Series, kinds: Mapping[str, str], order: Sequence[str], least: int) -> Reading:
    values = {kind: [c for c in counts.index if kinds[c] == kind] for kind in order}
    numbers = {kind: sum(int(counts[c]) for c in cells) for kind, cells in values.items()}
    shown = {kind: [c for c in cells if namable(c, counts, least)] for kind, cells in values.items()}
    few = {kind: n for kind in order if (n := len(values[kind]) - len(shown[kind]))}
    named = {kind: tuple(cells[:LISTED]) for kind, cells in shown.items()}
    return Reading("survey", one.name, column, one.description, numbers, named, few, least)


def namable(cell: str, counts: pd.Series, least: int) -> bool:
    """Return whether a value may be named: it is empty, many rows give it, it is a number, or made of the words of usual answers alone."""
    if not cell or counts[cell] >= least or number_of(cell) is not None:
        return True
    return all(word.isdigit() or word in USUAL for word in words_of(label_of(cell)[1]).split())


def _named(cells: Sequence[str], counts: pd.Series, least: int) -> str:
    """Return values with their rows; how many there are of those that may not be named."""
    shown = [cell for cell in cells if namable(cell, counts, least)]
    rest = [int(counts[cell]) for cell in cells if cell not in shown]
    parts = [f"{cell or 'empty'} ({counts[cell]:,})" for cell in shown[:LISTED]]
    return ", ".join([*parts, *([f"{other_values(len(rest), least)} ({sum(rest):,})"] if rest else [])])


def _told_missing(where: str, counts: pd.Series, kinds: Mapping[str, str], least: int, what: str = "mean no answer") -> list[str]:
    """Return one line that says what was read as missing, and how often."""
    gone = [cell for cell in counts.index if kinds[cell] == "missing"]
    if not gone:
        return []
    number = sum(int(counts[cell]) for cell in gone)
    return [f"{where}: {number:,} of {counts.sum():,} {what} and were left out: {_named(gone, counts, least)}"]
