"""Pictures of one column or of the outcome, taken from the sums of two profiles."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final
from zoneinfo import ZoneInfo

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.charts.bars import Bars
from barograph.charts.calibration import Calibration, CalibrationPoint
from barograph.charts.confusion import Confusion
from barograph.charts.density import Density
from barograph.charts.overlay import Apart, Overlay
from barograph.charts.series import Series
from barograph.metrics.drift.cells import ordered_cells
from barograph.metrics.intervals import wilson
from barograph.metrics.values import Result, Undefined, Value
from barograph.metrics.views import ColumnView, column_view, outcome_view
from barograph.profile.division import WEIGHT_STEPS
from barograph.profile.fixed import totals
from barograph.profile.grid import BUCKETS, NUMERIC_EXTRA, CategoricalGrid, NumericGrid
from barograph.profile.value import ALL, Profile
from barograph.report.view import Figure
from barograph.windows import parse_every, window_label

Floats = NDArray[np.float64]

_DENSITY_CELLS: Final = 24
_CALIBRATION_BINS: Final = 10
_APART_NAMES: Final = {
    "null": "null",
    "nan": "NaN",
    "neg_inf": "−inf",
    "pos_inf": "+inf",
    "mismatched": "mismatched",
}


def distribution(reference: ColumnView | None, current: ColumnView) -> Overlay | Bars:
    """The column's counts on both sides: an overlay of numbers, or bars of categories."""
    if isinstance(current.grid, CategoricalGrid):
        return _bars(reference, current, current.grid)
    return _overlay(reference, current, current.grid)


def _bars(reference: ColumnView | None, current: ColumnView, grid: CategoricalGrid) -> Bars:
    named = len(grid.categories)

    def counts(view: ColumnView | None) -> tuple[float, ...] | None:
        return None if view is None else tuple(view.mass[:named].tolist())

    def rows(view: ColumnView | None, codes: slice) -> float | None:
        return None if view is None else float(view.mass[codes].sum())

    other = "new values" if grid.complete else "other values"
    places = (
        (other, slice(named, named + BUCKETS)),
        ("null", slice(named + BUCKETS, named + BUCKETS + 1)),
        ("mismatched", slice(named + BUCKETS + 1, None)),
    )
    return Bars(
        name=current.column.name,
        categories=grid.categories,
        reference=counts(reference),
        current=counts(current),
        apart=_held(
            tuple(Apart(name=n, reference=rows(reference, c), current=rows(current, c)) for n, c in places)
        ),
    )


def _held(parts: tuple[Apart, ...]) -> tuple[Apart, ...]:
    return tuple(a for a in parts if (a.reference or 0) + (a.current or 0) > 0)


def _overlay(reference: ColumnView | None, current: ColumnView, grid: NumericGrid) -> Overlay:
    cells = ordered_cells(reference or current, current)
    first = NUMERIC_EXTRA.index("null")
    apart = tuple(
        Apart(
            name=_APART_NAMES[extra],
            reference=None if reference is None else float(reference.mass[grid.code(extra)]),
            current=float(current.mass[grid.code(extra)]),
        )
        for extra in NUMERIC_EXTRA[first:]
    )
    empty = cells is None
    lower = grid.edges[:-1] if cells is None else cells.cells.lower
    with np.errstate(over="ignore"):
        upper = (
            grid.edges[1:]
            if cells is None
            else np.maximum(cells.cells.upper, np.nextafter(cells.cells.lower, np.inf))
        )
    base = np.zeros(len(lower)) if empty or cells is None else cells.reference
    now = np.zeros(len(lower)) if empty or cells is None else cells.current
    return Overlay(
        name=current.column.name,
        lower=tuple(lower.tolist()),
        upper=tuple(upper.tolist()),
        reference=None if reference is None else tuple(base.tolist()),
        current=tuple(now.tolist()),
        apart=_held(apart),
        unit=current.column.unit or "",
    )


def over_time(reference: Profile | None, current: Profile, column: str) -> Figure | None:
    """The column's mean per window on the reference's mean ± 1 sd; None without windows or numbers."""
    grid = current.grid.columns[column]
    if not isinstance(grid, NumericGrid) or grid.kind == "datetime" or len(current.windows) == 0:
        return None
    sides = [(p, p is current) for p in (reference, current) if p is not None and column in p.columns]
    points: list[tuple[int, float | None, int, bool]] = []
    for profile, is_current in sides:
        points += _means(profile, column, grid, is_current=is_current)
    points.sort(key=lambda p: p[0])
    if len(points) < 2:
        return None
    corridor, centre = None, None
    if reference is not None and column in reference.columns:
        view = column_view(reference.total(), column)
        moments = None if isinstance(view, Undefined) else view.moments()
        if moments is not None and not isinstance(moments, Undefined) and moments.variance is not None:
            sd = float(np.sqrt(moments.variance))
            corridor, centre = (moments.mean - sd, moments.mean + sd), moments.mean
    chart = Series(
        name=f"mean of {column}",
        labels=_labels([p[0] for p in points], current),
        positions=_positions([p[0] for p in points], current),
        values=tuple(p[1] for p in points),
        rows=tuple(p[2] for p in points),
        current=tuple(p[3] for p in points),
        corridor=corridor,
        centre=centre,
        unit=current.schema.column(column).unit or "",
    )
    return Figure(title="Over time", chart=chart)


def _means(
    profile: Profile, column: str, grid: NumericGrid, *, is_current: bool
) -> list[tuple[int, float | None, int, bool]]:
    sums = profile.columns[column]
    moments = sums.moments
    if moments is None:
        return []
    first = totals(moments, np.array(grid.steps))[:, 0]
    held = (sums.counts if sums.weighted is None else sums.weighted / WEIGHT_STEPS)[:, : grid.bins + 2].sum(
        axis=1
    )
    out: list[tuple[int, float | None, int, bool]] = []
    for i, cell in enumerate(profile.cells):
        if cell.segment == ALL and cell.window is not None:
            mean = float(first[i] / held[i] + grid.centre) if held[i] > 0 else float("nan")
            out.append(
                (cell.window, mean if np.isfinite(mean) else None, int(profile.table.rows[i]), is_current)
            )
    return out


def metric_over_time(
    name: str, unit: str, windows: list[tuple[int, int, Result, bool]], profile: Profile
) -> Series | None:
    """One metric per window, (start, rows, result, is current), on the spread of the reference's windows."""
    if len(windows) < 2 or not any(isinstance(w[2], Value) for w in windows):
        return None
    windows = sorted(windows, key=lambda w: w[0])
    base = [w[2].value for w in windows if not w[3] and isinstance(w[2], Value)]
    band = (float(np.quantile(base, 0.025)), float(np.quantile(base, 0.975))) if len(base) >= 8 else None
    return Series(
        name=name,
        labels=_labels([w[0] for w in windows], profile),
        positions=_positions([w[0] for w in windows], profile),
        values=tuple(w[2].value if isinstance(w[2], Value) else None for w in windows),
        rows=tuple(w[1] for w in windows),
        current=tuple(w[3] for w in windows),
        intervals=tuple(w[2].interval if isinstance(w[2], Value) else None for w in windows),
        band=band,
        centre=float(np.mean(base)) if base else None,
        unit=unit,
    )


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


def outcome_figures(reference: Profile | None, current: Profile) -> tuple[Figure, ...]:
    """Pictures of how right the model is: by task, from sums and from the sample."""
    task = current.schema.task
    if task == "regression":
        return _regression_figures(reference, current)
    if task in ("binary", "multiclass"):
        return _class_figures(reference, current)
    return ()


def _regression_figures(reference: Profile | None, current: Profile) -> tuple[Figure, ...]:
    figures: list[Figure] = []
    label, prediction = current.schema.one("label"), current.schema.one("prediction")
    if label is not None and prediction is not None:
        joint = density(reference, current, (label.name, prediction.name), diagonal=True)
        if joint is not None:
            figures.append(
                Figure(
                    title="Predicted against actual",
                    chart=joint,
                    caption="On the diagonal the model is right.",
                )
            )
    errors = _residual_overlay(reference, current)
    if errors is not None:
        figures.append(Figure(title="Error (predicted − actual)", chart=errors))
    return tuple(figures)


def _residual_overlay(reference: Profile | None, current: Profile) -> Overlay | None:
    grid = None if current.grid.outcome is None else current.grid.outcome.residual
    sums = None if current.outcome is None else current.outcome.residual
    if grid is None or sums is None or not sums.sum():
        return None
    base = None if reference is None or reference.outcome is None else reference.outcome.residual
    low, high = float(grid.edges[0]), float(grid.edges[-1])
    width = (high - low) / 8 or 1.0
    order = [grid.code("below"), *range(grid.bins), grid.code("above")]
    return Overlay(
        name="error",
        lower=(low - width, *grid.edges[:-1].tolist(), high),
        upper=(low, *grid.edges[1:].tolist(), high + width),
        reference=None if base is None else tuple(base.sum(axis=0)[order].astype(float).tolist()),
        current=tuple(sums.sum(axis=0)[order].astype(float).tolist()),
        marks=((0.0, "no error"),),
    )


def density(
    reference: Profile | None, current: Profile, columns: tuple[str, str], *, diagonal: bool = False
) -> Density | None:
    """Counts of sampled rows on a grid of 24 × 24 cells; None where there is no sample of both columns."""
    sides = [_sampled(p, columns) for p in (reference, current)]
    points = [s[0] for s in sides if s is not None and len(s[0])]
    if sides[1] is None or not points:
        return None
    together = np.concatenate(points)
    low, high = together.min(axis=0), together.max(axis=0)
    if diagonal:
        low, high = np.full(2, low.min()), np.full(2, high.max())
    high = np.where(high > low, high, low + 1.0)

    def table(side: tuple[Floats, Floats] | None) -> tuple[tuple[float, ...], ...] | None:
        if side is None:
            return None
        counts, _, _ = np.histogram2d(
            side[0][:, 0],
            side[0][:, 1],
            bins=_DENSITY_CELLS,
            range=list(zip(low, high, strict=True)),
            weights=side[1],
        )
        return tuple(map(tuple, counts.tolist()))

    return Density(
        x_name=columns[0], y_name=columns[1], x_range=(float(low[0]), float(high[0])),
        y_range=(float(low[1]), float(high[1])), reference=table(sides[0]), current=table(sides[1]), diagonal=diagonal,
    )  # fmt: skip


def _sampled(profile: Profile | None, columns: tuple[str, str]) -> tuple[Floats, Floats] | None:
    if profile is None or profile.sample is None:
        return None
    rows = profile.sample.rows
    if any(c not in rows.columns or rows.schema[c] != pl.Float64 for c in columns):
        return None
    values = np.stack([rows.get_column(c).to_numpy() for c in columns], axis=1)
    held = np.isfinite(values).all(axis=1)
    return values[held], profile.sample.counts.to_numpy()[held].astype(np.float64)


def _class_figures(reference: Profile | None, current: Profile) -> tuple[Figure, ...]:
    figures = []
    for side, profile in (("reference", reference), ("current", current)):
        view = None if profile is None else outcome_view(profile.total())
        if view is None or isinstance(view, Undefined):
            continue
        table = view.confusion()
        if table[:, :-1].sum() > 0:
            classes = (*view.grid.classes, "other", "none")
            held = [
                i
                for i in range(len(classes))
                if i < len(view.grid.classes) or table[i].sum() + table[:, i].sum() > 0
            ]
            counts = tuple(tuple(float(x) for x in table[i][held]) for i in held)
            chart = Confusion(side=side, classes=tuple(classes[i] for i in held), counts=counts)
            figures.append(Figure(title=f"Actual against predicted, {side}", chart=chart))
    calibration = _calibration(reference, current)
    if calibration is not None:
        figures.append(
            Figure(
                title="Calibration",
                chart=calibration,
                caption="On the diagonal a score of 0.7 is right 7 times of 10.",
            )
        )
    return tuple(figures)


def _calibration(reference: Profile | None, current: Profile) -> Calibration | None:
    if (
        current.schema.task != "binary"
        or current.grid.outcome is None
        or not current.grid.outcome.score_edges
    ):
        return None
    name = next(iter(current.grid.outcome.score_edges))
    points = [_calibration_points(p, name) for p in (reference, current)]
    return Calibration(name=name, reference=points[0], current=points[1]) if any(points) else None


def _calibration_points(profile: Profile | None, name: str) -> tuple[CalibrationPoint, ...]:
    view = None if profile is None else outcome_view(profile.total())
    if view is None or isinstance(view, Undefined):
        return ()
    rows, score_sums, _ = view.scores(name)
    edges = np.concatenate(([0.0], view.grid.score_edges[name]))
    group = np.clip((edges * _CALIBRATION_BINS).astype(np.int64), 0, _CALIBRATION_BINS - 1)
    points = []
    for g in range(_CALIBRATION_BINS):
        held = group == g
        n, positives = float(rows[:, held].sum()), float(rows[1, held].sum())
        if n:
            score = float(score_sums[:, held].sum() / n)
            points.append(
                CalibrationPoint(score=score, observed=positives / n, n=int(n), interval=wilson(positives, n))
            )
    return tuple(points)
