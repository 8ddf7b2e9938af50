"""Whoever is woken sees the five answers of an incident at once: what, since when, how bad, why, what to do."""

import pytest

QUESTIONS = ("Since when", "How bad", "Why", "What to do")


@pytest.mark.parametrize("address", ["/incidents/1", "/alerts/1", "/alerts/2"])
@pytest.mark.parametrize(("width", "height", "screens"), [(1440, 900, 1), (1024, 768, 2), (390, 844, 2)])
def test_the_five_answers_are_on_the_first_screen(opened, address, width, height, screens):
    page = opened(viewport={"width": width, "height": height})
    page.goto(address)
    shown = [page.locator("main h1"), page.locator("main .lead")]
    # A heading alone answers nothing: what is meant is the first sentence beneath it.
    beneath = [f"xpath=//h2[normalize-space()='{each}']/following-sibling::*[1]" for each in QUESTIONS]
    shown += [found for found in map(page.locator, beneath) if found.count()]
    assert len(shown) >= 5
    boxes = [each.first.bounding_box() for each in shown]
    assert max(box["y"] for box in boxes) < screens * height
    assert boxes[0]["y"] < height / 3
    # Of the second alert's series rows are counted; the first is of none.
    charts = page.locator("main .course svg").locator("visible=true")
    assert charts.count() == (address != "/alerts/1")
    for chart in charts.all():
        box = chart.bounding_box()
        assert box["y"] + box["height"] < screens * height
