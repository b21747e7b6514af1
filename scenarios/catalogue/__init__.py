"""The catalogue of interventions and shocks, as declarations. Adding one means adding one row to one of these files; nothing else changes.

What a row changes are levers, never outcomes. Sizes that no source gives are judgements and say `assumed`; costs are for each
institution that does it and each 1,000 residents reached.
"""

from __future__ import annotations

from simulation.declared.interventions import Intervention

from .community import COMMUNITY
from .engagement import ENGAGEMENT
from .front_line import FRONT_LINE
from .organisation import ORGANISATION
from .shocks import SHOCKS

CATALOGUE: dict[str, Intervention] = {
    one.name: one for one in sorted((*FRONT_LINE, *ENGAGEMENT, *ORGANISATION, *COMMUNITY, *SHOCKS), key=lambda i: i.name)
}

__all__ = ["CATALOGUE"]
