"""Step 9: enough participants in a ward form groups, which enable, ask and relieve demand; members leave."""

from __future__ import annotations

import numpy as np
from numba import njit

from .levers import FORM_LEVER_NAMES, lever_index
from .parameters import Parameter, ParameterGroup
from .process import Edge, Process
from .randomness import uniform

_INVITATIONS = FORM_LEVER_NAMES.index("invitations")
_SUPPORT, _AGENDA, _PROGRAMME = lever_index("group_support"), lever_index("agenda"), lever_index("programme")
_INITIATIVE, _LINKAGE, _TRANSFER = lever_index("initiative"), lever_index("linkage"), lever_index("transfer")

# fmt: off
PARAMETERS = ParameterGroup("community", (
    Parameter("group_gain", 0.03, 0, 1, "share a month", "growth of a ward's groups at the reference share of active members"),
    Parameter("group_reference", 0.20, 0.001, 1, "share", "share of residents active in a group or role that sustains groups"),
    Parameter("group_decay", 0.05, 0, 1, "share a month", "decline of groups that nobody sustains"),
    Parameter("group_help", 0.03, 0, 1, "share a month", "growth of a ward's groups that are fully supported", source="seed 002, Staffordshire"),
    Parameter("ownership_speed", 0.10, 0, 1, "share a month", "speed at which residents come to own, or lose, what is done"),
    Parameter("initiative_ownership", 0.8, 0, 1, "share", "ownership gained from none to full initiative of residents", source="seed 003: too weak"),
    Parameter("programme_ownership", 0.8, 0, 1, "share", "ownership lost to a programme without any link to residents' agenda", source="seed 003: too strong, disempowering"),
    Parameter("service_speed", 0.08, 0, 1, "share a month", "speed at which services run by residents grow and fade", source="seed 003, Mozart Estate"),
    Parameter("service_reference", 5.0, 0.01, 1000, "per 1,000 residents", "residents active in running services at which these have half their strength"),
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
    levers, ward = model.levers, model.levers.by_ward
    growth = p.group_gain * share / p.group_reference + p.group_help * ward(_SUPPORT)
    strength += growth * (1.0 - strength) - p.group_decay * strength
    np.clip(strength, 0.0, 1.0, out=strength)
    asked = np.zeros(w.size)
    for f in np.flatnonzero(model.form_is_panel):
        asked += levers.derived(f"asked for {f}", lambda f=f: levers.form_by_ward(_INVITATIONS, f)) / 1000.0
    w.panel_feed *= p.panel_memory
    w.panel_feed += (1.0 - p.panel_memory) * asked / (asked + p.panel_reference)
    agenda, initiative, programme, linkage = ward(_AGENDA), ward(_INITIATIVE), ward(_PROGRAMME), ward(_LINKAGE)
    own = (agenda + (1.0 - agenda) * p.initiative_ownership * initiative) * (
        1.0 - p.programme_ownership * programme * (1.0 - linkage)
    )
    w.ownership += p.ownership_speed * (own - w.ownership)
    w.imposed[:] = programme * np.maximum(1.0 - w.ownership / 0.5, 0.0)
    running = 1000.0 * s.delivering / np.maximum(model.ward_population, 1)
    full = ward(_TRANSFER) * running / (running + p.service_reference)
    w.own_services += p.service_speed * (full - w.own_services)
    w.visible_results[:] = 1000.0 * s.panel_results / np.maximum(model.ward_population, 1)


PROCESS = Process(
    name="community",
    title="Community",
    description=(
        "A ward's groups grow with the share of residents who are active and fade without them. Their strength enables (step 5), "
        "asks for volunteers (step 4) and meets some needs itself (step 1). Members without a role drift away; the over-used burn "
        "out (step 6). Wide asking in a ward feeds its panel, and what the panel changes can be seen by the ward. What is done in a "
        "ward is residents' own as far as they set the agenda and start action, and less where a programme is pushed through that "
        "nothing links to their agenda. Services that residents may take over grow with those who run them."
    ),
    equations=(
        "G += (g active share / reference + h support) (1-G) - d G",
        "ownership += s ((agenda + (1 - agenda) i initiative) (1 - q programme (1 - linkage)) - ownership)",
        "S += v (transfer running/(running + reference) - S)",
        "feed = m feed + (1-m) asked/(asked + reference)",
    ),
    reads=("person_id", "ward", "volunteer_role", "civic_role", "grouped"),
    writes=(
        "grouped",
        "wards.group_strength",
        "wards.ownership",
        "wards.imposed",
        "wards.own_services",
        "wards.panel_feed",
        "wards.visible_results",
    ),
    parameters=PARAMETERS,
    values_type=CommunityValues,
    step=step,
    edges=(
        Edge("enough of a ward are active", ("wards.group_strength",)),
        Edge("residents start action, or have it done to them", ("wards.ownership", "wards.imposed")),
        Edge("residents run services", ("wards.own_services",)),
        Edge("a ward panel changes something", ("wards.visible_results",)),
    ),
    source="MODEL step 9; seeds 001, 003, 004",
)
