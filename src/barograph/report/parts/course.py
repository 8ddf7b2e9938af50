"""Figures over windows of time, the reference's first, on the band in which it moves."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import numpy as np

from barograph.charts.series import Series
from barograph.locale.said import say
from barograph.metrics.performance.figures import means
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import column_view, outcome_view
from barograph.profile.division import WEIGHT_STEPS
from barograph.profile.fixed import totals
from barograph.profile.grid import CategoricalGrid, NumericGrid
from barograph.profile.value import ALL, Cell, Profile
from barograph.windows import parse_every, window_label

#: Start, figure, rows, whether it is of the current side.
Point = tuple[int, float | None, int, bool]
#: Reference windows from which their spread makes a band.
_FEWEST_OF_BAND = 8


def column_course(reference: Profile | None, current: Profile, column: str) -> Series | None:
    """The column's mean per window on the reference's mean ± 1 sd; None without windows or numbers."""
    grid = current.grid.columns[column]
    if not isinstance(grid, NumericGrid) or grid.kind == "datetime" or len(current.windows) == 0:
        return None
    sides = [(p, p is current) for p in (reference, current) if p is not None and column in p.columns]
    points: list[Point] = []
    for profile, is_current in sides:
        points += _means(profile, column, grid, is_current=is_current)
    drawn = _series(say("mean of {column}", column=column), points, current)
    if drawn is None:
        return None
    corridor, centre = None, None
    if reference is not None and column in reference.columns:
        view = column_view(reference.total(), column)
        moments = None if isinstance(view, Undefined) else view.moments()
        if moments is not None and not isinstance(moments, Undefined) and moments.variance is not None:
            sd = float(np.sqrt(moments.variance))
            corridor, centre = (moments.mean - sd, moments.mean + sd), moments.mean
    unit = current.schema.column(column).unit or ""
    return replace(drawn, corridor=corridor, centre=centre, unit=unit)


def _series(name: str, points: Sequence[Point], profile: Profile) -> Series | None:
    """The points in order of time; None where they make no line."""
    if len(points) < 2:
        return None
    points = sorted(points, key=lambda p: p[0])
    starts = [p[0] for p in points]
    return Series(
        name=name,
        labels=_labels(starts, profile),
        positions=_positions(starts, profile),
        values=tuple(p[1] for p in points),
        rows=tuple(p[2] for p in points),
        current=tuple(p[3] for p in points),
    )


def _means(profile: Profile, column: str, grid: NumericGrid, *, is_current: bool) -> list[Point]:
    sums = profile.columns[column]
    moments = sums.moments
    if moments is None:
        return []
    first = totals(moments, np.array(grid.steps))[:, 0]
    held = (sums.counts if sums.weighted is None else sums.weighted / WEIGHT_STEPS)[:, : grid.bins + 2].sum(
        axis=1
    )
    out: list[Point] = []
    for i, cell in enumerate(profile.cells):
        if cell.segment == ALL and cell.window is not None:
            with np.errstate(over="ignore"):
                mean = float(first[i] / held[i] + grid.centre) if held[i] > 0 else float("nan")
            out.append(
                (cell.window, mean if np.isfinite(mean) else None, int(profile.table.rows[i]), is_current)
            )
    return out


def class_course(reference: Profile, current: Profile, column: str, category: str) -> Series | None:
    """The share of one category per window; None without windows, or where the category has no place."""
    grid = current.grid.columns.get(column)
    if not isinstance(grid, CategoricalGrid) or category not in grid.position or not current.windows:
        return None
    points = [
        point
        for profile, is_current in ((reference, False), (current, True))
        if column in profile.columns
        for point in _shares(profile, column, grid.position[category], is_current=is_current)
    ]
    drawn = _series(say("share of {category}", category=category), points, current)
    return None if drawn is None else _on_own_windows(drawn)


def _on_own_windows(series: Series) -> Series:
    """The series on the mean of the reference's windows, and the band in which most of them lie."""
    windows = zip(series.values, series.current, strict=True)
    base = [value for value, is_current in windows if not is_current and value is not None]
    with np.errstate(over="ignore", invalid="ignore"):
        centre = float(np.mean(base)) if base else None
        band = _band(base)
    held = centre is not None and np.isfinite((centre, *(band or ()))).all()
    return replace(series, band=band if held else None, centre=centre if held else None)


def _shares(profile: Profile, column: str, code: int, *, is_current: bool) -> list[Point]:
    sums = profile.columns[column]
    counts = sums.counts if sums.weighted is None else sums.weighted
    # Labels that have not come yet are no value of the label.
    null = profile.grid.columns[column].code("null")
    out: list[Point] = []
    for i, cell in enumerate(profile.cells):
        if cell.segment == ALL and cell.window is not None:
            held = int(counts[i].sum() - counts[i, null])
            share = float(counts[i, code]) / held if held else None
            out.append((cell.window, share, int(profile.table.rows[i]), is_current))
    return out


def both_over_time(reference: Profile, current: Profile) -> Series | None:
    """Mean label and mean prediction of the judged rows per window, on the label's mean ± 1 sd."""
    label, prediction = current.schema.one("label"), current.schema.one("prediction")
    if label is None or prediction is None or not current.windows:
        return None
    sides = [p for side in (reference, current) for p in _both(side, is_current=side is current)]
    sides.sort(key=lambda p: p[0][0])
    drawn = _series(say("mean {column}", column=label.name), [p for p, _ in sides], current)
    if drawn is None or all(value is None for value in drawn.values):
        return None
    corridor, centre = _label_corridor(reference)
    return replace(
        drawn,
        beside_name=say("mean {column}", column=prediction.name),
        beside=tuple(beside for _, beside in sides),
        corridor=corridor,
        corridor_name=say("reference {column}, mean ± 1 sd", column=label.name),
        centre=centre,
        unit=label.unit or "",
    )


def _both(profile: Profile, *, is_current: bool) -> list[tuple[Point, float | None]]:
    """The mean label of each window, and the mean prediction beside it."""
    out: list[tuple[Point, float | None]] = []
    for window in profile.windows:
        view = outcome_view(profile.at(Cell(ALL, window)))
        found = view if isinstance(view, Undefined) else means(view, "label")
        if isinstance(view, Undefined) or isinstance(found, Undefined):
            out.append(((window, None, 0, is_current), None))
            continue
        centre = view.grid.centre
        pair = (found["label"] + centre, found["prediction"] + centre)
        label, prediction = (x if np.isfinite(x) else None for x in pair)
        out.append(((window, label, view.judged, is_current), prediction))
    return out


def _label_corridor(reference: Profile) -> tuple[tuple[float, float] | None, float | None]:
    view = outcome_view(reference.total())
    found = view if isinstance(view, Undefined) else means(view, "label")
    if isinstance(view, Undefined) or isinstance(found, Undefined):
        return None, None
    mean, variance = found["label"], found["label_2"] - found["label"] ** 2
    if not np.isfinite(mean) or not np.isfinite(variance):
        return None, None
    sd, centre = float(np.sqrt(max(variance, 0.0))), mean + view.grid.centre
    return (centre - sd, centre + sd), centre


def metric_over_time(
    name: str, unit: str, windows: list[tuple[int, int, Result, bool]], profile: Profile
) -> Series | None:
    """One metric per window, (start, rows, result, is current), on the spread of the reference's windows."""
    windows = sorted(windows, key=lambda w: w[0])
    points = [(start, _value(result), rows, current) for start, rows, result, current in windows]
    drawn = _series(name, points, profile)
    if drawn is None or all(value is None for value in drawn.values):
        return None
    intervals = tuple(w[2].interval if isinstance(w[2], Value) else None for w in windows)
    return replace(_on_own_windows(drawn), intervals=intervals, unit=unit)


def _value(result: Result) -> float | None:
    return result.value if isinstance(result, Value) else None


def _band(values: list[float]) -> tuple[float, float] | None:
    """Where 95 % of the reference's windows lie."""
    if len(values) < _FEWEST_OF_BAND:
        return None
    return float(np.quantile(values, 0.025)), float(np.quantile(values, 0.975))


def outside(series: Series) -> list[int]:
    """Places of the current windows that leave the band, or without one the corridor."""
    band = series.band or series.corridor
    if band is None:
        return []
    return [
        i
        for i, value in enumerate(series.values)
        if series.current[i] and value is not None and not band[0] <= value <= band[1]
    ]


def course_reading(series: Series, write: Callable[[float], str]) -> str:
    """How many current windows left the band, and the farthest of them."""
    current = [i for i, c in enumerate(series.current) if c and series.values[i] is not None]
    band = series.band or series.corridor
    if not current or band is None:
        return ""
    left = outside(series)
    if not left:
        return say("All {n} current windows lie in the band.", n=len(current))
    far = max(
        left, key=lambda i: max((series.values[i] or 0.0) - band[1], band[0] - (series.values[i] or 0.0))
    )
    value = series.values[far]
    assert value is not None
    return say(
        "{k} of {windows} current windows leave the band, farthest {window} ({value}, n = {n}).",
        k=len(left), windows=len(current), window=series.labels[far], value=write(value), n=f"{series.rows[far]:,}",
    )  # fmt: skip


def _labels(starts: list[int], profile: Profile) -> tuple[str, ...]:
    every = parse_every(profile.grid.every or "1d")
    zone = ZoneInfo(profile.grid.timezone)
    return tuple(
        window_label(datetime.fromtimestamp(s / 1e6, UTC).astimezone(zone), every, profile.grid.timezone)
        for s in starts
    )


def _positions(starts: list[int], profile: Profile) -> tuple[int, ...]:
    length = parse_every(profile.grid.every or "1d").approximate_seconds * 1e6
    places: list[int] = []
    for start in starts:
        place = round((start - starts[0]) / length)
        places.append(place if not places or place > places[-1] else places[-1] + 1)
    return tuple(places)
