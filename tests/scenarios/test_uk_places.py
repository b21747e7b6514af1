"""Every council of the United Kingdom is a place by its name; what no census counts is imputed as stated, redrawn, and right on average."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from experiments.provenance import provenance
from scenarios import load_place, load_scenario
from scenarios.places import united_kingdom
from scenarios.places.card import card_of
from scenarios.places.imputation import GROUP_COLUMNS, WITHIN, impute, levels, relations
from scenarios.places.uk_marginals import marginals_of
from scenarios.places.uk_relations import estimated
from scenarios.places.uk_tables import UK, authorities, lookup, small_areas, whole_area
from scenarios.places.uk_wards import wards_of
from simulation import InputError, ParticipationModel

SHARES = np.array([0.3, 0.3, 0.4])


def test_all_local_authorities_are_places_by_name_official_name_and_codes() -> None:
    table = authorities()
    assert len(table) == 361
    for code, row in table.iterrows():
        for name in (row["name"], row["official_name"], row["gss"], code, row["name"].upper()):
            assert united_kingdom.find(name) == code, name
    assert small_areas()["population"].sum() == pytest.approx(66.8e6, rel=0.01)


@pytest.mark.parametrize(
    ("said", "name"),
    [("Richmond upon Thames", "richmond-upon-thames"), ("lb sutton", "sutton"), ("Hull", "kingston-upon-hull"), ("ynys môn", "isle-of-anglesey"),
     ("City of Bristol", "city-of-bristol"), ("bristol city council", "city-of-bristol"), ("E09000027", "richmond-upon-thames"), ("london", "london"),
     ("City of London", "city-of-london"), ("durham", "county-durham"), ("Kent", "kent"), ("E10000016", "kent"), ("uk", "united-kingdom"),
     ("St Helens", "st-helens"), ("Kings Lynn & West Norfolk", "kings-lynn-and-west-norfolk"), ("edinburgh", "city-of-edinburgh"),
     ("E08000020", "gateshead"), ("haringey", "haringey"), ("E09000014", "haringey"), ("Yorkshire and the Humber", "yorkshire-and-the-humber")],
)  # fmt: skip
def test_names_codes_and_aliases(said, name) -> None:
    assert load_place(said).name == name


@pytest.mark.parametrize(
    ("said", "message"),
    [("Taunton Deane", "abolished in 2019; use 'Somerset'"), ("Cumbria", "use 'Cumberland' or 'Westmorland and Furness'"),
     ("Corby Borough Council", "abolished in 2021; use 'North Northamptonshire' \\(The Northamptonshire"), ("richmond", "did you mean 'Richmond upon Thames'"),
     ("Blakpool", "did you mean 'Blackpool'"), ("newcastle", "'Newcastle upon Tyne' or 'Newcastle-under-Lyme'"), ("", "unknown place ''"),
     ("Atlantis-on-Sea-and-Nowhere", "list places"), ("Richmnd", "did you mean 'Richmond upon Thames'"), ("wards.pdf", "wards.pdf: no such file, or not one that can be read; allowed: a place file"),
     ("harringay", "did you mean 'haringey'"), ("Tunbrige", "did you mean 'Tunbridge Wells'"), ("newcastel", "'Newcastle upon Tyne' or 'Newcastle-under-Lyme'")],
)  # fmt: skip
def test_a_name_that_is_none_gets_the_nearest_or_the_successor(said, message) -> None:
    with pytest.raises(InputError, match=message):
        load_place(said)


def test_a_file_that_is_no_place_is_taken_for_a_name(tmp_path) -> None:
    (tmp_path / "wards.pdf").write_bytes(b"%PDF")
    (tmp_path / "wards").write_bytes(b"")
    for name in ("wards.pdf", "wards"):
        with pytest.raises(
            InputError, match=r"wards.*: is not a place; allowed: a place file \(\.yaml, \.yml\) or a table \(\.csv"
        ):
            load_place(str(tmp_path / name))
    with pytest.raises(InputError, match=r"is a folder without place\.yaml"):
        load_place(str(tmp_path))


def test_abolished_councils_name_successors_that_are_there_and_are_not_there_themselves() -> None:
    table = lookup("abolished")
    assert len(table) > 100
    current = {united_kingdom.plain(n) for n in authorities()["name"]}
    for row in table.itertuples():
        assert row.source
        assert 2005 < row.abolished < 2030
        assert united_kingdom.plain(row.name) not in current
        for code in row.successors.split(";"):
            assert code in authorities().index


def test_a_council_has_its_real_wards_in_the_order_of_their_names() -> None:
    place = load_place("Leeds")
    assert len(place.wards) == 33 and place.wards[:2] == ("Adel & Wharfedale", "Alwoodley") and place.wards[-1] == "Wetherby"
    assert not place.synthetic_wards and not any("synthetic" in name for name in place.wards)
    assert not place.imputed
    people = place.areas.groupby("ward", sort=False)["population"].sum()
    assert list(people.index) == list(place.wards)
    assert people.between(15_000, 40_000).all()


@pytest.mark.parametrize("name", ["England", "London", "Wales", "Kent", "United Kingdom"])
def test_a_region_is_a_sample_weighted_to_all_its_deciles_and_regions(name) -> None:
    place = load_place(name)
    codes = united_kingdom.groups()[name]
    areas = small_areas()[small_areas()["authority"].isin(codes)]
    assert place.sampled == len(areas) > len(place.areas)
    assert len(place.wards) == 40 and not place.synthetic_wards
    assert place.areas["population"].sum() == pytest.approx(areas["population"].sum(), rel=1e-6)
    wanted = areas.groupby("deprivation_decile")["population"].sum()
    assert place.areas.groupby("deprivation_decile")["population"].sum().to_numpy() == pytest.approx(wanted.to_numpy(), rel=1e-4)
    own = (
        place.areas["population"].groupby(place.areas["area"].map(whole_area).map(small_areas().set_index("area")["region"])).sum()
    )
    assert own.to_numpy() == pytest.approx(areas.groupby("region")["population"].sum().reindex(own.index).to_numpy(), rel=0.01)
    assert "weighted sample" in place.notes[0]


def test_what_councils_differ_by_averages_out_over_a_nation() -> None:
    """Of what no census counts by ward, which in Scotland are qualifications."""
    ranges = {
        name: next(m for m in card_of(load_place(name)).marginals if m.name == "level_4_plus")
        for name in ("Scotland", "Fife", "Leeds")
    }
    widths = {name: m.high - m.low for name, m in ranges.items()}
    assert widths["Leeds"] == 0 < 2 * widths["Scotland"] < widths["Fife"]


def test_the_relations_are_those_of_the_wards_of_england_and_wales() -> None:
    """The shipped tables are what `uk_relations` estimates from the shipped wards."""
    for name, found in zip(("relations", "levels"), estimated(), strict=True):
        shipped = pd.read_csv(UK / f"{name}.csv")
        pd.testing.assert_frame_equal(shipped, found.reset_index(drop=True), check_dtype=False, atol=2e-5)
    assert set(relations()) == set(GROUP_COLUMNS) and {region for region, _ in levels()} > {"London", "Scotland", "United Kingdom"}
    poorer = {one.share: one.slope for found in relations().values() for one in found}
    assert (
        poorer["social_rented"] > 0.03
        and poorer["no_qualification"] > 0.01
        and poorer["routine_occupations"] > 0.02 > 0 > poorer["level_4_plus"]
    )


def test_regions_come_out_at_their_published_levels() -> None:
    """Imputed over all wards of a region, its mean is what its census counts."""
    for region, codes in (("London", united_kingdom.groups()["London"]), ("Scotland", united_kingdom.groups()["Scotland"])):
        wards = wards_of(codes)
        given = marginals_of(wards)
        every, homes = np.ones(len(given), bool), given["homes"].to_numpy()
        one = impute("tenure", every, wards.deprivation, [region] * len(given))
        for n, column in enumerate(GROUP_COLUMNS["tenure"][:2]):
            assert np.average(one.shares()[:, n], weights=homes) == pytest.approx(
                np.average(given[column], weights=homes), abs=0.02
            )


def test_what_would_be_imputed_of_real_wards_holds_what_is_counted() -> None:
    """Councils whose figures are counted lie inside the stated ranges when they are imputed from deprivation alone."""
    inside = []
    for code in list(authorities().index)[::9]:
        wards = wards_of((code,))
        given = marginals_of(wards)
        if given.isna().any().any():
            continue
        regions = [authorities().loc[code, "region"]] * len(given)
        people, every = np.bincount(wards.pieces["ward"], wards.pieces["population"]), np.ones(len(given), bool)
        for group in (g for g in GROUP_COLUMNS if g not in WITHIN):
            columns = list(GROUP_COLUMNS[group])
            ranges = impute(group, every, wards.deprivation, regions).interval(people, given[columns].to_numpy(float))
            real = np.average(given[columns], axis=0, weights=people)
            inside += list((ranges[:, 0] <= real) & (real <= ranges[:, 1]))
    assert len(inside) > 150 and np.mean(inside) > 0.8, np.mean(inside)


def test_replicates_redraw_what_is_imputed_and_a_seed_repeats_it() -> None:
    place = load_place("Fife")
    drawn = [place.draw_people(4000, SHARES, seed) for seed in (1, 1, 2, 3, 4, 5)]
    assert drawn[0].qualification.tobytes() == drawn[1].qualification.tobytes()
    graduates = [np.mean(p.qualification == 2) for p in drawn[1:]]
    known = load_place("Leeds")
    steady = [np.mean(known.draw_people(4000, SHARES, seed).qualification == 2) for seed in range(5)]
    assert np.std(graduates) > 3 * np.std(steady), "an imputed place is less sure than one whose wards are counted"
    one = place.imputed[0]
    assert one.group == "qualification"
    assert one.shares(7) == pytest.approx(one.shares(7))
    for group in GROUP_COLUMNS:
        found = impute(group, np.ones(3, bool), np.array([5.0, 20.0, 50.0]), ["Scotland"] * 3)
        assert found.shares(7).sum(axis=1) == pytest.approx(1.0)


@pytest.mark.parametrize(
    "name", ["Richmond upon Thames", "Middlesbrough", "Eilean Siar", "Derry City and Strabane", "Isles of Scilly"]
)
def test_contrasting_councils_come_to_a_steady_state_with_capacity_to_spare(name) -> None:
    model = ParticipationModel(load_scenario("baseline", f"{name}@average", 1500), 1)
    model.run(3)
    assert (model.institutions.load < 0.95).all()
    degree = model.ties.statistics()["degree"]
    assert 9.5 < degree < 13.5, "ties do not thin out where few residents stand for many small areas"


def test_results_carry_the_attribution() -> None:
    found = provenance([load_scenario("baseline", "Blackpool", 100)], "x", 1)
    for owner in (
        "mySociety",
        "ONS",
        "Contains National Statistics data",
        "National Records of Scotland",
        "MHCLG",
        "NISRA",
        "Scottish and Welsh Governments",
        "CC BY 4.0",
    ):
        assert owner in found["attribution"], owner
    assert "composite UK" in found["deprivation_index"]


@pytest.mark.parametrize(
    "said", ["Haringey", "Haringey.", "London Borough of Haringey", "haringey council", "\uff48aringey", "E09000014", "LB Haringey"]
)
def test_one_council_is_one_place_whatever_it_is_called(said) -> None:
    assert load_place(said) is load_place("haringey")
