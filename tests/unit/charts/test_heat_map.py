"""Maps, fans and hatches: well formed, within their frame, every cell a link that says its figure."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from barograph.charts.fan import Fan, fan_svg
from barograph.charts.hatch import hatch
from barograph.charts.heat_map import HeatCell, HeatMap, HeatRow, heat_map_svg, step_of
from barograph.charts.series import Series
from barograph.charts.watched import Watched, watched_svg

NAME = "<script>\x00\ud800 \u202e🦜 & \"'" + "x" * 300
CELLS = (
    HeatCell(ratio=0.1, said="0.1", address='/a?b="&c'),
    None,
    HeatCell(ratio=9.0, said=NAME, alerted=True),
    HeatCell(ratio=None, said="too few rows", few=True),
)
MAP = HeatMap(
    name=NAME, labels=("1 Feb", "2 Feb", "3 Feb", "4 Feb"), rows=(HeatRow(name=NAME, cells=CELLS, address="/x"),)
)  # fmt: skip
WINDOWS = ((0.0, 1.0, 2.0, 3.0, 4.0), None, (1.0, 2.0, 3.0, 4.0, 5.0))
FAN = Fan(name=NAME, labels=("1 Feb", "2 Feb", "3 Feb"), windows=WINDOWS, rows=(9, 0, 9))


@pytest.mark.parametrize("drawn", [heat_map_svg(MAP), fan_svg(FAN)])
def test_pictures_are_well_formed_and_hold_no_id_or_colour(drawn):
    ET.fromstring(drawn)
    assert not re.search(r'\s(id|style|fill|stroke|on\w+)="', drawn)


def test_a_map_is_a_group_whose_links_can_be_reached():
    root = ET.fromstring(heat_map_svg(MAP))
    assert root.get("role") == "group"
    found = root.findall(".//{*}a") or root.findall(".//a")
    assert [each.get("href") for each in found] == ["/x", '/a?b="&c']
    assert found[1].get("tabindex") == "-1"


def test_cells_show_their_step_their_alert_and_their_doubt():
    drawn = heat_map_svg(MAP)
    assert drawn.count('class="brg-level1"') == drawn.count('class="brg-level5"') == 1
    assert drawn.count('class="brg-alerted"') == drawn.count('class="brg-hatch"') == 1


def outlines_of(count: int, alerted: set[int]) -> list[tuple[float, float]]:
    """Left edges and widths of the outlines in a row of so many windows."""
    cells = tuple(HeatCell(ratio=0.1, said="0.1", alerted=i in alerted) for i in range(count))
    data = HeatMap(name="drift", labels=("",) * count, rows=(HeatRow(name="x", cells=cells),))
    root = ET.fromstring(heat_map_svg(data))
    paths = [each.get("d", "") for each in root.iter() if each.get("class") == "brg-alerted"]
    return [(float(x), float(w)) for d in paths for x, w in re.findall(r"M([\d.]+) [\d.]+h([\d.]+)", d)]


def test_one_outline_goes_round_windows_that_follow_one_another():
    found = outlines_of(10, {2, 3, 4, 7})
    assert len(found) == 2
    assert found[0][1] > 3 * 80 > found[1][1]


def test_outlines_of_a_year_leave_its_colours_to_be_seen():
    # A stroke is 1.8 wide: of a single day of 2.4 its outline would leave nothing.
    found = outlines_of(365, {0, 100, *range(200, 290), 364})
    assert len(found) == 4
    assert all(wide > 3 * 1.8 for _, wide in found)
    assert all(left >= 0 and left + wide <= 1080 for left, wide in found)


def test_from_the_third_step_on_a_figure_is_over_its_limit():
    assert [step_of(each) for each in (0.0, 0.5, 0.999, 1.0, 2.0, 4.0)] == [1, 2, 2, 3, 4, 5]


def test_a_map_of_30_windows_and_40_rows_is_small():
    import gzip

    cells = tuple(
        HeatCell(ratio=i / 10, said=f"0.{i}, limit 1, n = 24", address=f"/models/a/b/feature?column=c&at={i}")
        for i in range(30)
    )
    labels = tuple(f"2 {i}" for i in range(30))
    rows = tuple(HeatRow(name=f"column {i}", cells=cells) for i in range(40))
    drawn = heat_map_svg(HeatMap(name="drift", labels=labels, rows=rows))
    assert len(gzip.compress(drawn.encode())) < 20_000


def test_a_fan_is_parted_where_windows_have_no_values():
    assert fan_svg(FAN).count('class="brg-fan"') == 2
    whole = replace(FAN, windows=(WINDOWS[0], WINDOWS[2], WINDOWS[2]))
    assert fan_svg(whole).count('class="brg-fan"') == 1


def test_a_fan_stands_on_the_reference():
    drawn = fan_svg(replace(FAN, reference=(0.0, 1.0, 2.0, 3.0, 4.0)))
    assert "half of the reference: 1 to 3" in drawn
    assert "brg-band" not in fan_svg(FAN)


def test_a_fan_without_values_says_so():
    assert "no values" in fan_svg(replace(FAN, windows=(None, None, None)))


@pytest.mark.parametrize(("width", "height"), [(40.0, 10.0), (3.0, 80.0)])
def test_hatches_stay_within_their_box(width, height):
    numbers = [float(x) for x in re.findall(r"-?[\d.]+", hatch(5.0, 7.0, width, height))]
    xs, ys = numbers[::2], numbers[1::2]
    assert min(xs) >= 5.0
    assert max(xs) <= 5.0 + width
    assert min(ys) >= 7.0
    assert max(ys) <= 7.0 + height


def test_windows_of_a_watched_figure_wait_for_labels_and_lead_on():
    series = Series(
        name="mae", labels=("1 Feb", "2 Feb"), positions=(0, 1), values=(1.0, None), rows=(9, 9), current=(True, True),
        intervals=((0.5, 1.5), None),
    )  # fmt: skip
    drawn = watched_svg(Watched(series=series, awaited=(1,), uncertain=True, links=("/one", "")))
    assert drawn.count('class="brg-hatch"') == drawn.count('class="brg-cur-whisker"') == 1
    assert drawn.count("<a href=") == 1
    assert 'role="group"' in drawn
    assert "brg-hatch" not in watched_svg(Watched(series=series))
