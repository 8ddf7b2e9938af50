"""What is around every page: keys, themes, languages, and what is new."""

from __future__ import annotations

import pytest


def test_keys_lead_where_they_say(opened):
    page = opened()
    page.keyboard.press("g")
    page.keyboard.press("m")
    page.wait_for_url("**/models")
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.name") == "for"
    page.keyboard.press("Escape")
    page.keyboard.press("?")
    assert page.locator("#keys dl").is_visible()
    page.keyboard.press("Escape")
    assert not page.locator("#keys dl").is_visible()


def test_rows_are_walked_with_j_and_k(opened):
    page = opened()
    page.goto("/models")
    page.keyboard.press("j")
    first = page.evaluate("document.activeElement.href")
    assert first is not None
    page.keyboard.press("k")
    assert page.evaluate("document.activeElement.href") == first


@pytest.mark.parametrize(
    ("system", "chosen", "surface"),
    [("light", "Dark", "rgb(21, 24, 28)"), ("dark", "Light", "rgb(255, 255, 255)")],
)
def test_the_theme_is_the_systems_until_one_is_chosen(opened, system, chosen, surface):
    page = opened(color_scheme=system)
    colour = "getComputedStyle(document.body).backgroundColor"
    assert page.evaluate(colour) != surface
    page.click(".who summary")
    page.click(f".menu >> text={chosen}")
    page.wait_for_load_state()
    assert page.evaluate(colour) == surface


def test_the_language_can_be_changed_on_any_page(opened):
    page = opened()
    page.goto("/models?span=7d")
    page.click(".who summary")
    page.click(".menu >> text=简体中文")
    page.wait_for_url("**/models?span=7d")
    assert page.locator("html").get_attribute("lang") == "zh-CN"
