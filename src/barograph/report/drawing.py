"""Which function draws which picture."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, Final, Self

from markupsafe import Markup

from barograph.charts.bars import Bars, bars_svg
from barograph.charts.by_bin import ByBin, by_bin_svg
from barograph.charts.calibration import Calibration, calibration_svg
from barograph.charts.confusion import Confusion, confusion_svg
from barograph.charts.curves import Curves, curves_svg
from barograph.charts.density import Density, density_svg
from barograph.charts.groups import GroupBins, GroupCells, group_bins_svg, group_cells_svg
from barograph.charts.overlay import Overlay, overlay_svg
from barograph.charts.series import Series, series_svg
from barograph.charts.shades import Shades, shades_svg
from barograph.charts.signed import Signed, signed_svg
from barograph.charts.spoken import Speak
from barograph.charts.timeline import Timeline, timeline_svg
from barograph.charts.waterfall import Waterfall, waterfall_svg
from barograph.report.figure import Chart

_DRAWN: Final[Mapping[type, Callable[..., str]]] = {
    Bars: bars_svg, Density: density_svg, Confusion: confusion_svg,
    Calibration: calibration_svg, Curves: curves_svg, ByBin: by_bin_svg, Signed: signed_svg,
    GroupBins: group_bins_svg, GroupCells: group_cells_svg, Shades: shades_svg, Waterfall: waterfall_svg,
    Timeline: timeline_svg,
}  # fmt: skip
#: Those whose parts say their figures where somebody points at them, if that is wanted.
_POINTED: Final[Mapping[type, Callable[..., str]]] = {Overlay: overlay_svg, Series: series_svg}


class Drawing(Markup):
    """A picture as SVG, which knows what it shows.

    Attributes
    ----------
    chart : what is drawn; None of a part of a picture.
    windows : what its windows are called in a table of its figures, such as their starts; empty: as it labels them.
    """

    chart: Any
    windows: tuple[str, ...]

    def __new__(cls, svg: str, chart: Any = None, windows: tuple[str, ...] = ()) -> Self:
        """Hold what is drawn beside its drawing."""
        made = super().__new__(cls, svg)
        made.chart, made.windows = chart, windows
        return made


def draw(chart: Chart, speak: Speak = str, *, pointed: bool = True) -> Drawing:
    """Draw any picture of a view as SVG.

    Parameters
    ----------
    speak : says its words in a language.
    pointed : whether bins and windows say their figures where somebody points at them.

    Examples
    --------
    >>> draw(Bars(name="c", categories=("a",), reference=(5,), current=(9,)))[:4]
    Drawing('<svg')
    """
    drawing = _POINTED.get(type(chart))
    if drawing is not None:
        return Drawing(drawing(chart, speak=speak, pointed=pointed), chart)
    return Drawing(_DRAWN[type(chart)](chart, speak=speak), chart)
