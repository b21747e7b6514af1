"""Shells complete commands and options."""

from __future__ import annotations

import pytest

from experiments.cli.command_line import main


@pytest.mark.parametrize(("typed", "offered"), [("groundswell comp", "compare"), ("groundswell compare --pop", "--population")])
def test_a_shell_is_offered_commands_and_options(monkeypatch, capsys, typed, offered) -> None:
    monkeypatch.setenv("_GROUNDSWELL_COMPLETE", "complete_bash")
    monkeypatch.setenv("COMP_WORDS", typed)
    monkeypatch.setenv("COMP_CWORD", str(len(typed.split()) - 1))
    with pytest.raises(SystemExit) as ended:
        main([])
    assert ended.value.code == 0
    assert offered in capsys.readouterr().out.split()
