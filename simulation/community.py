"""Step 9: enough participants in a ward form groups, which enable, ask and relieve demand; members leave."""

from __future__ import annotations

import numpy as np
from numba import njit

from .levers import FORM_LEVER_NAMES
from .parameters import Parameter, ParameterGroup
from .process import Edge, Process
from .randomness import uniform

_INVITATIONS = FORM_LEVER_NAMES.index("invitations")

# fmt: off
PARAMETERS = ParameterGroup("community", (
    Parameter("group_gain", 0.03, 0, 1, "share a month", "growth of a ward's groups at the reference share of active members"),
    Parameter("group_reference", 0.20, 0.001, 1, "share", "share of residents active in a group or role that sustains groups"),
    Parameter("group_decay", 0.05, 0, 1, "share a month", "decline of groups that nobody sustains"),
    Parameter("leave", 0.03, 0, 1, "probability a month", "a member without a role leaves the group"),
    Parameter("panel_memory", 0.85, 0, 1, "share a month", "how long wide asking feeds a ward panel", source="seed 004, box 2"),
    Parameter("panel_reference", 0.005, 0.0001, 1, "share a month", "residents of the ward asked on the street a month that feed a panel half"),
))
CommunityValues = PARAMETERS.values_type("CommunityValues", __name__)
# fmt: on


@njit(cache=True)
def meet(p, stream, person_id, ward, volunteer_role, civic_role, acting, grouped, active):
    """Count the active by ward and let members without a role leave."""
    active[:] = 0
    for i in range(person_id.size):
        if acting[i] != 0:
            active[ward[i]] += 1
        if grouped[i] and volunteer_role[i] == 0 and civic_role[i] == 0 and uniform(stream, person_id[i]) < p.leave:
            grouped[i] = 0


def step(model) -> None:
    """Let groups grow and fade, and panels be fed."""
    r, s, w, p = model.residents, model.scratch, model.wards, model.values["community"]
    (stream,) = model.streams("community: leaving")
    meet(p, stream, r.person_id, r.ward, r.volunteer_role, r.civic_role, s.acting, r.grouped, s.active)
    share = s.active / np.maximum(model.ward_population, 1)
    strength = w.group_strength
    strength += p.group_gain * share / p.group_reference * (1.0 - strength) - p.group_decay * strength
    np.clip(strength, 0.0, 1.0, out=strength)
    asked = np.zeros(w.size)
    for f in np.flatnonzero(model.form_is_panel):
        asked += model.levers.form_mean[_INVITATIONS, f, model.institution_of[:, model.form_service[f]]] / 1000.0
    w.panel_feed *= p.panel_memory
    w.panel_feed += (1.0 - p.panel_memory) * asked / (asked + p.panel_reference)
    w.visible_results[:] = 1000.0 * s.panel_results / np.maximum(model.ward_population, 1)


PROCESS = Process(
    name="community",
    title="Community",
    description=(
        "A ward's groups grow with the share of residents who are active and fade without them. Their strength enables (step 5), "
        "asks for volunteers (step 4) and meets some needs itself (step 1). Members without a role drift away; the over-used burn "
        "out (step 6). Wide asking in a ward feeds its panel, and what the panel changes can be seen by the ward."
    ),
    equations=("G += g (active share / reference) (1-G) - d G", "feed = m feed + (1-m) asked/(asked + reference)"),
    reads=("person_id", "ward", "volunteer_role", "civic_role", "grouped"),
    writes=("grouped", "wards.group_strength", "wards.panel_feed", "wards.visible_results"),
    parameters=PARAMETERS,
    values_type=CommunityValues,
    step=step,
    edges=(
        Edge("enough of a ward are active", ("wards.group_strength",)),
        Edge("a ward panel changes something", ("wards.visible_results",)),
    ),
    source="MODEL step 9; seeds 001, 003, 004",
)
