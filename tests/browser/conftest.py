"""A real server, and a real browser that has signed in."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from barograph.config.read import read_settings
from barograph.demo.served.clock import ReplayClock
from barograph.demo.served.running import running
from barograph.store.database import open_database

LOOPBACK = ("127.0.0.1", "localhost")


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """A server on this machine.

    Attributes
    ----------
    tokens : of a key by its role.
    """

    address: str
    tokens: dict[str, str]


@dataclass(slots=True)
class Seen:
    """What went wrong in a browser, and what it asked elsewhere."""

    faults: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """From now on."""
        context.on(
            "console", lambda m: self.faults.append(m.text) if m.type in ("error", "warning") else None
        )
        context.on("weberror", lambda e: self.faults.append(str(e.error)))
        context.on("dialog", lambda d: (self.faults.append(f"dialog: {d.message}"), d.dismiss()))
        context.on("request", lambda r: self._asked(r.url))

    def _asked(self, url: str) -> None:
        if not url.startswith("data:") and urlsplit(url).hostname not in LOOPBACK:
            self.elsewhere.append(url)


@pytest.fixture(scope="session")
def served(tmp_path_factory: pytest.TempPathFactory, hostile: Any) -> Iterator[Served]:
    """A server with one of everything, its texts hostile: rows are counted, and a monitor fires on them."""
    data, clock = tmp_path_factory.mktemp("browser") / "data", ReplayClock(datetime.now(UTC))
    with running(data, clock) as demo:
        settings = read_settings(environment={}, flags={"data": str(data)}).settings
        database = open_database(settings.database_url)
        with database.writing() as conn:
            hostile.write_hostile(conn, clock.now())
        database.close()
        hostile.judge(settings, clock.now())
        tokens = {"admin": demo.token}
        for role in ("editor", "viewer"):
            made = demo.http.post("/v1/keys", json={"name": role, "role": role, "projects": None})
            tokens[role] = made.raise_for_status().json()["token"]
        yield Served(address=demo.address, tokens=tokens)


@pytest.fixture(scope="module")
def chromium() -> Iterator[Browser]:
    """The browser of the system: none is fetched. It is closed before tests of other modules: while it is open, an
    event loop runs in this thread, and they could start none."""
    found = shutil.which("chromium") or shutil.which("google-chrome")
    if found is None:
        pytest.skip("needs Chromium: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=found, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture
def seen() -> Seen:
    """What a test's browser has to say in the end."""
    return Seen()


Contexts = Callable[..., BrowserContext]
Opened = Callable[..., Page]


@pytest.fixture
def contexts(chromium: Browser, seen: Seen) -> Iterator[Contexts]:
    """Makes a context, which somebody's cookies and pages are in; keyword arguments are Playwright's."""
    with ExitStack() as ends:

        def made(**said: Any) -> BrowserContext:
            context = chromium.new_context(**said)
            ends.callback(close, context)
            seen.watch(context)
            return context

        yield made


def close(context: BrowserContext) -> None:
    """Closes it and its pages, once none is on its way to another: Chromium may never answer that a context is closed
    whose page began to move as it was asked to, and Playwright waits for that answer without end."""
    for page in context.pages:
        page.goto("about:blank")
    context.close()


@pytest.fixture
def opened(contexts: Contexts, served: Served) -> Opened:
    """Opens a browser in which somebody is signed in; keyword arguments are Playwright's for a context."""

    def open_(role: str = "admin", **said: Any) -> Page:
        context = contexts(base_url=served.address, **{"locale": "en-GB", **said})
        # As a page's form would: that a browser can do it, the first run shows.
        answer = context.request.post(
            "/signin", form={"secret": served.tokens[role]}, headers={"Sec-Fetch-Site": "same-origin"}
        )
        assert answer.ok, answer.status
        page = context.new_page()
        page.goto("/")
        return page

    return open_


@pytest.fixture(scope="session")
def pictures() -> Path:
    """Where pictures of pages are kept to be looked at."""
    folder = Path(os.environ.get("BAROGRAPH_PICTURES", "test-output/pages"))
    folder.mkdir(parents=True, exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def against_rules() -> Callable[[Page], list[str]]:
    """Finds what of a page is not for everybody. Its policy lets no page run the rules as a script of its own."""
    axe = (Path(__file__).parent / "vendor" / "axe.min.js").read_text("utf-8")

    def found(page: Page) -> list[str]:
        faults = []
        for each in page.evaluate(f"{axe}; axe.run({{resultTypes: ['violations']}})")["violations"]:
            nodes = [f"{node['html'][:120]} {node['any'][:1]}" for node in each["nodes"][:2]]
            faults.append(f"{each['id']}: {nodes}")
        return faults

    return found
