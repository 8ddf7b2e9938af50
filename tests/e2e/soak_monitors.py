"""Simulated months of alerting, with faults: `uv run pytest -n 0 tests/e2e/soak_monitors.py`."""

import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[2] / "benchmarks" / "monitors" / "soak.py"


@pytest.mark.soak
def test_each_message_is_received_once_whatever_fails():
    command = [sys.executable, str(SCRIPT), "--dry", "--models", "12", "--days", "64"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert "each message received once, none left: met" in done.stdout
    # A column of ten models breaks twice, and eleven models have no rows counted on the day the disk is full.
    assert "'new': 31," in done.stdout
