"""Who is tied: every way of writing a network down gives the same network, or a sentence that helps."""

from __future__ import annotations

import json
import re

import networkx as nx
import numpy as np
import pandas as pd
import pytest

from experiments.cli.command_line import main
from scenarios import load_place
from scenarios.own_data.networks.ties import OwnTies, edge_table, fit_generator, from_graph, read_ties
from scenarios.places.place_file import read_own_place
from simulation import InputError
from simulation.declared.segments import SEGMENTS
from tests.cases.networks import edges, is_the_village, lines, matrix, pairs, read
from tests.places import small_place

NAMES = [f"P{n}" for n in range(40)]
CIRCLES, SHARES = (np.array([getattr(s, n) for s in SEGMENTS]) for n in ("circles", "share"))


def reading(own: OwnTies, name: str) -> str:
    """Return the column that was read as a field; for '' those that were not used."""
    return ", ".join(r.column for r in own.readings if r.name == name)


# -- ties-row-numbers --------------------------------------------------------------------------------------------------


def test_row_numbers_are_no_people(tmp_path) -> None:
    own = read(tmp_path, lines([(f'"{n}"', a, b) for n, (a, b) in enumerate(edges(), 1)], '"","from","to"'))
    is_the_village(own)
    assert (reading(own, "from"), reading(own, "to"), reading(own, "")) == ("from", "to", "column 1 (no name)")


@pytest.mark.parametrize(
    ("head", "first", "second"),
    [("n,source,target", 1, 2), ("alter,ego,when", 1, 0), ("wave,i,j", 1, 2), ("a,b,how", 0, 1), ("how,node2,node1", 2, 1), ("how,id1,id2", 1, 2),
     ("village,hh1,hh2", 1, 2), ("sender,receiver,how", 0, 1), ("person1,how,person2", 0, 2), ("V1,V2,V3", 0, 1), ("how,tail,head", 1, 2),
     ("how,vertex1,vertex2", 1, 2), ("from_id,to_id,how", 0, 1), ("how,origen,destino", 1, 2), ("how,FromNodeId,ToNodeId", 1, 2), ("how,user_a,user_b", 1, 2),
     ("how,Person A,Person B", 1, 2), ("how,id.x,id.y", 1, 2), ("how,respondent,friend", 1, 2), ("how,egoID,alterID", 1, 2), ("how,src,dst", 1, 2)],
)  # fmt: skip
def test_ends_are_known_by_name_wherever_they_stand(tmp_path, head, first, second) -> None:
    rows = []
    for n, (a, b) in enumerate(edges()):
        cells = [str(n * 7 % 11)] * 3
        cells[first], cells[second] = str(a), str(b)
        rows.append(cells)
    own = read(tmp_path, lines(rows, head))
    is_the_village(own)
    assert (reading(own, "from"), reading(own, "to")) == (head.split(",")[first], head.split(",")[second])


@pytest.mark.parametrize("head", [",x,y", "Unnamed: 0,x,y", "rownames,x,y", "edge_id,x,y", "id,x,y", "index,x,y", "lfd,x,y"])
def test_a_column_that_counts_the_lines_is_no_end(tmp_path, head) -> None:
    own = read(tmp_path, lines([(n, a, b) for n, (a, b) in enumerate(edges())], head))
    is_the_village(own)
    assert (reading(own, "from"), reading(own, "to")) == ("x", "y")


def test_row_numbers_without_any_names_are_no_people(tmp_path) -> None:
    is_the_village(read(tmp_path, lines([(n, a, b) for n, (a, b) in enumerate(edges(), 1)])))
    r_table = '"from" "to"\n' + lines([(f'"{n}"', a, b) for n, (a, b) in enumerate(edges(), 1)], mark=" ")
    is_the_village(read(tmp_path, r_table, "table.txt"))


def test_gephi_writes_seven_columns(tmp_path) -> None:
    rows = [(a, b, "Undirected", n, "", 1.0) for n, (a, b) in enumerate(edges())]
    own = read(tmp_path, lines(rows, "Source,Target,Type,Id,Label,Weight"))
    is_the_village(own)
    assert reading(own, "") == "Type, Id, Label"


def test_identity_goes_before_names_that_may_be_shared(tmp_path) -> None:
    own = read(tmp_path, "from_name,from_id,to_name,to_id\nAnn,1,Bob,2\nAnn,3,Bob,2\n")
    assert (own.people, reading(own, "from"), reading(own, "to")) == (3, "from_id", "to_id")
    assert "from_name and to_name would fit too" in own.notes[0]


@pytest.mark.parametrize("head", ["x,y,z", "friend1,friend2,friend3", "id,friend1,friend2"])
def test_ends_that_cannot_be_told_are_asked_for(tmp_path, head) -> None:
    rows = [(n * 7 % 41, a, b) for n, (a, b) in enumerate(edges())]
    with pytest.raises(
        InputError,
        match=r"it is not clear which two columns hold the ends of the ties; say which two columns are the ends with --ties-column from=COLUMN",
    ):
        read(tmp_path, lines(rows, head))
    _, one, other = head.split(",")
    is_the_village(read(tmp_path, lines(rows, head), columns={"from": one, "to": other}))


@pytest.mark.parametrize(
    "text", ["id,name\n7,Ann\n9,Bob\n", "id,name,age\n1,Ann,40\n2,Bob,50\n", "who,club\nAnn 1,chess\nBob 1,chess\n"]
)
def test_a_table_of_people_or_of_their_clubs_is_no_list_of_ties(tmp_path, text) -> None:
    with pytest.raises(InputError, match=r"one of them may not be people|is not clear whether this line"):
        read(tmp_path, text)


def test_the_sheet_of_ties_is_read_beside_a_larger_sheet_of_people(tmp_path) -> None:
    with pd.ExcelWriter(tmp_path / "x.xlsx") as book:
        pd.DataFrame({"id": range(400), "name": [f"P{n}" for n in range(400)], "age": 40, "sex": "f"}).to_excel(
            book, sheet_name="people", index=False
        )
        pd.DataFrame(edges(), columns=["from", "to"]).to_excel(book, sheet_name="ties", index=False)
    own = read_ties(tmp_path / "x.xlsx")
    is_the_village(own)
    assert any("sheet 'ties' was read" in n for n in own.notes)


def test_a_column_that_is_told_is_heard_before_any_guess(tmp_path) -> None:
    text = lines([(a, b, 39 - a, 39 - b, t) for a, b, t in pairs()], "from,to,x,y,seen")
    is_the_village(read(tmp_path, text, columns={"from": "x", "to": "y", "weight": "seen"}))
    with pytest.raises(InputError, match="--ties-column: unknown field 'form'; did you mean 'from'"):
        read(tmp_path, text, columns={"form": "x"})
    with pytest.raises(InputError, match=r"--ties-column: from: ties\.csv has no column 'z'"):
        read(tmp_path, text, columns={"from": "z"})
    with pytest.raises(InputError, match="column 'x' is given twice"):
        read(tmp_path, text, columns={"from": "x", "to": "x"})


def test_the_command_hears_the_column_and_shows_how_it_was_read(tmp_path, capsys) -> None:
    (tmp_path / "t.csv").write_text(lines([(a, b, t) for a, b, t in pairs()], "x,y,seen"))
    told = [
        "place",
        "Blackpool",
        "--ties",
        str(tmp_path / "t.csv"),
        "--ties-column",
        "from=x",
        "--ties-column",
        "to=y",
        "--ties-column",
        "weight=seen",
        "--check",
    ]
    assert main(told) == 0
    shown = capsys.readouterr().out
    assert re.search(r"weight\s+seen\s+who is tied: 0 means that two people are not\s+120 tied; 660 not tied", shown)
    assert main([*told, "--json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["ties"]["people"], document["ties"]["pairs"]) == (40, 120)
    assert main(["place", "Blackpool", "--ties-column", "from=x"]) == 2
    assert "--ties-column: needs --ties" in capsys.readouterr().err


# -- ties-first-line-lost ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "write",
    [
        lambda n: f"p{n}",
        lambda n: f"{n}.0",
        str,
        lambda n: f"Resident {n}",
        lambda n: f"hh{n + 1}",
        lambda n: chr(97 + n % 26) + chr(98 + n // 26),
    ],
)
def test_a_first_line_of_people_is_a_tie(tmp_path, write) -> None:
    own = read(tmp_path, lines([(write(a), write(b)) for a, b in edges()]))
    is_the_village(own)
    assert "the first line was read as a tie, not as names of columns" in own.notes


def test_a_first_line_with_a_weight_is_a_tie(tmp_path) -> None:
    is_the_village(read(tmp_path, lines([(f"p{a}", f"p{b}", 2.5) for a, b in edges()])))


def test_people_may_be_called_as_columns_are(tmp_path) -> None:
    own = read(tmp_path, "a,b\nb,c\na,c\nc,d\n")
    assert (own.people, own.pairs) == (4, 4)
    own = read(tmp_path, "p1,p2\np3,p4\np4,p5\n")
    assert (own.people, own.pairs) == (5, 3)
    own = read(tmp_path, "from,to\nann,bob\nbob,from\n")
    assert (own.people, own.pairs) == (3, 2)


@pytest.mark.parametrize("head", ["from,to", "Source,Target", "V1,V2", "a,b", "one,other", "friend,buddy"])
def test_a_line_of_names_is_no_tie(tmp_path, head) -> None:
    is_the_village(read(tmp_path, lines(edges(), head)))
    is_the_village(read(tmp_path, lines([(f"R{a}", f"R{b}") for a, b in edges()], head)))


def test_trailing_marks_make_no_column(tmp_path) -> None:
    is_the_village(read(tmp_path, lines([(a, b, "") for a, b in edges()])))
    is_the_village(read(tmp_path, lines([[*row, ""] for row in matrix().tolist()])))


def test_a_first_line_that_may_be_either_is_asked_about(tmp_path) -> None:
    with pytest.raises(InputError, match="line 1: it is not clear whether this line names the columns or is a tie"):
        read(tmp_path, "Ann,Bob\nCat,Dan\nEve,Fay\n")
    assert read(tmp_path, "Ann,Bob\nCat,Dan\nEve,Fay\n", columns={"from": "Ann", "to": "Bob"}).pairs == 2


# -- ties-missing-end --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("nobody", ["NA", "", "NaN", "NULL", "none", "-", "N/A", "<NA>"])
@pytest.mark.parametrize("turned", [False, True])
def test_a_line_with_one_end_is_a_person_alone(tmp_path, nobody, turned) -> None:
    alone = [(f"x{n}", nobody)[:: -1 if turned else 1] for n in range(10)]
    own = read(tmp_path, lines([*edges(), *alone], "from,to"))
    is_the_village(own, alone=10)
    assert any("10 lines name one person and nobody at the other end" in n and "10 people have no tie" in n for n in own.notes)
    assert sum(r.counts["missing"] for r in own.readings) == 10


def test_pandas_turns_people_into_fractions_beside_one_who_is_alone(tmp_path) -> None:
    frame = pd.DataFrame([*edges(), (99, None)], columns=["from", "to"])
    assert "1.0" in frame.to_csv()
    is_the_village(read(tmp_path, frame.to_csv(index=False)), alone=1)


def test_a_code_below_zero_is_nobody(tmp_path) -> None:
    is_the_village(read(tmp_path, lines([*edges(), (50, -9), (51, -1)], "ego,alter")), alone=2)


def test_a_lost_end_of_somebody_with_ties_makes_nobody_alone(tmp_path) -> None:
    own = read(tmp_path, lines([*edges(), (3, "NA"), ("NA", "NA"), ("", "")], "from,to"))
    is_the_village(own)
    assert any("2 lines name nobody at either end" in n for n in own.notes)
    assert any("0 people have no tie" in n for n in own.notes)


def test_numbers_that_r_writes_with_an_exponent_are_the_same_people(tmp_path) -> None:
    own = read(tmp_path, "from,to\n1e+05,100001\n100000,100002\n")
    assert (own.people, own.pairs) == (3, 2)


# -- ties-zero-weight --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["weight", "tie", "Value", "link", "strength", "friends", "Freq"])
@pytest.mark.parametrize(
    "write",
    [lambda t: f"{t}.0", lambda t: "TRUE" if t else "FALSE", lambda t: t * 3.5, lambda t: "yes" if t else "no", lambda t: t or ""],
)
def test_a_weight_of_nothing_is_no_tie(tmp_path, name, write) -> None:
    own = read(tmp_path, lines([(a, b, write(t)) for a, b, t in pairs()], f"hh1,hh2,{name}"))
    is_the_village(own)
    assert reading(own, "weight") == name


@pytest.mark.parametrize("name", ["knows", "x", "visits each other"])
def test_one_column_of_0_and_1_beside_every_pair_says_who_is_tied(tmp_path, name) -> None:
    own = read(tmp_path, lines(pairs(), f"hh1,hh2,{name}"))
    is_the_village(own)
    assert reading(own, "weight") == name


def test_zero_weights_are_heard_in_every_form(tmp_path) -> None:
    graph = nx.Graph()
    graph.add_edges_from((str(a), str(b), {"weight": float(t)}) for a, b, t in pairs())
    for write, name in (
        (nx.write_graphml, "x.graphml"),
        (nx.write_gexf, "x.gexf"),
        (nx.write_gml, "x.gml"),
        (nx.write_pajek, "x.net"),
        (nx.write_edgelist, "x.edgelist"),
    ):
        write(graph, tmp_path / name)
        is_the_village(read_ties(tmp_path / name))
    is_the_village(from_graph(graph))
    is_the_village(read(tmp_path, lines(pairs(), mark=" "), "x.txt"))


def test_a_complete_network_is_refused(tmp_path) -> None:
    every = [(a, b) for a, b, _ in pairs()]
    with pytest.raises(
        InputError,
        match=r"every pair of 40 people is tied, so nothing shows who knows whom\. Columns that were not used: kin, money",
    ):
        read(tmp_path, lines([(a, b, (a + b) % 2, a % 2) for a, b in every], "i,j,kin,money"))
    with pytest.raises(InputError, match="every pair of 40 people is tied"):
        from_graph(nx.complete_graph(40))
    with pytest.raises(InputError, match="every pair of 20 people is tied"):  # all pairs, village by village
        from_graph(nx.disjoint_union(nx.complete_graph(20), nx.complete_graph(20)))
    assert from_graph(nx.disjoint_union(nx.complete_graph(6), nx.complete_graph(4))).people == 10  # households


def test_weights_that_cannot_be_are_refused(tmp_path) -> None:
    with pytest.raises(InputError, match="line 3: weight: '-1' is below 0; allowed: 0 for no tie and more for a tie"):
        read(tmp_path, "i,j,weight\n1,2,1\n2,3,-1\n")
    with pytest.raises(InputError, match="line 4: weight: 'much'; allowed: numbers"):
        read(tmp_path, "i,j,weight\n1,2,1\n2,3,0\n3,4,much\n")
    with pytest.raises(InputError, match="line 3: strength: 'never'; allowed: numbers"):
        read(tmp_path, "i,j,strength\n1,2,often\n2,3,never\n")
    with pytest.raises(InputError, match="line 3: tie and weight do not agree on who is tied"):
        read(tmp_path, "i,j,weight,tie\n1,2,0,0\n2,3,0,1\n3,4,1,1\n")


def test_ties_without_a_weight_are_ties_where_no_weight_is_nothing(tmp_path) -> None:
    own = read(tmp_path, "from,to,weight\n1,2,3\n2,3,NA\n3,4,5\n")
    assert own.pairs == 3
    assert "weight: lines without a weight count as ties (1)" in own.notes


def test_columns_of_words_or_times_say_nothing_of_ties(tmp_path) -> None:
    own = read(tmp_path, lines([(a, b, "kin", n) for n, (a, b) in enumerate(edges())], "from,to,link,time"))
    is_the_village(own)
    assert reading(own, "") == "link, time"
    is_the_village(read(tmp_path, lines([(a, b, n) for n, (a, b) in enumerate(edges())], mark=" "), "times.txt"))


def test_ties_given_both_ways_count_once(tmp_path) -> None:
    both = [*edges(), *[(b, a) for a, b in edges()[:50]]]
    own = read(tmp_path, lines(both, "sender,receiver"))
    is_the_village(own)
    assert any(n.startswith("50 ties are given more than once") for n in own.notes)
    assert any(n.startswith("70 ties are given in one direction only") for n in own.notes)


# -- places ------------------------------------------------------------------------------------------------------------


def test_people_alone_and_numbers_survive_being_written(tmp_path) -> None:
    own = read(tmp_path, lines([("B", "D"), ("A", "NA"), ("C", "B")], "from,to"))
    again = read(tmp_path, edge_table(own.ties).to_csv(index=False), "again.csv")
    assert again.ties.offsets.tolist() == own.ties.offsets.tolist()
    assert again.ties.targets.tolist() == own.ties.targets.tolist()


def test_nobodys_name_is_kept(tmp_path, capsys) -> None:
    people = [f"Zelda Quimby {n}" for n in range(40)]
    (tmp_path / "t.csv").write_text(lines([*[(people[a], people[b], 1) for a, b in edges()], ("Zelda Alone", "NA", 1)]))
    out = tmp_path / "out"
    assert main(["place", "Blackpool", "--ties", str(tmp_path / "t.csv"), "--use-ties", "--json", "--out", str(out)]) == 0
    shown = capsys.readouterr()
    assert json.loads(shown.out)["ties"]["people"] == 41
    for text in (shown.out, shown.err, *(f.read_text() for f in out.iterdir())):
        assert "Zelda" not in text
    assert len(read_own_place(out / "place.yaml").place.ties.offsets) == 42


def test_a_place_file_names_columns_of_its_network_and_tells_how_it_was_read(tmp_path) -> None:
    small_place().areas.to_csv(tmp_path / "areas.csv", index=False)
    small_place().ward_table.to_csv(tmp_path / "wards.csv", index=False)
    (tmp_path / "t.csv").write_text(lines(pairs(), "x,y,seen"))
    head = "name: knit\ntitle: Knit\nsmall_areas: areas.csv\nwards: wards.csv\n"
    columns = "columns:\n  ties: {from: x, to: y, weight: seen}\n"
    (tmp_path / "place.yaml").write_text(head + columns + "ties: t.csv\n")
    own = read_own_place(tmp_path / "place.yaml")
    assert len(own.place.ties.targets) == 240
    assert [r.column for r in own.readings if r.table == "ties"] == ["x", "y", "seen"]
    assert any("seen says who is tied" in f.text for f in own.findings)
    (tmp_path / "place.yaml").write_text(head + columns)
    with pytest.raises(InputError, match="columns: ties: needs the field ties"):
        read_own_place(tmp_path / "place.yaml")


def test_a_small_network_in_many_wards_is_fitted_in_one_and_said() -> None:
    own, place = from_graph(nx.newman_watts_strogatz_graph(60, 8, 0.1, seed=2)), load_place("haringey")
    fit = fit_generator(own, place, CIRCLES, SHARES)
    assert fit.together
    assert fit.worst < 0.1
    said = fit.words()
    assert len(said) == 1
    assert "the network of 60 people cannot be spread over 19 wards, with 3 of them in each" in said[0]
    assert "generator cannot" not in said[0]
    assert f"a degree of {fit.run['degree']:.1f}" in said[0]


@pytest.mark.parametrize("graph", [nx.star_graph(30), nx.path_graph(40)])
def test_a_network_that_no_generator_draws_is_said_to_be_so(graph) -> None:
    fit = fit_generator(from_graph(graph), small_place(), CIRCLES, SHARES)
    assert np.isfinite(fit.worst)
    assert any("the generator cannot draw such a network" in s for s in fit.words())
