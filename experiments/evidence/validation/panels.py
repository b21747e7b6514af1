"""Simulated panels: who reported again after the first report was fixed, and who did after it was not; who takes part again from year to year."""

from __future__ import annotations

import pandas as pd

from simulation.kernels.randomness import uniforms_of
from simulation.measures.measure import took_part, volunteered
from simulation.model import ParticipationModel

FIRST, FOLLOWED = 24, 24  # months in which first reports are taken, and over which each is followed
ON_PLATFORM = 0.15  # share of a resident's reports that go through the platform: street problems, online (assumed)
YEAR_TO_YEAR = {
    "took_part_again": "of those who took part in one year, the share who do in the next",
    "took_part_began": "of those who took no part in one year, the share who do in the next",
    "volunteered_again": "of those who volunteered in one year, the share who do in the next",
    "volunteered_began": "of those who did not volunteer in one year, the share who do in the next",
}
WAIT = 1  # months after which a report counts as not fixed: the platform asks after four weeks


def reports(world: ParticipationModel, institution: str) -> pd.DataFrame:
    """Return one row per first report on a platform to an institution: `person_id, month, fixed, again`.

    The platform carries a share of new cases, at random. `again` is a new case on the platform, not a chaser, within the months that follow the first.
    """
    model = world.branch(world.scenario, record_events=True)
    parts = []
    for _ in range(FIRST + FOLLOWED):
        model.step()
        events = model.events()
        parts.append(
            events[(events["institution"] == institution) & events["event"].isin(["contact", "resolved"])][
                ["month", "person_id", "event"]
            ]
        )
    events = pd.concat(parts, ignore_index=True)
    contacts = events[events["event"] == "contact"].sort_values(["person_id", "month"])
    lot = uniforms_of(
        contacts["person_id"].to_numpy() * 4096 + contacts["month"].to_numpy(), world.constant_stream("panel: platform")
    )
    contacts = contacts[lot < ON_PLATFORM]
    first = contacts.drop_duplicates("person_id")
    first = first[first["month"] <= FIRST]
    start = first.set_index("person_id")["month"]
    resolved = events[events["event"] == "resolved"]
    since = resolved["month"] - resolved["person_id"].map(start)
    fixed = resolved["person_id"][(since >= 0) & (since <= WAIT)].unique()
    later = contacts["month"] - contacts["person_id"].map(start)
    again = contacts["person_id"][(later > 0) & (later <= FOLLOWED)].unique()
    return pd.DataFrame(
        {
            "person_id": first["person_id"].to_numpy(),
            "month": first["month"].to_numpy(),
            "fixed": first["person_id"].isin(fixed).to_numpy(),
            "again": first["person_id"].isin(again).to_numpy(),
        }
    )


def coming_back(world: ParticipationModel, institution: str = "council") -> float:
    """Return the chance of a second report after the first was fixed, relative to after it was not.

    One is added to both counts below the line, without which a ratio of few reports comes out too high on average (Jewell 1986).
    """
    table = reports(world, institution)
    fixed, not_fixed = table[table["fixed"]], table[~table["fixed"]]
    if not len(fixed) or not len(not_fixed):
        return float("nan")
    return float(fixed["again"].mean() * (len(not_fixed) + 1) / (not_fixed["again"].sum() + 1))


def year_to_year(before: ParticipationModel, after: ParticipationModel) -> dict[str, float]:
    """Return the shares of `YEAR_TO_YEAR`: who takes part, and who volunteers, again, and who begins.

    Args:
        before, after: one world, twelve months apart. People who moved away in between are left out, as a panel of households loses them.

    A share is nan where nobody is left to begin or to go on.
    """
    stayed = before.residents.person_id == after.residents.person_id
    found = {}
    for name, did in (("took_part", took_part), ("volunteered", volunteered)):
        first, second = (did(m.residents)[stayed] for m in (before, after))
        for word, those in (("again", first), ("began", ~first)):
            found[f"{name}_{word}"] = float(second[those].mean()) if those.any() else float("nan")
    return found
