"""The picture of a message: what was breached stands out, and everything stays within its frame."""

from __future__ import annotations

import re
from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest

from barograph.charts.series import Series
from barograph.charts.sparkline import sparkline_svg
from barograph.charts.timeline import Mark
from barograph.charts.watched import HEIGHT, WIDTH, Watched, watched_svg

NAME = "<script>\x00\ud800 \u202e🦜 & \"'" + "x" * 300
SERIES = Series(
    name=NAME, labels=("1 Feb", "2 Feb", "3 Feb", "4 Feb"), positions=(0, 1, 2, 3), values=(0.02, 0.03, None, 0.12),
    rows=(0,) * 4, current=(True,) * 4, intervals=(None, None, None, (0.1, 0.14)), band=(0.01, 0.04),
)  # fmt: skip
WATCHED = Watched(series=SERIES, limits=(None, 0.05), breached=(3,))


def test_picture_is_well_formed_and_named():
    root = ET.fromstring(watched_svg(WATCHED))
    assert root.get("role") == "img"
    assert root.get("aria-label", "").endswith("last 0.12 (4 Feb); limit 0.05; 1 breached")


def test_picture_holds_no_id_colour_or_style():
    assert not re.search(r'\s(id|style|fill|stroke|href|on\w+)="', watched_svg(WATCHED))


def test_breached_windows_are_shaded_and_say_their_value():
    drawn = watched_svg(WATCHED)
    assert drawn.count('class="brg-breach"') == 1
    assert "<title>4 Feb\n0.12 (0.10–0.14)\nbreached</title>" in drawn
    assert "brg-breach" not in watched_svg(replace(WATCHED, breached=()))


def test_both_limits_are_drawn_and_named():
    drawn = watched_svg(replace(WATCHED, limits=(0.005, 0.05)))
    assert drawn.count('class="brg-limit"') == 2
    assert "limit 0.005" in drawn


def test_a_limit_far_from_the_figures_is_in_the_picture():
    drawn = watched_svg(replace(WATCHED, limits=(None, 5.0)))
    (at,) = re.findall(r'class="brg-limit" d="M\d+ ([\d.]+)H', drawn)
    assert 0 <= float(at) <= HEIGHT


@pytest.mark.parametrize("windows", [1, 2, 45, 400])
def test_any_number_of_windows_stays_within_the_frame(windows):
    many = Series(
        name="x", labels=tuple(f"{i} Feb" for i in range(windows)), positions=tuple(range(windows)),
        values=tuple(float(i % 7) for i in range(windows)), rows=(0,) * windows, current=(True,) * windows,
    )  # fmt: skip
    drawn = watched_svg(Watched(series=many, breached=tuple(range(0, windows, 3))))
    places = [float(x) for x in re.findall(r'<text x="([\d.]+)"', drawn)]
    assert max(places) <= WIDTH


def test_each_window_says_its_figure_rows_and_what_happened_where_one_points_at_it():
    series = replace(SERIES, rows=(24, 24, 0, 12), unit="kg")
    drawn = watched_svg(
        replace(WATCHED, series=series, awaited=(2,), marks=(Mark(name="v2", kind="event", place=0.7),))
    )
    said = [title.text for title in ET.fromstring(drawn).iterfind("path[@class='brg-target']/title")]
    assert said == [
        "1 Feb\n0.02\u00a0kg\nn = 24",
        "2 Feb\n0.03\u00a0kg\nn = 24\nv2",
        "3 Feb\nno figure\nlabels are still to come",
        "4 Feb\n0.12 (0.10–0.14)\u00a0kg\nn = 12\nbreached",
    ]


def test_what_holds_for_all_windows_is_said_once():
    root = ET.fromstring(watched_svg(replace(WATCHED, limits=(0.005, 0.05))))
    assert root.get("data-foot") == "limit 0.005\nlimit 0.05\n95 % of reference windows: 0.01 to 0.04"


def test_windows_that_lead_on_are_no_image():
    root = ET.fromstring(watched_svg(replace(WATCHED, links=("/a", "", "", "/d"))))
    assert root.get("role") == "group"
    assert [link.get("href") for link in root.iter("a")] == ["/a", "/d"]


def test_no_windows_say_so():
    empty = Series(name="x", labels=(), positions=(), values=(), rows=(), current=())
    assert "no windows" in watched_svg(Watched(series=empty))


def test_rows_are_drawn_beneath_where_there_are_some():
    with_rows = replace(WATCHED, series=replace(SERIES, rows=(24, 24, 0, 12)))
    bars = re.search(r'class="brg-ref-bar" d="([^"]+)"', watched_svg(with_rows))
    assert bars is not None
    assert bars[1].count("z") == 3
    assert ">n 24<" in watched_svg(with_rows)
    assert "brg-ref-bar" not in watched_svg(WATCHED)


def test_events_are_marked_with_their_name_within_the_frame():
    marks = (
        Mark(name="v2", kind="event", place=0.5, when="2 Feb"),
        Mark(name="y" * 99, kind="event", place=3.4),
    )
    drawn = watched_svg(replace(WATCHED, marks=marks))
    assert "<title>v2, 2 Feb</title>" in drawn
    assert drawn.count('class="brg-event"') == 2
    ET.fromstring(drawn)


def test_a_wider_picture_uses_its_width():
    root = ET.fromstring(watched_svg(WATCHED, width=800))
    assert root.get("width") == "800"


def test_a_sparklines_limit_is_in_the_picture():
    (at,) = re.findall(r'class="brg-limit" d="M0 ([\d.]+)H', sparkline_svg(SERIES, height=30, limit=4.0))
    assert 0 <= float(at) <= 30
