"""Ways through the pages: from a chart to its comparison and back, by address, and by key."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest

MODEL = "/models/theirs/credit"
WIDE = {"width": 1440, "height": 900}


TEXTS = "all => all.map(one => one.textContent)"


def asked(page, name):
    """What the address of a page says."""
    return parse_qs(urlsplit(page.url).query).get(name, [""])[0]


def time_of(us):
    return datetime.fromtimestamp(us / 1e6, UTC)


def dragged(page, begin, end):
    """Drags over shares of the first chart's windows; gives the times they are, and how long a pixel is."""
    figure = page.locator("main figure[data-first]").first
    figure.scroll_into_view_if_needed()
    first, last, left, right = (
        float(figure.get_attribute(f"data-{n}")) for n in ("first", "end", "left", "right")
    )
    chart = figure.locator("svg").first
    box, across = chart.bounding_box(), chart.evaluate("svg => svg.viewBox.baseVal.width")
    from_x = box["x"] + left / across * box["width"]
    width = (1 - (left + right) / across) * box["width"]
    page.mouse.move(from_x + begin * width, box["y"] + 40)
    page.mouse.down()
    page.mouse.move(from_x + end * width, box["y"] + 45, steps=4)
    page.mouse.up()
    chosen = [time_of(first + share * (last - first)) for share in (begin, end)]
    return chosen, timedelta(microseconds=2 * (last - first) / width)


def test_a_stretch_of_a_chart_is_compared_and_left_again(opened, seen):
    page = opened(viewport=WIDE)
    page.goto(f"{MODEL}/performance?span=28d")
    dragged_over, pixel = dragged(page, 0.8, 0.95)
    page.wait_for_url(lambda url: "span=28d" not in url)
    span = asked(page, "span")
    chosen = [datetime.fromisoformat(text) for text in span.split("/")]
    assert all(abs(one - other) < pixel for one, other in zip(chosen, dragged_over, strict=True))
    page.keyboard.press("c")
    page.wait_for_url("**/compare?**")
    assert (asked(page, "model"), asked(page, "span")) == ("theirs/credit", span)
    rows = page.request.get(f"{MODEL}.json?{urlencode({'span': span})}").json()["rows"]
    assert rows > 0
    assert page.locator(".side-b legend").inner_text().endswith(f"n = {rows}")
    page.go_back()
    page.wait_for_url("**/performance?**")
    assert asked(page, "span") == span
    page.go_back()
    page.wait_for_url("**/performance?span=28d")
    assert page.locator("nav.range [aria-current]").inner_text() == "28d"
    assert seen.faults == []


def test_an_address_shows_the_same_page_to_somebody_else(opened, hostile):
    page = opened(viewport=WIDE)
    page.goto(f"{MODEL}/performance")
    picks = page.locator("main form.picks").nth(1)
    picks.locator("select[name=segment]").select_option(f"{hostile.KIND}={hostile.HOSTILE}")
    picks.locator("select[name=version]").select_option("2")
    picks.locator("button").click()
    page.wait_for_url("**segment=**")
    other = opened("editor", viewport=WIDE)
    other.goto(page.url)
    for what in ("h1", "h2", "table", "figcaption", "svg"):
        shown, same = (each.locator(f"main {what}").evaluate_all(TEXTS) for each in (page, other))
        assert shown == same
        assert shown, what
    assert (asked(page, "version"), asked(page, "segment")) == ("2", f"{hostile.KIND}={hostile.HOSTILE}")


def test_an_incident_is_found_silenced_and_acknowledged_by_key(opened, seen):
    page = opened(viewport=WIDE)
    page.keyboard.press("j")
    page.keyboard.press("j")
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.pathname") == "/incidents/1"
    page.keyboard.press("Enter")
    page.wait_for_url("**/incidents/1")
    page.keyboard.press("s")
    assert page.locator("main details.pop[open] input[name=comment]").is_visible()
    assert page.evaluate("document.activeElement.closest('details.pop') !== null")
    page.keyboard.press("Escape")
    assert page.locator("main details.pop[open]").count() == 0
    assert page.locator("main button[data-key=e]").count() == 1
    page.keyboard.press("e")
    page.locator("main button[data-key=e]").wait_for(state="detached")
    assert "acknowledged it" in page.locator("#history").inner_text()
    assert seen.faults == []


MOVES = """() => [...document.querySelectorAll("*")].filter(each => {
  const style = getComputedStyle(each);
  const times = `${style.transitionDuration}, ${style.animationDuration}`.split(",");
  return times.some(one => parseFloat(one) > 0);
}).length"""


@pytest.mark.parametrize("address", ["/", "/incidents/1", f"{MODEL}/features"])
def test_nothing_moves_for_who_does_not_want_it(opened, address):
    page = opened(reduced_motion="no-preference")
    page.goto(address)
    assert page.evaluate(MOVES) > 0
    page.emulate_media(reduced_motion="reduce")
    assert page.evaluate(MOVES) == 0
    assert page.evaluate("getComputedStyle(document.documentElement).scrollBehavior") == "auto"


def test_hostile_names_are_read_off_charts_as_they_are(opened, seen, hostile):
    page = opened(viewport=WIDE)
    page.goto(f"{MODEL}/feature?{urlencode({'column': hostile.KIND})}")
    said = []
    for reader in page.locator("main .reader").all():
        reader.focus()
        page.keyboard.press("Home")
        said.append(page.locator("#readout").inner_text())
        assert page.locator("#readout").locator("script, img").count() == 0
    page.goto(f"{MODEL}/features")
    page.locator("main .reader").first.focus()
    page.keyboard.press("Home")
    said.append(page.locator("#readout").inner_text())
    assert any("<script>alert('x')</script>" in each for each in said)
    assert seen.faults == []
