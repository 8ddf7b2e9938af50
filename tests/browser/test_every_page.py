"""Every page as a browser shows it: without faults, without another server, for everybody, and without scripts too."""

from __future__ import annotations

import re
from types import ModuleType
from urllib.parse import urlencode

import pytest
from playwright.sync_api import Page

from barograph.server.pages.routes import PAGES

NAMES = {
    "project": "theirs", "model": "credit", "incident": "1", "alert": "1", "name": "nulls", "monitor": "nulls",
    "silence": "1", "notification": "1", "channel": "on%20call",
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
#: What fires on counted rows; a comparison; and a model that waits for its first rows.
ALSO += [
    "/alerts/2", "/compare?model=theirs%2Fcredit&show=all", "/models/theirs/credit?span=365d",
    "/models/theirs/credit/references?show=true&span=28d", "/settings/channels/new?kind=sms",
    "/models/theirs/later", "/models/theirs/later/performance", "/models/theirs/later/versions",
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
#: Each language at each width, each width in light and in dark. All rules are looked at in the first of each.
LOOKS = {
    "en-GB": ((1440, 900, "light"), (1024, 768, "dark"), (390, 844, "light")),
    "zh-CN": ((390, 844, "dark"), (1024, 768, "light"), (1440, 900, "dark")),
}
MOST_BYTES = 300_000
#: As sent, so gzipped; what a browser had already counts too. Times are milliseconds from the click on.
MEASURED = """() => {
  const [page] = performance.getEntriesByType("navigation");
  const all = [page, ...performance.getEntriesByType("resource")];
  const bytes = all.reduce((sum, each) => sum + each.encodedBodySize, 0);
  return [bytes, Math.round(page.domContentLoadedEventEnd), Math.round(page.loadEventEnd)];
}"""
#: What is drawn of counted rows.
WITH_CHARTS = [
    "/", "/incidents/1", "/alerts/2", "/models/theirs/credit", "/models/theirs/credit/features",
    "/models/theirs/credit/performance", "/compare?model=theirs%2Fcredit&show=all",
]  # fmt: skip


@pytest.fixture
def addresses(hostile: ModuleType) -> list[str]:
    """All pages, some of them of what has a hostile name."""
    chosen = (
        ("/feature", {"column": hostile.HOSTILE}), ("/feature", {"column": hostile.KIND}),
        ("", {"version": hostile.HOSTILE}), ("/performance", {"segment": f"{hostile.KIND}={hostile.HOSTILE}"}),
    )  # fmt: skip
    return ADDRESSES + [f"/models/theirs/credit{page}?{urlencode(asked)}" for page, asked in chosen]


def name_of(address: str) -> str:
    return re.sub(r"[^\w.=-]+", "-", address.strip("/"))[:100] or "inbox"


def too_wide(page: Page, width: int) -> list[str]:
    """Whether a page can be moved sideways."""
    wide = page.evaluate("document.documentElement.scrollWidth")
    return [f"{wide} wide on {width}"] if wide > width else []


@pytest.mark.parametrize("language", LOOKS)
def test_every_page_is_for_everybody(opened, seen, pictures, addresses, against_rules, language):
    looks = LOOKS[language]
    width, height, colours = looks[0]
    page = opened(locale=language, color_scheme=colours, viewport={"width": width, "height": height})
    unfit: dict[str, list[str]] = {}
    measured = {}
    for address in addresses:
        answer = page.goto(address)
        assert answer.status == 200, address
        measured[address] = page.evaluate(MEASURED)
        for width, height, colours in looks:
            page.set_viewport_size({"width": width, "height": height})
            page.emulate_media(color_scheme=colours)
            name = f"{name_of(address)}-{width}-{colours}.png"
            page.screenshot(path=pictures / name, full_page=True)
            unfit.setdefault(address, []).extend(too_wide(page, width))
            if (width, height, colours) == looks[0]:
                unfit[address].extend(against_rules(page))
        page.evaluate("for (const each of document.querySelectorAll('details')) each.open = true")
        unfit[address].extend(too_wide(page, width))
        page.set_viewport_size({"width": looks[0][0], "height": looks[0][1]})
        page.emulate_media(color_scheme=looks[0][2])
    lines = [
        f"{address}\t{bytes_}\t{ready}\t{loaded}" for address, (bytes_, ready, loaded) in measured.items()
    ]
    (pictures / f"measured-{language}.tsv").write_text(
        "page\tbytes\tinteractive ms\tloaded ms\n" + "\n".join(lines)
    )
    assert {address: found for address, found in unfit.items() if found} == {}
    assert {
        address: found[0] for address, found in measured.items() if not 5_000 < found[0] < MOST_BYTES
    } == {}
    assert seen.faults == []
    assert seen.elsewhere == []


@pytest.mark.parametrize("role", ["viewer", "editor"])
def test_pages_are_for_those_who_may_do_less(opened, seen, against_rules, role):
    page = opened(role)
    for address in ("/", "/incidents/1", "/models/theirs/credit", "/monitors", "/silences", "/settings"):
        assert page.goto(address).status == 200, address
        assert against_rules(page) == [], address
    page.goto("/incidents/1")
    assert page.locator("main [data-key=s]").count() == (role == "editor")
    assert page.locator("main .lead").inner_text()
    assert seen.faults == []
    assert seen.elsewhere == []
    assert page.goto("/settings/audit").status == 403
    assert page.locator("main h1").count() == 1


def test_every_page_works_without_scripts(opened, seen, addresses):
    page = opened(java_script_enabled=False)
    for address in addresses:
        assert page.goto(address).status == 200
        assert page.locator("main h1").count() == 1, address
        assert page.locator("main").inner_text().strip()
    for address in WITH_CHARTS:
        page.goto(address)
        assert page.locator("main svg").first.is_visible(), address
    assert seen.elsewhere == []
