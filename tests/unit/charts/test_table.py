"""What pictures show, as tables: every picture has one, and no figure is lost in it."""

import pytest

from barograph.charts.bars import Bars
from barograph.charts.by_bin import ByBin
from barograph.charts.calibration import Calibration, CalibrationPoint
from barograph.charts.confusion import Confusion
from barograph.charts.curves import Curve, Curves
from barograph.charts.density import Density
from barograph.charts.fan import Fan
from barograph.charts.groups import GroupBins, GroupCells
from barograph.charts.heat_map import HeatCell, HeatMap, HeatRow
from barograph.charts.overlay import Apart, Overlay
from barograph.charts.series import Series
from barograph.charts.shades import Shades
from barograph.charts.signed import Signed
from barograph.charts.table import table_of
from barograph.charts.timeline import Timeline
from barograph.charts.watched import Watched
from barograph.charts.waterfall import Step, Waterfall
from barograph.report.drawing import _DRAWN, _POINTED

SERIES = Series(
    name="nulls", labels=("Mon", "Wed"), positions=(0, 2), values=(0.1, None), rows=(9, 0), current=(False, True),
    intervals=((0.0, 0.2), None),
)  # fmt: skip
OF_SERIES = [("Mon", 0.1, 0.0, 0.2, 9, "reference", None), ("Wed", None, None, None, None, "current", None)]
NULL = (Apart(name="null", reference=1, current=2),)
ON_A_GRID = {"x_name": "x", "y_name": "y", "x_range": (0.0, 2.0), "y_range": (0.0, 1.0)}
CELL = (1.0, 2.0, 0.0, 1.0)
TOLD = [
    (SERIES, OF_SERIES),
    (Watched(series=SERIES), OF_SERIES),
    (Timeline(series=SERIES), OF_SERIES),
    (
        Fan(name="x", labels=("Mon", "Tue"), windows=((1, 2, 3, 4, 5), None), rows=(9, 0), reference=(0, 1, 2, 3, 4)),
        [("reference", 0, 1, 2, 3, 4, None), ("Mon", 1, 2, 3, 4, 5, 9), ("Tue", None, None, None, None, None, 0)],
    ),
    (
        HeatMap(
            name="drift", labels=("Mon", "Tue"),
            rows=(HeatRow(name="x", cells=(HeatCell(ratio=1.5, said="", alerted=True), None)),),
        ),
        [("x", "Mon", 1.5, False, True)],
    ),
    (Bars(name="c", categories=("a",), reference=(5,), current=None, apart=NULL),
     [("a", 5, None, False), ("null", 1, 2, True)]),
    (Overlay(name="x", lower=(0.0,), upper=(1.0,), reference=(5,), current=(6,), apart=NULL),
     [(0.0, 1.0, None, 5, 6), (None, None, "null", 1, 2)]),
    (Density(reference=((0,), (3,)), current=((0,), (0,)), **ON_A_GRID), [(*CELL, 3, 0)]),
    (Shades(name="error", limits=(0.0, 1.0), rows=(3, 0), reference=((None,), (0.5,)), current=None, **ON_A_GRID),
     [(*CELL, 0.5, None)]),
    (GroupCells(cells=2, rows=(3, 0), reference=(((1, 1),), (), ()), current=None, **ON_A_GRID),
     [("reference", "majority", 1.0, 2.0, 0.5, 1.0)]),
    (GroupBins(name="x", edges=(0.0, 1.0), categories=(), reference=((0.5,),), current=None, rows=((9,), ())),
     [("reference", "majority", 0.0, 1.0, None, 0.5)]),
    (GroupBins(name="c", edges=(), categories=("a",), reference=None, current=((0.5,),), rows=((), (9,))),
     [("current", "majority", None, None, "a", 0.5)]),
    (Confusion(side="current", classes=("no", "yes"), counts=((5, 1), (2, 3))),
     [("current", "no", "no", 5), ("current", "no", "yes", 1), ("current", "yes", "no", 2),
      ("current", "yes", "yes", 3)]),
    (Calibration(name="p", reference=(), current=(CalibrationPoint(score=0.2, observed=0.3, n=9),)),
     [("current", 0.2, 0.3, None, None, 9)]),
    (Curves(name="ROC", x_name="x", y_name="y", x_range=(0, 1), y_range=(0, 1),
            curves=(Curve(side="reference", points=((0.0, 0.5),)),)),
     [(1, "reference", 0.0, 0.5)]),
    (ByBin(name="error", feature="x", bins=("low", "high"), reference=(None, (1.0, (0.5, 1.5), 9)),
           current=(None, None)),
     [("high", "reference", 1.0, 0.5, 1.5, 9)]),
    (Signed(name="correlation", columns=("x",), reference=(0.2,), current=(None,)), [("x", 0.2, None)]),
    (Waterfall(name="MAE", before=(1.0, None), after=(3.0, (2.0, 4.0)), worse=1,
               steps=(Step(name="mix", note="", amount=2.0, interval=None, shown=True),)),
     [("reference", "value", 1.0, None, None), ("mix", "change", 2.0, None, None),
      ("current", "value", 3.0, 2.0, 4.0)]),
]  # fmt: skip


@pytest.mark.parametrize(("chart", "rows"), TOLD, ids=lambda each: type(each).__name__)
def test_a_table_has_every_figure_under_a_name(chart, rows):
    told = table_of(chart)
    assert list(told.rows) == rows
    assert {len(row) for row in told.rows} == {len(told.columns)}


@pytest.mark.parametrize("chart", [SERIES, Watched(series=SERIES)])
def test_windows_are_called_by_their_start_where_it_is_known(chart):
    told = table_of(chart, ("2011-02-07", "2011-02-09"))
    assert [row[0] for row in told.rows] == ["2011-02-07", "2011-02-09"]


def test_no_picture_is_without_a_table():
    assert {type(chart) for chart, _ in TOLD} >= {*_DRAWN, *_POINTED}
