"""The pieces of SVG text."""

from __future__ import annotations

from barograph.charts.svg import box, clean, coordinate, escape, path, staircase


def test_markup_in_text_is_escaped() -> None:
    assert escape("</text><script>'") == "&lt;/text&gt;&lt;script&gt;&#x27;"


def test_what_xml_cannot_hold_is_replaced() -> None:
    assert clean("a\x00\x1b\ud800\u202eb") == "a\ufffd\ufffd\ufffd\ufffdb"


def test_line_breaks_and_emoji_are_kept() -> None:
    assert clean("a\tb 🦜 مرحبا") == "a\tb 🦜 مرحبا"


def test_coordinates_have_one_decimal_and_no_minus_zero() -> None:
    assert [coordinate(x) for x in (1.0, 1.26, -0.04)] == ["1", "1.3", "0"]


def test_box_closes_where_it_began() -> None:
    assert box(0.0, 0.0, 2.0, -3.0) == "M0 0h2v-3h-2z"


def test_nothing_to_draw_is_no_element() -> None:
    assert path("", "brg-grid") == ""


def test_staircase_merges_equal_neighbours() -> None:
    assert staircase([0, 1, 2, 3], [5, 5, 2], 9) == "M0 9V5H2V2H3V9"


def test_staircase_starts_on_the_ground_where_the_first_bin_is_empty() -> None:
    assert staircase([0, 1, 2], [9, 4], 9) == "M0 9H1V4H2V9"
