"""What holds for every picture, and what each shows."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from itertools import pairwise
from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from barograph.charts.bars import Bars, bars_svg, mini_bars_svg
from barograph.charts.by_bin import ByBin, by_bin_svg
from barograph.charts.calibration import Calibration, CalibrationPoint, calibration_svg
from barograph.charts.confusion import Confusion, confusion_svg
from barograph.charts.curves import Curve, Curves, curves_svg
from barograph.charts.density import Density, density_svg
from barograph.charts.groups import GroupBins, GroupCells, group_bins_svg, group_cells_svg
from barograph.charts.interval import dots_svg, strip_svg
from barograph.charts.overlay import Apart, Overlay, mini_svg, overlay_svg
from barograph.charts.series import Series, series_svg
from barograph.charts.series_words import series_key
from barograph.charts.shades import Shades, shades_svg
from barograph.charts.signed import Signed, signed_svg
from barograph.charts.sparkline import sparkline_svg

NAME = "<script>\x00\ud800 \u202e🦜 & \"'" + "x" * 300
GOLDEN = Path(__file__).parent / "golden"

OVERLAY = Overlay(
    name=NAME,
    lower=(0.0, 1.0, 2.0, 4.0),
    upper=(1.0, 2.0, 4.0, 8.0),
    reference=(100, 300, 300, 100),
    current=(50, 200, 400, 250),
    apart=(Apart(name="null", reference=0, current=100),),
    unit="kg",
    marks=((3.0, "limit"),),
)
BARS = Bars(
    name=NAME,
    categories=("a", NAME, "c"),
    reference=(50, 30, 20),
    current=(20, 30, 50),
    apart=(Apart(name="new values", reference=0, current=25),),
)
SERIES = Series(
    name=NAME,
    labels=("Mon", "Tue", "Wed", "Fri"),
    positions=(0, 1, 2, 4),
    values=(1.0, 1.2, None, 3.0),
    rows=(20, 24, 0, 12),
    current=(False, False, True, True),
    intervals=((0.8, 1.2), (1.0, 1.4), None, (2.5, 3.5)),
    band=(0.7, 1.5),
    corridor=(0.9, 1.3),
    centre=1.1,
    unit="kg",
)
DENSITY = Density(
    x_name=NAME, y_name="actual", x_range=(0, 3), y_range=(0, 2),
    reference=((8, 0), (4, 1), (0, 2)), current=((1, 0), (0, 1), (3, 3)), diagonal=True,
)  # fmt: skip
CONFUSION = Confusion(side="current", classes=("no", NAME), counts=((90, 10), (5, 15)))
POINTS = tuple(CalibrationPoint(score=s, observed=s / 2, n=50, interval=(s / 3, s)) for s in (0.1, 0.5, 0.9))
CALIBRATION = Calibration(name=NAME, reference=POINTS, current=POINTS)
CURVES = Curves(
    name=NAME, x_name=NAME, y_name="recall", x_range=(0, 1), y_range=(0, 1), upright=(0.5, "0.5"),
    curves=(
        Curve(side="reference", points=((0, 0), (0.2, 0.8), (1, 1)), mark=(0.2, 0.8)),
        Curve(side="current", points=((0, 0), (0.5, 0.6), (1, 1)), dotted=True),
    ),
    guides=(((0, 0), (1, 1), ""), ((0, -1), (1, 2), "current")),
)  # fmt: skip
BY_BIN = ByBin(
    name="mean error", feature=NAME, bins=("0 to 1", NAME), zero=True,
    reference=((0.1, (-1.0, 1.2), 90), None), current=((-4.0, (-5.0, -3.0), 30), (-56.0, (-72.0, -40.0), 24)),
)  # fmt: skip
SIGNED = Signed(name="r", columns=("temp", NAME), reference=(0.2, None), current=(0.44, -0.1))
GROUPS = (((0, 0), (1, 0), (1, 1)), ((2, 0),), ((0, 2),))
CELLS = GroupCells(
    x_name=NAME, y_name="predicted", x_range=(0, 3), y_range=(0, 3), cells=3, reference=GROUPS, current=GROUPS,
    rows=(618, 165), diagonal=True,
)  # fmt: skip
SHARES = ((0.5, 0.5), (1.0, 0.0), (0.0, 1.0))
BINS = GroupBins(
    name=NAME,
    edges=(0.0, 1.0, 2.0),
    categories=(),
    reference=SHARES,
    current=SHARES,
    rows=((90, 5, 5), (90, 5, 5)),
)
SHADES = Shades(
    name=NAME, x_name="actual", y_name="predicted", x_range=(0, 2), y_range=(0, 2), limits=(0, 1),
    reference=((0.1, None), (None, 0.9)), current=((0.5, None), (None, 2.0)), rows=(618, 165), diagonal=True,
)  # fmt: skip

PICTURES: dict[str, Callable[[], str]] = {
    "overlay": lambda: overlay_svg(OVERLAY),
    "mini": lambda: mini_svg(OVERLAY),
    "bars": lambda: bars_svg(BARS),
    "mini_bars": lambda: mini_bars_svg(BARS),
    "series": lambda: series_svg(SERIES),
    "sparkline": lambda: sparkline_svg(SERIES),
    "density": lambda: density_svg(DENSITY),
    "confusion": lambda: confusion_svg(CONFUSION),
    "calibration": lambda: calibration_svg(CALIBRATION),
    "dots": lambda: dots_svg(NAME, (4.1, (3.7, 4.5)), (11.4, (10.2, 12.8))),
    "curves": lambda: curves_svg(CURVES),
    "by_bin": lambda: by_bin_svg(BY_BIN),
    "signed": lambda: signed_svg(SIGNED),
    "group_cells": lambda: group_cells_svg(CELLS),
    "group_bins": lambda: group_bins_svg(BINS),
    "shades": lambda: shades_svg(SHADES),
    "strip": lambda: strip_svg(NAME, 0.19, (0.17, 0.21), high=0.4, steps=(0.05, 0.15)),
}
every_picture = pytest.mark.parametrize("name", PICTURES)


@every_picture
def test_picture_is_well_formed(name: str) -> None:
    assert ET.fromstring(PICTURES[name]()).tag == "svg"


@every_picture
def test_picture_is_named_for_those_who_hear_it(name: str) -> None:
    root = ET.fromstring(PICTURES[name]())
    assert root.get("role") == "img"
    assert len(root.get("aria-label", "")) > 5


@every_picture
def test_picture_holds_no_id_colour_or_style(name: str) -> None:
    assert not re.search(r'\s(id|style|fill|stroke|href|on\w+)="', PICTURES[name]())


@every_picture
def test_picture_is_the_same_every_time(name: str) -> None:
    assert PICTURES[name]() == PICTURES[name]()


@every_picture
def test_picture_is_as_recorded(name: str) -> None:
    assert PICTURES[name]() + "\n" == (GOLDEN / f"{name}.svg").read_text("utf-8")


def test_absent_side_is_not_drawn() -> None:
    assert "brg-ref" not in overlay_svg(dataclasses.replace(OVERLAY, reference=None))
    assert "brg-ref" not in bars_svg(dataclasses.replace(BARS, reference=None))
    assert density_svg(dataclasses.replace(DENSITY, reference=None)).count("brg-cells") == 1


def test_nulls_are_told_as_a_share_of_all_rows() -> None:
    assert "0 % → 10 %" in overlay_svg(OVERLAY).replace("\u202f", " ")


def test_each_bin_and_what_stands_apart_say_their_shares_where_one_points_at_them() -> None:
    said = [
        title.text
        for title in ET.fromstring(overlay_svg(OVERLAY)).iterfind("path[@class='brg-target']/title")
    ]
    assert [text.replace("\u202f", " ") for text in said if text][:2] == [
        "null\n0 % → 10 %",
        "0 – 0.421 kg\n5.3 % → 2.1 %",
    ]
    one_side = overlay_svg(dataclasses.replace(OVERLAY, reference=None)).replace("\u202f", " ")
    assert "<title>7.6 – 8 kg\n2.5 %</title>" in one_side


def test_each_category_says_its_whole_name_where_one_points_at_it() -> None:
    long = dataclasses.replace(BARS, categories=("a", "a category of many words", "c"))
    assert "<title>a category of many words\n30 % → 24 %</title>" in bars_svg(long).replace("\u202f", " ")


def test_column_of_nulls_says_so() -> None:
    empty = dataclasses.replace(OVERLAY, lower=(), upper=(), reference=(), current=())
    assert "no values" in overlay_svg(empty)


def test_bar_that_would_press_the_rest_flat_is_cut_and_says_its_share() -> None:
    lower = tuple(float(x) for x in range(12))
    upper = (5e-324, *(x + 1 for x in lower[1:]))
    rows = (9000, *[50] * 11)
    tall = Overlay(name="x", lower=lower, upper=upper, reference=rows, current=rows)
    assert "↑ " in overlay_svg(tall)


def test_more_than_twelve_categories_show_the_largest_change_and_the_others() -> None:
    names = tuple(f"c{i}" for i in range(500))
    counts = [10] * 500
    many = Bars(
        name="x", categories=names, reference=tuple(counts), current=(*counts[:400], 200, *counts[401:])
    )
    drawn = bars_svg(many)
    assert ">c400<" in drawn
    assert ">489 others<" in drawn


def test_gap_breaks_the_line_and_is_shaded() -> None:
    drawn = series_svg(SERIES)
    assert "brg-gap" in drawn
    assert '<path class="brg-cur-line"' not in drawn  # one current window: a dot, no line


def test_window_outside_the_band_tells_value_and_n() -> None:
    assert "Fri: 3.0\u202fkg" not in series_svg(SERIES)
    assert "Fri: 3.0 (2.5–3.5)\u202fkg, n = 12" in series_svg(SERIES)


def test_series_without_windows_or_values_is_drawn() -> None:
    bare = dataclasses.replace(SERIES, labels=(), positions=(), values=(), rows=(), current=(), intervals=())
    assert "no windows" in series_svg(bare)
    unknown = dataclasses.replace(SERIES, values=(None,) * 4, band=None, corridor=None, centre=None)
    assert "no figure" in series_svg(unknown)


def test_confusion_of_many_classes_is_folded_without_losing_rows() -> None:
    k = 25
    many = Confusion(
        side="reference", classes=tuple(map(str, range(k))), counts=tuple((1,) * k for _ in range(k))
    )
    drawn = confusion_svg(many)
    assert "n = 625" in drawn
    assert "16 others" in drawn


def test_class_never_seen_has_no_share() -> None:
    assert "0 rows" in confusion_svg(Confusion(side="current", classes=("a", "b"), counts=((0, 0), (1, 2))))


def test_empty_density_and_calibration_are_drawn() -> None:
    nothing = dataclasses.replace(DENSITY, reference=((0, 0),), current=None)
    assert "n = 0" in density_svg(nothing)
    assert "no labelled rows" in calibration_svg(Calibration(name="p", reference=(), current=()))


def test_darkest_cell_is_the_fullest() -> None:
    drawn = density_svg(dataclasses.replace(DENSITY, reference=((100, 1),), current=None))
    assert '<path class="brg-level5" d="M0 0h1"/>' in drawn
    assert '<path class="brg-level1" d="M0 1h1"/>' in drawn


def test_pictures_stay_small() -> None:
    bins = tuple(float(x) for x in range(257))
    rows = tuple(100 + (37 * i) % 91 for i in range(256))
    wide = Overlay(name="x", lower=bins[:-1], upper=bins[1:], reference=rows, current=rows[::-1])
    assert len(overlay_svg(wide)) < 6000
    assert len(overlay_svg(wide, pointed=False)) < 2000
    assert len(mini_svg(wide)) < 900


def test_absent_side_of_the_diagnostics_is_not_drawn() -> None:
    assert "brg-ref" not in group_cells_svg(dataclasses.replace(CELLS, reference=None))
    assert "brg-ref" not in group_bins_svg(dataclasses.replace(BINS, reference=None))
    assert "brg-ref" not in shades_svg(dataclasses.replace(SHADES, reference=None))


def test_second_figure_is_dashed_and_named_in_the_key() -> None:
    both = dataclasses.replace(SERIES, name="mean y", beside=(1.0, 1.1, None, 2.0), beside_name="mean ŷ")
    assert series_svg(both).count("brg-beside") == 1  # the only two neighbours are of the reference
    assert series_key(both).startswith("Solid: mean y, dashed: mean ŷ.")


def test_labels_of_windows_do_not_overlap() -> None:
    days = 45
    long = Series(
        name="x", labels=tuple(f"2011-01-{i:02d}" for i in range(days)), positions=tuple(range(days)),
        values=(1.0,) * days, rows=(24,) * days, current=(True,) * days,
    )  # fmt: skip
    placed = re.findall(r'<text x="([\d.]+)" y="166"(?: text-anchor="(\w+)")?>2011', series_svg(long))
    starts = [float(x) - {"": 0, "middle": 31, "end": 62}[anchor] for x, anchor in placed]
    assert len(starts) > 3
    assert all(b - a >= 62 for a, b in pairwise(starts))


def test_line_leaves_out_points_that_no_screen_shows() -> None:
    many = tuple((i / 5000, (i / 5000) ** 0.5) for i in range(5001))
    smooth = dataclasses.replace(CURVES, curves=(Curve(side="current", points=many),))
    assert len(curves_svg(smooth)) < 3500


def test_guide_is_cut_at_the_frame() -> None:
    drawn = curves_svg(CURVES)
    guide = re.search(r'class="brg-centre brg-cur-guide" d="([^"]+)"', drawn)
    assert guide is not None
    assert guide[1] == "M131.3 190L210.7 12"


def test_interval_of_few_rows_does_not_set_the_axis() -> None:
    few = dataclasses.replace(BY_BIN, current=((-4.0, (-5.0, -3.0), 30), (-9000.0, None, 2)))
    assert "−5,000" not in by_bin_svg(few)
    assert "n = 2" in by_bin_svg(few)


def test_correlation_that_is_not_there_is_a_dash() -> None:
    assert "— → −0.10" in signed_svg(SIGNED)


def test_neighbouring_cells_of_the_majority_are_one_box() -> None:
    side = (tuple((i, 0) for i in range(3)), (), ())
    one = dataclasses.replace(CELLS, reference=None, current=side)
    ground = re.search(r'class="brg-most" d="([^"]+)"', group_cells_svg(one))
    assert ground is not None
    assert ground[1].count("M") == 1


def test_mean_beyond_the_ramp_has_the_colour_of_its_end() -> None:
    assert '<path class="brg-level5" d="M1 1h1"/>' in shades_svg(dataclasses.replace(SHADES, reference=None))
