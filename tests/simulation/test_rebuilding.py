"""What a reorganisation destroys comes back at a pace of its own, and only people rebuild it."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest

from simulation import Change, Delivery, Intervention, ParticipationModel
from simulation.declared.levers import lever_index
from simulation.month import taking_part
from simulation.month.learning import rebuilt
from tests.places import small_scenario
from tests.worlds import differing

ON = {"learning.convening_loss": 10.0, "learning.book_loss": 10.0, "learning.experience_loss": 1.0}
PACES = {"convening": 24.0, "book_keeping": 12.0, "experienced": 18.0}
LOSSES = (Change("relationship_loss", to=0.08), Change("contact_book_loss", to=0.13), Change("knowledge_loss", to=0.5))


@pytest.fixture(scope="module")
def world() -> ParticipationModel:
    return ParticipationModel(small_scenario(900, 24, parameters=ON), 4)


def reorganised(world: ParticipationModel, *more: Change, end: int = 6) -> ParticipationModel:
    once = Intervention("reorganised", "for a test", LOSSES, Delivery(end=end))
    held = Intervention("held", "for a test", more)
    return world.branch(world.scenario.with_(interventions=(once, *([held] if more else []))))


def test_half_of_what_is_missing_is_back_after_so_many_months() -> None:
    share = 0.2
    for _ in range(24):
        share = rebuilt(share, 0.0, 24.0, 1.0)
    assert share == pytest.approx(0.6)
    assert rebuilt(1.0, 0.0, 24.0, 1.0) == 1.0
    assert rebuilt(0.5, 1.5, 24.0, 0.0) == 0.0, "nobody rebuilds it"
    assert rebuilt(0.5, 0.0, 1.0, 9.0) == 1.0


def test_each_heals_at_its_own_pace_in_a_world(world) -> None:
    """Support is held where it is usual, so that the half-lives are those declared."""
    model = reorganised(world, end=1)
    model.step()
    w = model.institutions
    missing = {name: 1.0 - getattr(w, name).copy() for name in PACES}
    assert all((gap > 0.3).all() for gap in missing.values())
    paces = {name: (1.0 - 0.5 ** (1.0 / months)) for name, months in PACES.items()}
    expected = {name: gap.copy() for name, gap in missing.items()}
    for _ in range(24):
        model.step()
        for name, pace in paces.items():
            expected[name] *= 1.0 - pace * w.support / 0.5 * model.levers.mean[lever_index("resources")] / 0.5
    for name in PACES:
        np.testing.assert_allclose(1.0 - getattr(w, name), expected[name], rtol=1e-9)
    gaps = [(1.0 - getattr(w, name))[0] / missing[name][0] for name in ("book_keeping", "experienced", "convening")]
    assert gaps == sorted(gaps)
    assert gaps[0] == pytest.approx(0.25, abs=0.05)


def test_seats_that_nobody_runs_stay_empty(world) -> None:
    """Ended roles free seats, which others would fill at once; with nobody who runs them they do not."""
    lost = reorganised(world)
    seats_run = world.branch(world.scenario.with_(interventions=lost.scenario.interventions))
    seats_run.values = {**seats_run.values, "learning": seats_run.values["learning"]._replace(convening_loss=0.0)}
    for model in (lost, seats_run):
        model.run(8)
    assert (seats_run.institutions.convening == 1.0).all()
    assert (lost.institutions.convening < 0.2).all()
    assert (lost.residents.civic_role > 0).sum() < 0.6 * (seats_run.residents.civic_role > 0).sum()


def test_seats_come_back_in_pools_of_one_too_and_on_average_as_many_as_are_run(world) -> None:
    """A share of one seat, cut off, would leave it empty for good."""
    limit = np.repeat([[1.0], [2.0], [2.7], [np.inf]], world.pool_people.shape[1], axis=1)
    limit = np.vstack([limit, np.ones((len(world.forms) - 4, limit.shape[1]))])
    model = reorganised(world)
    for run in (0.0, 0.5, 0.9999, 1.0):
        model.institutions.convening[:] = run
        seats = taking_part.run_seats(model, limit)
        assert np.isinf(seats[3]).all()
        assert (seats[:3] >= np.floor(run * np.floor(limit[:3]))).all()
        assert (seats <= limit).all()
    model.institutions.convening[:] = 0.9999
    assert (taking_part.run_seats(model, limit)[:3] == np.floor(limit[:3])).mean() > 0.95
    model.institutions.convening[:] = 0.4
    many = np.ones((len(world.forms), limit.shape[1]))
    found = [taking_part.run_seats(other, many).mean() for other in copies(model, 40)]
    assert np.mean(found) == pytest.approx(0.4, abs=0.05)


def copies(model: ParticipationModel, number: int) -> Iterator[ParticipationModel]:
    """Yield a model under other keys of chance."""
    for key in range(number):
        model.key = key
        yield model


def test_without_resources_nothing_is_rebuilt(world) -> None:
    model = reorganised(world, Change("resources", to=0.0), end=2)
    model.run(2)
    before = model.institutions.convening.copy()
    model.run(6)
    np.testing.assert_array_equal(model.institutions.convening, before)


def test_contacts_are_written_down_by_those_who_keep_the_book(world) -> None:
    kept, lost = (reorganised(world, end=1) for _ in range(2))
    kept.values = {**kept.values, "learning": kept.values["learning"]._replace(book_loss=0.0)}
    for model in (kept, lost):
        model.run(5)
    assert (kept.institutions.book_keeping == 1.0).all()
    assert np.bitwise_count(lost.residents.book).sum() < 0.95 * np.bitwise_count(kept.residents.book).sum()


def test_zero_dose_and_rest_change_no_byte(world) -> None:
    base = world.branch(world.scenario)
    none = world.branch(world.scenario.with_(interventions=(Intervention("none", "", LOSSES, dose=0.0),)))
    off = ParticipationModel(small_scenario(900, 24), 4)
    for model in (base, none, off):
        model.run(6)
    assert differing(base, none) == []
    assert differing(base, off) == [], "the usual loss of contacts takes nothing"
