"""The waterfall of a change and its timeline."""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Callable
from xml.etree import ElementTree as ET

import pytest

from barograph.charts.series import Series
from barograph.charts.timeline import Mark, Timeline, timeline_svg
from barograph.charts.waterfall import Step, Waterfall, waterfall_svg

NAME = "<script>\x00\ud800 \u202e🦜 & \"'" + "x" * 300
WATERFALL = Waterfall(
    name=NAME, before=(4.1, (3.7, 4.5)), after=(11.2, (9.9, 12.4)), worse=1.0,
    steps=(
        Step(name=NAME, note="42 % of rows", amount=8.0, interval=(6.0, 10.0), shown=True),
        Step(name="mix", note="", amount=-0.9, interval=(-2.0, 0.2), shown=False),
    ),
)  # fmt: skip
SERIES = Series(
    name=NAME, labels=("Mon", "Tue", "Wed", "Sat"), positions=(0, 1, 2, 5), values=(1.0, 1.1, 6.0, 3.0),
    rows=(24, 20, 0, 12), current=(False, False, True, True), intervals=((0.8, 1.2), None, (5.0, 7.0), None),
)  # fmt: skip
TIMELINE = Timeline(
    series=SERIES, onset=(4.5, 1.5, 5.5), onset_name="level changed Sat", levels=(1.1, 3.0), bad=(2,),
    marks=(
        Mark(name=NAME, kind="event", place=1.2, strong=True, when="Tue"),
        Mark(name="temp", kind="column", place=4.5, interval=(1.5, 4.5), when="changed Sat"),
    ),
)  # fmt: skip
PICTURES: dict[str, Callable[[], str]] = {
    "waterfall": lambda: waterfall_svg(WATERFALL),
    "timeline": lambda: timeline_svg(TIMELINE),
}
every_picture = pytest.mark.parametrize("name", PICTURES)


@every_picture
def test_picture_is_well_formed_and_named(name: str) -> None:
    root = ET.fromstring(PICTURES[name]())
    assert root.get("role") == "img"
    assert len(root.get("aria-label", "")) > 20


@every_picture
def test_picture_holds_no_id_colour_or_style(name: str) -> None:
    assert not re.search(r'\s(id|style|fill|stroke|href|on\w+)="', PICTURES[name]())


@every_picture
def test_picture_fits_a_telephone(name: str) -> None:
    assert float(ET.fromstring(PICTURES[name]()).get("width", "")) <= 420


def boxes(drawn: str, css: str) -> list[tuple[float, float]]:
    """Left end and width of the boxes of a class."""
    found = re.findall(rf'class="{css}" d="M([\d.]+) [\d.]+h([\d.]+)v', drawn)
    return [(float(left), float(wide)) for left, wide in found]


def test_steps_lead_from_before_to_after() -> None:
    drawn = waterfall_svg(WATERFALL)
    ((left, before),) = boxes(drawn, "brg-ref-bar")
    ((start, up),) = boxes(drawn, "brg-step-worse")
    ((open_at, down),) = boxes(drawn, "brg-step-open")
    ((_, after),) = boxes(drawn, "brg-cur-bar")
    assert start == pytest.approx(left + before, abs=0.11)
    assert before + up - down == pytest.approx(after, abs=0.21)
    assert open_at == pytest.approx(left + after, abs=0.21)


def test_every_bar_has_its_interval() -> None:
    assert waterfall_svg(WATERFALL).count("brg-step-range") == 4


def test_what_helps_is_drawn_as_better() -> None:
    better = dataclasses.replace(WATERFALL, worse=-1.0)
    assert "brg-step-better" in waterfall_svg(better)
    assert "brg-step-worse" not in waterfall_svg(better)


def test_figures_are_written_with_digits_that_add_up() -> None:
    drawn = waterfall_svg(WATERFALL)
    assert "4.1 (3.7–4.5)" in drawn
    assert "+8.0 (6.0–10.0)" in drawn
    assert "−0.9 (−2.0…0.2)" in drawn


def test_axis_far_from_zero_breaks_the_bars_of_both_ends() -> None:
    step = Step(name="mix", note="", amount=0.01, interval=None, shown=True)
    far = Waterfall(name="accuracy", before=(0.9, None), after=(0.91, None), steps=(step,), worse=-1.0)
    assert waterfall_svg(far).count("brg-break") == 2
    assert "brg-break" not in waterfall_svg(WATERFALL)


def test_change_below_zero_is_drawn() -> None:
    step = Step(name="concept", note="", amount=-3.0, interval=(-4.0, -2.0), shown=True)
    low = Waterfall(name="ME", before=(1.0, None), after=(-2.0, None), steps=(step,), worse=1.0)
    assert ET.fromstring(waterfall_svg(low)).tag == "svg"
    assert "−2.0" in waterfall_svg(low)


def test_change_beyond_all_numbers_is_drawn() -> None:
    step = Step(name="concept", note="", amount=1e300, interval=(9e299, 1.1e300), shown=True)
    huge = Waterfall(name="MSE", before=(0.0, None), after=(1e300, None), steps=(step,), worse=1.0)
    assert "+1e300" in waterfall_svg(huge)


def test_onset_is_shaded_and_bad_windows_are_ringed() -> None:
    drawn = timeline_svg(TIMELINE)
    assert drawn.count("brg-onset") == 1
    assert drawn.count("brg-bad") == 1
    assert "Wed: 6 (5–7), n = 0; the level came back" in drawn


def test_every_mark_has_a_lane_with_its_time() -> None:
    drawn = timeline_svg(TIMELINE)
    assert "brg-strong-event" in drawn
    assert "<title>changed Sat</title>" in drawn
    assert ">temp<" in drawn


def test_windows_alone_are_drawn() -> None:
    drawn = timeline_svg(Timeline(series=SERIES))
    assert "brg-onset" not in drawn
    assert "brg-gap" in drawn
    bare = dataclasses.replace(SERIES, labels=(), positions=(), values=(), rows=(), current=(), intervals=())
    assert "no windows" in timeline_svg(Timeline(series=bare))
