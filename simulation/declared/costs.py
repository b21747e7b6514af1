"""What things cost: programmes as declared, invitations beyond the usual, and the service that residents use.

Pounds are for the whole place: each simulated resident counts for the people it represents.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import get_args

from .parameters import Parameter, ParameterGroup, Status, check_known, check_number


@dataclass(frozen=True)
class Cost:
    """What an intervention costs at dose 1, per institution that does it and per 1,000 residents reached.

    The cost of its extra invitations is counted separately, from the unit costs.

    Attributes:
        setup_hours, setup_pounds: staff hours and other pounds, once, in its first month; below 0 for what is saved.
        running_hours, running_pounds: the same for each month from start to end.
        low, high: range of the whole, as factors.
        status, source: as for parameters.

    Raises:
        InputError: a number that is none, a range that ends before it begins, or an unknown status.
    """

    setup_hours: float = 0.0
    setup_pounds: float = 0.0
    running_hours: float = 0.0
    running_pounds: float = 0.0
    low: float = 0.5
    high: float = 2.0
    status: Status = "assumed"
    source: str = "judgement"

    def __post_init__(self) -> None:
        for name in ("setup_hours", "setup_pounds", "running_hours", "running_pounds"):
            check_number(getattr(self, name), f"cost: {name}")
        check_number(self.low, "cost: low", 0.0)
        check_number(self.high, "cost: high", self.low)
        check_known(self.status, get_args(Status), "cost: status")


# fmt: off
PARAMETERS = ParameterGroup("costs", (
    Parameter("staff_hour", 28.0, 0, 500, "pounds", "an hour of staff time, with overheads"),
    Parameter("contact", 6.0, 0, 500, "pounds", "handling a new contact or a chaser, averaged over channels",
              source="SOCITM 2012: face to face 8.62, telephone 2.83, web 0.15; rounded up for back-office work"),
    Parameter("open_case", 2.0, 0, 500, "pounds a month", "keeping a case open"),
    Parameter("counter_ask", 0.9, 0, 100, "pounds", "two minutes of staff time to ask somebody at the counter"),
    Parameter("input", 4.0, 0, 500, "pounds", "hearing and recording one input"),
    Parameter("post_ask", 1.2, 0, 100, "pounds", "a letter, printed and sent"),
    Parameter("web_ask", 0.05, 0, 100, "pounds", "an online message"),
    Parameter("stranger_ask", 5.0, 0, 200, "pounds", "asking somebody in person where they are, including travel"),
    Parameter("outreach_deprived", 0.6, 0, 10, "share", "increase in the cost of asking in person from the middle to the most deprived fifth: translators, more visits", source="Ray and others 2008"),
    Parameter("place", 12.0, 0, 1000, "pounds a month", "support for one place in an ongoing form"),
))
CostsValues = PARAMETERS.values_type("CostsValues", __name__)
# fmt: on
