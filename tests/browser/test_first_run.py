"""Who has just started a server: signs in with the key that it printed, and is told how to begin."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from barograph.demo.served.clock import ReplayClock
from barograph.demo.served.running import Demo, running


@pytest.fixture(scope="module")
def new(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A server on which nothing is yet."""
    with running(tmp_path_factory.mktemp("new") / "data", ReplayClock(datetime.now(UTC))) as demo:
        yield demo


@pytest.mark.parametrize(
    ("language", "scripts", "welcome"),
    [("en-GB", True, "Welcome to Barograph"), ("zh-CN", False, "欢迎使用 Barograph")],
)
def test_an_empty_inbox_leads_to_the_first_model(
    contexts, new, seen, against_rules, language, scripts, welcome
):
    page = contexts(base_url=new.address, locale=language, java_script_enabled=scripts).new_page()
    page.goto("/")
    page.fill("input[name=secret]", new.token)
    page.click("button.first")
    page.wait_for_url("**/")
    assert page.locator("main h1").inner_text() == welcome
    assert page.locator("main table").count() == 0
    if scripts:
        assert against_rules(page) == []
    page.locator("main a[href*='/models/new']").first.click()
    page.wait_for_selector("main input[type=file]")
    assert page.locator("main input[type=file]").count() == 1
    assert page.locator("main h1").count() == 1
    assert seen.faults == []
    assert seen.elsewhere == []
