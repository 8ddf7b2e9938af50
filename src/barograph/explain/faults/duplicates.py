"""Rows that came more than once."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.found import fault_of
from barograph.explain.faults.looks import Scene
from barograph.explain.faults.scan import Counted, Hit, find_hit
from barograph.explain.sampled import column_of
from barograph.explain.words import percent
from barograph.locale.said import say
from barograph.profile.value import Profile

Floats = NDArray[np.float64]

#: Times as many as in the reference.
_TIMES: Final = 4.0
#: Upper end of what a few chance repetitions of the reference stand for.
_MORE: Final = 3.0


def duplicate_fault(scene: Scene) -> Fault | None:
    """Equal rows (and equal ids, where rows have them) far more often than in the reference.

    From the sampled rows of each window where there is a sample, else from the 1,024 smallest row hashes.

    Notes
    -----
    Rows of few values repeat by chance, the more so the more rows there are: the reference's share is scaled by rows.
    """
    reference, current = _repeated(scene.reference, ()), _repeated(scene.current, _edges(scene))
    if reference is None or current is None:
        return None
    (before, _), (now, surplus) = reference, current
    hit = find_hit(before, now, tests=scene.tests)
    if hit is None or not hit.is_burst(_TIMES):
        return None
    grown = max(scene.current.rows / max(scene.reference.rows, 1), 1.0)
    if grown > 1.5 and hit.share < _TIMES * grown * (before.hits.sum() + _MORE) / before.rows.sum():
        return None
    held = hit.held(len(now.rows))
    share = float(surplus[held].sum() / (surplus[held].sum() + now.rows[held].sum()))
    rows = float(scene.rows[held].sum()) if len(held) == len(scene.rows) else float(scene.rows.sum())
    return fault_of(
        scene, _of_rows(hit, rows, scene), RowTest(repeated=True), kind="duplicates", name=say("rows repeated"),
        hits=share * rows,
        evidence=say(
            "{share} of the different rows came more than once, {before} in the reference.",
            share=percent(hit.share), before=percent(hit.before),
        ),
    )  # fmt: skip


def _of_rows(hit: Hit, rows: float, scene: Scene) -> Hit:
    """The hit in rows of the profile rather than of its sample."""
    runs = hit.runs if scene.starts else ((0, len(scene.rows)),)
    return Hit(
        runs=runs, hits=hit.share * rows, rows=rows, before=hit.before, highest_before=hit.highest_before,
        beside=hit.beside, total=float(scene.rows.sum()), p_value=hit.p_value,
    )  # fmt: skip


def _edges(scene: Scene) -> tuple[float, ...]:
    if not scene.starts or scene.current.sample is None or scene.timestamp is None:
        return ()
    return tuple(start.timestamp() * 1e6 for start in scene.starts)


def _repeated(profile: Profile, edges: tuple[float, ...]) -> tuple[Counted, Floats] | None:
    """Different rows of each window, those that came more than once, and by how many rows too often."""
    if profile.sample is None or not profile.sample.height:
        held = profile.duplicates.counts.astype(np.float64)
        if not len(held):
            return None
        once, repeated = np.array([float(len(held))]), np.array([float((held > 1).sum())])
        return Counted(hits=repeated, rows=once), np.array([float((held - 1).sum())])
    count = profile.sample.counts.to_numpy().astype(np.float64)
    at = np.zeros(len(count), np.int64)
    if edges:
        column = profile.schema.one("timestamp")
        assert column is not None  # rows are in windows
        times = column_of(profile.sample.frame, column.name).fill_null(edges[0]).to_numpy()
        at = np.clip(np.searchsorted(edges, times, side="right") - 1, 0, None)
    size = max(len(edges), 1)
    hits, surplus = (
        np.bincount(at, weights=w, minlength=size).astype(np.float64) for w in (count > 1, count - 1)
    )
    return Counted(hits=hits, rows=np.bincount(at, minlength=size).astype(np.float64)), surplus
