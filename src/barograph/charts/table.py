"""What a picture shows, as a table: for whoever wants its figures in place of its lines."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Final

from barograph.charts.bars import Bars
from barograph.charts.by_bin import ByBin
from barograph.charts.calibration import Calibration
from barograph.charts.confusion import Confusion
from barograph.charts.curves import Curves
from barograph.charts.density import Density
from barograph.charts.fan import Fan
from barograph.charts.groups import NAMES, GroupBins, GroupCells
from barograph.charts.heat_map import HeatMap
from barograph.charts.overlay import Overlay
from barograph.charts.series import Series
from barograph.charts.shades import Shades
from barograph.charts.signed import Signed
from barograph.charts.timeline import Timeline
from barograph.charts.watched import Watched
from barograph.charts.waterfall import Waterfall

Cell = str | float | int | bool | None
Row = tuple[Cell, ...]
_SIDES: Final = ("reference", "current")
_NO_ENDS: Final = (None, None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows under named columns."""

    columns: tuple[str, ...]
    rows: tuple[Row, ...]


def table_of(chart: Any, windows: Sequence[str] = ()) -> Table:
    """What a picture shows; of windows also those without a figure.

    Parameters
    ----------
    windows : what each window is called in place of its label, such as its start.

    Raises
    ------
    KeyError
        For what is no picture.

    Examples
    --------
    >>> told = table_of(Signed(name="correlation", columns=("temp",), reference=(0.2,), current=(None,)))
    >>> told.columns, told.rows
    (('column', 'reference', 'current'), (('temp', 0.2, None),))
    """
    over_windows = _OVER_WINDOWS.get(type(chart))
    if over_windows is not None:
        columns, rows = over_windows
        return Table(columns=columns, rows=tuple(rows(chart, windows)))
    columns, told = _TOLD[type(chart)]
    return Table(columns=columns, rows=tuple(told(chart)))


def _series(data: Series, windows: Sequence[str]) -> Iterator[Row]:
    for i in range(len(data.labels)):
        name = windows[i] if windows else data.labels[i]
        interval = (data.intervals[i] if data.intervals else None) or _NO_ENDS
        beside = data.beside[i] if data.beside else None
        side = _SIDES[data.current[i]]
        yield name, data.values[i], *interval, data.rows[i] or None, side, beside


def _of_its_series(data: Watched | Timeline, windows: Sequence[str]) -> Iterator[Row]:
    return _series(data.series, windows)


def _fan(data: Fan, windows: Sequence[str]) -> Iterator[Row]:
    if data.reference is not None:
        yield "reference", *data.reference, None
    for name, quantiles, rows in zip(windows or data.labels, data.windows, data.rows, strict=True):
        yield name, *(quantiles or (None,) * 5), rows


def _heat_map(data: HeatMap, windows: Sequence[str]) -> Iterator[Row]:
    for row in data.rows:
        for name, cell in zip(windows or data.labels, row.cells, strict=True):
            if cell is not None:
                yield row.name, name, cell.ratio, cell.few, cell.alerted


def _bars(data: Bars) -> Iterator[Row]:
    for i, name in enumerate(data.categories):
        yield name, _at(data.reference, i), _at(data.current, i), False
    for each in data.apart:
        yield each.name, each.reference, each.current, True


def _overlay(data: Overlay) -> Iterator[Row]:
    for i, (lower, upper) in enumerate(zip(data.lower, data.upper, strict=True)):
        yield lower, upper, None, _at(data.reference, i), _at(data.current, i)
    for each in data.apart:
        yield None, None, each.name, each.reference, each.current


def _on_a_grid(data: Density | Shades) -> Iterator[Row]:
    """Cells in which either side has something."""
    shown = data.reference or data.current or ()
    across, up = len(shown), len(shown[0]) if shown else 0
    for i in range(across):
        for j in range(up):
            found = [None if side is None else side[i][j] for side in (data.reference, data.current)]
            if any(found):
                yield *_cell(data.x_range, i, across), *_cell(data.y_range, j, up), *found


def _group_cells(data: GroupCells) -> Iterator[Row]:
    for side, groups in zip(_SIDES, (data.reference, data.current), strict=True):
        for name, cells in zip(NAMES, groups or (), strict=False):
            for i, j in cells:
                yield side, name, *_cell(data.x_range, i, data.cells), *_cell(data.y_range, j, data.cells)


def _group_bins(data: GroupBins) -> Iterator[Row]:
    ends: list[Row] = [(None, None, name) for name in data.categories]
    if data.edges:
        ends = [(low, high, None) for low, high in pairwise(data.edges)]
    for side, groups in zip(_SIDES, (data.reference, data.current), strict=True):
        for name, shares in zip(data.names, groups or (), strict=False):
            for end, share in zip(ends, shares, strict=True):
                yield side, name, *end, share


def _confusion(data: Confusion) -> Iterator[Row]:
    for actual, counts in zip(data.classes, data.counts, strict=True):
        for predicted, rows in zip(data.classes, counts, strict=True):
            yield data.side, actual, predicted, rows


def _calibration(data: Calibration) -> Iterator[Row]:
    for side, points in zip(_SIDES, (data.reference, data.current), strict=True):
        for each in points:
            yield side, each.score, each.observed, *(each.interval or _NO_ENDS), each.n


def _curves(data: Curves) -> Iterator[Row]:
    for nth, curve in enumerate(data.curves, start=1):
        for x, y in curve.points:
            yield nth, curve.side, x, y


def _by_bin(data: ByBin) -> Iterator[Row]:
    for side, held in zip(_SIDES, (data.reference, data.current), strict=True):
        for name, found in zip(data.bins, held, strict=True):
            if found is not None:
                value, interval, rows = found
                yield name, side, value, *(interval or _NO_ENDS), rows


def _signed(data: Signed) -> Iterator[Row]:
    return zip(data.columns, data.reference, data.current, strict=True)


def _waterfall(data: Waterfall) -> Iterator[Row]:
    yield data.before_name, "value", data.before[0], *(data.before[1] or _NO_ENDS)
    for step in data.steps:
        yield step.name, "change", step.amount, *(step.interval or _NO_ENDS)
    yield data.after_name, "value", data.after[0], *(data.after[1] or _NO_ENDS)


def _at(side: Sequence[float] | None, i: int) -> float | None:
    return None if side is None else side[i]


def _cell(ends: tuple[float, float], i: int, cells: int) -> tuple[float, float]:
    """Ends of one of so many cells of equal size."""
    low, wide = ends[0], (ends[1] - ends[0]) / cells
    return low + i * wide, low + (i + 1) * wide


_OF_SERIES: Final = ("window", "value", "low", "high", "n", "side", "beside")
_OF_CELLS: Final = ("x_from", "x_to", "y_from", "y_to")
#: Columns and rows of each picture over windows.
_OVER_WINDOWS: Final[dict[type, tuple[tuple[str, ...], Callable[[Any, Sequence[str]], Iterator[Row]]]]] = {
    Series: (_OF_SERIES, _series),
    Watched: (_OF_SERIES, _of_its_series),
    Timeline: (_OF_SERIES, _of_its_series),
    Fan: (("window", "q05", "q25", "q50", "q75", "q95", "n"), _fan),
    HeatMap: (("feature", "window", "of_limit", "few", "alerted"), _heat_map),
}
#: Of every other.
_TOLD: Final[dict[type, tuple[tuple[str, ...], Callable[[Any], Iterator[Row]]]]] = {
    Bars: (("value", *_SIDES, "apart"), _bars),
    Overlay: (("from", "to", "apart", *_SIDES), _overlay),
    Density: ((*_OF_CELLS, *_SIDES), _on_a_grid),
    Shades: ((*_OF_CELLS, *_SIDES), _on_a_grid),
    GroupCells: (("side", "group", *_OF_CELLS), _group_cells),
    GroupBins: (("side", "group", "from", "to", "category", "share"), _group_bins),
    Confusion: (("side", "actual", "predicted", "rows"), _confusion),
    Calibration: (("side", "score", "observed", "low", "high", "n"), _calibration),
    Curves: (("curve", "side", "x", "y"), _curves),
    ByBin: (("bin", "side", "value", "low", "high", "n"), _by_bin),
    Signed: (("column", *_SIDES), _signed),
    Waterfall: (("part", "is", "value", "low", "high"), _waterfall),
}
