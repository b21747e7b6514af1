"""Enough participants in a ward form groups, which enable, ask and relieve demand; members leave."""

from __future__ import annotations

import numpy as np

from ..declared.columns import Column
from ..declared.levers import FORM_LEVER_NAMES, lever_index
from ..declared.parameters import Parameter, ParameterGroup
from ..kernels.kernel import njit
from ..kernels.randomness import uniform
from ..world import World
from .process import Edge, Process

_INVITATIONS = FORM_LEVER_NAMES.index("invitations")
_SUPPORT, _AGENDA, _PROGRAMME = lever_index("group_support"), lever_index("agenda"), lever_index("programme")
_INITIATIVE, _LINKAGE, _TRANSFER = lever_index("initiative"), lever_index("linkage"), lever_index("transfer")

# fmt: off
COLUMNS = (
    Column("grouped", "u1", "1 if a member of a community group"),
)
WARD_COLUMNS = (
    Column("group_strength", "f8", "strength of community groups, 0..1", start=0.2, stock=True),
    Column("group_mean", "f8", "community: own mean of `group_strength` over the last twelve months of burn-in", start=0.2, mean_of="group_strength"),
    Column("ownership", "f8", "how far residents own what is done here, 0..1", start=0.5, stock=True),
    Column("own_services", "f8", "strength of services that residents run, 0..1"),
    Column("panel_feed", "f8", "breadth of recent asking that feeds the ward panel, 0..1", start=0.3),
    Column("imposed", "f8", "strength of a programme that is pushed through and that residents do not own, 0..1"),
    Column("visible_results", "f8", "panel results that the ward can see, per 1,000 residents this month"),
)
PARAMETERS = ParameterGroup("community", (
    Parameter("group_gain", 0.03, 0, 1, "share a month", "growth of a ward's groups at the reference share of active members"),
    Parameter("group_reference", 0.20, 0.001, 1, "share", "share of residents active in a group or role that sustains groups"),
    Parameter("group_decay", 0.05, 0, 1, "share a month", "decline of groups that nobody sustains"),
    Parameter("group_help", 0.03, 0, 1, "share a month", "growth of a ward's groups that are fully supported", source="LGA 2016, Staffordshire"),
    Parameter("ownership_speed", 0.10, 0, 1, "share a month", "speed at which residents gain or lose ownership of what is done"),
    Parameter("initiative_ownership", 0.8, 0, 1, "share", "ownership gained from none to full initiative of residents", source="KET 7 2014: too weak"),
    Parameter("programme_ownership", 0.8, 0, 1, "share", "ownership lost to a programme with no link to residents' agenda", source="KET 7 2014: too strong, disempowering"),
    Parameter("service_speed", 0.08, 0, 1, "share a month", "speed at which services run by residents grow and fade", source="KET 7 2014, Mozart Estate"),
    Parameter("service_reference", 5.0, 0.01, 1000, "per 1,000 residents", "residents active in running services at which the services have half their strength"),
    Parameter("leave", 0.03, 0, 1, "probability a month", "a member without a role leaves the group"),
    Parameter("panel_memory", 0.85, 0, 1, "share a month", "how long wide asking feeds a ward panel", source="Ray and others 2008, box 2"),
    Parameter("panel_reference", 0.005, 0.0001, 1, "share a month", "residents of the ward asked on the street each month at which a panel is half fed"),
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


@njit(cache=True)
def live_together(p, people, active, delivering, panel_results, asked, support, agenda, initiative, programme, linkage, transfer,
                  group_strength, ownership, imposed, own_services, panel_feed, visible_results):  # fmt: skip
    """Run the month for every ward; levers are means over its residents."""
    for w in range(people.size):
        size = max(people[w], 1)
        share = active[w] / size
        growth = p.group_gain * share / p.group_reference + p.group_help * support[w]
        g = group_strength[w]
        group_strength[w] = min(max(g + (growth * (1.0 - g) - p.group_decay * g), 0.0), 1.0)
        panel_feed[w] = p.panel_memory * panel_feed[w] + (1.0 - p.panel_memory) * asked[w] / (asked[w] + p.panel_reference)
        own = agenda[w] + (1.0 - agenda[w]) * p.initiative_ownership * initiative[w]
        own *= 1.0 - p.programme_ownership * programme[w] * (1.0 - linkage[w])
        ownership[w] += p.ownership_speed * (own - ownership[w])
        imposed[w] = programme[w] * max(1.0 - ownership[w] / 0.5, 0.0)
        running = 1000.0 * delivering[w] / size
        full = transfer[w] * running / (running + p.service_reference)
        own_services[w] += p.service_speed * (full - own_services[w])
        visible_results[w] = 1000.0 * panel_results[w] / size


def _asked_for_panels(model: World) -> np.ndarray:
    """Return the share of a ward's residents who are asked for a panel in a month, float64 (wards,)."""
    panels = np.flatnonzero(model.form_is_panel)
    return sum((model.levers.form_by_ward(_INVITATIONS, int(f)) / 1000.0 for f in panels), np.zeros(model.wards.size))


def step(model: World) -> None:
    """Let groups grow and fade, and panels be fed."""
    r, s, w, p = model.residents, model.scratch, model.wards, model.values["community"]
    (stream,) = model.streams("community: leaving")
    meet(p, stream, r.person_id, r.ward, r.volunteer_role, r.civic_role, s.acting, r.grouped, s.active)
    asked = model.levers.derived("asked for panels", lambda: _asked_for_panels(model))
    levers = [model.levers.by_ward(x) for x in (_SUPPORT, _AGENDA, _INITIATIVE, _PROGRAMME, _LINKAGE, _TRANSFER)]
    live_together(p, model.ward_population, s.active, s.delivering, s.panel_results, asked, *levers, w.group_strength, w.ownership,
                  w.imposed, w.own_services, w.panel_feed, w.visible_results)  # fmt: skip


PROCESS = Process(
    name="community",
    title="Community",
    description=(
        "A ward's groups grow with the share of residents who are active, and fade without them. Strong groups enable people to "
        "take part, ask for volunteers and meet some needs themselves. Members without a role drift away, and overused members "
        "burn out. Wide asking in a ward feeds its panel, and the ward can see what the panel changes. Residents come to own "
        "what is done in a ward if they set the agenda and start action themselves. They own it less if a programme is pushed "
        "through without links to their agenda. Services that residents may take over grow with the number of people who run "
        "them."
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
    columns=COLUMNS,
    ward_columns=WARD_COLUMNS,
    parameters=PARAMETERS,
    values_type=CommunityValues,
    step=step,
    edges=(
        Edge("enough of a ward are active", ("wards.group_strength",)),
        Edge("residents start action, or a programme is imposed on them", ("wards.ownership", "wards.imposed")),
        Edge("residents run services", ("wards.own_services",)),
        Edge("a ward panel changes something", ("wards.visible_results",)),
    ),
    source="Mobilise and KET 7 2014 and Ray and others 2008",
)
