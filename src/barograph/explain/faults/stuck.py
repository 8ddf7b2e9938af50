"""A value that no longer changes: every row of some windows holds the same one."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.found import fault_of, shares
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.mass import PointMass, is_lattice
from barograph.explain.faults.scan import FEWEST_ROWS, Counted, Hit, find_hit
from barograph.explain.words import exactly, quoted
from barograph.locale.said import say
from barograph.profile.grid import CategoricalGrid

#: Share of one value from which it counts as the only one.
_ALL: Final = 0.97
#: In no window of the reference may it be so frequent; with fewer windows that cannot be known of few values.
_NEVER: Final = 0.8
_FEWEST_WINDOWS: Final = 5
_FEWEST_ROWS: Final = 20.0


def stuck_fault(scene: Scene, look: Look, mass: PointMass | None) -> Fault | None:
    """One value of the reference's range in every row of some windows, as never in a window of the reference.

    Parameters
    ----------
    mass : of a numeric column, as from `point_mass`.
    """
    if isinstance(look.grid, CategoricalGrid):
        return _stuck_category(scene, look, look.grid)
    if mass is None or not mass.inside or not _is_stuck(mass.hit):
        return None
    few = mass.hit.rows < FEWEST_ROWS * look.spread
    if is_lattice(look) and (few or not _varies(look)):
        return None
    value = exactly(mass.value)
    return fault_of(
        scene, mass.hit, RowTest(column=look.name, values=(mass.value,)), kind="stuck",
        name=say("{column} stuck at {value}", column=quoted(look.name), value=value), hits=mass.hit.hits,
        evidence=say(
            "{share} hold {value}, {before} in the reference, and no other value comes.",
            value=value, **shares(mass.hit),
        ),
    )  # fmt: skip


def _is_stuck(hit: Hit) -> bool:
    return (
        hit.matters and hit.share >= _ALL and hit.rows >= _FEWEST_ROWS and hit.highest_before < _NEVER
        and hit.before < _NEVER - 0.1
    )  # fmt: skip


def _varies(look: Look) -> bool:
    """Whether the reference has windows in which a column of few values could have stood still, and did not."""
    rows, counts = look.rows[0], look.reference.counts[:, look.valued]
    full = rows >= _FEWEST_ROWS
    if full.sum() < _FEWEST_WINDOWS:
        return False
    return bool((counts[full].max(axis=1) / rows[full]).max() < _NEVER)


def _stuck_category(scene: Scene, look: Look, grid: CategoricalGrid) -> Fault | None:
    rows = np.maximum(look.rows[1], 1.0)
    share = look.current.counts[:, : len(grid.categories)] / rows[:, None]
    suspects = np.flatnonzero((share * (look.rows[1] >= 5)[:, None] >= _ALL).any(axis=0))
    if len(suspects) != 1 or not _varies(look):
        return None
    code = int(suspects[0])
    hit = find_hit(
        Counted(hits=look.reference.of([code]), rows=look.rows[0]),
        Counted(hits=look.current.of([code]), rows=look.rows[1]),
        tests=scene.tests,
        spread=look.spread,
    )
    if hit is None or not _is_stuck(hit) or hit.rows < FEWEST_ROWS * look.spread:
        return None
    value = grid.categories[code]
    return fault_of(
        scene, hit, RowTest(column=look.name, categories=(value,)), kind="stuck",
        name=say("{column} stuck at {value}", column=quoted(look.name), value=repr(value)), hits=hit.hits,
        evidence=say(
            "{share} are {value}, {before} in the reference, and no other category comes.",
            value=repr(value), **shares(hit),
        ),
    )  # fmt: skip
