"""The command `compare`: scenarios compared with a base, on the same people and days."""

from __future__ import annotations

from ..console import Debug
from ..option_fields import takes_options
from .comparison_request import ComparisonRequest


@takes_options
def compare(request: ComparisonRequest, debug: Debug = False) -> None:
    """Compare scenarios and write a report. Effects are paired, on the same people and days, and shown with their ranges."""
    from .comparison_run import carry_out

    carry_out(request)
