"""All data faults of a current profile, in a stated order of precedence."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Final, get_args

import numpy as np

from barograph.explain.faults.categories import category_fault
from barograph.explain.faults.default_value import default_fault
from barograph.explain.faults.duplicates import duplicate_fault
from barograph.explain.faults.fault import Fault, FaultKind
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.mass import point_mass
from barograph.explain.faults.nulls import absent_fault, null_fault
from barograph.explain.faults.outage import gap_faults, hour_faults, source_faults
from barograph.explain.faults.stuck import stuck_fault
from barograph.explain.faults.timezone import timezone_fault
from barograph.explain.faults.truncation import truncation_fault
from barograph.explain.faults.type_change import type_fault
from barograph.explain.faults.unit import unit_fault
from barograph.profile.value import Profile

#: A row hit by several faults is the first one's; of one kind, that of the most rows.
PRECEDENCE: Final[tuple[FaultKind, ...]] = get_args(FaultKind)

#: Segments that are looked at one by one, the largest; and the share of all rows that a fault of one must hit.
_MOST_SEGMENTS: Final = 12
_LEAST_OF_ALL: Final = 0.002
#: Of what the column has changed in the segment, what it may have changed in the other rows; noise taken off both.
_ELSEWHERE: Final = 0.35


def find_faults(
    reference: Profile, current: Profile, *, columns: Collection[str] | None = None
) -> tuple[Fault, ...]:
    """The data faults of the current rows: what looks like an accident rather than like drift.

    A fault is certain (p < 10⁻⁴ corrected for all columns, kinds and stretches of time), large enough to matter (0.2 %
    of the rows, or 1 % of those of its windows and 0.05 % of all), unlike any window of the reference, and of the shape
    of its kind. Time is found from the windows, so that a fault of a few of them is not lost in the total; what all
    rows do not show is looked for in the segments.

    Parameters
    ----------
    reference, current : on one grid.
    columns : whose values alone are looked at, in all rows together; None: every column's, the segments and the rows.

    Returns
    -------
    In order of `PRECEDENCE`. Of one column's values at most one fault is named beside missing and mistyped ones. Rows
    that never came (`outage`) are not rows hit.

    Raises
    ------
    GridMismatch
        Where the grids differ.

    Notes
    -----
    Not called faults: shares of nulls or of a value that have grown less than fourfold; new categories beside the known
    ones; values beyond the range that are not the known ones in another unit.
    Cost: 1.4 ms a column of 90 windows, 4 ms where it drifted, and the same for each of the 12 largest segments. No
    scan of rows; the samples of both profiles are read where they tell more.

    Examples
    --------
    >>> from barograph.explain.faults.tried import profiles_of
    >>> heights = [1.5 + 0.001 * i for i in range(400)]
    >>> find_faults(*profiles_of(heights, [100.0 * x for x in heights]))[0].name
    'x multiplied by 100'
    """
    reference.require_same_grid(current, "compared")
    if not reference.rows or not current.rows:
        return ()
    scene = Scene.of(reference, current)
    names = [name for name in scene.names if columns is None or name in columns]
    faults = [fault for name in names for fault in _of_column(scene, name)]
    if columns is None:
        faults += _of_segments(scene, {fault.column for fault in faults})
        faults += _of_rows(scene)
    return tuple(sorted(faults, key=lambda f: (PRECEDENCE.index(f.kind), -f.rows)))


def _of_column(scene: Scene, name: str) -> Iterator[Fault]:
    look = scene.look(name)
    if look is None:
        yield absent_fault(scene, name)
        return
    if not look.rows[0].sum():
        return
    found = [type_fault(scene, look), null_fault(scene, look), _of_values(scene, look)]
    faults = [fault for fault in found if fault is not None]
    yield from faults or source_faults(scene, look)


def _of_segments(scene: Scene, told: set[str | None]) -> Iterator[Fault]:
    """Faults of one segment's values that all rows together do not show; of each column that of the most rows."""
    sizes = dict.fromkeys(scene.reference.segments, 0)
    for cell, rows in zip(scene.current.cells, scene.current.table.rows.tolist(), strict=True):
        if cell.segment in sizes:
            sizes[cell.segment] += rows
    found: dict[str | None, Fault] = {}
    for segment in sorted(sizes, key=lambda s: -sizes[s])[:_MOST_SEGMENTS]:
        if sizes[segment] < _LEAST_OF_ALL * scene.current.rows or not sizes[segment]:
            continue
        part = Scene.of(scene.reference, scene.current, segment)
        for name in scene.names:
            if name in told or (part.within is not None and name == part.within[0]):
                continue
            look = part.look(name)
            fault = _of_values(part, look) if look is not None and look.rows[0].sum() else None
            if fault is not None and fault.share >= _LEAST_OF_ALL and _is_its_own(scene, part, name):
                best = found.get(name)
                found[name] = fault if best is None or fault.rows > best.rows else best
    yield from found.values()


def _is_its_own(scene: Scene, part: Scene, name: str) -> bool:
    """Whether the column has changed in the segment far more than in the other rows."""
    whole, inside = scene.look(name), part.look(name)
    if whole is None or inside is None:
        return False
    moved = []
    for others in (False, True):
        sides = []
        for of_all, of_part in ((whole.reference, inside.reference), (whole.current, inside.current)):
            counts = of_part.counts.sum(axis=0)
            counts = of_all.counts.sum(axis=0) - counts if others else counts
            sides.append(np.bincount(whole.grid.cross, weights=counts))
        rows = [max(float(side.sum()), 1.0) for side in sides]
        cells = np.count_nonzero(sides[0] + sides[1])
        noise = 0.4 * np.sqrt(cells * (1.0 / rows[0] + 1.0 / rows[1]))
        moved.append(0.5 * np.abs(sides[0] / rows[0] - sides[1] / rows[1]).sum() - noise)
    return bool(moved[0] > 0.0 and moved[1] <= _ELSEWHERE * moved[0])


def _of_values(scene: Scene, look: Look) -> Fault | None:
    """The one fault of a column's values; a change of unit asks most of their shape, and comes first."""
    first = unit_fault(scene, look) or timezone_fault(scene, look)
    if first is not None:
        return first
    mass = point_mass(scene, look)
    return (
        stuck_fault(scene, look, mass)
        or truncation_fault(scene, look, mass)
        or default_fault(scene, look, mass)
        or category_fault(scene, look)
    )


def _of_rows(scene: Scene) -> Iterator[Fault]:
    repeated = duplicate_fault(scene)
    if repeated is not None:
        yield repeated
    yield from gap_faults(scene)
    if scene.timestamp is None or scene.timestamp not in scene.reference.columns:
        return
    times = scene.look(scene.timestamp)
    if times is not None:
        shifted = timezone_fault(scene, times)
        if shifted is not None:
            yield shifted
        else:
            yield from hour_faults(scene, times)
