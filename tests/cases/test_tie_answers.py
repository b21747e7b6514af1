"""Columns that say whether a line is a tie at all: lines that say no were ties without a word."""

from __future__ import annotations

import networkx as nx
import pytest

from scenarios.own_data.networks.ties import from_graph
from simulation import InputError

from .networks import edges, is_the_village, lines, pairs, read

NO = [(a, b) for a, b, tied in pairs() if not tied][:60]
ROWS = [*((a, b, True) for a, b in edges()), *((a, b, False) for a, b in NO)]


def listed(column: str, yes: str, no: str) -> str:
    return lines([(a, b, yes if tied else no) for a, b, tied in ROWS], f"from,to,{column}")


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [("contact", "Yes", "No"), ("active", "1", "0"), ("tie", "true", "false"), ("sign", "+", "-"), ("sign", "1", "-1"), ("Current", "Y", "N"), ("tie", "x", "0"),
     ("in contact", "active", "ended"), ("knows", "1", "0"), ("valence", "positive", "negative")],
)  # fmt: skip
def test_lines_that_say_no_are_no_ties_and_are_told(tmp_path, column, yes, no) -> None:
    own = read(tmp_path, listed(column, yes, no))
    is_the_village(own)
    assert any(n.startswith(f"{column} says who is tied: lines with ") and "(60 of 180)" in n for n in own.notes)


@pytest.mark.parametrize(
    ("column", "yes", "no"),
    [
        ("spoke last month", "Yes", "No"),
        ("q7", "1", "0"),
        ("status", "active", "ended"),
        ("type", "friend", "enemy"),
        ("tied", "x", ""),
        ("q", "1", "-1"),
    ],
)
def test_a_column_that_may_say_no_is_asked_about(tmp_path, column, yes, no) -> None:
    text = listed(column, yes, no)
    with pytest.raises(
        InputError,
        match=rf'{column}: .* may say that two people are not tied \(60 of 180 lines\); if lines with it are not ties: --ties-column "weight={column}"; if all',
    ):
        read(tmp_path, text)
    assert read(tmp_path, text, columns={"weight": "all"}).pairs == 180
    if no != "-1":
        is_the_village(read(tmp_path, text, columns={"weight": column}))


@pytest.mark.parametrize(("column", "yes", "no"), [("same street", "1", "0"), ("kin", "Yes", "No"), ("mutual", "TRUE", "FALSE")])
def test_what_is_said_of_ties_does_not_end_them(tmp_path, column, yes, no) -> None:
    assert read(tmp_path, listed(column, yes, no)).pairs == 180


def test_attributes_of_a_graph_are_asked_about_too() -> None:
    graph = nx.Graph()
    graph.add_edges_from((a, b, {"spoke": tied}) for a, b, tied in ROWS)
    with pytest.raises(InputError, match="may say that two people are not tied"):
        from_graph(graph)
    is_the_village(from_graph(graph, columns={"weight": "spoke"}))
    assert from_graph(graph, columns={"weight": "all"}).pairs == 180


@pytest.mark.parametrize(("one", "other"), [("{}", "00{}"), ("P{}", "P0{}")])
def test_zeros_before_a_number_make_no_second_person(tmp_path, one, other) -> None:
    rows = [(one.format(a), (other if n == 9 else one).format(b)) for n, (a, b) in enumerate(edges())]
    with pytest.raises(InputError, match="differ only in zeros at the beginning of a number"):
        read(tmp_path, lines(rows, "from,to"))


def test_ties_of_several_waves_and_ties_that_ended_are_told(tmp_path) -> None:
    rows = [(a, b, n % 2, "2021" if n < 20 else "") for n, (a, b) in enumerate(edges())]
    told = " ".join(read(tmp_path, lines(rows, "from,to,wave,ended")).notes)
    assert "wave: ties of 2 times were read as one network" in told
    assert "ended: 20 of 120 ties have an end and count as ties" in told


@pytest.mark.parametrize(
    ("column", "over", "lasts"), [("ended", "Yes", "No"), ("inactive", "1", "0"), ("not friends", "x", ""), ("contact", "2", "1")]
)
def test_a_yes_that_ends_ties_is_never_read_the_other_way_round(tmp_path, column, over, lasts) -> None:
    text = listed(column, lasts, over)
    with pytest.raises(
        InputError,
        match=rf"{column}: '{over}' may say that two people are not tied \(60 of 180 lines\); if so, remove them, or write 0",
    ):
        read(tmp_path, text)
    assert read(tmp_path, text, columns={"weight": "all"}).pairs == 180
    if column != "contact":
        with pytest.raises(InputError, match="seems to say which ties are over; remove their lines"):
            read(tmp_path, text, columns={"weight": column})


def test_a_code_beside_0_and_1_is_asked_about(tmp_path) -> None:
    rows = [(a, b, int(tied) if n % 10 else 9) for n, (a, b, tied) in enumerate(ROWS)]
    with pytest.raises(InputError, match="contact: '9' beside 0 and 1 may mean that it is not known; if so, replace it with NA"):
        read(tmp_path, lines(rows, "from,to,contact"))


def test_signs_without_names_of_columns_are_asked_about(tmp_path) -> None:
    rows = [(f"p{a}", f"p{b}", 1 if tied else -1) for a, b, tied in ROWS]
    with pytest.raises(InputError, match="column 3: '-1' may say that two people are not tied"):
        read(tmp_path, lines(rows))
