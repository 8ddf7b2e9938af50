"""Simulated months of alerting, with faults: `uv run pytest -n 0 tests/e2e/soak_monitors.py`."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "monitors" / "soak.py"


@pytest.mark.soak
def test_faults_are_told_once_whatever_fails_and_the_disk_stops_growing():
    command = [sys.executable, str(SCRIPT), "--dry", "--models", "12", "--days", "64"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "each message received once, none left: met" in done.stdout
    # A column of ten models is null in two spans. A full disk is told by the server's own health, not by its models.
    told = re.search(
        r"spans told: 20 of 20; other incidents: (\d+), .* something new: (\d+): met", done.stdout
    )
    assert told is not None, done.stdout
    others, new = map(int, told.groups())
    assert new == 20 + others
    assert "MB, flat: met" in done.stdout
