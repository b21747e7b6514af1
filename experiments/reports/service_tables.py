"""What service records say, as rows of tables: on the terminal and on a place's page."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from ..numbers import percent

if TYPE_CHECKING:
    from scenarios.own_data.records.fit import ServiceFit

Table = tuple[str, list[str], list[list[str]]]


def service_tables(fits: Mapping[str, ServiceFit]) -> list[Table]:
    """Return title, header and rows of what was fitted, and of how cases ended."""
    fitted = [
        [
            s,
            f"{f.cases:,}",
            percent(f.first_contact_resolution),
            shown_number(f.median_months),
            shown_number(f.response_months),
            shown_number(f.spread),
            shown_number(f.repeat_contacts),
            shown_number(f.utilisation),
            f"{shown_number(f.ks)} (p {shown_number(f.ks_p)})" + (", poor" if f.poor else ""),
        ]
        for s, f in fits.items()
    ]
    ended = [
        [
            s,
            percent(f.open_share),
            _share(f.fixed),
            _share(f.closed_without_fix),
            _share(f.outcome_unknown),
            _share(f.closed_at_once),
            _range(f),
        ]
        for s, f in fits.items()
    ]
    return [
        ("Service records, fitted", ["institution", "cases", "resolved at once", "median months of the record", "of the fit", "spread", "repeat contacts", "in use", "distance from held-back records"], fitted),
        ("How cases ended", ["institution", "still open", "of the closed: fixed", "closed without a fix", "not said", "closed at once", "resolved at once"], ended),
    ]  # fmt: skip


def _range(fit: ServiceFit) -> str:
    low, high = fit.first_contact_low, fit.first_contact_high
    return f"{percent(low)} to {percent(high)}" if high - low > 0.005 else percent(fit.first_contact_resolution)


def _share(value: float) -> str:
    return "-" if value != value else percent(value)


def shown_number(value: float) -> str:
    """Return a number of three digits; a dash where there is none."""
    return "-" if value != value else f"{value:.3g}"
