"""The evidence ledger: every row checked, linked from parameters, and no number without a source or a status."""

from __future__ import annotations

import pytest

from scenarios.evidence.facts import KINDS, ROLES, check_targets, fact, facts_of, ledger, read_facts
from scenarios.structures import STRUCTURES
from simulation.declared.parameters import InputError, Parameter
from simulation.month import declared_parameters


def test_the_ledger_is_whole() -> None:
    rows = ledger()
    assert len(rows) == 30
    assert len({f.id for f in rows}) == 30
    for one in rows:
        assert one.kind in KINDS
        assert one.role in ROLES
        assert one.source
        assert one.statement
        assert one.status in ("found", "secondary", "input", "context")
        if one.kind == "band":
            assert one.low < one.high  # type: ignore[operator]
    check_targets([f for f in rows if f.role == "calibrate"], {f.observable: "number" for f in rows})


def test_no_parameter_is_without_source_or_status() -> None:
    for name, p in declared_parameters().items():
        assert p.status in ("estimated", "calibrated", "assumed"), name
        assert p.source, name
        assert p.low <= p.default <= p.high, name
        low, high = p.plausible
        assert p.low <= low <= p.default <= high <= p.high, name
        if p.status == "assumed" and not p.structural and p.low < p.default < p.high and p.default != 0:
            assert low < high, f"{name} is assumed and has no range"
        if p.source == "judgement":
            assert p.status != "estimated", f"{name}: estimated from what?"
        for one in facts_of(p):  # raises for a fact that there is not
            assert one.role != "context", name


def test_every_calibrated_level_is_linked_from_a_parameter() -> None:
    linked = {f for p in declared_parameters().values() for f in p.facts}
    flat = {"influence_flat"}  # of no one number: what burn-in to a steady state is for
    assert {f.id for f in ledger() if f.role == "calibrate"} - flat <= linked


@pytest.mark.parametrize(
    ("parameter", "low", "high"),
    [
        (Parameter("a", 2.0, 0, 10, "months", ""), 2.0 / 1.3, 2.6),
        (Parameter("a", 0.5, 0, 1, "share", ""), 1 / 2.3, 1.3 / 2.3),
        (Parameter("a", 0.97, 0, 1, "share a month", ""), 0.97 / (0.97 + 0.03 * 1.3), 0.97 / (0.97 + 0.03 / 1.3)),
        (Parameter("a", -4.0, -12, 12, "log-odds", ""), -4.4, -3.6),
        (Parameter("a", 0.5, -1, 2, "0..1", ""), 0.45, 0.55),
        (Parameter("a", 0.0, 0, 1, "share", ""), 0.0, 0.0),
        (Parameter("a", 9.0, 0, 10, "months", ""), 9.0 / 1.3, 10.0),
        (Parameter("a", 1.0, 0, 5, "ties", "", structural=True), 1.0, 1.0),
    ],
)
def test_plausible_ranges(parameter, low, high) -> None:
    assert parameter.plausible == pytest.approx((low, high))
    assert parameter.plausible_value(0.5) == pytest.approx(parameter.default)


def test_errors_and_sides() -> None:
    level = fact("participation_level")
    assert level.target == 0.37
    assert level.errors == pytest.approx((0.04 / 1.96, 0.05 / 1.96))
    assert level.holds(0.33)
    assert not level.holds(0.3299)
    assert not level.holds(float("nan"))
    assert fact("habit").holds(0.001)
    assert not fact("habit").holds(-0.001)
    assert fact("influence_flat").observable != fact("influence_level").observable


def test_an_unknown_fact_gets_the_nearest() -> None:
    with pytest.raises(InputError, match="did you mean 'trust_level'"):
        fact("trust_levle")


def test_own_targets_need_four_columns_only(tmp_path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("measure;value;low;high\ntrust;0.5;0.45;0.55\napathy;;0.05;0.15\n")
    one, two = read_facts(path)
    assert (one.id, one.kind, one.role, one.source) == ("own_trust", "band", "calibrate", "own.csv")
    assert two.target == pytest.approx(0.10)
    path.write_text("measure,value,low\ntrust,0.5,0.4\n")
    with pytest.raises(InputError, match="column 'high' is missing"):
        read_facts(path)


def test_a_survey_gives_targets_that_the_ledger_reads(tmp_path) -> None:
    from scenarios.own_data.surveys.survey import read_survey

    answers = tmp_path / "answers.csv"
    answers.write_text("trust,perceived_influence\n" + "a great deal,agree\nnot at all,disagree\n" * 60)
    targets = tmp_path / "targets.csv"
    read_survey(answers).targets().to_csv(targets, index=False)
    assert {f.measure for f in read_facts(targets)} == {"trust", "perceived_influence"}


def test_structures_set_what_there_is() -> None:
    declared = declared_parameters()
    assert len(STRUCTURES) >= 4
    for structure in STRUCTURES.values():
        for name, value in structure.parameters.items():
            assert declared[name].check(value, structure.name) == value
            assert value != declared[name].default
