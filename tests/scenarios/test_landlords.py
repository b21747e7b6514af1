"""The quality of council housing from what tenants said, and what a place says of quality otherwise."""

from __future__ import annotations

import re
from dataclasses import replace

import numpy as np
import pytest
from scipy.special import expit

from experiments.cli.command_line import main
from experiments.comparison.compare import compare
from experiments.comparison.statistics import interval
from scenarios import load_place, load_scenario
from scenarios.places.landlords import _sampling, _years, landlords, of_councils
from scenarios.places.own import own_place
from scenarios.places.place_file import read_place
from scenarios.places.place_template import place_files
from simulation import ParticipationModel
from simulation.declared.parameters import InputError
from simulation.declared.quality import AVERAGE, PARAMETERS, UNKNOWN
from tests.places import small_place

VALUES = {p.name: p.default for p in PARAMETERS.parameters}
PLACE = """name: town
title: Town
wards: wards.csv
"""
WARDS = "ward,population,under_16,age_65_plus,owned,social_rented,no_qualification,level_4_plus,deprivation\nA,5000,0.2,0.1,0.5,0.2,0.2,0.3,20\nB,6000,0.2,0.1,0.5,0.2,0.2,0.3,30\n"


def town(folder, more: str = "", wards: str = WARDS):
    (folder / "place.yaml").write_text(PLACE + more)
    (folder / "wards.csv").write_text(wards)
    return read_place(folder / "place.yaml")


def test_the_figures_are_those_published() -> None:
    table = landlords()
    assert len(table.councils) == 160 and (~np.isnan(_years("overall"))).sum(axis=0).tolist() == [158, 158]
    assert table.average == pytest.approx(66.2, abs=0.1) and table.spread == pytest.approx(9.0, abs=0.1)
    assert abs(table.by_voice[0]) < 2 * table.by_voice[1], (
        "how tenants were asked makes no difference that could be told from chance"
    )
    overall = np.nanmean(_years("overall"), axis=1)
    for aspect in ("repairs", "fair_and_respectful", "kept_informed", "listens_and_acts"):
        assert 0.74 < np.corrcoef(overall, np.nanmean(_years(aspect), axis=1))[0, 1] < 0.93, "one number carries them"


def test_declared_parameters_are_what_the_figures_show() -> None:
    table = landlords()
    assert VALUES["promptness_link"] == pytest.approx(table.link, abs=0.02)
    assert VALUES["response_spread"] == pytest.approx(1.2 * table.promptness_spread[0], abs=0.03), (
        "of repairs, at casework.response_spread"
    )


def test_good_and_bad_landlords_are_told_apart_and_few_answers_count_less() -> None:
    table = landlords()
    z = dict(zip(table.councils, table.quality[:, 0], strict=True))
    assert z["HRY"] < -1.5 and z[max(z, key=z.get)] > 1.5
    strong, weak = table.of_percent(80, 2000), table.of_percent(80, 50)
    assert 0 < weak[0] < strong[0] and strong[1] < weak[1] < 1
    assert float(_sampling(100.0, 50.0)) > 0, "all of a few are not all"


def test_a_place_has_the_figures_of_its_council() -> None:
    one = load_place("haringey").quality
    assert one.known["housing"].basis == "measured" and one.spread == 1
    assert "Regulator of Social Housing" in load_place("haringey").attribution
    assert load_place("cardiff").quality == UNKNOWN
    assert "Regulator" not in load_place("cardiff").attribution


def test_many_councils_average_out() -> None:
    england, wales = load_place("england").quality, load_place("wales").quality
    assert abs(england.known["housing"].central) < 0.1 and england.spread < 0.1, "the average is England's"
    assert wales.known == {} and wales.spread == pytest.approx(0.24, abs=0.01)
    assert of_councils({None: 1.0}, 4).spread == 0.5
    half = of_councils({"HRY": 1.0, None: 1.0})
    assert half.known["housing"].central == pytest.approx(one_half("HRY")) and half.known["housing"].error > 0.5, (
        "the other council's is a draw"
    )


def one_half(code: str) -> float:
    return landlords().quality[landlords().councils.index(code), 0] / 2


def test_average_service_is_the_same_place_with_average_service() -> None:
    place = load_place("haringey@average")
    assert place == load_place("haringey").with_average_service() and place.quality == AVERAGE
    assert load_place(place.name).identity == place.identity != load_place("haringey").identity
    with pytest.raises(InputError, match="'@averge'; allowed behind a place: @average"):
        load_place("haringey@averge")


def test_a_place_file_states_quality(tmp_path) -> None:
    assert town(tmp_path).quality == UNKNOWN
    place = town(
        tmp_path,
        "country: England\nquality: {council: 0.8, police: [-0.5, 0.3]}\nsatisfaction: {housing: {percent: 80, responses: 500}}\nquality_spread: 0.5\n",
    )
    known = place.quality.known
    assert (known["council"].central, known["police"].error, place.quality.spread) == (0.8, 0.3, 0.5)
    assert known["housing"].central > 1 and "80 % satisfied, 66 % on average" in known["housing"].source
    assert town(tmp_path, "average_service: true\n").quality == AVERAGE


@pytest.mark.parametrize(("more", "said"), [
    ("quality: {housing: 5}", "line 4: quality.housing.central: 5: Input should be less than or equal to 4"),
    ("quality: {housing: good}", "allowed: a number"),
    ("quality: {housing: [1, 2, 3]}", "allowed: a number"),
    ("quality: {housig: 1}", "unknown service 'housig'; did you mean 'housing'"),
    ("satisfaction: {housing: 101}", "satisfaction.housing.percent: 101: Input should be less than or equal to 100"),
    ("satisfaction: {housing: {percent: 50, responses: 0}}", "greater than or equal to 1"),
    ("satisfaction: {council: 60}", "satisfaction: council: average: is missing; allowed"),
    ("country: Spain\nsatisfaction: {housing: 60}", "satisfaction: housing: average: is missing"),
    ("quality: {housing: 1}\nsatisfaction: {housing: 60}", "is given under quality too"),
    ("quality: {housing: 1}\naverage_service: true", "average_service: true; allowed only without"),
    ("quality_spread: 2", "less than or equal to 1"),
])  # fmt: skip
def test_wrong_quality_in_a_place_file_is_refused(tmp_path, more: str, said: str) -> None:
    with pytest.raises(InputError) as refused:
        town(tmp_path, more + "\n")
    assert said in str(refused.value) and "place.yaml" in str(refused.value)


def test_columns_of_a_table_give_quality(tmp_path) -> None:
    wards = (
        WARDS.replace("deprivation\n", "deprivation,tenants satisfied %,service quality police\n")
        .replace(",20\n", ",20,50,1\n")
        .replace(",30\n", ",30,60,-1\n")
    )
    known = town(tmp_path, "country: England\n", wards).quality.known
    assert known["police"].central == pytest.approx(-1 / 11) and known["housing"].central < -0.5
    with pytest.raises(InputError, match="allowed"):
        town(tmp_path, "country: England\n", wards.replace("50,1", "50,7"))
    assert "housing" not in town(tmp_path, wards=wards).quality.known, "what is average there is not known"
    (tmp_path / "areas.csv").write_text("area,ward,population,deprivation\nx,A,4000,20\ny,B,3000,30\nz,A,3000,10\n")
    (tmp_path / "place.yaml").write_text(PLACE + "country: England\nsmall_areas: areas.csv\n")
    (tmp_path / "wards.csv").write_text(wards)
    assert read_place(tmp_path / "place.yaml").quality.known["police"].central == pytest.approx(0.4)


@pytest.mark.parametrize("name", ["haringey", "wales", "haringey@average"])
def test_a_place_that_is_written_and_read_again_has_the_same_quality(tmp_path, name: str) -> None:
    place = load_place(name)
    for file, text in place_files(place, "again").items():
        (tmp_path / file).write_text(text)
    again = read_place(tmp_path / "place.yaml")
    assert again.quality == place.quality and again.attribution == place.attribution


def tenants(model: ParticipationModel) -> float:
    """Return the share of social tenants who are satisfied with housing, in points: as satisfaction with the council is measured."""
    r, survey = model.residents, model.values["survey"]
    felt = survey.council_trust * r.trust[1] + (1 - survey.council_trust) * r.satisfaction
    return 100 * float(expit((felt - survey.council_threshold) / survey.noise)[r.tenure == 1].mean())


@pytest.mark.prove
@pytest.mark.timeout(3600)
def test_tenants_in_the_model_differ_between_councils_as_tenants_do() -> None:
    """The lasting spread of the figures is nine points; `quality.spread` was set by this."""
    place, found, quality = replace(load_place("camden"), quality=UNKNOWN), [], []
    for replicate in range(40):
        model = ParticipationModel(load_scenario("baseline", place, 3000).with_(burn_in=192), 1, replicate=replicate)
        months = []
        for _ in range(12):
            model.step()
            months.append(tenants(model))
        found.append(np.mean(months))
        quality.append(model.quality[1, 0])
    assert np.polyfit(quality, found, 1)[0] == pytest.approx(landlords().spread, abs=1.5)
    assert np.corrcoef(quality, found)[0, 1] > 0.85


@pytest.mark.prove
@pytest.mark.timeout(3600)
@pytest.mark.parametrize(("name", "sign"), [("haringey", -1), ("east-suffolk", 1)])
def test_a_council_differs_from_itself_with_average_service_as_its_tenants_say(name: str, sign: int) -> None:
    found = []
    for place in (name, f"{name}@average"):
        result = compare(load_scenario("baseline", place, 3000), replicates=12, months=24, posterior=None)
        found.append(result.results[:, 0, list(result.measures).index("trust_housing")])
    _, low, high = interval(sign * (found[0] - found[1]))
    assert low > 0, (low, high)


def test_a_made_up_place_may_have_a_quality_of_its_own() -> None:
    assert replace(small_place(), quality=UNKNOWN).identity != small_place().identity


def test_a_copy_of_a_place_draws_its_services_as_the_place_itself(tmp_path) -> None:
    """A folder of another name had other services on the same seed: what somebody edited was compared with another draw."""
    folder = tmp_path / "copy-of-leeds"
    assert main(["place", "leeds", "--out", str(folder)]) == 0
    worlds = [
        ParticipationModel(load_scenario("baseline", place, 100).with_(burn_in=0), 5)
        for place in (load_place("leeds"), load_place(str(folder)))
    ]
    assert worlds[0].place.name != worlds[1].place.name
    assert (worlds[0].quality == worlds[1].quality).all()


@pytest.mark.parametrize(
    ("column", "value", "told"),
    [
        ("Tenants satisfied %", 0.62, "allowed: percentages, as in 62"),
        ("Owned homes", 40_000, "allowed: at most 4,200, people of all ages"),
    ],
)
def test_figures_that_cannot_be_are_refused(tmp_path, column: str, value: float, told: str) -> None:
    more = {"Social rented homes": 300, "Private rented homes": 500} if "homes" in column else {}
    names = ["Ward", "Population", "IMD score", column, *more]
    rows = [[f"Ward {n}", 4200, 10 + n, value, *more.values()] for n in range(3)]
    table = tmp_path / "wards.csv"
    table.write_text("\n".join(",".join(map(str, row)) for row in [names, *rows]))
    with pytest.raises(InputError, match=re.escape(told)):
        own_place(table, region="London")


def test_a_service_that_there_is_not_is_named_in_a_table(tmp_path) -> None:
    table = tmp_path / "wards.csv"
    table.write_text("Ward,Population,IMD score,Service quality polize\nA,4000,10,1\nB,4000,20,1\n")
    assert any("did you mean 'police'?" in f.text for f in own_place(table, region="London").findings)
