"""Values clipped at a bound, texts cut at a length: what lay beyond has moved onto it."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.found import fault_of, where
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.mass import PointMass, lost_beyond
from barograph.explain.words import exactly, percent, quoted

#: What the bound gains over what is lost beyond it.
_GAIN: Final = (0.6, 1.6)
#: Share beyond the bound that is left, of what the reference has, where every row is clipped.
_LEFT: Final = 0.05
#: Share of the reference beyond the bound, at least; and at most where not every row is clipped.
_LEAST: Final = 0.005
_MOST: Final = 0.5
#: Share of the reference on the bound's inner side, where every row is clipped, and where not.
_INSIDE: Final = (0.02, 0.3)
#: Where not every row is clipped: loss on the other side, of what a default value would take there.
_OTHER_SIDE: Final = 0.3


def truncation_fault(scene: Scene, look: Look, mass: PointMass | None) -> Fault | None:
    """A point mass at a bound that holds what the reference has beyond it.

    Parameters
    ----------
    mass : as from `point_mass`; of a text column, of its lengths.

    Notes
    -----
    Rows that were clipped cannot be told from those that held the bound before; these are few.
    """
    if mass is None or not mass.inside or mass.hit.share <= 1.25 * mass.hit.highest_before:
        return None
    for above in (True, False):
        before, now = lost_beyond(look, mass, above=above)
        if before >= _LEAST and _is_clipped(look, mass, (before, now), above=above):
            return _fault(scene, look, mass, (before, now), above=above)
    return None


def _is_clipped(look: Look, mass: PointMass, beyond: tuple[float, float], *, above: bool) -> bool:
    before, now = beyond
    lost = before - now
    noise = 3.0 * np.sqrt(before / mass.hit.rows + before / look.rows[0].sum())
    if not _GAIN[0] * lost - noise <= mass.gain <= _GAIN[1] * lost + noise or lost <= noise:
        return False
    other_before, other_now = lost_beyond(look, mass, above=not above)
    if now <= _LEFT * before:
        return other_before >= _INSIDE[0]
    if other_before < _INSIDE[1]:
        return False
    as_default = mass.hit.of_unhit * other_before
    return before <= _MOST and other_before - other_now <= _OTHER_SIDE * as_default


def _fault(scene: Scene, look: Look, mass: PointMass, beyond: tuple[float, float], *, above: bool) -> Fault:
    text = look.column.kind == "text"
    bound = f"{exactly(mass.value)}{' characters' if text else ''}"
    side = ("longer" if above else "shorter") if text else ("above" if above else "below")
    verb = "cut at" if text else "clipped at"
    return fault_of(
        scene, mass.hit, RowTest(column=look.name, values=(mass.value,)), kind="truncation",
        name=f"{quoted(look.name)} {verb} {bound}", place=where(scene, look.name, mass.codes, mass.hit),
        evidence=f"{percent(beyond[1])} lie {side} where {percent(beyond[0])} did, and {percent(mass.hit.share)} "
        f"at the bound where {percent(mass.hit.before)} did.",
    )  # fmt: skip
