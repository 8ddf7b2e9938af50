"""Every page as a browser shows it: without faults, without another server, for everybody, and without scripts too."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

import pytest

from barograph.server.pages.routes import PAGES

AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")
NAMES = {
    "project": "theirs", "model": "credit", "incident": "1", "alert": "1", "name": "nulls", "monitor": "nulls",
    "silence": "1",
}  # fmt: skip
#: A monitor in which all kinds of things are wrong, and one that is tried on the past.
_WRONG = "name: <script>alert(1)</script>\nmetric: drift.pci(\nwhen: {abve: 1}\nrunbook: <img src=x onerror=alert(1)>\n"
_RIGHT = "name: moved\nmetric: drift.psi(column=*)\nwhen: {above: 0.2}\n"
ALSO = [
    "/monitors/theirs/new?" + urlencode(asked)
    for asked in (
        {"draft": _WRONG}, {"draft": _WRONG, "mode": "yaml"}, {"draft": _RIGHT, "do": "try"},
        {"type": "many columns moved"},
    )
]  # fmt: skip
ASKED = {"/models/{project}/{model}/feature": "?column=p"}
#: Pages, which have their data beside them; those of an alert and the like only lead on.
WITH_DATA = {route.path for router in PAGES for route in router.routes if route.path.endswith(".json")}
ADDRESSES = ALSO + sorted(
    route.path.format_map(NAMES) + ASKED.get(route.path, "")
    for router in PAGES
    for route in router.routes
    if f"{route.path.rstrip('/') or '/index'}.json" in WITH_DATA
)
LOOKS: list[dict[str, Any]] = [
    {"locale": "en-GB", "color_scheme": "light", "viewport": {"width": 1440, "height": 900}},
    {"locale": "zh-CN", "color_scheme": "dark", "viewport": {"width": 390, "height": 844}},
]


def name_of(address: str) -> str:
    return re.sub(r"[^\w.=-]+", "-", address.strip("/"))[:100] or "inbox"


@pytest.mark.parametrize("look", LOOKS, ids=["light-en-1440", "dark-zh-390"])
def test_every_page_is_for_everybody(opened, seen, pictures, look):
    page = opened(**look)
    unfit: dict[str, list[str]] = {}
    for address in ADDRESSES:
        answer = page.goto(address)
        assert answer.status == 200, address
        page.screenshot(path=pictures / f"{name_of(address)}-{look['viewport']['width']}.png", full_page=True)
        # The policy lets no page run it as a script of its own.
        found = page.evaluate(f"{AXE}; axe.run({{resultTypes: ['violations']}})")
        for each in found["violations"]:
            nodes = [f"{node['html'][:120]} {node['any'][:1]}" for node in each["nodes"][:2]]
            unfit.setdefault(address, []).append(f"{each['id']}: {nodes}")
    assert unfit == {}
    assert seen.faults == []
    assert seen.elsewhere == []


def test_every_page_works_without_scripts(opened, seen):
    page = opened(java_script_enabled=False)
    for address in ADDRESSES:
        assert page.goto(address).status == 200
        assert page.locator("main h1").count() == 1, address
        assert page.locator("main").inner_text().strip()
    assert seen.elsewhere == []


def test_no_page_is_wider_than_a_telephone(opened):
    page = opened(viewport={"width": 390, "height": 844})
    wide = {}
    for address in ADDRESSES:
        page.goto(address)
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > 390:
            wide[address] = width
    assert wide == {}
