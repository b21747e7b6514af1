"""The quality of council housing, estimated from what tenants told 158 English council landlords in two years.

Quality is the lasting difference between landlords in *satisfied overall*, in standard deviations; 0 is the landlord of the average tenant. The questions on
repairs, on being treated fairly, kept informed, and listened to follow it closely (r 0.75 to 0.91), so one number carries them. Promptness is the same of
repairs and of first-stage complaints that are dealt with in time. Both are shrunk by sampling and by what changes from year to year.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from simulation.declared.quality import Qualities, Quality

from .uk_tables import rows

HOUSING = "housing"
RSH_ATTRIBUTION = "Council landlords: Regulator of Social Housing, tenant satisfaction measures 2023/24 and 2024/25, licensed under the Open Government Licence v3.0."
IN_TIME = ("repairs_in_time", "stage_one_in_time")
BOUNDS = (0.02, 0.98)  # of shares in time: all or none says no more than this


@dataclass(frozen=True)
class Landlords:
    """What the figures of all landlords show; percentages as published, 0..100.

    Attributes:
        councils: three-letter codes; the arrays have one row for each.
        average: percent satisfied with the landlord of the average tenant.
        spread: lasting standard deviation between landlords, in points.
        drift: variance that one year adds to a landlord's figure, sampling aside, in points squared.
        by_voice: change of the percentage from no interview by telephone or in person to all, and its standard error.
        percent, responses: satisfied, mean of two years, as published; all answers.
        quality, promptness: float64 (councils, 2), central value and standard error in standard deviations.
        promptness_spread: standard deviation between landlords of the probit of repairs and of complaints in time, for one of promptness, float64 (2,).
        link: correlation of promptness with quality.
    """

    councils: tuple[str, ...]
    average: float
    spread: float
    drift: float
    by_voice: tuple[float, float]
    percent: np.ndarray
    responses: np.ndarray
    quality: np.ndarray
    promptness: np.ndarray
    promptness_spread: np.ndarray
    link: float

    def of_percent(self, percent: float, responses: float | None = None, average: float | None = None) -> tuple[float, float]:
        """Return quality and its standard error for a share of satisfied people.

        Args:
            percent: satisfied, 0..100.
            responses: answers that it rests on; None leaves sampling out.
            average: percent satisfied with an average council in the same survey; None takes that of council landlords.
        """
        error = self.drift + (0.0 if responses is None else float(_sampling(percent, responses)))
        keep = self.spread**2 / (self.spread**2 + error)
        return float(keep * (percent - (self.average if average is None else average)) / self.spread), float(np.sqrt(1.0 - keep))


def _sampling(percent: np.ndarray | float, responses: np.ndarray | float) -> np.ndarray | float:
    """Return the variance of a percentage by sampling, in points squared; none and all are taken as half an answer off."""
    share = np.clip(np.asarray(percent) / 100.0, 0.5 / np.asarray(responses), 1.0 - 0.5 / np.asarray(responses))
    return 1e4 * share * (1.0 - share) / np.asarray(responses)


def _years(name: str) -> np.ndarray:
    """Return a column of the figures, float64 (councils, years), nan where it is not published."""
    table, councils = rows("council_landlords"), {code: n for n, code in enumerate(_councils())}
    years = sorted({row["year"] for row in table})
    found = np.full((len(councils), len(years)), np.nan)
    for row in table:
        if row[name]:
            found[councils[row["council"]], years.index(row["year"])] = float(row[name])
    return found


@cache
def _councils() -> tuple[str, ...]:
    """Return the councils that have figures."""
    return tuple(dict.fromkeys(row["council"] for row in rows("council_landlords")))


@cache
def landlords() -> Landlords:
    """Return what the shipped figures show."""
    overall, responses, voice = _years("overall"), _years("responses"), _years("by_voice") / 100.0
    homes, years = np.nan_to_num(np.nanmean(_years("homes"), axis=1)), (~np.isnan(overall)).sum(axis=1)
    slope, slope_error = _line(np.nanmean(voice, axis=1), np.nanmean(overall, axis=1))
    away = voice - np.nanmean(voice)
    alike = overall - slope * away
    alike += np.nanmean(alike) - np.nanmean(alike, axis=0)  # what all landlords changed by says nothing of one
    lasting, yearly = _parts(alike)
    sampling = np.asarray(_sampling(overall, responses))
    drift, mean = max(yearly - float(np.nanmean(sampling)), 0.0), np.nanmean(alike, axis=1)
    average = float(np.average(mean, weights=homes))
    error = (drift + np.nanmean(sampling, axis=1)) / years + (np.nanmean(away, axis=1) * slope_error) ** 2
    keep, spread = lasting / (lasting + error), float(np.sqrt(lasting))
    quality = np.column_stack([keep * (mean - average) / spread, np.sqrt(1.0 - keep)])
    promptness, of_each, link = _promptness(mean, lasting)
    return Landlords(_councils(), average, spread, drift, (slope, slope_error), np.nanmean(overall, axis=1), np.nansum(responses, axis=1),
                     quality, promptness, of_each, link)  # fmt: skip


def _parts(figures: np.ndarray) -> tuple[float, float]:
    """Return the lasting variance between landlords, and the variance of one year, of figures float64 (councils, years) of two years."""
    both = figures[~np.isnan(figures).any(axis=1)]
    return float(np.cov(both.T)[0, 1]), float(np.var(both[:, 1] - both[:, 0], ddof=1) / 2)


def _line(x: np.ndarray, y: np.ndarray) -> tuple[float, float]:
    """Return the slope of a line by least squares and its standard error."""
    away = x - x.mean()
    slope = float(away @ y / (away @ away))
    left = y - y.mean() - slope * away
    return slope, float(np.sqrt(left @ left / (len(x) - 2) / (away @ away)))


def _promptness(satisfied: np.ndarray, lasting: float) -> tuple[np.ndarray, np.ndarray, float]:
    """Return promptness (see `Landlords`), how far each of its two figures moves with it, and its correlation with quality.

    It is the common part of two figures, each with its own lasting part and its own change from year to year; a figure that is missing is estimated from the
    other.
    """
    from scipy.special import ndtri

    figures = [ndtri(np.clip(_years(name) / 100.0, *BOUNDS)) for name in IN_TIME]
    figures = [one - np.nanmean(one, axis=0) for one in figures]
    variance, yearly = np.array([_parts(one) for one in figures]).T
    many = np.array([(~np.isnan(one)).sum(axis=1) for one in figures]).T  # years that each landlord has
    mean = np.column_stack(
        [np.nan_to_num(np.nansum(one, axis=1) / np.maximum(n, 1)) for one, n in zip(figures, many.T, strict=True)]
    )
    both = (many == 2).all(axis=1)
    alike = float(np.clip(np.cov(mean[both].T)[0, 1] / np.sqrt(variance.prod()), 0.0, 0.95))
    prior = np.array([[1.0, alike], [alike, 1.0]])
    weight = np.full(2, 1.0 / np.sqrt(2.0 + 2.0 * alike))  # so that promptness has a standard deviation of 1
    found = np.empty((len(mean), 2))
    for n, (value, years) in enumerate(zip(mean / np.sqrt(variance), many, strict=True)):
        error = np.diag(yearly / variance / np.maximum(years, 1) + 1e6 * (years == 0))
        gain = weight @ prior @ np.linalg.inv(prior + error)
        found[n] = gain @ value, np.sqrt(max(1.0 - gain @ prior @ weight, 0.0))
    moved = np.sqrt(variance) * (prior @ weight)
    link = np.mean([np.cov(mean[both, n], satisfied[both])[0, 1] / moved[n] for n in (0, 1)]) / np.sqrt(lasting)
    return found, moved, float(np.clip(link, 0.0, 1.0))


def of_councils(people: Mapping[str | None, float], councils: int = 1) -> Qualities:
    """Return the quality of services where people live in some councils: what is measured, and how far the rest averages out.

    Args:
        people: by three-letter code of the council; None for those of whom it is not known.
        councils: that the people of no known council are of.
    """
    total = sum(people.values())
    if total <= 0:
        return Qualities(spread=1.0 / np.sqrt(councils))
    share = {code: number / total for code, number in people.items() if number > 0}
    squares = sum(w**2 / (councils if code is None else 1) for code, w in share.items())
    table, of = landlords(), {code: n for n, code in enumerate(landlords().councils)}
    held = [code for code in share if code in of]
    if not held:
        return Qualities(spread=float(np.sqrt(squares)))
    at, weight = [of[code] for code in held if code is not None], np.array([share[code] for code in held])
    others = max(squares - float(weight @ weight), 0.0)  # of councils without homes: their housing is a draw
    mean = [float(weight @ table.quality[at, 0]), float(weight @ table.promptness[at, 0])]
    error = [float(np.sqrt(weight**2 @ one[at, 1] ** 2 + others)) for one in (table.quality, table.promptness)]
    basis, source = _words(table, at, len(share))
    return Qualities({HOUSING: Quality(mean[0], error[0], mean[1], error[1], basis, source)}, float(np.sqrt(squares)))


def _words(table: Landlords, at: list[int], councils: int) -> tuple[str, str]:
    """Return the basis and the source of what is measured of some landlords, among so many councils."""
    years = [
        year
        for n, year in enumerate(sorted({row["year"] for row in rows("council_landlords")}))
        if not np.isnan(_years("overall")[at, n]).all()
    ]
    answers = f"{table.responses[at].sum():,.0f} tenants' answers, {' and '.join(years)}, Regulator of Social Housing"
    if councils == 1:
        return "measured", f"{table.percent[at[0]]:.0f} % of tenants satisfied, {table.average:.0f} % on average; {answers}"
    if len(at) == councils:
        return "measured", f"{councils} council landlords, {answers}"
    return "partly measured", f"tenants of {len(at)} of {councils} councils were asked; {answers}"


def credited(attribution: str, found: Qualities) -> str:
    """Return whose data a place rests on, without the landlords' where their figures were replaced."""
    measured = any(one.basis.endswith("measured") for one in found.known.values())
    return attribution if measured else attribution.replace(f" {RSH_ATTRIBUTION}", "")
