"""Values clipped at a bound, texts cut at a length: what lay beyond has moved onto it."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.found import fault_of, where
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.mass import PointMass, lost_beyond
from barograph.explain.words import exactly, percent, quoted
from barograph.locale.said import Said, say

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
    text, bound = look.column.kind == "text", exactly(mass.value)
    cut = say("{column} cut at {n} characters", column=quoted(look.name), n=bound)
    clipped = say("{column} clipped at {bound}", column=quoted(look.name), bound=bound)
    return fault_of(
        scene, mass.hit, RowTest(column=look.name, values=(mass.value,)), kind="truncation",
        name=cut if text else clipped, place=where(scene, look.name, mass.codes, mass.hit),
        evidence=say(
            "{share} lie {side} where {before} did, and {at_bound} at the bound where {at_bound_before} did.",
            share=percent(beyond[1]), side=_side(text=text, above=above), before=percent(beyond[0]),
            at_bound=percent(mass.hit.share), at_bound_before=percent(mass.hit.before),
        ),
    )  # fmt: skip


def _side(*, text: bool, above: bool) -> Said:
    if text:
        return say("longer") if above else say("shorter")
    return say("above") if above else say("below")
