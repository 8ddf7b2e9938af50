"""`barograph ingest` into a running server, and a source that the server's worker reads by itself."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import time
from pathlib import Path

import httpx
import polars as pl
import pytest

SECONDS = 90.0
START, HOUR = 1_704_067_200_000_000, 3_600_000_000
SCHEMA = """
task: regression
columns:
  x: {role: feature}
  at: {role: timestamp}
  guess: {role: prediction}
  real: {role: label}
  key: {role: id}
"""


@pytest.fixture
def served(tmp_path):
    """A server on a folder of its own: its address and the first key."""
    command = [
        sys.executable,
        "-m",
        "barograph",
        "serve",
        "--json",
        "--port",
        "0",
        "--data",
        str(tmp_path / "data"),
    ]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, cwd=tmp_path)
    try:
        told = b""
        while not told.rstrip().endswith(b"}"):
            ready, _, _ = select.select([process.stdout], [], [], SECONDS)
            part = os.read(process.stdout.fileno(), 65_536) if ready else b""
            assert part, f"the server ended, or said nothing more after {told!r}"
            told += part
        held = json.loads(told)
        yield held["address"], held["token"]
        process.terminate()
        process.wait(SECONDS)
        process.stdout.close()
    finally:
        process.kill()


def rows(n: int) -> pl.DataFrame:
    x = [float(i) for i in range(n)]
    at = pl.Series([START + i * HOUR for i in range(n)]).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame({"x": x, "at": at, "guess": x, "key": [f"k{i}" for i in range(n)]})


def test_a_file_is_sent_and_a_folder_is_read_by_the_worker(served, tmp_path: Path):
    address, token = served
    rows(500).write_parquet(tmp_path / "rows.parquet")
    rows(500).select("key", real=pl.col("x") + 2).write_csv(tmp_path / "labels.csv")
    (tmp_path / "schema.yml").write_text(SCHEMA)
    words = [
        "rows.parquet",
        "--labels",
        "labels.csv",
        "--schema",
        "schema.yml",
        "--url",
        address,
        "--api-key",
        token,
    ]
    command = [sys.executable, "-m", "barograph", "ingest", "rides", *words, "--json"]
    for duplicates in (0, 500):
        done = subprocess.run(
            command, cwd=tmp_path, capture_output=True, text=True, check=True, timeout=SECONDS
        )
        assert json.loads(done.stdout)["predictions"]["duplicates"] == duplicates
    folder = tmp_path / "folder"
    folder.mkdir()
    rows(100).with_columns(real=pl.col("x") + 1).write_parquet(folder / "a.parquet")
    with httpx.Client(
        base_url=address, headers={"Authorization": f"Bearer {token}"}, timeout=SECONDS
    ) as http:
        source = {
            "name": "lake", "kind": "files", "model": "walks", "schedule": "1m",
            "schema": http.get("/v1/projects/default/models/rides").json()["schema"],
            "settings": {"path": str(folder), "settle_seconds": 0},
        }  # fmt: skip
        made = http.post("/v1/projects/default/sources", json=source)
        assert made.status_code == 201, made.text
        deadline = time.monotonic() + SECONDS
        while http.get("/v1/projects/default/sources/lake").json()["rows"] < 100:
            assert time.monotonic() < deadline, http.get("/v1/projects/default/sources/lake").text
            select.select([], [], [], 0.1)
        asked = {"address": "performance.mae", "from": "2024-01-01", "to": "2024-01-04", "window": "1d"}
        series = http.get("/v1/projects/default/models/walks/series", params=asked)
        assert series.status_code == 200, series.text
        assert {p["value"] for p in series.json()["series"][0]["points"]} == {1.0}
