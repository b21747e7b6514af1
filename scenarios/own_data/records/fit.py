"""Fits the model's cases to service records: resolved at once, response times, repeat contacts, and how busy an institution is."""

from __future__ import annotations

import warnings
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
from scipy.special import ndtri

from simulation.declared.institutions import SERVICES, Service
from simulation.declared.parameters import InputError
from simulation.kernels.randomness import stream, uniforms_of
from simulation.month import declared_parameters
from simulation.month.casework import CLASSES

from ..tables.privacy import SMALL_COUNT
from .agencies import FIRST_CONTACT_DAYS, MONTH, Agency
from .records import Records

OFF = 0.1  # largest distance of a good fit from held-back records
APART = 1.5  # of the medians of a poor fit and of the record
HELD_BACK = 0.25  # share of the sample that no fit sees
LEAST_CASES = 100
SHORTEST, MOST_RESPONSIVE = 0.01, 0.98  # what a place is set to at the ends
LEAST_AT_RISK = 10  # cases still watched where half are closed; fewer do not tell a median
LONGEST = 600.0  # months: the end of the range that a median is sought in
BOOTSTRAP = 100
FALLING_BEHIND = 0.15  # share of what was opened in the last third of a record that was not closed
BUSY = 0.95  # utilisation beyond which there is no steady state
_DEVIATES = ndtri((np.arange(CLASSES) + 0.5) / CLASSES)


@dataclass
class ServiceFit:
    """What the records of one kind of institution say.

    Attributes:
        cases, open_share: number, and share still open at the end.
        first_contact_resolution: share resolved at first contact: closed within a day, and not closed without a fix; where nothing is said of a
            fix, as many are taken to be fixed as of the others (all, where no case says it).
        first_contact_low, first_contact_high: the same if no case of which nothing is said was fixed, and if all were.
        closed_at_once: share closed within a day, fixed or not.
        fixed, closed_without_fix, outcome_unknown: shares of the closed cases; nan where none is closed.
        median_months: time in which half of the cases not closed at once were closed, by the Kaplan-Meier estimate; nan: more than half outlast the record.
        record_months: from the first opening to the last day seen.
        unfitted: why no response time is fitted, in plain words; '' where it is.
        response_months, spread: half-life of the median case not resolved at once; sd of the log of rates. nan: too few cases.
        repeat_contacts: share of contacts that chase (reopened cases, copies, and duplicates by their words); nan where the records do not tell.
        utilisation: mean work in hand over the most that was handled in a month (95th percentile).
        keeps_up: False where in the last third of the record far more was opened than closed.
        held_back: number of cases that the fit did not see; ks, ks_p: distance of their survival curve from the fit, and how often chance gives more.
        curve: months, Kaplan-Meier estimate on the held-back cases with its 95 % band, fitted survival; float64 (points, 5).
    """

    cases: int
    open_share: float
    first_contact_resolution: float
    response_months: float
    spread: float
    repeat_contacts: float
    utilisation: float
    keeps_up: bool
    first_contact_low: float = 0.0
    first_contact_high: float = 1.0
    closed_at_once: float = float("nan")
    fixed: float = float("nan")
    closed_without_fix: float = float("nan")
    outcome_unknown: float = float("nan")
    median_months: float = float("nan")
    record_months: float = float("nan")
    unfitted: str = ""
    held_back: int = 0
    ks: float = float("nan")
    ks_p: float = float("nan")
    curve: np.ndarray = field(default_factory=lambda: np.empty((0, 5)))

    @property
    def far(self) -> bool:
        """Whether the fit's median and the record's own are further apart than half as much again."""
        return max(self.median_months, self.response_months) > APART * min(self.median_months, self.response_months)

    @property
    def poor(self) -> bool:
        """Whether response times do not follow the model's form."""
        return self.ks > OFF or self.far


@dataclass
class RecordsFit:
    """Fits by kind of institution, and what to tell about them."""

    services: dict[str, ServiceFit]
    notes: list[str] = field(default_factory=list)


def _times(agency: Agency, until: float) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """Return of each sampled case not resolved at once: months beyond the first contact, whether it ended, months it could be seen, its draw."""
    ended = np.isfinite(agency.ended)
    days = np.where(ended, agency.ended, until) - agency.opened - FIRST_CONTACT_DAYS
    later = days > 0
    seen = np.maximum(until - agency.opened[later] - FIRST_CONTACT_DAYS, 1e-6)
    return days[later] / MONTH, ended[later], seen / MONTH, agency.lot[later]


def _drawn(number: int, spread: float, scale: float, turn: int) -> np.ndarray:
    """Draw fitted times, keyed."""
    rows = np.arange(number, dtype=np.int64)
    kind = (uniforms_of(rows, stream(turn, "records: class")) * CLASSES).astype(int)
    u = np.maximum(uniforms_of(rows, stream(turn, "records: time")), 1e-12)
    return -np.log(u) / (np.log(2.0) * np.exp(spread * _DEVIATES[kind])) * scale


def _check(fit: ServiceFit, months: np.ndarray, ended: np.ndarray, follow_up: np.ndarray) -> None:
    """Set the held-back cases against the fit: distance, how often chance gives more, and the curve."""
    from .waiting_times import distance, hardness, survival

    spread, scale = fit.spread, fit.response_months
    fit.held_back, fit.ks = len(months), distance(months, ended, spread, scale)
    larger = 0
    for turn in range(BOOTSTRAP):
        drawn = _drawn(len(months), spread, scale, turn)
        larger += distance(np.minimum(drawn, follow_up), drawn <= follow_up, spread, scale) >= fit.ks
    fit.ks_p = (1 + larger) / (1 + BOOTSTRAP)
    estimate = survival(months, ended)
    with warnings.catch_warnings():  # where nobody is left the interval is undefined, and drawn as a gap
        warnings.simplefilter("ignore", RuntimeWarning)
        band = estimate.confidence_interval()
    kept = np.unique(np.linspace(0, len(estimate.quantiles) - 1, 150).astype(int))
    at = estimate.quantiles[kept]
    fit.curve = np.column_stack([at, estimate.probabilities[kept], band.low.probabilities[kept], band.high.probabilities[kept],
                                 hardness.sf(at, spread, scale=scale)])  # fmt: skip


def _median(months: np.ndarray, ended: np.ndarray) -> float:
    """Return the Kaplan-Meier median; nan where fewer than half were closed within the record, or too few were watched so long."""
    if not ended.any():
        return float("nan")
    from .waiting_times import survival

    estimate = survival(months, ended)
    half = estimate.quantiles[estimate.probabilities <= 0.5 + 1e-9]
    return float(half[0]) if len(half) and (months >= half[0]).sum() >= LEAST_AT_RISK else float("nan")


def _load(agency: Agency) -> tuple[float, bool]:
    """Return utilisation, and whether the agency keeps up; the record starts when a hundredth was opened."""
    months = np.arange(min(agency.opened_in), max([*agency.opened_in, *agency.closed_in]) + 1)
    opened, closed, repeats = (
        np.array([counts.get(int(m), 0) for m in months], float)
        for counts in (agency.opened_in, agency.closed_in, agency.repeats_in)
    )
    backlog = np.maximum(np.cumsum(opened - closed), 0.0)
    start = int(np.searchsorted(np.cumsum(opened), 0.01 * opened.sum()))  # a few old cases do not make a long quiet record
    months, opened, closed, repeats, backlog = (one[start:] for one in (months, opened, closed, repeats, backlog))
    whole = slice(1, -1) if len(months) > 2 else slice(None)
    work = (opened + repeats + 0.25 * backlog)[whole]
    if len(work) < 6:
        return float("nan"), True
    last = slice(len(months) * 2 // 3, -1)  # a record starts without the cases that were open before, and fills up first
    left_open = 1.0 - closed[last].sum() / max(opened[last].sum(), 1.0)
    return float(work.mean() / max(np.quantile(work, 0.95), 1e-9)), bool(left_open < FALLING_BEHIND)


def _first_contact(agency: Agency) -> tuple[float, float, float, float]:
    """Return the share resolved at first contact, the least and the most that it may be, and the share closed at once."""
    timed = max(agency.cases - agency.untimed, 1)
    fixed, unfixed = agency.at_once_fixed, agency.at_once_unfixed
    unknown = agency.at_once - fixed - unfixed
    said = (fixed, unfixed) if fixed + unfixed >= SMALL_COUNT else (agency.fixed, agency.unfixed)
    likely = said[0] / sum(said) if agency.fixed and sum(said) else 1.0  # words that never say fixed tell nothing of the others
    return (fixed + likely * unknown) / timed, fixed / timed, (fixed + unknown) / timed, agency.at_once / timed


def fit_agency(agency: Agency, until: float, since: float = float("nan")) -> ServiceFit:
    """Return what the records of one institution say."""
    months, ended, seen, lot = _times(agency, until)
    utilisation, keeps_up = _load(agency)
    contacts, closed = agency.cases + agency.repeats, max(agency.closed, 1)
    chased = agency.repeats + agency.duplicates
    first, low, high, at_once = _first_contact(agency)
    fit = ServiceFit(
        cases=agency.cases,
        open_share=1.0 - agency.closed / agency.cases,
        first_contact_resolution=first,
        response_months=float("nan"),
        spread=float("nan"),
        repeat_contacts=chased / contacts if chased else float("nan"),
        utilisation=utilisation,
        keeps_up=keeps_up,
        first_contact_low=low,
        first_contact_high=high,
        closed_at_once=at_once,
    )
    if agency.closed:
        fit.fixed, fit.closed_without_fix = agency.fixed / closed, agency.unfixed / closed
        fit.outcome_unknown = 1.0 - fit.fixed - fit.closed_without_fix
    fit.median_months, fit.record_months = _median(months, ended), (until - since) / MONTH
    if len(months) < LEAST_CASES:
        fit.unfitted = f"{fit.cases:,} cases are too few to fit response times ({LEAST_CASES} not closed at once are needed)"
    elif np.isnan(fit.median_months):
        length = f"the record of {fit.record_months:.0f} months" if np.isfinite(fit.record_months) else "the record"
        fit.unfitted = f"the median is longer than {length}, in which fewer than half of the cases not closed at once were closed, so response times are not set"
    elif ended.sum() < LEAST_CASES // 2:
        fit.unfitted = f"{int(ended.sum()):,} closed cases are too few to fit response times ({LEAST_CASES // 2} not closed at once are needed)"
    else:
        _fit(fit, months, ended, seen, lot)
    return fit


def _fit(fit: ServiceFit, months: np.ndarray, ended: np.ndarray, seen: np.ndarray, lot: np.ndarray) -> None:
    """Fit response times; what lies at a bound of its range, or beyond all that was observed, is not a fit."""
    from .waiting_times import WIDEST, fit_times

    held = uniforms_of((lot * (1 << 52)).astype(np.int64), stream(0, "records: held back")) < HELD_BACK
    spread, scale = fit_times(months[~held], ended[~held])
    widest = min(WIDEST, 4.0 * declared_parameters()["casework.response_spread"].default)  # what the model can show
    if spread > widest - 0.01 or not 1e-3 < scale < LONGEST:
        fit.unfitted = f"response times do not follow the model's form (spread {spread:.1f}, median {scale:,.3g} months: at the end of what can be fitted), so they are not set; half of the cases not closed at once were closed within {fit.median_months:.3g} months"
    elif scale > seen.max():
        fit.unfitted = f"the fitted median ({scale:,.0f} months) is beyond everything observed ({seen.max():.0f} months), so response times are not set"
    else:
        fit.spread, fit.response_months = spread, scale
        _check(fit, months[held], ended[held], seen[held])


def fit_records(records: Records, threshold: int = SMALL_COUNT) -> RecordsFit:
    """Return fits for each kind of institution that the records tell of.

    Args:
        threshold: fewer cases are not shown, and not fitted.

    Raises:
        InputError: no agency has enough cases.
    """
    fits, notes = {}, []
    for service, agency in sorted(records.by_service().items()):
        if agency.cases < threshold:
            notes.append(f"{service}: fewer than {threshold} cases; nothing was fitted")
            continue
        fits[service] = fit_agency(agency, records.until, records.since)
        notes += [f"{service}: {note}" for note in _notes(fits[service])]
    if not fits:
        raise InputError(f"records: no institution has {threshold} cases or more")
    return RecordsFit(fits, notes)


def _notes(fit: ServiceFit) -> list[str]:
    """Return what to tell about a fit."""
    notes = [fit.unfitted] if fit.unfitted else []
    if fit.poor:
        apart = f": half were closed within {fit.median_months:.3g} months, the fit says {fit.response_months:.3g}"
        notes.append(
            f"response times do not follow the model's form (largest distance {fit.ks:.2f}{apart if fit.far else ''}); treat them with caution"
        )
    if fit.response_months < SHORTEST:
        notes.append(
            f"the median ({fit.response_months:.3f} months) is shorter than the model can represent; it is set to {SHORTEST:g}"
        )
    if fit.first_contact_high - fit.first_contact_low > 0.005:
        notes.append(
            f"{100 * fit.outcome_unknown:.0f} % of the closed cases do not say whether anything was fixed; resolved at first contact are {100 * fit.first_contact_low:.0f} % to {100 * fit.first_contact_high:.0f} % of all cases, and replicates vary within that range"
        )
    if not fit.keeps_up:
        notes.append(f"far more cases were opened than closed. A place that keeps falling behind has no steady state, so its capacity is set to {100 * BUSY:.0f} % in use")  # fmt: skip
    return notes


def parameters_of(fit: RecordsFit, services: Sequence[Service] = SERVICES) -> dict[str, float]:
    """Return overrides of parameters that follow from the records alone; factors are relative to the model's own values."""
    default = {name: p.default for name, p in declared_parameters(services).items()}
    found: dict[str, float] = {}
    for service, one in fit.services.items():
        found[f"{service}.responsiveness"] = round(
            min(one.first_contact_resolution / _unhindered(service, default), MOST_RESPONSIVE), 4
        )
        if np.isfinite(one.response_months):
            found[f"{service}.response_months"] = round(float(np.clip(one.response_months, SHORTEST, LONGEST)), 4)
            found[f"{service}.spread_factor"] = round(float(np.clip(one.spread / default["casework.response_spread"], 0, 4)), 4)
        if np.isfinite(one.repeat_contacts):
            chase = _chase_of(one, default) / default["needs.chase"]
            found[f"{service}.chase_factor"] = round(float(np.clip(chase, 0, 10)), 4)
    return found


def _unhindered(service: str, default: Mapping[str, float]) -> float:
    """Return the share of first contacts that misrouting does not take before anybody could resolve them."""
    return 1 - default[f"{service}.misrouting"] * (1 - default[f"{service}.discretion"])


def ranges_of(
    fit: RecordsFit, central: Mapping[str, float], services: Sequence[Service] = SERVICES
) -> dict[str, tuple[float, float]]:
    """Return what responsiveness may be, by parameter, where closed cases do not say whether anything was fixed.

    Args:
        central: the place's parameters, at which its steady state shows the central share resolved at first contact.
    """
    default = {name: p.default for name, p in declared_parameters(services).items()}
    found = {}
    for service, one in fit.services.items():
        name = f"{service}.responsiveness"
        share = one.first_contact_resolution
        each = central[name] / share if share > 0 else 1.0 / _unhindered(service, default)
        low, high = (round(min(each * end, MOST_RESPONSIVE), 4) for end in (one.first_contact_low, one.first_contact_high))
        if high > low:
            found[name] = (low, high)
    return found


def _chase_of(fit: ServiceFit, default: Mapping[str, float]) -> float:
    """Return the chance a month that an open case is chased, from the share of contacts that chase.

    For each new contact, cases stay open for so many months on average, until they are resolved or given up; chasers are a share of those.
    """
    from .waiting_times import hardness

    known = np.isfinite(fit.response_months)
    spread = fit.spread if known else default["casework.response_spread"]
    months = fit.response_months if known else 3.0
    grid = np.linspace(0, 60, 601)
    stays = hardness.sf(grid, spread, scale=months) * np.exp(-default["needs.give_up"] * grid)
    open_months = max((1 - fit.first_contact_resolution) * float(np.trapezoid(stays, grid)), 1e-6)
    share = min(fit.repeat_contacts, 0.9)
    return share / (1 - share) / open_months
