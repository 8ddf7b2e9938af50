"""Charts are read where somebody points: with the mouse, the keys, a finger; those of one span together."""

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest

from barograph.charts.heat_map import HeatCell, HeatMap, HeatRow, heat_map_svg
from barograph.charts.series import Series
from barograph.charts.watched import Watched, watched_svg

DAY_US = 86_400_000_000
LABELS = ("02-01", "02-02", "02-03", "02-04")
SERIES = Series(
    name="error", labels=LABELS, positions=(0, 1, 2, 3), values=(1.0, 2.0, None, 4.0), rows=(24, 24, 0, 12),
    current=(True,) * 4, intervals=((0.5, 1.5), (1.5, 2.5), None, (3.5, 4.5)), band=(0.5, 2.5), unit="rides",
)  # fmt: skip
LINE = watched_svg(
    Watched(series=SERIES, limits=(None, 3.0), breached=(3,), links=("", "/silences", "", "")), width=560
)
MAP = heat_map_svg(
    HeatMap(
        name="drift",
        labels=LABELS,
        rows=tuple(
            HeatRow(
                name=name,
                cells=tuple(HeatCell(ratio=0.2, said=f"{name}{i}", address="/events") for i in range(4)),
            )
            for name in ("temp", "hum")
        ),
    ),
    width=560,
)
PUT = """([line, map]) => { document.querySelector("main").innerHTML = `<h1>charts</h1>
  <figure data-first="0" data-end="345600000000" data-left="50" data-right="10" style="width:560px">${line}</figure>
  <div style="width:560px" data-first="0" data-end="345600000000" data-left="190" data-right="4">${map}</div>`;
  document.dispatchEvent(new CustomEvent("htmx:after:swap")); }"""


def readout(page):
    """Lines of what is read; none where nothing is."""
    box = page.locator("#readout")
    return box.locator(":scope > *").all_inner_texts() if box.count() and box.is_visible() else []


def over(page, window, *, chart=0):
    """Where a window of the first chart, or of the map's first row, is on the screen."""
    box = page.locator("main svg").nth(chart).bounding_box()
    left, right = ((50, 10), (190, 4))[chart]
    return box["x"] + left + (560 - left - right) * (window + 0.5) / 4, box["y"] + (60, 32)[chart]


def charted(page):
    page.goto("/models?project=theirs&span=7d")
    page.evaluate(PUT, [LINE, MAP])
    return page


@pytest.fixture
def page(opened):
    return charted(opened(viewport={"width": 1200, "height": 800}))


def test_a_window_that_is_pointed_at_says_time_value_interval_rows_limit_and_band(page, seen):
    before = page.locator("main").bounding_box()
    page.mouse.move(*over(page, 3))
    assert readout(page) == [
        "02-04", "4.0 (3.5–4.5)\u00a0rides", "n = 12", "breached", "limit 3", "95 % of reference windows: 0.5 to 2.5",
    ]  # fmt: skip
    assert page.locator("main").bounding_box() == before
    page.mouse.move(5, 5)
    assert readout(page) == []
    assert seen.faults == []


def test_charts_of_one_span_show_the_same_window(page):
    page.mouse.move(*over(page, 1))
    assert page.locator("main svg >> nth=1").locator(".brg-target.is-read").count() == 2
    page.mouse.move(*over(page, 2, chart=1))
    assert readout(page) == ["temp, 02-03", "temp2"]
    assert page.locator("main svg >> nth=0").locator(".brg-target.is-read").count() == 1


def test_titles_are_not_shown_a_second_time_and_links_keep_their_name(page):
    page.mouse.move(*over(page, 0, chart=1))
    assert page.locator("main .brg-target title").count() == 0
    assert page.locator("main a.brg-target").first.get_attribute("aria-label") == "temp, 02-01\ntemp0"


def test_the_keys_walk_windows_and_rows_and_say_them(page):
    page.locator(".reader").first.focus()
    assert readout(page)[0] == "02-04"
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("ArrowLeft")
    assert page.locator(".reader").first.get_attribute("aria-valuetext").startswith("02-02, 2.0")
    page.keyboard.press("Tab")
    # The names of the map's rows stand before its cells.
    for _ in range(100):
        if page.evaluate("document.activeElement.matches('.reader')"):
            break
        page.keyboard.press("Tab")
    page.keyboard.press("Home")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert readout(page) == ["hum, 02-02", "hum1"]
    page.keyboard.press("Escape")
    assert readout(page) == []


def test_enter_follows_where_a_window_leads(page):
    page.locator(".reader").first.focus()
    for key in ("Home", "ArrowRight", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/silences")


def test_charts_that_are_read_are_for_everybody(page, seen):
    page.locator(".reader").first.focus()
    axe = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
    found = page.evaluate(f"{axe}; axe.run('main', {{resultTypes: ['violations']}})")
    assert [(each["id"], each["nodes"][0]["html"][:120]) for each in found["violations"]] == []
    assert seen.faults == []


def test_a_stretch_is_chosen_and_nothing_read_meanwhile(page):
    page.mouse.move(*over(page, 0))
    page.mouse.down()
    page.mouse.move(*over(page, 2), steps=4)
    assert page.locator(".brush").is_visible()
    assert readout(page) == []
    page.mouse.up()
    page.wait_for_url("**span=1970*")


def test_a_finger_reads_a_window_first_and_then_follows_it(opened):
    page = charted(opened(viewport={"width": 390, "height": 800}, has_touch=True))
    box = page.locator("main svg").first.bounding_box()
    at = box["x"] + box["width"] * (50 + 500 * 1.5 / 4) / 560, box["y"] + box["height"] / 3
    page.touchscreen.tap(*at)
    assert readout(page)[0] == "02-02"
    assert page.url.endswith("span=7d")
    box = page.locator("#readout").bounding_box()
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= 390
    page.touchscreen.tap(*at)
    page.wait_for_url("**/silences")


def test_without_scripts_each_window_says_the_same():
    titles = [title.text for title in ET.fromstring(LINE).iter("title")]
    assert "02-04\n4.0 (3.5–4.5)\u00a0rides\nn = 12\nbreached" in titles
