from __future__ import annotations

import numpy as np

from barograph.explain.faults.scan import CERTAIN, Counted, find_hit

QUIET = Counted(hits=np.full(30, 2.0), rows=np.full(30, 100.0))


def test_two_bursts_are_two_runs() -> None:
    hits = np.full(20, 2.0)
    hits[3:5], hits[12:15] = 40.0, 50.0
    hit = find_hit(QUIET, Counted(hits=hits, rows=np.full(20, 100.0)), tests=1000)
    assert hit is not None
    assert hit.runs == ((3, 5), (12, 15))


def test_windows_without_rows_do_not_belong_to_a_run() -> None:
    hits, rows = np.array([0.0, 0, 0, 40, 40, 0, 0]), np.array([100.0, 100, 0, 100, 100, 0, 100])
    hit = find_hit(QUIET, Counted(hits=hits, rows=rows), tests=1000)
    assert hit is not None
    assert hit.runs == ((3, 5),)


def test_chance_is_certain_less_often_than_it_says(rng: np.random.Generator) -> None:
    found = 0
    for _ in range(2_000):
        before, now = rng.binomial(100, 0.1, 30), rng.binomial(100, 0.1, 14)
        rows = (np.full(30, 100.0), np.full(14, 100.0))
        sides = (
            Counted(hits=before.astype(float), rows=rows[0]),
            Counted(hits=now.astype(float), rows=rows[1]),
        )
        found += find_hit(*sides, tests=1) is not None
    assert found <= 2_000 * CERTAIN + 3


def test_what_jumps_in_the_reference_too_is_not_certain(rng: np.random.Generator) -> None:
    clumped = Counted(hits=np.array([0.0, 60, 0, 0, 80, 0, 0, 50, 0, 0]), rows=np.full(10, 100.0))
    assert find_hit(clumped, Counted(hits=np.array([0.0, 70, 0]), rows=np.full(3, 100.0)), tests=100) is None
