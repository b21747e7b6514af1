"""Lists of neighbours in tables, and matrices of crosses, that were once refused or read wrongly."""

from __future__ import annotations

import pytest

from simulation import InputError
from tests.cases.networks import edges, is_the_village, lines, matrix, read, village


def neighbours(prefix: str = "P") -> dict[str, list[str]]:
    """Return everybody whom each person of the village is tied to."""
    return {f"{prefix}{n}": [f"{prefix}{m}" for m in village()[n]] for n in range(40)}


def most() -> int:
    return max(map(len, neighbours().values()))


HEADS = {
    "numbered": "id," + ",".join(f"friend{n + 1}" for n in range(most())), "neighbours": "Person," + ",".join(f"Neighbour {n + 1}" for n in range(most())),
    "one name over all": "name,neighbours", "letters": "person_id," + ",".join(f"n{n + 1}" for n in range(most())), "alters": "ego," + ",".join(f"alter_{n}" for n in range(most())),
}  # fmt: skip


@pytest.mark.parametrize("kind", list(HEADS))
def test_a_list_of_neighbours_with_names_of_columns(tmp_path, kind) -> None:
    is_the_village(read(tmp_path, lines([[one, *others] for one, others in neighbours().items()], HEADS[kind])))


def test_a_list_of_neighbours_beside_other_columns(tmp_path) -> None:
    rows = [[one, 30 + len(others), *others, *[""] * (most() - len(others))] for one, others in neighbours().items()]
    own = read(tmp_path, lines(rows, "id,age," + ",".join(f"friend {n + 1}" for n in range(most()))))
    is_the_village(own)


@pytest.mark.parametrize("prefix", ["P", ""])
@pytest.mark.parametrize("mark", [",", ";", " "])
def test_a_list_of_neighbours_without_names_of_columns(tmp_path, prefix, mark) -> None:
    is_the_village(read(tmp_path, lines([[one, *others] for one, others in neighbours(prefix).items()], mark=mark)))


@pytest.mark.parametrize("mark", [";", "|", "; "])
def test_several_neighbours_in_one_cell(tmp_path, mark) -> None:
    own = read(tmp_path, lines([[one, mark.join(others)] for one, others in neighbours().items()], "id,friends"))
    is_the_village(own)


def test_a_person_without_neighbours_stands_alone(tmp_path) -> None:
    rows = [[one, *others] for one, others in neighbours().items()] + [["P99", "none"], ["P98"]]
    is_the_village(read(tmp_path, lines(rows, HEADS["numbered"])), alone=2)


def test_a_list_of_ties_is_no_list_of_neighbours(tmp_path) -> None:
    is_the_village(read(tmp_path, lines([(n, *pair) for n, pair in enumerate(edges(), 1)], "id,node1,node2")))
    is_the_village(read(tmp_path, lines([(a, b, 1) for a, b in edges()])))


@pytest.mark.parametrize("mark", ["X", "x", "\u2713", "*"])
@pytest.mark.parametrize("empty", ["", "0", "-"])
def test_crosses_in_a_matrix_are_ties(tmp_path, mark, empty) -> None:
    rows = [[f"P{n}", *(mark if cell else empty for cell in row)] for n, row in enumerate(matrix())]
    own = read(tmp_path, lines(rows, "," + ",".join(f"P{n}" for n in range(40))))
    is_the_village(own)
    assert "240 cells hold a cross or a tick, which means a tie" in " ".join(own.notes)


def test_crosses_on_the_diagonal_alone_are_no_ties(tmp_path) -> None:
    rows = [[f"P{n}", *("X" if n == m else cell for m, cell in enumerate(row))] for n, row in enumerate(matrix())]
    is_the_village(read(tmp_path, lines(rows, "," + ",".join(f"P{n}" for n in range(40)))))


def test_crosses_beside_weights_are_refused(tmp_path) -> None:
    rows = [[f"P{n}", *("X" if (n, m) == (0, 1) else 3 * cell for m, cell in enumerate(row))] for n, row in enumerate(matrix())]
    with pytest.raises(InputError):
        read(tmp_path, lines(rows, "," + ",".join(f"P{n}" for n in range(40))))
