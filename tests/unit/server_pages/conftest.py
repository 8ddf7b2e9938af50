"""A browser at an application on a folder of its own."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from pathlib import Path

import pytest

from barograph.config.read import read_settings
from barograph.config.settings import Settings
from barograph.server.app import create_app
from barograph.server.preparing import prepare

with warnings.catch_warnings():
    # Starlette would rather have the next httpx, which is not a dependency.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

HERE = {"Sec-Fetch-Site": "same-origin"}


class SetClock:
    """A clock that stands until a test moves it; µs UTC."""

    time = 1_300_000_000_000_000

    def now(self) -> int:
        return self.time


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(environment={}, flags={"data": str(tmp_path / "data")}).settings


@pytest.fixture
def token(settings: Settings, clock: SetClock) -> str:
    """The first admin's key; the store is prepared."""
    found = prepare(settings, clock)
    assert found is not None
    return found.text


@pytest.fixture
def browser(settings: Settings, clock: SetClock, token: str) -> Iterator[TestClient]:
    """A browser in which nobody is signed in."""
    headers = {"Accept": "text/html", "Accept-Language": "en"}
    with TestClient(
        create_app(settings, clock=clock), base_url="http://localhost", headers=headers
    ) as client:
        yield client


@pytest.fixture
def signed_in(browser: TestClient, token: str) -> TestClient:
    """A browser in which the first admin is signed in."""
    assert browser.post("/signin", data={"secret": token}, headers=HERE).status_code == 200
    return browser
