"""A whole application on a folder of its own, called in this process."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import SimpleNamespace

import pytest
from fastapi import FastAPI

from barograph.config.read import read_settings
from barograph.config.settings import Settings
from barograph.server.app import create_app
from barograph.server.doctor import machine
from barograph.server.preparing import prepare

with warnings.catch_warnings():
    # Starlette would rather have the next httpx, which is not a dependency.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@dataclass
class SetClock:
    """A clock that stands until a test moves it; µs UTC."""

    time: int = 1_300_000_000_000_000

    def now(self) -> int:
        return self.time

    def pass_seconds(self, seconds: float) -> None:
        self.time += round(seconds * 1_000_000)


@pytest.fixture
def clock() -> SetClock:
    return SetClock()


@pytest.fixture
def disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Set how many of 100 GiB of the data folder's disk are free, whatever the machine's own holds: 50."""

    def free(gib: int) -> None:
        usage = SimpleNamespace(total=100 << 30, used=(100 - gib) << 30, free=gib << 30)
        monkeypatch.setattr(machine, "disk_usage", lambda _path: usage)

    free(50)
    return free


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return read_settings(environment={}, flags={"data": str(tmp_path / "data")}).settings


@pytest.fixture
def token(settings: Settings, clock: SetClock) -> str:
    """The first admin's token; the store is prepared."""
    found = prepare(settings, clock)
    assert found is not None
    return found.text


@pytest.fixture
def app(settings: Settings, clock: SetClock, token: str) -> FastAPI:
    return create_app(settings, clock=clock)


@pytest.fixture
def http(app: FastAPI, token: str) -> Iterator[TestClient]:
    """A client with the admin's key; the server's own faults are answers, not exceptions."""
    headers = {"Authorization": f"Bearer {token}"}
    with TestClient(app, headers=headers, raise_server_exceptions=False) as client:
        yield client
