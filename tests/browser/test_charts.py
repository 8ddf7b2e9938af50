"""A stretch of a chart is chosen by dragging, and by two times."""

from datetime import datetime
from urllib.parse import parse_qs, urlsplit

import pytest

#: A chart of one day: its windows are between 50 and 550 of 560.
CHART = """document.querySelector("main").innerHTML = `<h1>chart</h1><figure data-first="0" data-end="86400000000"
  data-left="50" data-right="10" style="width:560px"><svg viewBox="0 0 560 100" width="560" height="100">
  <a href="/silences"><rect x="50" y="0" width="500" height="100" fill="silver"></rect></a></svg></figure>`"""


def chosen(page):
    return parse_qs(urlsplit(page.url).query).get("span", [""])[0]


@pytest.fixture
def chart(opened):
    """A page with a chart, and where on the screen its windows begin."""
    page = opened(viewport={"width": 1200, "height": 800})
    page.goto("/models?project=theirs&span=7d")
    page.evaluate(CHART)
    box = page.locator("main figure svg").bounding_box()
    return page, box["x"] + 50, box["y"] + 40


def test_a_stretch_that_is_dragged_is_the_span_of_the_page(chart, seen):
    page, left, top = chart
    page.mouse.move(left + 125, top)
    page.mouse.down()
    page.mouse.move(left + 300, top, steps=4)
    assert page.locator(".brush").is_visible()
    page.mouse.move(left + 375, top, steps=2)
    page.mouse.up()
    page.wait_for_url("**span=1970*")
    assert chosen(page) == "1970-01-01T06:00:00+00:00/1970-01-01T18:00:00+00:00"
    assert "project=theirs" in page.url
    assert seen.faults == []


def test_a_click_is_no_stretch(chart):
    page, left, top = chart
    page.mouse.click(left + 200, top)
    page.wait_for_url("**/silences")


def test_escape_lets_go(chart):
    page, left, top = chart
    page.mouse.move(left + 100, top)
    page.mouse.down()
    page.mouse.move(left + 300, top, steps=4)
    page.keyboard.press("Escape")
    assert page.locator(".brush").count() == 0
    page.mouse.up()
    # Nor is the link followed that lies under the pointer; the next click follows it.
    page.wait_for_timeout(300)
    assert chosen(page) == "7d"
    page.mouse.click(left + 200, top)
    page.wait_for_url("**/silences")


def test_two_times_choose_a_span_without_scripts(opened):
    page = opened(java_script_enabled=False)
    page.goto("/models/theirs/credit?from=2026-01-01T00:00&to=2026-01-03T00:00")
    assert page.locator("input[name=from]").input_value() == "2026-01-01T00:00"
    page.fill("input[name=to]", "2026-01-02T00:00")
    with page.expect_navigation():
        page.click(".between-times button")
    assert "to=2026-01-02T00%3A00" in page.url


def test_a_stretch_of_an_incidents_chart_is_compared(opened, seen):
    page = opened(viewport={"width": 1440, "height": 900})
    page.goto("/incidents/1")
    figure = page.locator(".course .wide")
    first, end = (int(figure.get_attribute(f"data-{name}")) for name in ("first", "end"))
    box = figure.locator("svg").bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + 40)
    page.mouse.down()
    # Beyond the last window: to its end.
    page.mouse.move(box["x"] + box["width"] + 5, box["y"] + 45, steps=4)
    page.mouse.up()
    page.wait_for_url("**/compare?**")
    assert parse_qs(urlsplit(page.url).query)["model"] == ["theirs/credit"]
    begin, until = (datetime.fromisoformat(text).timestamp() * 1e6 for text in chosen(page).split("/"))
    assert first < begin < until
    assert abs(until - end) < 1e6
    assert page.locator(".side-b").count() == 1
    assert seen.faults == []


def test_what_is_new_is_shown_on_an_address_with_a_place_too(opened):
    page = opened()
    told = 'data: {"incidents": 1, "windows": 0}\n\n'
    page.route("**/live?**", lambda route: route.fulfill(content_type="text/event-stream", body=told))
    page.goto("/incidents/1#history")
    page.evaluate("window.before = true")
    page.locator("#news a").click()
    page.wait_for_function("window.before === undefined")
    assert urlsplit(page.url).path == "/incidents/1"
