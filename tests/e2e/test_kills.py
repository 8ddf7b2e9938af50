"""A server that is killed under load: every acknowledged row is counted once."""

from __future__ import annotations

import importlib
from pathlib import Path

import pytest

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"


@pytest.fixture
def kills(monkeypatch):
    """The benchmark that kills a hundred times."""
    monkeypatch.syspath_prepend(BENCHMARKS)
    monkeypatch.syspath_prepend(BENCHMARKS / "server")
    return importlib.import_module("kills")


def test_what_was_acknowledged_is_counted_once_after_ten_kills(kills, tmp_path):
    outcome = kills.run(tmp_path, kills=10, seed=7, rows=20)
    assert outcome.failures == ()
    assert (outcome.lost, outcome.doubled) == (0, 0)
    assert outcome.is_mae_equal
    assert outcome.is_profile_equal
    assert len(outcome.ended) == 10
    assert outcome.tries > outcome.batches > 0
