"""Networks in every form: adjacency matrices, and the files of network programs, give the same village or a sentence that helps."""

from __future__ import annotations

import networkx as nx
import numpy as np
import pandas as pd
import pytest
import scipy.io
from scipy.sparse import coo_matrix

from scenarios.own_data.networks.market import read_market
from scenarios.own_data.networks.ties import read_ties
from simulation import InputError
from tests.cases.networks import edges, is_the_village, lines, matrix, pairs, read, village

NAMES = [f"P{n}" for n in range(40)]


# -- ties-adjacency-matrix ---------------------------------------------------------------------------------------------


def frames() -> dict[str, pd.DataFrame]:
    m = matrix()
    dotted = pd.DataFrame(m, [f"Ann {n}" for n in range(40)], [f"Ann.{n}" for n in range(40)])
    return {
        "bare": pd.DataFrame(m), "names": pd.DataFrame(m, NAMES, NAMES), "R's columns": pd.DataFrame(m, NAMES, [f"V{n + 1}" for n in range(40)]),
        "R's names": pd.DataFrame(m, range(1, 41), [f"X{n + 1}" for n in range(40)]), "dots for blanks": dotted, "blanks": pd.DataFrame(m, NAMES, NAMES).replace(0, ""),
        "other order": pd.DataFrame(m, NAMES, NAMES).iloc[::-1], "one half": pd.DataFrame(np.triu(m), NAMES, NAMES), "weights": pd.DataFrame(m * 2.5, NAMES, NAMES),
        "own": pd.DataFrame(m + np.eye(40, dtype=int), NAMES, NAMES), "logical": pd.DataFrame(m.astype(bool), NAMES, NAMES),
    }  # fmt: skip


@pytest.mark.parametrize("kind", list(frames()))
def test_a_matrix_with_labels_is_the_network(tmp_path, kind) -> None:
    frames()[kind].to_csv(tmp_path / "m.csv")
    own = read_ties(tmp_path / "m.csv")
    is_the_village(own)
    assert own.readings[0].counts == {"people": 40, "tied pairs": 120, "pairs not tied": 660}
    assert any("one direction only" in n for n in own.notes) == (kind == "one half")
    assert any("themselves on the diagonal" in n for n in own.notes) == (kind == "own")


@pytest.mark.parametrize(
    "options",
    [
        {"header": False, "index": False},
        {"index": False},
        {"header": False},
        {"header": False, "index": False, "sep": " "},
        {"sep": ";"},
        {"sep": "\t"},
    ],
)
def test_a_matrix_may_lack_labels(tmp_path, options) -> None:
    frames()["names"].to_csv(tmp_path / "m.dat", **options)
    is_the_village(read_ties(tmp_path / "m.dat"))
    if options.get("index", True) is False or options.get("header", True):
        frames()["bare"].to_csv(tmp_path / "m.txt", **options)
        is_the_village(read_ties(tmp_path / "m.txt"))


def test_a_matrix_of_r_without_a_corner_and_of_excel(tmp_path) -> None:
    text = (
        " ".join(f'"{n}"' for n in NAMES)
        + "\n"
        + lines([(f'"{n}"', *row) for n, row in zip(NAMES, matrix(), strict=True)], mark=" ")
    )
    is_the_village(read(tmp_path, text, "m.txt"))
    frames()["names"].to_excel(tmp_path / "m.xlsx")
    is_the_village(read_ties(tmp_path / "m.xlsx"))


def test_somebody_alone_has_an_empty_row_in_a_matrix(tmp_path) -> None:
    wide = np.zeros((43, 43), int)
    wide[:40, :40] = matrix()
    pd.DataFrame(wide).replace(0, "").to_csv(tmp_path / "m.csv", header=False, index=False)
    is_the_village(read_ties(tmp_path / "m.csv"), alone=3)


def test_codes_of_rsiena_are_no_ties(tmp_path) -> None:
    coded = matrix()
    free = [(a, b) for a, b, t in pairs() if not t][:4]
    for (a, b), code in zip(free, (9, 10, 9, 10), strict=True):
        coded[a, b] = coded[b, a] = code
    pd.DataFrame(coded).to_csv(tmp_path / "m.dat", header=False, index=False, sep=" ")
    own = read_ties(tmp_path / "m.dat")
    is_the_village(own)
    assert any("as RSiena has them" in n and "4 times 9, 4 times 10" in n for n in own.notes)


def test_small_matrices_and_short_lists_are_told_apart(tmp_path) -> None:
    assert read(tmp_path, "0,1,0\n1,0,1\n0,1,0\n").people == 3
    assert read(tmp_path, ",a,b,c\na,0,1,0\nb,1,0,1\nc,0,1,0\n").people == 3
    assert read(tmp_path, "1,2,1\n2,3,1\n1,3,1\n").pairs == 3
    assert read(tmp_path, "from,to,weight,wave\n1,2,1,1\n2,3,0,1\n3,4,1,1\n4,5,1,1\n").people == 5


def test_tables_that_are_no_matrix_are_refused(tmp_path) -> None:
    with pytest.raises(InputError, match="a table of 0 and 1 with 39 rows and 40 columns; an adjacency matrix is square"):
        read(tmp_path, lines(matrix()[:39].tolist()))
    with pytest.raises(InputError, match="the labels of the columns are not those of the rows"):
        read(tmp_path, pd.DataFrame(matrix(), NAMES, [f"club {n}" for n in range(40)]).to_csv())
    signed = matrix()
    signed[2, 7] = -1
    with pytest.raises(InputError, match="row 3, column 8 of the matrix: -1 is below 0"):
        read(tmp_path, lines(signed.tolist()))
    with pytest.raises(InputError, match="every pair of 40 people is tied"):
        read(tmp_path, lines((np.ones((40, 40)) + np.eye(40)).tolist()))


def test_a_matrix_of_a_whole_village_is_read(tmp_path) -> None:
    graph = nx.gnm_random_graph(843, 4000, seed=1)
    pd.DataFrame(nx.to_numpy_array(graph, dtype=int)).to_csv(tmp_path / "m.csv", header=False, index=False)
    own = read_ties(tmp_path / "m.csv")
    assert (own.people, own.pairs) == (843, 4000)
    assert own.statistics["clustering"] == pytest.approx(nx.average_clustering(graph))


# -- other forms -------------------------------------------------------------------------------------------------------


def test_every_form_that_network_programs_write_is_read(tmp_path) -> None:
    graph = village()
    for write, name in (
        (nx.write_gexf, "x.gexf"),
        (nx.write_gml, "x.gml"),
        (nx.write_graphml, "x.graphml"),
        (nx.write_edgelist, "x.edgelist"),
        (nx.write_adjlist, "x.adjlist"),
    ):
        write(graph, tmp_path / name)
    nx.write_pajek(nx.relabel_nodes(graph, str), tmp_path / "x.net")
    nx.write_weighted_edgelist(nx.Graph([(a, b, {"weight": 2}) for a, b in edges()]), tmp_path / "x.edges")
    scipy.io.mmwrite(tmp_path / "x.mtx", coo_matrix(matrix()), symmetry="symmetric")
    for path in sorted(tmp_path.iterdir()):
        is_the_village(read_ties(path))
        strange = path.with_suffix(".data")
        strange.write_bytes(path.read_bytes())
        if path.suffix != ".adjlist":
            is_the_village(read_ties(strange))  # what stands in it decides
        strange.unlink()


@pytest.mark.parametrize(
    "head", ["# from a survey\n", "% sym unweighted\n% 120 40 40\n", "# Undirected\n# FromNodeId\tToNodeId\n", "// ties\n\n"]
)
@pytest.mark.parametrize("mark", [" ", "\t", "  ", ";", ", "])
def test_comments_and_blanks_part_no_people(tmp_path, head, mark) -> None:
    own = read(tmp_path, head + lines(edges(), mark=mark), "x.txt")
    is_the_village(own)
    assert any("left out" in n for n in own.notes)


def test_files_of_gephi_igraph_and_yed(tmp_path) -> None:
    nodes, ties = "".join(f'<node id="n{n}" label="Ann"/>' for n in range(40)), [(a, b, t) for a, b, t in pairs() if t or a < 3]
    links = "".join(f'<edge id="{n}" source="n{a}" target="n{b}" weight="{t}.0"/>' for n, (a, b, t) in enumerate(ties))
    for space in ("http://gexf.net/1.3", "http://www.gexf.net/1.2draft", "http://www.gexf.net/1.3", "http://www.gexf.net/1.1draft"):
        text = f'<?xml version="1.0" encoding="UTF-8"?><gexf xmlns="{space}" version="1.3"><graph defaultedgetype="undirected"><nodes>{nodes}</nodes><edges>{links}</edges></graph></gexf>'
        is_the_village(read(tmp_path, text, "x.gexf"))
    items = "".join(f'  node\n  [\n    id {n}\n    name "Ann"\n  ]\n' for n in range(40)) + "".join(
        f"  edge\n  [\n    source {a}\n    target {b}\n    weight {t}\n  ]\n" for a, b, t in ties
    )
    text = f'Creator "igraph version 1.5"\nVersion 1\ngraph\n[\n  directed 0\n{items}]\n'
    is_the_village(read(tmp_path, text, "x.gml"))
    is_the_village(read(tmp_path, text, "x.data"))
    people = "".join(f'<node id="n{n}"/>' for n in range(40))
    links = "".join(f'<edge source="n{a}" target="n{b}"><data key="w">{t}</data></edge>' for a, b, t in ties)
    text = (
        '<?xml version="1.0"?><!DOCTYPE graphml><graphml xmlns="http://graphml.graphdrawing.org/xmlns"><key id="w" for="edge" attr.name="weight" attr.type="double"/>'
        f'<key id="v" for="node" attr.name="name" attr.type="string"/><graph id="G" edgedefault="directed">{people}{links}</graph></graphml>'
    )
    is_the_village(read(tmp_path, text, "x.graphml"))


def test_pajek_in_its_other_forms(tmp_path) -> None:
    vertices = '*Network x\n*Vertices 40\n% people\n1 "Ann" 0.1 0.2 0.5\n2 "Ann" 0.3 0.4 0.5\n'
    lists = "".join(
        f"{a + 1} " + " ".join(str(b + 1) for x, b in edges() if x == a) + "\n"
        for a in range(40)
        if any(x == a for x, _ in edges())
    )
    is_the_village(read(tmp_path, vertices + "*Edgeslist\n" + lists, "x.net"))
    is_the_village(read(tmp_path, "*vertices 40\n*Matrix\n" + lines(matrix().tolist(), mark=" "), "x.net"))
    is_the_village(
        read(tmp_path, "*Vertices 43\n*Arcs\n" + lines([(a + 1, b + 1, 1) for a, b in edges()], mark=" "), "x.paj"), alone=3
    )
    for text, message in (("*Vertices 40 20\n*Edges\n1 2\n", "line 1: .*people by places"), ("*Vertices 3\n*Edges\n1 7\n", "line 3: '1 7'; allowed: two numbers of vertices, 1 to 3"),
                          ("*Vertices 3\n", "no ties: none of")):  # fmt: skip
        with pytest.raises(InputError, match=message):
            read(tmp_path, text, "x.net")


def test_gml_with_shared_labels_and_doubled_ties(tmp_path) -> None:
    nodes = " ".join(f'node [ id {n} label "{"Ann" if n < 2 else n}" ]' for n in range(3))
    own = read(tmp_path, f"graph [ {nodes}\n edge [ source 0 target 1 ]\n edge [ source 0 target 1 ]\n]\n", "x.gml")
    assert (own.people, own.pairs) == (3, 1)


def test_titles_notes_and_marks_around_a_list_are_no_people(tmp_path) -> None:
    own = read(
        tmp_path, "The village in 2019,,\n" + lines([(a, b, 1) for a, b in edges()], "from,to,weight") + "Source: our survey\n"
    )
    is_the_village(own)
    assert any("line 1" not in n and "above the table was read as a title" in n for n in own.notes)
    assert any("line 123 below the table was read as a note" in n for n in own.notes)
    is_the_village(read(tmp_path, "sep=;\n" + lines(edges(), "from;to", ";")))


@pytest.mark.parametrize("name", ["x.graphml", "x.gexf", "x.xml", "x.txt"])
def test_xml_with_entities_is_refused_wherever_they_stand(tmp_path, name) -> None:
    far = "<!-- " + "x" * 200_000 + " -->"
    for encoding in ("utf-8", "utf-16"):
        (tmp_path / name).write_text(
            f'<?xml version="1.0" encoding="{encoding}"?>{far}<!DOCTYPE a [<!ENTITY b "c"><!ENTITY d "&b;&b;">]><graphml/>',
            encoding=encoding,
        )
        with pytest.raises(InputError, match="with entities is not read"):
            read_ties(tmp_path / name)


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [("x.json", "{}", "JSON is not read; save the network as one of: a list of ties"), ("x.dl", "dl n=3", "UCINET DL is not read"), ("x.txt", "dl n=3 format=edgelist1\n", "is not read"),
     ("x.xml", "<kml/>", "XML of <kml> is not read"), ("x.gml", "graph [ node [ ] ]", "not a readable GML file"), ("x.txt", "1 2 3\n2 3\n3 4 5\n", "line 2: 2 cells where other lines have 3"),
     ("x.csv", "from,to\n1,2\n2,3\nall of them\n", "line 4: 1 cell where other lines have 2"), ("x.csv", "from,to\n", "no ties below them"), ("x.csv", "", "is empty; allowed: a list of ties"),
     ("x.csv", "from,to\n1,2,3\n1,2\n2,4\n", "line 2: 3 cells where other lines have 2")],
)  # fmt: skip
def test_what_is_no_network_is_refused_with_advice(tmp_path, name, text, message) -> None:
    with pytest.raises(InputError, match=message):
        read(tmp_path, text, name)


@pytest.mark.parametrize("symmetry", ["general", "symmetric"])
@pytest.mark.parametrize("written", [coo_matrix(matrix()), coo_matrix(matrix() * 2.5), matrix(), matrix() * 2])
def test_matrix_market_is_read_as_scipy_reads_it(tmp_path, symmetry, written) -> None:
    path = tmp_path / "x.mtx"
    scipy.io.mmwrite(path, written, symmetry=symmetry)
    people, found = read_market(path)
    known = coo_matrix(scipy.io.mmread(path)).toarray()
    mine = np.zeros_like(known, float)
    for row, column, weight in found:
        mine[row - 1, column - 1] = weight
        if symmetry == "symmetric":
            mine[column - 1, row - 1] = weight
    assert people == len(known)
    assert np.array_equal(mine, known)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("%%MatrixMarket matrix coordinate pattern general\n3 3 2\n1 2\n4 1\n", "line 4: row 4 and column 1; allowed: 1 to 3"),
        ("%%MatrixMarket matrix coordinate pattern general\n3 3 2\n0 2\n2 1\n", "line 3: row 0 and column 2; allowed: 1 to 3"),
        ("%%MatrixMarket matrix coordinate pattern general\n3 3 3\n1 2\n", "3 entries are announced, and 1 were found"),
        ("%%MatrixMarket matrix coordinate real general\n3 3 1\n1 2\n", "line 3: 2 numbers; allowed: 3"),
        ("%%MatrixMarket matrix coordinate real general\n3 3 1\n1 2 many\n", "line 3: 'many'; allowed: a number"),
        ("%%MatrixMarket matrix coordinate complex general\n3 3 1\n1 2 1 1\n", "line 1: not the header"),
        ("%%MatrixMarket matrix coordinate pattern general\n-3 3 1\n1 2\n", "line 2: '-3 3 1'; allowed: whole numbers"),
        ("%%MatrixMarket matrix coordinate pattern general\n% nothing else\n", "the size of the matrix is missing"),
        (
            "%%MatrixMarket matrix array real general\n2 3\n1\n1\n1\n1\n1\n1\n",
            "2 rows and 3 columns; an adjacency matrix is square",
        ),
    ],
)
def test_damaged_matrix_market_ends_the_process(tmp_path, text, said) -> None:
    path = tmp_path / "x.mtx"
    path.write_text(text)
    with pytest.raises(InputError) as refused:
        read_ties(path)
    assert said in str(refused.value)
