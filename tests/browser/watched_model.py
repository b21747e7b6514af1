"""A page of Mesa's own Solara components over the model, as a user of Mesa would write it."""

from __future__ import annotations

import mesa
from mesa.visualization import SolaraViz, make_plot_component

from simulation import ParticipationModel
from tests.places import small_scenario


class WatchedModel(mesa.Model):
    """A small world that Mesa's `DataCollector` watches.

    The world is held and not inherited: from 3.5 on, Mesa's `SolaraViz` only shows models whose scenario is of Mesa's own class.
    """

    def __init__(self, seed: int = 1) -> None:
        super().__init__(rng=seed)
        self.world = ParticipationModel(small_scenario(200, 12), seed)
        self.datacollector = mesa.DataCollector(
            {
                "trust in the council": lambda m: float(m.world.residents.trust[0].mean()),
                "load": lambda m: float(m.world.institutions.load[0]),
            }
        )
        self.datacollector.collect(self)

    def step(self) -> None:
        """Run one month and collect."""
        self.world.step()
        self.datacollector.collect(self)


page = SolaraViz(
    WatchedModel(),
    components=[make_plot_component("trust in the council", backend="matplotlib")],
    model_params={"seed": {"type": "InputText", "value": 1, "label": "seed"}},
    name="Groundswell in Mesa",
)
page  # noqa: B018 - Solara shows the last expression of the file
