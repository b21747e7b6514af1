"""Surveys: answers in words or on scales, with what surveys write for no answer."""

from __future__ import annotations

import random
from pathlib import Path

from scenarios.own_data.surveys.survey import read_survey

from .case import Case, Numbers, maybe
from .files import write_table

WORDS = {
    "trust": (("A great deal", "A fair amount"), ("Not very much", "Not at all")),
    "perceived_influence": (("Definitely agree", "Tend to agree"), ("Tend to disagree", "Definitely disagree")),
    "council_satisfaction": (("Very satisfied", "Fairly satisfied"), ("Fairly dissatisfied", "Very dissatisfied")),
    "volunteering_12m": (("Yes",), ("No",)),
    "was_asked": (("Yes", "Y"), ("No", "N")),
}
HEADERS = {
    "trust": ("trust", "Trust in the council", "Q12 Trust in council"),
    "perceived_influence": ("perceived_influence", "Influence", "Q7 influence local decisions"),
    "council_satisfaction": ("council_satisfaction", "Satisfaction", "Satisfied with council"),
    "volunteering_12m": ("volunteering_12m", "Volunteered", "volunteering last 12 months"),
    "was_asked": ("was_asked", "Was asked", "Asked to take part"),
}
MISSING_WORDS = (
    "", "Don't know", "Don\u2019t know", "Don't know / can't say", "Prefer not to say", "Prefer not to answer", "Refused", "DK", "Not applicable",
    "No answer", "Not stated", "N/A", "-9", "-1", "-8", "99", "REFUSED", "don't know",
)  # fmt: skip
SCALES = ((1, 5), (1, 10), (0, 10), (1, 7), (1, 4))
FAR_CODES = {(1, 5): ("-9", "99", "98"), (1, 10): ("-9", "99", "88", "77"), (0, 10): ("-9", "99", "88"), (1, 7): ("-9", "99", "-1"), (1, 4): ("-9", "9", "99")}  # fmt: skip
SEGMENTS = ("Settlers", "Prospectors", "Pioneers")


def make(lot: random.Random, folder: Path) -> Case:
    """Draw a survey and write it."""
    people, names = lot.randint(60, 100), lot.sample(sorted(WORDS), lot.randint(1, 3))
    columns: dict[str, list[str]] = {}
    yes: dict[str, list[bool | None]] = {}
    answers: dict[str, str] = {}
    marks: list[str] = []
    for name in names:
        header = lot.choice(HEADERS[name])
        cells, meant = (
            _scale(lot, people, name, answers, marks) if name == "trust" and maybe(lot, 0.4) else _words(lot, people, name, marks)
        )
        columns[header], yes[name] = cells, meant
    weights = _weights(lot, people, columns, marks)
    segments = _segments(lot, people, columns, marks)
    _besides(lot, people, columns, marks)
    order = list(columns)
    lot.shuffle(order)
    rows = list(zip(*(columns[name] for name in order), strict=True))
    path, done = write_table(lot, folder, order, rows, "survey")
    truth = _truth(yes, weights, segments)

    def read() -> Numbers:
        survey = read_survey(path, answers=answers)
        found: dict[str, float] = {}
        for row in survey.overall.reset_index().itertuples():
            found |= {f"yes {row.measure}": row.value, f"n {row.measure}": row.n}
        return (
            found
            | {f"segment {name}": share for name, share in survey.segment_shares.items()}
            | {"segments": len(survey.segment_shares)}
        )

    return Case(path, (*marks, *done), truth, read, tolerance=2e-4)


def _words(lot: random.Random, people: int, name: str, marks: list[str]) -> tuple[list[str], list[bool | None]]:
    said_yes, said_no = WORDS[name]
    share, lost = lot.uniform(0.2, 0.8), lot.choice((0.0, 0.1, 0.3))
    words = lot.sample(MISSING_WORDS, 3)
    cells: list[str] = []
    meant: list[bool | None] = []
    for _ in range(people):
        answer = None if maybe(lot, lost) else maybe(lot, share)
        cells.append(lot.choice(words) if answer is None else lot.choice(said_yes if answer else said_no))
        meant.append(answer)
    if None in meant:
        marks.append(f"{name}: missing as {words}")
    if maybe(lot, 0.2):
        cells = [cell.upper() if maybe(lot, 0.3) else cell for cell in cells]
        marks.append("upper case")
    return cells, meant


def _scale(
    lot: random.Random, people: int, name: str, answers: dict[str, str], marks: list[str]
) -> tuple[list[str], list[bool | None]]:
    low, high = scale = lot.choice(SCALES)
    codes, lost = lot.sample(FAR_CODES[scale], 2), lot.choice((0.0, 0.2))
    bar = (low + high) // 2
    values = [None if maybe(lot, lost) else lot.randint(low, high) for _ in range(people)]
    values[: high - low + 1] = range(low, high + 1)  # every answer is given by somebody
    lot.shuffle(values)
    answers[name] = "|".join(str(n) for n in range(low, bar + 1))
    marks.append(f"scale {low}..{high}, missing as {codes}")
    return [lot.choice(codes) if v is None else str(v) for v in values], [None if v is None else v <= bar for v in values]


def _weights(lot: random.Random, people: int, columns: dict[str, list[str]], marks: list[str]) -> list[float | None]:
    if maybe(lot, 0.6):
        return [1.0] * people
    lost = lot.choice((0.0, 0.15))
    weights = [None if maybe(lot, lost) else round(lot.uniform(0.3, 3.0), 3) for _ in range(people)]
    columns[lot.choice(("weight", "Weight", "wt", "survey weight"))] = ["" if w is None else f"{w:.3f}" for w in weights]
    marks.append("weights" + (", some missing" if None in weights else ""))
    return weights


def _segments(lot: random.Random, people: int, columns: dict[str, list[str]], marks: list[str]) -> list[str | None]:
    if maybe(lot, 0.7):
        return []
    lost, codes = lot.choice((0.0, 0.2)), lot.sample(("-9", "Refused", "", "Don't know", "99"), 2)
    # three times as many as are needed to be shown, so that chance leaves no segment out
    segments: list[str | None] = [None if maybe(lot, lost) else SEGMENTS[n % 3] for n in range(people)]
    lot.shuffle(segments)
    columns[lot.choice(("segment", "Value segment"))] = [lot.choice(codes) if s is None else s for s in segments]
    marks.append(f"segments, missing as {codes}")
    return segments


def _besides(lot: random.Random, people: int, columns: dict[str, list[str]], marks: list[str]) -> None:
    if maybe(lot, 0.3):
        columns["respondent e-mail"] = [f"person{n}@example.org" for n in range(people)]
        marks.append("private")
    if maybe(lot, 0.3):
        columns["shoe size"] = [str(lot.randint(35, 47)) for _ in range(people)]
        marks.append("other column")


def _truth(yes: dict[str, list[bool | None]], weights: list[float | None], segments: list[str | None]) -> dict[str, float]:
    truth: dict[str, float] = {}
    for name, meant in yes.items():
        pairs = [(answer, w) for answer, w in zip(meant, weights, strict=True) if answer is not None and w is not None]
        truth[f"yes {name}"] = sum(w for answer, w in pairs if answer) / sum(w for _, w in pairs)
        truth[f"n {name}"] = len(pairs)
    known = [(s, w) for s, w in zip(segments, weights, strict=False) if s is not None and w is not None] if segments else []
    for name in SEGMENTS if known else ():
        truth[f"segment {name}"] = sum(w for s, w in known if s == name) / sum(w for _, w in known)
    return truth | {"segments": len({s for s, _ in known})}
