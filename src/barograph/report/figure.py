"""A picture of a report with its words, and the states that badges show."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from barograph.charts.bars import Bars
from barograph.charts.by_bin import ByBin
from barograph.charts.calibration import Calibration
from barograph.charts.confusion import Confusion
from barograph.charts.curves import Curves
from barograph.charts.density import Density
from barograph.charts.groups import GroupBins, GroupCells
from barograph.charts.overlay import Overlay
from barograph.charts.series import Series
from barograph.charts.shades import Shades
from barograph.charts.signed import Signed
from barograph.charts.timeline import Timeline
from barograph.charts.waterfall import Waterfall

State = Literal["ok", "changed", "better", "worse", "unknown"]
Chart = (
    Overlay
    | Bars
    | Series
    | Density
    | Confusion
    | Calibration
    | Curves
    | ByBin
    | Signed
    | GroupBins
    | GroupCells
    | Shades
    | Waterfall
    | Timeline
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Figure:
    """A picture with its title and a sentence on what it shows or how to read it."""

    title: str
    chart: Chart
    caption: str = ""
