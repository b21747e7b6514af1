"""What is wrong with a place file is told by the command that reads it, and names that file: it was found by a run, which blamed a shipped scenario."""

from __future__ import annotations

import pytest

from experiments.cli.command_line import main
from scenarios.places.place_file import read_place
from simulation import InputError

HEAD = "name: v\ntitle: V\nwards: wards.csv\n"
REST = "  - {name: b, service: housing}\n  - {name: c, service: police}\n  - {name: d, service: health}\n"
WRONG = {
    "shares below 1": ("segments:\n  - {name: s, share: 0.6}\n  - {name: t, share: 0.3}\n", r"segments: the shares add up to 0\.9; allowed: 1\. Change them, or add"),
    "shares above 1": ("segments:\n  - {name: s, share: 0.6}\n  - {name: t, share: 0.6}\n", r"segments: the shares add up to 1\.2; allowed: 1"),
    "no segments": ("segments: []\n", "segments: 0; allowed: 1 to 16"),
    "a segment twice": ("segments:\n  - {name: s, share: 0.6}\n  - {name: S, share: 0.4}\n", "segments: 'S' is given twice"),
    "a parameter": ("parameters: {council.nope: 0.3}\n", "parameters: unknown parameter 'council.nope'; did you mean"),
    "a value": ("parameters: {council.courtesy: 7}\n", r"parameters: council\.courtesy: 7\.0 is out of range; allowed: 0 to 1"),
    "a service": ("institutions:\n  - {name: a, service: nope}\n" + REST, "institution 'a': unknown service 'nope'"),
    "nobody serves": ("institutions:\n  - {name: a, service: council, wards: [A]}\n" + REST, "no institution provides council in ward 'B'"),
    "a ward": ("institutions:\n  - {name: a, service: council, wards: [A, B, C]}\n" + REST, "institution 'a': wards: unknown ward 'C'"),
    "a lever": ("institutions:\n  - {name: a, service: council, levers: {curtesy: 0.2}}\n" + REST, "levers: unknown lever 'curtesy'; did you mean 'courtesy'"),
    "a lever's value": ("institutions:\n  - {name: a, service: council, levers: {courtesy: 2}}\n" + REST, r"levers: courtesy: 2\.0 is out of range"),
}  # fmt: skip


@pytest.mark.parametrize("kind", WRONG)
def test_a_place_file_is_blamed_for_what_is_wrong_in_it(tmp_path, kind) -> None:
    text, told = WRONG[kind]
    (tmp_path / "wards.csv").write_text("Ward,Population\nA,4000\nB,5000\n")
    (tmp_path / "place.yaml").write_text(HEAD + text)
    with pytest.raises(InputError, match=told) as found:
        read_place(tmp_path / "place.yaml")
    assert str(found.value).startswith(f"{tmp_path / 'place.yaml'}: ")


def test_place_and_run_refuse_segments_that_do_not_add_up(tmp_path, capsys) -> None:
    (tmp_path / "wards.csv").write_text("Ward,Population\nA,4000\nB,5000\n")
    (tmp_path / "place.yaml").write_text(HEAD + WRONG["shares below 1"][0])
    for command in (["place", str(tmp_path / "place.yaml"), "--check"], ["run", "--place", str(tmp_path / "place.yaml")]):
        assert main(command) == 2
        error = capsys.readouterr().err
        assert "place.yaml: segments: the shares add up to 0.9" in error and "baseline" not in error
