"""Ends of ties that were taken for people without a word: numbers and words for nobody, sums, numbers that begin anew in each village."""

from __future__ import annotations

import pytest

from scenarios.own_data.networks.ties import read_ties
from simulation import InputError

from .networks import edges, is_the_village, lines, matrix, read

NAMES = ["Val", "Ann", *(f"P{n}" for n in range(38))]


def test_a_first_line_of_people_called_as_columns_is_a_tie(tmp_path) -> None:
    tied = sorted(edges(), key=lambda e: 0 not in e)
    own = read(tmp_path, lines([(NAMES[a], NAMES[b]) for a, b in tied]))
    is_the_village(own)
    assert "the first line was read as a tie" in " ".join(own.notes)


@pytest.mark.parametrize("word", ["No one", "nobody", "Don't know", "Refused", "Unknown", "no friends", "Not applicable", "N.A."])
def test_words_for_nobody_are_no_person(tmp_path, word) -> None:
    rows = [(NAMES[a], NAMES[b]) for a, b in edges()] + [(f"Q{n}", word) for n in range(5)]
    is_the_village(read(tmp_path, lines(rows, "name,friend")), alone=5)


@pytest.mark.parametrize("code", ["999", "99", "888", "9999"])
def test_a_code_far_beyond_all_numbers_is_asked_about(tmp_path, code) -> None:
    rows = [*edges(), *((n, code) for n in range(10))]
    with pytest.raises(
        InputError,
        match=rf"line 122: to: '{code}' is far from the other numbers \(0 to 39\) and may mean nobody; if so, replace it with NA",
    ):
        read(tmp_path, lines(rows, "from,to"))
    is_the_village(read(tmp_path, lines(rows, "from,to").replace(f",{code}\n", ",NA\n")))


def test_ninety_nine_people_are_people(tmp_path) -> None:
    own = read(tmp_path, lines([(n, n + 1) for n in range(1, 99)], "from,to"))
    assert own.people == 99


def test_nought_for_nobody_is_told(tmp_path) -> None:
    mixed = [(b + 1, a + 1) if n % 2 else (a + 1, b + 1) for n, (a, b) in enumerate(edges())]
    told = " ".join(read(tmp_path, lines([*mixed, *((n, 0) for n in range(1, 20))], "from,to")).notes)
    assert "to: '0' is in 19 lines, more than anybody else, and never at the other end" in told
    assert "'0' stands" not in " ".join(read(tmp_path, lines([(b, a) for a, b in edges()], "from,to")).notes)


def test_numbers_that_begin_anew_in_each_village_are_told(tmp_path) -> None:
    rows = [(village, a, b) for village in ("East", "West") for a, b in edges()]
    told = " ".join(read(tmp_path, lines(rows, "village,ego,alter")).notes)
    assert "people are in more than one village and were read as the same people; if numbering starts again" in told
    apart = [(village, f"{village[0]}{a}", f"{village[0]}{b}") for village, a, b in rows]
    own = read(tmp_path, lines(apart, "village,ego,alter"))
    assert own.people == 80 and "more than one village" not in " ".join(own.notes)


def test_sums_beside_a_matrix_are_no_person(tmp_path) -> None:
    m = matrix()
    rows = [[name, *row, sum(row)] for name, row in zip(NAMES, m.tolist(), strict=True)]
    rows.append(["Total", *m.sum(axis=0).tolist(), int(m.sum())])
    own = read(tmp_path, lines(rows, ",".join(["", *NAMES, "Total"])))
    is_the_village(own)
    assert "the last row and the last column are the sums of the others: left out" in own.notes


def test_none_beside_words_of_strength_is_no_tie(tmp_path) -> None:
    rows = [(a, b, ("strong", "weak", "none")[n % 3]) for n, (a, b) in enumerate(edges())]
    with pytest.raises(InputError, match="line 4: strength: 'none'; allowed: numbers"):
        read(tmp_path, lines(rows, "from,to,strength"))


GRAPH = '<graph edgedefault="undirected"><node id="a"/><node id="b"/><edge source="a" target="b"/></graph>'


@pytest.mark.parametrize(
    ("name", "text"),
    [("two.graphml", f"<graphml>{GRAPH}{GRAPH}</graphml>"),
     ("nested.graphml", f'<graphml><graph edgedefault="undirected"><node id="g">{GRAPH}</node><edge source="g" target="g"/></graph></graphml>'),
     ("groups.gexf", '<gexf version="1.2"><graph><nodes><node id="g"><nodes><node id="a"/><node id="b"/></nodes></node></nodes><edges><edge id="0" source="a" target="b"/></edges></graph></gexf>')],
)  # fmt: skip
def test_several_graphs_in_one_file_are_refused(tmp_path, name, text) -> None:
    (tmp_path / name).write_text(f'<?xml version="1.0"?>{text}')
    with pytest.raises(InputError, match="2 graphs, side by side or nested"):
        read_ties(tmp_path / name)


@pytest.mark.parametrize(
    ("more", "said"),
    [([("P03", "999"), ("P07", "999"), ("P09", "999")], "'999' beside names such as 'P00' may mean nobody"), ([("Total", "100")], "'Total' is not a person"),
     ([("p01", "P05"), ("p02", "P06")], "'P01' and 'p01' differ only in case or blanks")],
)  # fmt: skip
def test_who_is_nobody_or_somebody_else_is_asked_about(tmp_path, more, said) -> None:
    pairs = [(f"P{n:02d}", f"P{(n + k) % 20:02d}") for n in range(20) for k in (1, 2)]
    (tmp_path / "t.csv").write_text("from,to\n" + "\n".join(",".join(p) for p in [*pairs, *more]) + "\n")
    with pytest.raises(InputError, match=said):
        read_ties(tmp_path / "t.csv")
