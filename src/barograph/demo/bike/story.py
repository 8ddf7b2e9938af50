"""The figures of the story, each a function of profiles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, fields
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final
from zoneinfo import ZoneInfo

from barograph.api import compare
from barograph.demo.bike.error_bias import FeatureBias, error_bias
from barograph.demo.bike.forest import PREDICTION
from barograph.demo.bike.rides import LABEL, TIMEZONE
from barograph.errors import DataError
from barograph.metrics.correlation import associations
from barograph.metrics.drift.statistics import statistics_of
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import column_view
from barograph.profile.value import ALL, Cell, Profile
from barograph.report.column_sentences import unusual

#: The column in which the season turns.
WARMTH: Final = "temp"
#: A day is bad when its error is this many times the out-of-bag error.
BAD_DAY: Final = 1.5


@dataclass(frozen=True, slots=True, kw_only=True)
class PeriodFigures:
    """What the published reports show of a period; errors are prediction − label, in rides an hour.

    Attributes
    ----------
    me, mae, mape : mean error, mean absolute error, mean absolute percentage error (a share), each with its
        standard deviation.
    majority, under, over : mean error of the middle 90 % of the hours, of the 5 % under-estimated most, and of
        the 5 % over-estimated most.
    ks_p_label, ks_p_prediction : Kolmogorov–Smirnov p-values against the in-sample reference.
    warmer : hours warmer than any in training.
    """

    name: str
    hours: int
    me: float
    me_sd: float
    mae: float
    mae_sd: float
    mape: float
    mape_sd: float
    majority: float
    under: float
    over: float
    ks_p_label: float
    ks_p_prediction: float
    warmer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class DayFigures:
    """One day: its hours, mean absolute error, and hours warmer than any in training."""

    day: date
    hours: int
    mae: float
    warmer: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """All figures: both references, the weeks, the days, and a closer look at the last week.

    Attributes
    ----------
    error_bias : the last week's error-bias table.
    warmth_and_rides : Pearson's r of temperature and rides, in training and in the last week.
    rides_against_windows : what the last week's report says of how unusual its rides are; may be empty.
    """

    in_sample: PeriodFigures
    out_of_bag: PeriodFigures
    weeks: tuple[PeriodFigures, ...]
    days: tuple[DayFigures, ...]
    error_bias: tuple[FeatureBias, ...]
    warmth_and_rides: tuple[float, float]
    rides_against_windows: str

    @property
    def worst_run(self) -> tuple[DayFigures, ...]:
        """The longest run of bad days."""
        runs: list[list[DayFigures]] = [[]]
        for day in self.days:
            if day.mae > BAD_DAY * self.out_of_bag.mae:
                runs[-1].append(day)
            elif runs[-1]:
                runs.append([])
        longest: list[DayFigures] = max(runs, key=len)
        return tuple(longest)

    def to_dict(self) -> dict[str, Any]:
        """The figures as plain values."""
        return {
            "in_sample": _plain(self.in_sample),
            "out_of_bag": _plain(self.out_of_bag),
            "weeks": [_plain(week) for week in self.weeks],
            "days": [_plain(day) | {"day": day.day.isoformat()} for day in self.days],
            "error_bias": [_plain(bias) for bias in self.error_bias],
            "warmth_and_rides": dict(zip(("in_sample", "last_week"), self.warmth_and_rides, strict=True)),
            "rides_against_windows": self.rides_against_windows,
        }


def figures_of(in_sample: Profile, out_of_bag: Profile, weeks: Sequence[Profile]) -> Story:
    """Take the story's figures from profiles on one grid."""
    days = {day.day: day for week in weeks for day in days_of(week)}
    return Story(
        in_sample=period_figures(in_sample, in_sample),
        out_of_bag=period_figures(in_sample, out_of_bag),
        weeks=tuple(period_figures(in_sample, week) for week in weeks),
        days=tuple(days[day] for day in sorted(days)),
        error_bias=error_bias(weeks[-1]),
        warmth_and_rides=_warmth_and_rides(in_sample, weeks[-1]),
        rides_against_windows=unusual(compare(out_of_bag, weeks[-1]).comparison.drift[LABEL]),
    )


def period_figures(in_sample: Profile, period: Profile) -> PeriodFigures:
    """The published figures of one period."""
    before, after = in_sample.total(), period.total()
    return PeriodFigures(
        name=period.name,
        hours=after.rows,
        me=_known("performance.me", after),
        me_sd=_known("performance.me_sd", after),
        mae=_known("performance.mae", after),
        mae_sd=_known("performance.mae_sd", after),
        mape=_known("performance.mape", after),
        mape_sd=_known("performance.mape_sd", after),
        majority=_known("performance.me_majority", after),
        under=_known("performance.me_underestimated", after),
        over=_known("performance.me_overestimated", after),
        ks_p_label=statistics_of(before, after, LABEL)["ks_p_value"],
        ks_p_prediction=statistics_of(before, after, PREDICTION)["ks_p_value"],
        warmer=_warmer(after),
    )


def days_of(period: Profile) -> list[DayFigures]:
    """The figures of each day of a period profiled by day."""
    found = []
    for window in period.windows:
        one = period.at(Cell(ALL, window))
        start = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=window)
        day = start.astimezone(ZoneInfo(TIMEZONE)).date()
        found.append(
            DayFigures(day=day, hours=one.rows, mae=_known("performance.mae", one), warmer=_warmer(one))
        )
    return found


def _warmth_and_rides(in_sample: Profile, week: Profile) -> tuple[float, float]:
    wanted = (WARMTH, LABEL, "pearson")
    before, after = next(
        (a.reference, a.current)
        for a in associations(in_sample, week)
        if (a.left, a.right, a.method) == wanted
    )
    what = f"the correlation of {WARMTH!r} and {LABEL!r}"
    return _value(before, what, in_sample), _value(after, what, week)


def _known(address: str, cell: Profile) -> float:
    return _value(evaluate(address, cell), address, cell)


def _value(result: Result | None, what: str, cell: Profile) -> float:
    if not isinstance(result, Value):
        detail = "" if result is None else f": {result.detail}"
        raise DataError(f"{what} of {cell.name!r} is undefined{detail}.")
    return result.value


def _warmer(cell: Profile) -> int:
    """Hours above the range of the grid, which is that of training."""
    view = column_view(cell, WARMTH)
    return 0 if isinstance(view, Undefined) else view.rows_coded("above")


def _plain(record: PeriodFigures | DayFigures | FeatureBias) -> dict[str, Any]:
    return {f.name: getattr(record, f.name) for f in fields(record)}
