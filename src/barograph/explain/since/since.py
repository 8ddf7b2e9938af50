"""Since when a metric changed, which columns changed when, and what happened then."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Final

import numpy as np

from barograph.explain.explanation import Event, Onset, Since
from barograph.explain.since.candidates import Points
from barograph.explain.since.cause_dates import CauseDate, dated_by_cause
from barograph.explain.since.columns import Course, promising_courses, windows_of
from barograph.explain.since.events import events_near
from barograph.explain.since.levels import FEWEST, Levels, levels_of
from barograph.explain.since.likeliest import likeliest_change
from barograph.explain.since.onset import Departure, chosen, departures, onset_interval
from barograph.explain.since.sentences import Episode, Told, told
from barograph.explain.since.series import WindowSeries, metric_series, points_of, time_of
from barograph.metrics.address import Address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Value
from barograph.profile.value import Profile

#: Chance that one of all windows is called bad, or the first with new values, where none is.
_CHANCE: Final = 0.05


@dataclass(frozen=True, slots=True)
class _Course:
    """A metric's windows, cut."""

    series: WindowSeries
    points: Points
    levels: Levels


def since_of(
    reference: Profile,
    current: Profile,
    metric: Address | str,
    *,
    columns: Sequence[str] = (),
    events: Sequence[Event] = (),
    changed: bool = False,
    causes: Sequence[CauseDate] = (),
    rng: np.random.Generator,
) -> Since:
    """Date a metric's change and the columns' by their windows.

    Parameters
    ----------
    reference, current : profiles on one grid, with windows of one length.
    metric : address of one figure.
    columns : names to look at.
    events : what happened, from the caller.
    changed : whether all rows together are known to show a change: where no window does, it is dated all the same.
    causes : what makes most of the change: dated within the metric's interval, it tells the metric's date.
    rng : for the intervals.

    Returns
    -------
    Since
        The metric's onset is that of the change that lasts; where none does, of the largest stretch after which the
        level came back; where windows show neither, though all rows together do, the likeliest; else None, as where
        current windows lie before the reference's last.

    Notes
    -----
    Change-points come from `change_points`; that a change is shown, from its likelihood against noise with memory and
    a season (`levels_of`), so that bad single windows, gaps, weekends and slow wander are none.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> rows = profile_of([1.0, 2.0])
    >>> since_of(rows, rows, "quality.rows", rng=np.random.default_rng(0)).sentence
    'The rows have no windows, so nothing can be said of when.'
    """
    every, zone = current.grid.every, current.grid.timezone
    if every and not comes_after(reference, current):
        said = told(Told(every=every, timezone=zone, windows=len(current.windows), unordered=True))
        return Since(metric=None, columns=(), bad_windows=(), events=(), sentence=said)
    course = _course(reference, current, metric) if every else None
    dated = dated_columns(reference, current, columns, rng=rng) if every else ()
    if course is None or every is None:
        windows = len(current.windows) if every else 0
        said = told(Told(every=every or "", timezone=zone, windows=windows, too_few=True, columns=dated))
        return Since(metric=None, columns=dated, bad_windows=(), events=(), sentence=said)
    direction = _direction(reference, current, metric)
    found = departures(course.levels, course.points)
    main, bad = chosen(found, course.levels, direction), _bad_windows(course, found)
    onset = None if main is None else _onset("metric", course, main, rng)
    pending, likely = _pending(course), False
    if main is None and changed and course.series.first > 0:
        guess = likeliest_change(course.levels, course.points, direction)
        if guess is not None:
            likely, onset = True, _onset("metric", replace(course, levels=guess[0]), guess[1], rng)
    by = None
    if onset is not None:
        onset, by = dated_by_cause(onset, causes, dated)
    near = () if onset is None else events_near(events, onset.window, every)
    facts = Told(
        every=every, timezone=zone, windows=len(course.series.starts), metric=onset,
        back=None if main is None or main.end is None else course.series.starts[main.end],
        episodes=tuple(_episode(course, d) for d in found if d is not main),
        bad=tuple((course.series.starts[i], float(course.series.values[i])) for i in bad),
        pending=pending, columns=dated, events=near, likely=likely, by=by,
    )  # fmt: skip
    return Since(
        metric=onset, columns=dated, bad_windows=tuple(course.series.starts[i] for i in bad), events=near,
        sentence=told(facts), series=course.series,
    )  # fmt: skip


def comes_after(reference: Profile, current: Profile) -> bool:
    """Whether no current window lies before the reference's last: else before and after mean nothing."""
    before, after = reference.windows, current.windows
    return not before or not after or after[0] >= before[-1]


def _course(reference: Profile, current: Profile, metric: Address | str) -> _Course | None:
    """The metric's windows cut into levels; None where they are too few."""
    series = metric_series(reference, current, metric)
    if len(series.starts) < FEWEST or len(series.starts) == series.first:
        return None
    points = points_of(series)
    return _Course(series, points, levels_of(points))


def _direction(reference: Profile, current: Profile, metric: Address | str) -> float:
    """Where the metric went, by all rows of both sides; 0 where that is not known."""
    before, after = (evaluate(metric, side, reference) for side in (reference, current))
    return after.value - before.value if isinstance(before, Value) and isinstance(after, Value) else 0.0


def _onset(name: str, course: _Course, departure: Departure, rng: np.random.Generator) -> Onset:
    low, high = onset_interval(departure, course.levels, course.points, rng=rng)
    starts, means = course.series.starts, course.levels.means
    # What is left after most of a departure came back is a change against the first level.
    along = abs(means[departure.after] - means[0]) > abs(means[departure.before] - means[0])
    return Onset(
        series=name,
        window=starts[departure.window],
        interval=(starts[low], starts[high]),
        before=_level(course, departure.before if along else 0),
        after=_level(course, departure.after),
    )


def _level(course: _Course, level: int) -> float:
    """The metric over a level's windows, each for its rows."""
    inside = course.levels.label == level
    return float(np.average(course.series.values[inside], weights=course.series.rows[inside]))


def _episode(course: _Course, departure: Departure) -> Episode:
    starts = course.series.starts
    return Episode(
        start=starts[departure.start],
        back=None if departure.end is None else starts[departure.end],
        level=_level(course, departure.after),
    )


def _bad_windows(course: _Course, found: Sequence[Departure]) -> list[int]:
    """Current windows off their level beyond chance, that no change of level begins with; the last may yet last."""
    from scipy.special import stdtr

    points, levels = course.points, course.levels
    held = levels.residual[np.isfinite(levels.residual)]
    free = max(len(held) - len(levels.means) - len(levels.season) + 1, 1)
    spread = max(float(np.median(np.abs(held))) / 0.6745, np.sqrt(points.noise))
    scale = spread * np.sqrt(len(held) / free) or float(np.sqrt(np.mean(held * held))) or 1e-12
    begun = {i for d in found for i in range(d.start, len(points.y)) if i < _next_held(levels, d.start)}
    bad = []
    for i in levels.bad:
        if i < course.series.first or i == len(points.y) - 1 or i in begun:
            continue
        near = levels.label[:i][levels.label[:i] >= 0]
        level = levels.means[int(near[-1])] if len(near) else levels.means[0]
        season = levels.season[points.position[i] % len(levels.season)]
        t = abs(points.y[i] - season - level) * np.sqrt(points.weights[i]) / scale
        if 2.0 * stdtr(free, -t) * len(points.y) < _CHANCE:
            bad.append(i)
    return bad


def _next_held(levels: Levels, window: int) -> int:
    """The first window from this one on that is not a bad one."""
    ahead = np.flatnonzero(levels.label[window:] >= 0)
    return window + (int(ahead[0]) if len(ahead) else len(levels.label) - window)


def _pending(course: _Course) -> tuple[datetime, float] | None:
    """The last window, where it is far off the rest: one window does not tell whether that lasts."""
    last = len(course.points.y) - 1
    held = last in course.levels.bad
    return (course.series.starts[last], float(course.series.values[last])) if held else None


def _first_unseen(course: Course, departure: Departure) -> int:
    """The first window of a departure; of values the reference had none of, the first that had more than chance.

    Of n rows more, λ = 2n/(N + 1) lie beyond the extremes of N like them.
    """
    from scipy.special import pdtrc

    first = course.points.first
    seen = np.rint(course.values * course.rows)
    if course.figure != "unseen" or departure.window <= first or seen[:first].any():
        return departure.window
    expected = 2.0 * course.rows / (float(course.rows[:first].sum()) + 1.0)
    unlikely = (seen > 0) & (pdtrc(np.maximum(seen - 1.0, 0.0), expected) * (len(seen) - first) < _CHANCE)
    earlier = np.flatnonzero(unlikely[: departure.window])
    return int(earlier[0]) if len(earlier) else departure.window


def dated_columns(
    reference: Profile, current: Profile, columns: Sequence[str], *, rng: np.random.Generator
) -> tuple[Onset, ...]:
    """Onsets of columns in order of appearance, each by the course that shows most.

    Parameters
    ----------
    reference, current : profiles on one grid, with windows of one length; the current ones come after (`comes_after`).
    columns : names to look at.
    rng : for the intervals.
    """
    starts = [time_of(at) for at in windows_of(reference, current).starts.tolist()]
    best: dict[str, tuple[float, _Course, Departure]] = {}
    for course in promising_courses(reference, current, columns):
        levels = levels_of(course.points)
        departure = chosen(departures(levels, course.points), levels, 0.0)
        if departure is None or levels.gain <= best.get(course.column, (0.0,))[0]:
            continue
        departure = replace(departure, window=_first_unseen(course, departure))
        series = WindowSeries(
            starts=tuple(starts[i] for i in course.windows), values=course.values, scaled=course.points.y,
            rows=course.rows, row_variance=0.0, first=course.points.first, every=current.grid.every or "",
        )  # fmt: skip
        best[course.column] = (levels.gain, _Course(series, course.points, levels), departure)
    found = [(gain, _onset(name, course, d, rng)) for name, (gain, course, d) in best.items()]
    return tuple(onset for _, onset in sorted(found, key=lambda pair: (pair[1].window, -pair[0])))
