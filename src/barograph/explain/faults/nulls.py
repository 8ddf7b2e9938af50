"""Values that are missing where they were not: a burst of nulls, a column that is gone."""

from __future__ import annotations

import numpy as np

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.found import fault_of, shares, where
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.scan import Counted, Hit, find_hit
from barograph.explain.words import quoted
from barograph.locale.said import say
from barograph.profile.grid import NumericGrid


def null_fault(scene: Scene, look: Look) -> Fault | None:
    """Nulls and NaN in far more rows than in any window of the reference.

    Notes
    -----
    A share that has merely grown, to less than four times the reference's, is drift; beside windows of the current
    rows that are like the reference, to less than twice.
    """
    extras = ("null", "nan") if isinstance(look.grid, NumericGrid) else ("null",)
    codes = np.array([look.grid.code(extra) for extra in extras])
    hit = find_hit(
        Counted(hits=look.reference.of(codes), rows=look.reference.rows),
        Counted(hits=look.current.of(codes), rows=look.current.rows),
        tests=scene.tests,
    )
    if hit is None or not hit.is_burst():
        return None
    return fault_of(
        scene, hit, RowTest(column=look.name, null=True), kind="nulls",
        name=say("{column} missing", column=quoted(look.name)),
        evidence=say("{share} hold no value, {before} in the reference.", **shares(hit)),
        place=where(scene, look.name, codes, hit),
    )  # fmt: skip


def absent_fault(scene: Scene, name: str) -> Fault:
    """A column the reference has and no current row."""
    total = float(scene.rows.sum())
    hit = Hit(
        runs=((0, len(scene.rows)),), hits=total, rows=total, before=0.0, highest_before=0.0, beside=None,
        total=total, p_value=0.0,
    )  # fmt: skip
    return fault_of(
        scene, hit, RowTest(column=name, null=True), kind="nulls",
        name=say("{column} absent", column=quoted(name)),
        evidence=say("no row has this column, every reference row had."),
    )  # fmt: skip
