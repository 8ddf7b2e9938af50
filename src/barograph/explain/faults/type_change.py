"""Values that no longer have the column's type, as numbers that arrive as words."""

from __future__ import annotations

import numpy as np

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.found import fault_of, shares, where
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.scan import Counted, find_hit
from barograph.explain.words import quoted
from barograph.locale.said import say

_KINDS = {
    "numeric": say("a number"), "datetime": say("a time"), "text": say("text"), "categorical": say("a category"),
}  # fmt: skip


def type_fault(scene: Scene, look: Look) -> Fault | None:
    """Values that cannot be read as the column's kind in far more rows than in any window of the reference.

    Notes
    -----
    Every text fits a category column: a type that changed there is found as renamed categories.
    """
    codes = np.array([look.grid.code("mismatched")])
    hit = find_hit(
        Counted(hits=look.reference.of(codes), rows=look.reference.rows),
        Counted(hits=look.current.of(codes), rows=look.current.rows),
        tests=scene.tests,
    )
    if hit is None or not hit.is_burst():
        return None
    kind = _KINDS[look.column.kind]
    return fault_of(
        scene, hit, RowTest(column=look.name, null=True), kind="type_change",
        name=say("{column} not {kind}", column=quoted(look.name), kind=kind),
        evidence=say("{share} cannot be read as {kind}, {before} in the reference.", kind=kind, **shares(hit)),
        place=where(scene, look.name, codes, hit),
    )  # fmt: skip
