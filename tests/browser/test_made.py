"""What people make on the pages by hand: monitors, with and without scripts, a model from a dropped file, notes."""

from __future__ import annotations

import pytest

CSV = "income,label,prediction\\n" + "".join(f"{i % 9},{i % 2},{(i // 2) % 2}\\n" for i in range(80))
#: Drops a file on the form, as a person does with the mouse.
DROP = f"""() => {{
  const form = document.querySelector("form[data-drop]"), held = new DataTransfer();
  held.items.add(new File(["{CSV}"], "loans.csv", {{type: "text/csv"}}));
  form.dispatchEvent(new DragEvent("drop", {{dataTransfer: held, bubbles: true, cancelable: true}}));
}}"""


@pytest.mark.parametrize("scripts", [True, False], ids=["scripts", "no scripts"])
def test_a_monitor_is_written_tried_kept_and_taken_back(opened, seen, scripts):
    page = opened(java_script_enabled=scripts)
    name = f"moved {scripts}"
    page.goto("/monitors/theirs/new?type=many columns moved")
    page.fill("input[name=name]", name)
    page.fill("input[name=above]", "much")
    page.click("button[value=yaml]")
    assert "above: much" in page.locator("textarea[name=yaml]").input_value()
    assert "expected a number" in page.locator("[role=alert]").inner_text()
    page.click("nav button[value=form]")
    page.wait_for_selector("input[name=above]")
    assert page.locator("input[name=above]").input_value() == "much"
    page.fill("input[name=above]", "40%")
    page.click(".actions button[value=try]")
    assert "It would have fired 1 time" in page.locator("#tried").inner_text()
    page.click(".actions button[value=save]")
    assert "Saved as revision 1" in page.locator("[role=status]").first.inner_text()
    with page.expect_navigation():
        page.click(".saved button")
    assert name not in page.locator("main").inner_text()
    assert seen.faults == []


def test_enter_in_the_form_tries_and_does_not_keep(opened):
    page = opened()
    page.goto("/monitors/theirs/new?type=many columns moved")
    page.press("input[name=name]", "Enter")
    page.wait_for_url("**do=try**")
    page.goto("/monitors?project=theirs")
    assert "many columns moved" not in page.locator("main").inner_text()


def test_a_model_is_made_of_a_dropped_file(opened, seen):
    page = opened()
    page.goto("/models/new?project=theirs")
    page.evaluate(DROP)
    page.wait_for_url("**/models/new?upload=*")
    assert page.locator("select[name='role.1']").input_value() == "label"
    page.click("button[value=see]")
    page.wait_for_selector("#profile svg")
    assert page.locator("#profile svg").count() == 3
    page.click("button[value=make]")
    page.wait_for_url("**/models/theirs/loans/begin")
    page.click("main a.button.first")
    page.click("text=Add what is ticked")
    assert "were added" in page.locator(".saved").inner_text()
    assert seen.faults == []


def test_a_file_that_is_too_large_is_not_sent(opened, seen):
    page = opened()
    page.goto("/models/new?project=theirs")
    page.evaluate("document.querySelector('form[data-drop]').dataset.most = 100")
    page.evaluate(DROP)
    assert "larger than a page can take" in page.evaluate("document.getElementById('file').validationMessage")
    assert page.url.endswith("/models/new?project=theirs")
    assert seen.faults == []


def test_c_compares_the_model_of_the_row_that_has_the_focus(opened):
    page = opened()
    page.goto("/models")
    page.keyboard.press("j")
    page.keyboard.press("c")
    page.wait_for_url("**/compare?model=**")


def test_an_alert_is_spoken_of_by_key(opened):
    page = opened()
    page.goto("/alerts/1")
    page.keyboard.press("n")
    page.keyboard.type("the feed is down")
    page.click("form.comment button")
    page.wait_for_url("**/alerts/1#history")
    assert "the feed is down" in page.locator("#history").inner_text()
    page.locator("#history textarea").blur()
    page.keyboard.press("c")
    page.wait_for_url("**/compare?**")
