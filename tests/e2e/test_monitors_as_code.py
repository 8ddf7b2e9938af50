"""Monitors from a server's reference to the server and back, by the command line and a real server."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import polars as pl
import pytest

from barograph.monitors.yaml import parse_monitors

SECONDS = 90.0
START, HOUR = 1_704_067_200_000_000, 3_600_000_000
SCHEMA = {
    "task": "regression",
    "columns": {
        "x": {"role": "feature"},
        "at": {"role": "timestamp"},
        "guess": {"role": "prediction"},
        "real": {"role": "label"},
        "key": {"role": "id"},
    },
}


@pytest.fixture
def at(tmp_path: Path) -> Iterator[tuple[str, ...]]:
    """A server with one model and its reference: the flags that lead there."""
    command = [sys.executable, "-m", "barograph", "serve", "--json", "--port", "0", "--data", "data"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        assert process.stdout is not None
        told = b""
        while not told.rstrip().endswith(b"}"):
            ready, _, _ = select.select([process.stdout], [], [], SECONDS)
            part = os.read(process.stdout.fileno(), 65_536) if ready else b""
            assert part, f"the server ended, or said nothing more after {told!r}"
            told += part
        held = json.loads(told)
        with httpx.Client(
            base_url=f"{held['address']}/v1", headers={"Authorization": f"Bearer {held['token']}"},
            timeout=SECONDS,
        ) as client:  # fmt: skip
            client.post("/projects", json={"name": "default"}).raise_for_status()
            client.post(
                "/projects/default/models", json={"name": "rent", "schema": SCHEMA}
            ).raise_for_status()
            client.post(
                "/projects/default/models/rent/references",
                params={"name": "january", "default": "true", "origin": "hold-out"},
                content=rows().write_csv().encode(), headers={"Content-Type": "text/csv"},
            ).raise_for_status()  # fmt: skip
        yield "--url", held["address"], "--api-key", held["token"]
        process.terminate()
        process.wait(SECONDS)
        process.stdout.close()
    finally:
        process.kill()


def rows() -> pl.DataFrame:
    n = 24 * 30
    x = [float(i * 7 % 24) for i in range(n)]
    at = pl.Series([START + i * HOUR for i in range(n)]).cast(pl.Datetime("us", "UTC"))
    real = [v + (i * 5 % 11) / 10 for i, v in enumerate(x)]
    return pl.DataFrame({"x": x, "at": at, "guess": x, "real": real, "key": [f"k{i}" for i in range(n)]})


def barograph(folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "barograph", *words]
    return subprocess.run(command, cwd=folder, capture_output=True, text=True, timeout=SECONDS, check=False)


def test_suggested_planned_applied_changed_exported(at: tuple[str, ...], tmp_path: Path) -> None:
    suggested = barograph(tmp_path, "suggest", "monitors", "--model", "rent", "-o", "monitors.yml", *at)
    assert suggested.returncode == 0, suggested.stderr
    file = parse_monitors((tmp_path / "monitors.yml").read_text())
    planned = barograph(tmp_path, "plan", *at)
    assert planned.returncode == 1, planned.stderr
    assert planned.stdout.splitlines() == [f"+ monitor {m.name}" for m in file.monitors]
    assert barograph(tmp_path, "apply", *at).returncode == 0
    assert barograph(tmp_path, "plan", *at).returncode == 0
    exported = parse_monitors(barograph(tmp_path, "export", *at).stdout)
    assert {m.name: m for m in exported.monitors} == {m.name: m for m in file.monitors}

    text = (tmp_path / "monitors.yml").read_text()
    (tmp_path / "monitors.yml").write_text(text.replace("{above: 0.25}", "{above: 0.5}"))
    changed = json.loads(barograph(tmp_path, "apply", "--json", *at).stdout)
    assert [entry["name"] for entry in changed["changed"]] == ["rent: column beyond its range"]

    (tmp_path / "wrong.yml").write_text(
        'monitors: [{name: m, metric: quality.mean(column="xx"), when: {above: 1}, models: [rent]}]'
    )
    wrong = barograph(tmp_path, "apply", "wrong.yml", *at)
    assert wrong.returncode == 2
    assert "no column 'xx' in the schema; did you mean 'x'" in wrong.stderr
    assert len(parse_monitors(barograph(tmp_path, "export", *at).stdout).monitors) == len(file.monitors)
