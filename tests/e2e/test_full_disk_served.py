"""A server with its worker on a disk that is full: it refuses, is read, and goes on by itself when there is room."""

from __future__ import annotations

import importlib
import os
import shutil
import subprocess
from contextlib import suppress
from pathlib import Path

import polars as pl
import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
PATH = "/v1/projects/bench/models/m"
ROWS = 200


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 32 MB."""
    mount, umount = shutil.which("mount"), shutil.which("umount")
    if not mount or not umount or os.geteuid() != 0:
        pytest.skip("needs a small file system: run as root, with mount")
    folder = tmp_path / "small"
    folder.mkdir()
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=32m", "tmpfs", str(folder)], check=False, timeout=600
    )
    if made.returncode:
        pytest.skip("needs a small file system: mount -t tmpfs is refused here")
    yield folder
    subprocess.run([umount, "--lazy", str(folder)], check=True, timeout=600)


@pytest.fixture
def served(monkeypatch, small_disk, tmp_path):
    """A server with a model; what it says goes to another disk."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.syspath_prepend(BENCHMARKS / "server")
    kills = importlib.import_module("kills")
    made = importlib.import_module("served").Served(
        data=small_disk / "data",
        settings={"apply_seconds": "0.05", "move_rows": "500"},
        told=tmp_path / "told",
    )
    try:
        made.start()
        kills.make_model(made)
        yield made
    finally:
        made.kill()


def post(served, number: int) -> tuple[int, dict[str, str]]:
    # Texts that do not compress, so that a full disk has no room for them.
    rows = pl.DataFrame(
        {"id": [f"{number}-{i}" for i in range(ROWS)], "x": [0.5] * ROWS, "p": [1.0] * ROWS}
    ).with_columns(pl.Series("c", [os.urandom(100).hex() for _ in range(ROWS)]))
    headers = {"Content_Type": "application/x-ndjson", "Idempotency_Key": f"k{number}"}
    status, _, told = served.ask("POST", f"{PATH}/predictions", rows.write_ndjson().encode(), **headers)
    return status, {name.lower(): value for name, value in told.items()}


def counted(served) -> int:
    return sum(window["rows"] for window in served.json("GET", f"{PATH}/windows")["windows"])


def test_a_full_disk_loses_nothing_and_is_over_when_there_is_room(served, small_disk):
    assert [post(served, number)[0] for number in range(5)] == [200] * 5
    served.until(lambda: counted(served) == 5 * ROWS, "counted")
    with (small_disk / "ballast").open("wb", buffering=0) as ballast, suppress(OSError):
        while ballast.write(bytes(4_096)):
            pass
    acknowledged, number = 5, 5
    while (answer := post(served, number))[0] == 200:
        acknowledged, number = acknowledged + 1, number + 1
    assert answer[0] == 503
    assert int(answer[1]["retry-after"]) > 0
    assert counted(served) >= 5 * ROWS
    (small_disk / "ballast").unlink()
    assert post(served, number)[0] == 200
    served.until(lambda: counted(served) == (acknowledged + 1) * ROWS, "counted")
