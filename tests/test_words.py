"""Plain English in everything that people read: no phrase that readers stumble over, percent in one way, no sentence without an end."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path

from experiments.reports.assurance import words
from experiments.reports.findings import LIMITS
from experiments.reports.odd import CONCEPTS, PURPOSE
from scenarios.catalogue import CATALOGUE
from scenarios.structures import STRUCTURES
from simulation.declared.institutions import SERVICES
from simulation.measures.measure import measures_of
from simulation.month import LOOPS, MONTH, declared_parameters
from tests.imports import PACKAGES

ROOT = Path(__file__).resolve().parent.parent
MOST_WORDS, MEAN_WORDS = 30, 20  # of a sentence
# Phrases that readers stumbled over, as kinds, with what is written instead. Comments and docstrings are held to the first part as well.
STRANGE = {
    r"\btold (from|apart)\b|\bcannot be told\b": "not distinguishable from; not clear",
    r"\bhangs? on\b": "depends on",
    r"\b(stands?|stood) (?!for\b|out\b|up\b|to\b|by\b|still\b)": "is",
    r"\b(is|are) there already\b": "already exists",
    r"\b(what|nothing) is tried\b": "the intervention",
    r"\b(of the|by) lot\b": "at random",
    r"\bcores there are\b": "all cores",
    r"\b(is|are) lacking\b": "is missing",
    r"\banew\b": "again",
    r"\bgoes with\b": "needs",
    r"\b(one|a) (row|column|file|set|line|pair|page) an? [a-z]": "one row per",
    r"\bparted (by|into)\b": "separated by, split into",
    r"\bseed 00\d": "the reference",
    r"\b(?P<twice>\w+ of|the|an?|of|to|is|are|in|and|or|by|with|for|on) (?:the )?(?P=twice)\b": "the same words once",
}  # fmt: skip
STRANGE_TO_READ = STRANGE | {
    r"(?<!there )(?<!where )\b(is|are|was|were) no (?!longer|more|less|limit|other|such|earlier|later)[a-z]": "is not a",
    r"\bfor each resident (a|in)\b": "per resident",
    r"\b(was|were) taken for\b": "was read as",
    r"\bsurely\b": "larger than chance would explain",
    r"\boutlasts?\b": "does it last",
    r"\bbeside (a|the|its) base\b": "compared with the base",
    r"\bwhat there is\b|\ball that there is\b": "name the things",
    r"\bagain and again (?!tire)": "repeatedly",
    r"\bwithout a (number|value) stands?\b": "is empty",
    r"[\u2013\u2014]": "a full stop, or a word",
}  # fmt: skip
PERCENT = re.compile(r"\d%|\0%(?!\d)")


def _is_pattern(text: str) -> bool:
    """Return True for a regular expression, which nobody reads."""
    return bool(re.search(r"\(\?|\\[bdsw]|\.\*|\[\^|\w\?|\{\{|\|\w+ ?\w*\|", text))


def _docstrings(nodes: list[ast.AST]) -> Iterator[ast.Constant]:
    for node in nodes:
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef) and node.body:
            first = node.body[0]
            if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant) and isinstance(first.value.value, str):
                yield first.value


@cache
def _sources() -> list[tuple[Path, str, list[ast.AST]]]:
    """Return path, text and nodes of every file."""
    paths = [path for floor in PACKAGES for path in sorted((ROOT / floor).rglob("*.py"))]
    texts = [(path.relative_to(ROOT), path.read_text(encoding="utf-8")) for path in paths]
    return [(path, text, list(ast.walk(ast.parse(text)))) for path, text in texts]


def _texts(nodes: list[ast.AST]) -> Iterator[tuple[int, str]]:
    """Give every text in a file but its docstrings; a NUL stands for each value of an f-string."""
    skipped = {id(node) for node in _docstrings(nodes)}
    for node in nodes:
        if isinstance(node, ast.JoinedStr):
            skipped |= {id(value) for value in node.values}
            yield node.lineno, "".join(str(v.value) if isinstance(v, ast.Constant) else "\0" for v in node.values)
        elif isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in skipped:
            yield node.lineno, node.value


def _read_by_people() -> Iterator[tuple[str, str]]:
    """Give what people read, with where it is: messages, help, descriptions, templates, tables of facts and references, packages, pages by hand."""
    for path, _, nodes in _sources():
        yield from ((f"{path}:{line}", text) for line, text in _texts(nodes) if text.count(" ") > 1 and not _is_pattern(text))
    data = ROOT / "scenarios" / "data"
    for path in [
        *(ROOT / "experiments").rglob("*.j2"),
        *(ROOT / "dashboards" / "web" / "strings").glob("*.json"),
        data / "facts.csv",
        data / "references.csv",
        *(data / "packages").glob("*.yaml"),
    ]:
        text = re.sub(r"<style>.*?</style>", lambda m: "\n" * m[0].count("\n"), path.read_text(encoding="utf-8"), flags=re.DOTALL)
        yield from ((f"{path.relative_to(ROOT)}:{n}", line) for n, line in enumerate(text.splitlines(), 1))
    for path in [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]:
        yield from ((f"{path.relative_to(ROOT)}:{n}", line) for n, line in _written_by_hand(path))


def _written_by_hand(path: Path) -> Iterator[tuple[int, str]]:
    """Give the lines of a page with their numbers, of its code the comments; none of a page made from the code, nor of the changelog."""
    text = path.read_text(encoding="utf-8")
    if path.name == "CHANGELOG.md" or re.search(r"^\*Made by `", text, re.MULTILINE):
        return
    code = False
    for n, line in enumerate(text.splitlines(), 1):
        if line.strip().startswith("```"):
            code = not code
        yield n, line.partition("# ")[2] if code else re.sub(r"`[^`]*%[^`]*`", "``", line)


def _strange(texts: Iterator[tuple[str, str]], phrases: dict[str, str]) -> list[str]:
    known = re.compile("|".join(f"(?:{phrase})" for phrase in phrases), re.IGNORECASE)
    found = []
    for where, text in texts:
        if known.search(text):
            phrase, better = next((p, b) for p, b in phrases.items() if re.search(p, text, re.IGNORECASE))
            found.append(f"{where}: {re.search(phrase, text, re.IGNORECASE)[0]!r}; better: {better}")  # type: ignore[index]
    return found


def test_nothing_that_people_read_has_a_phrase_that_they_stumble_over() -> None:
    assert _strange(_read_by_people(), STRANGE_TO_READ) == []


def _notes() -> Iterator[tuple[str, str]]:
    for path, source, nodes in _sources():
        yield from ((f"{path}:{node.lineno}", str(node.value)) for node in _docstrings(nodes))
        lines = enumerate(source.splitlines(), 1)
        yield from ((f"{path}:{n}", line[line.index("# ") :]) for n, line in lines if "# " in line)


def test_no_comment_or_docstring_has_such_a_phrase() -> None:
    assert _strange(_notes(), STRANGE) == []


def _ends_in_percent(spec: ast.expr | None) -> bool:
    return isinstance(spec, ast.JoinedStr) and bool(spec.values) and str(getattr(spec.values[-1], "value", "")).endswith("%")


def test_percent_is_written_in_one_way() -> None:
    """A share is `50 %`, from `experiments.numbers`: the terminal and parts of the report once wrote `50%`."""
    found = [f"{where}: {text}" for where, text in _read_by_people() if PERCENT.search(text.replace("100%", ""))]
    for path, _, nodes in _sources():
        values = (node for node in nodes if isinstance(node, ast.FormattedValue) and isinstance(node.format_spec, ast.JoinedStr))
        found += [f"{path}:{node.lineno}: {ast.unparse(node)}" for node in values if _ends_in_percent(node.format_spec)]
    assert [f for f in found if not f.startswith("scenarios/own_data/tables/sheets.py")] == [], (
        "sheets.py writes cells of Excel as its users typed them"
    )


def _described() -> dict[str, str]:
    """Return every text that is declared to be read, by where it is shown."""
    texts = {f"step {p.name}": p.description for p in MONTH}
    texts |= {f"parameter {name}": p.description for name, p in declared_parameters().items()}
    texts |= {f"measure {name}": m.description for name, m in measures_of(tuple(s.name for s in SERVICES)).items()}
    texts |= {f"intervention {name}": f"{one.description} {one.interplay}" for name, one in CATALOGUE.items()}
    texts |= {f"theory {name}": one.description for name, one in STRUCTURES.items()}
    texts |= {f"loop {one.name}": one.words for one in LOOPS}
    texts |= {f"concept {name}": text for name, text in CONCEPTS.items()} | {"purpose": PURPOSE}
    texts |= {f"limit {n}": text for n, text in enumerate((*LIMITS, *words.MISUSES, *words.CANNOT))}
    return texts | {f"use {user}": text for user, text in words.USES} | {f"check {row[0]}": row[1] for row in words.VERIFICATION}


def test_no_description_has_a_sentence_that_is_too_long() -> None:
    lengths = {
        f"{where}: {sentence}": len(sentence.split())
        for where, text in _described().items()
        for sentence in re.split(r"(?<=[.!?:;])\s+", text)
        if sentence
    }
    assert {where: n for where, n in lengths.items() if n > MOST_WORDS} == {}
    assert sum(lengths.values()) / len(lengths) <= MEAN_WORDS
