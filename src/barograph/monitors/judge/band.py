"""A band learned from earlier windows that are like this one."""

from __future__ import annotations

import math
from dataclasses import dataclass
from statistics import fmean, median
from typing import Final

from barograph.charts.numbers import count
from barograph.locale.said import Said, say, word
from barograph.metrics.intervals import Z
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Value
from barograph.monitors.condition import Band, Season
from barograph.monitors.judge.answers import unknown
from barograph.monitors.judge.matters import smallest_change
from barograph.monitors.judge.season import like_windows, seasons_of
from barograph.monitors.judge.words import amount, is_beyond, scored, told
from barograph.monitors.verdict import Figure, Seen, Verdict

#: A normal distribution's standard deviation over its median absolute deviation, and over its mean one.
_OF_MEDIAN: Final = 1.4826
_OF_MEAN: Final = 1.2533
#: An alert recovers within this much of the band.
_INNER: Final = 0.8


@dataclass(frozen=True, slots=True, kw_only=True)
class _Learned:
    """Middle and standard deviation of like windows.

    Attributes
    ----------
    spread : between windows, without what the drawing of their rows makes of it.
    windows : like ones; of: those looked at.
    """

    middle: float
    spread: float
    windows: int
    of: int
    season: Season


def judge_band(condition: Band, figure: Value, seen: Seen) -> Verdict:
    """Breached outside of ``median ± width·s``, the median of like windows.

    ``s² = (max(S² − e², 0) + (v's error)²)(1 + 1/K)``, S = 1.4826 MAD of the K like windows (1.2533 times the mean
    absolute deviation where the MAD is 0), e² the mean square of their own sampling errors. Both sampling errors are
    those of the facing end of the 95 % interval. Within 0.8 of the band an alert recovers.

    Like windows are those of the same local hour of the week; where there are fewer than `fewest`, of the hour of the
    day; else all. Windows of a day: of the day of the week, else all. A season that the monitor names is kept to.
    Windows that were breached are not learned from. However steady like windows were, the band is no narrower than the
    smallest change that matters.

    Notes
    -----
    A window like all others gives 3 standard deviations in 0.3 % of draws. Source: Rousseeuw & Croux, J. Am. Stat.
    Assoc. 88 (1993) 1273; Iglewicz & Hoaglin (1993) for a MAD of 0.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> hour = 3_600_000_000
    >>> past = [Value(value=x, n=500) for x in (10.0, 11.0, 9.0, 10.0, 12.0, 8.0, 10.5, 9.5)]
    >>> history = tuple(Figure(start=i * hour, end=(i + 1) * hour, result=v) for i, v in enumerate(past))
    >>> now = Value(value=16.0, n=500)
    >>> current = Figure(start=8 * hour, end=9 * hour, result=now)
    >>> seen = Seen(spec=metric("performance.mae"), current=current, history=history)
    >>> judge_band(Band(), now, seen).detail
    '16, usual is 10, from 6.46 to 13.5 (8 windows before)'
    """
    learned = _learn(condition, seen)
    if isinstance(learned, str):
        return unknown(learned, figure)
    error = _facing(figure, learned.middle)
    spread = math.sqrt((learned.spread**2 + error**2) * (1.0 + 1.0 / learned.windows))
    half = max(condition.width * spread, smallest_change(seen.spec, learned.middle))
    low, high = seen.spec.range
    limits = (
        learned.middle - half if condition.side != "above" else None,
        learned.middle + half if condition.side != "below" else None,
    )
    distance = figure.value - learned.middle
    side = 1 if distance > 0.0 else -1
    asked = condition.side in ("both", "above" if side > 0 else "below")
    beyond = asked and is_beyond(figure.value, learned.middle + side * half, side)
    near = asked and not beyond and is_beyond(figure.value, learned.middle + side * _INNER * half, side)
    return Verdict(
        status="breach" if beyond else "near" if near else "ok",
        detail=say("{figure}, {usual}", figure=told(figure, seen.spec), usual=_usual(learned, limits, seen.spec)),
        value=figure.value, interval=figure.interval, n=figure.n, expected=learned.middle,
        limits=(
            None if limits[0] is None else max(limits[0], -math.inf if low is None else low),
            None if limits[1] is None else min(limits[1], math.inf if high is None else high),
        ),
        score=(scored(abs(distance) / half) if half > 0.0 else scored(math.inf if beyond else 0.0)) if asked else 0.0,
    )  # fmt: skip


def _learn(condition: Band, seen: Seen) -> _Learned | Said:
    """What like windows say, or why there are too few of them."""
    tried = (
        seasons_of(seen.current.end - seen.current.start) if condition.season is None else (condition.season,)
    )
    found: list[Figure] = []
    for season in tried:
        like = like_windows(seen.history, seen.current, season, seen.timezone)
        found = [f for f in like if f.start not in seen.breached and isinstance(f.result, Value)]
        if len(found) >= condition.fewest:
            return _spread(found, len(seen.history), season)
    if tried[-1] == "none":
        return say(
            "too little history: {n} good windows, at least {fewest} needed",
            n=len(found),
            fewest=condition.fewest,
        )
    if tried[-1] == "hour of week":
        return say(
            "too little history: {n} good windows of this {season}, at least {fewest} needed; a server keeps windows "
            "shorter than a day for rollup_days",
            n=len(found), season=word(tried[-1]), fewest=condition.fewest,
        )  # fmt: skip
    return say(
        "too little history: {n} good windows of this {season}, at least {fewest} needed",
        n=len(found), season=word(tried[-1]), fewest=condition.fewest,
    )  # fmt: skip


def _spread(like: list[Figure], of: int, season: Season) -> _Learned:
    values = [f.result for f in like if isinstance(f.result, Value)]
    middle = median(v.value for v in values)
    away = [abs(v.value - middle) for v in values]
    size = _OF_MEDIAN * median(away) or _OF_MEAN * fmean(away)
    noise = fmean(_facing(v, middle) ** 2 for v in values)
    spread = math.sqrt(max(size * size - noise, 0.0))
    return _Learned(middle=middle, spread=spread, windows=len(values), of=of, season=season)


def _facing(figure: Value, middle: float) -> float:
    """Standard error of a figure from the end of its interval that faces the middle; 0 without an interval."""
    if figure.interval is None:
        return 0.0
    low, high = figure.interval
    return max(figure.value - low if figure.value > middle else high - figure.value, 0.0) / Z


def _usual(learned: _Learned, limits: tuple[float | None, float | None], spec: MetricSpec) -> Said:
    windows = count(learned.windows)
    if learned.season == "none":
        return say("{usual} ({n} windows before)", usual=_between(learned, limits, spec), n=windows)
    return say(
        "{usual} in this {season} ({n} such windows of {of})", usual=_between(learned, limits, spec),
        season=word(learned.season), n=windows, of=count(learned.of),
    )  # fmt: skip


def _between(learned: _Learned, limits: tuple[float | None, float | None], spec: MetricSpec) -> Said:
    """What is usual, and from where to where: as far as the metric could lie elsewhere."""
    low, high = spec.range
    ends = [
        None if limits[0] is None or (low is not None and limits[0] <= low) else limits[0],
        None if limits[1] is None or (high is not None and limits[1] >= high) else limits[1],
    ]
    least, most = (None if x is None else amount(x, spec) for x in ends)
    middle = amount(learned.middle, spec)
    if least is not None and most is not None:
        return say("usual is {middle}, from {low} to {high}", middle=middle, low=least, high=most)
    if least is not None:
        return say("usual is {middle} and no less than {low}", middle=middle, low=least)
    if most is not None:
        return say("usual is {middle} and up to {high}", middle=middle, high=most)
    return say("usual is {middle}", middle=middle)
