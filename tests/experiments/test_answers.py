"""Answers to SQL of every type that DuckDB has, as a table and as JSON."""

from __future__ import annotations

import json
import re

import pytest

from experiments.cli.command_line import main
from experiments.studies.engine import fill_store
from experiments.studies.store import Store
from tests.planted import listed, quick


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> str:
    """Return a finished store."""
    folder = tmp_path_factory.mktemp("answers") / "s"
    fill_store(Store.create(folder, listed(3, 2, quick), "x"), 1)
    return str(folder)


VALUES = {
    "[1, 2, NULL]": [1, 2, None], "[true, NULL]": [True, None], "['a', NULL]": ["a", None], "[[1.5], NULL, []]": [[1.5], None, []], "[DATE '2020-01-02']": ["2020-01-02 00:00:00"],
    "{'a': 1, 'b': [NULL]}": {"a": 1, "b": [None]}, "MAP {'k': 1}": {"k": 1}, "MAP {2: 'two'}": {"2": "two"}, "array_value(1, 2)": [1, 2],
    "DATE '2020-01-02'": "2020-01-02 00:00:00", "TIMESTAMP '2020-01-02 03:04:05'": "2020-01-02 03:04:05", "TIME '03:04:05'": "03:04:05",
    "INTERVAL '3 days'": "3 days 00:00:00", "1.5::DECIMAL(5, 2)": 1.5, "'ab'::BLOB": "6162", "'x'::ENUM ('x', 'y')": "x",
    "UUID '00000000-0000-0000-0000-000000000001'": "00000000-0000-0000-0000-000000000001", "NULL": None, "NULL::INTEGER": None, "NULL::BOOLEAN": None,
    "NULL::DATE": None, "NULL::INTEGER[]": None, "CASE WHEN false THEN true END": None, "1 / 0": None, "-1 / 0": None, "'nan'::DOUBLE": None, "['inf'::DOUBLE]": [None],
    "true": True, "7::UTINYINT": 7, "'text'": "text", "1e300": 1e300, "union_value(n := 3)": 3,
}  # fmt: skip


@pytest.mark.parametrize("value", VALUES)
def test_a_type_of_sql_ends_as_an_exceptions_name(folder, capsys, value) -> None:
    """`null` stands in JSON for nothing, for what is not a number, and for an infinite number."""
    assert main(["results", folder, f"SELECT {value} AS v", "--json"]) == 0
    assert json.loads(capsys.readouterr().out) == [{"v": VALUES[value]}]
    assert main(["results", folder, f"SELECT {value} AS v"]) == 0
    assert "1 row" in capsys.readouterr().out


@pytest.mark.parametrize(
    "query", ["SELECT list(y) AS v FROM runs", "SHOW ALL TABLES", "SUMMARIZE runs", "SELECT CASE WHEN point = 0 THEN true END AS v FROM runs", "SELECT ln(0 * y) AS v FROM runs",
    "SELECT b.y > 0.5 AS t, b.point AS p FROM runs a LEFT JOIN runs b ON a.run_id = b.run_id + 5", "SELECT * FROM test_all_types()", "SELECT DATE '290000-01-01', TIMESTAMP 'infinity'"]
)  # fmt: skip
@pytest.mark.parametrize("how", [[], ["--json"]], ids=["table", "json"])
def test_a_query_that_reads_ends_as_an_exceptions_name(folder, capsys, query, how) -> None:
    code = main(["results", folder, query, *how])
    shown = capsys.readouterr()
    assert (code, bool(re.search("[a-z]Error", shown.err))) in ((0, False), (2, False)) and (
        code == 0 or "290000" in query or "all_types" in query
    ), shown.err
    assert code or not how or json.loads(shown.out)


def test_a_cell_in_brackets_is_taken_for_a_style(folder, capsys) -> None:
    assert main(["results", folder, "SELECT '[/x]' AS \"[a]\", [true, NULL] AS b, [NULL] AS c"]) == 0
    assert re.search(r"\[a\].*\n\[/x\] +\[true, null\] +\[null\]", capsys.readouterr().out)
