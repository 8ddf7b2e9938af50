"""Times in another zone: the hours of the day are the reference's, but rotated."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.faults.fault import Fault, Repair, RowTest
from barograph.explain.faults.found import fault_of
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.scan import Counted, Hit, find_hit
from barograph.explain.words import percent, quoted
from barograph.locale.said import Said, say
from barograph.profile.grid import NumericGrid

Floats = NDArray[np.float64]

_HOURS: Final = 24
#: Zones lie up to so many hours apart.
_MOST_HOURS: Final = 12
#: Share of rows whose hour must differ; of that, what the rotation may leave; and rows that must be rotated.
_LEAST_DIFFERENCE: Final = 0.06
_LEFT: Final = 0.35
_LEAST_PART: Final = 0.6
_NOISE: Final = 0.4


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rotation:
    hours: int
    hit: Hit
    part: float
    differs: float
    left: float


def timezone_fault(scene: Scene, look: Look) -> Fault | None:
    """Hours of the day of a datetime, or of an hour column (0 to 23), rotated in some windows.

    Notes
    -----
    Where the hours are even there is nothing to see. A fault of less than 60 % of the rows of its windows is not told
    from a changed habit.
    """
    tables = _by_hour(look)
    if tables is None:
        return None
    before, now = tables
    if not before.sum() or not now.sum():
        return None
    share = (before.sum(axis=0) + 0.5) / (before.sum() + 0.5 * _HOURS)
    spread = _spread(before)
    if not _moved(now, share, spread):
        return None
    shifts = [h for h in range(-_MOST_HOURS + 1, _MOST_HOURS + 1) if h]
    found = [r for h in shifts if (r := _rotation(scene, (before, now), share, (h, spread))) is not None]
    if not found:
        return None
    best = min(found, key=lambda r: r.left)
    return _fault(scene, look, best)


def _by_hour(look: Look) -> tuple[Floats, Floats] | None:
    """Rows per window and hour of the day on both sides; None where the column tells no hour."""
    grid = look.grid
    if not isinstance(grid, NumericGrid):
        return None
    if grid.kind == "datetime":
        sides = (look.reference, look.current)
        one, two = (s.counts[:, :168].reshape(-1, 7, _HOURS).sum(axis=1).astype(np.float64) for s in sides)
        return one, two
    values = grid.edges[: grid.bins][grid.exact[: grid.bins]]
    hours = set(range(_HOURS))
    if grid.kind != "numeric" or not {0.0, 23.0} <= set(values.tolist()) or not set(values.tolist()) <= hours:
        return None
    codes = np.flatnonzero(grid.exact[: grid.bins])
    tables = []
    for side in (look.reference, look.current):
        table = np.zeros((len(side.counts), _HOURS))
        table[:, values.astype(int)] = side.counts[:, codes]
        tables.append(table)
    return tables[0], tables[1]


def _spread(before: Floats) -> float:
    """Overdispersion of the hours between the reference's windows."""
    rows = before.sum(axis=1)
    held = rows > 0
    if held.sum() < 5:
        return 1.0
    share = before.sum(axis=0) / before.sum()
    expected = rows[held][:, None] * share
    chance = (expected * (1.0 - share)).sum() * (1.0 - 1.0 / held.sum())
    return max(float(((before[held] - expected) ** 2).sum() / chance), 1.0) if chance > 0 else 1.0


def _moved(now: Floats, share: Floats, spread: float) -> bool:
    """Whether the hours of some window, or of all, differ enough to be looked at."""
    table = np.vstack((now, now.sum(axis=0)))
    rows = np.maximum(table.sum(axis=1), 1.0)
    differs = 0.5 * np.abs(table / rows[:, None] - share).sum(axis=1)
    return bool((differs > _LEAST_DIFFERENCE + _NOISE * np.sqrt(_HOURS * spread / rows)).any())


def _rotation(
    scene: Scene, tables: tuple[Floats, Floats], share: Floats, by: tuple[int, float]
) -> _Rotation | None:
    (before, now), (hours, spread) = tables, by
    rotated = np.roll(share, hours)
    told = rotated > 1.2 * share
    if rotated[told].sum() - share[told].sum() < _LEAST_DIFFERENCE:
        return None
    hit = find_hit(
        Counted(hits=before[:, told].sum(axis=1), rows=before.sum(axis=1)),
        Counted(hits=now[:, told].sum(axis=1), rows=now.sum(axis=1)),
        tests=scene.tests,
        spread=spread,
    )
    if hit is None or not hit.matters or hit.share <= hit.highest_before:
        return None
    held = hit.held(len(now))
    found = now[held].sum(axis=0) / now[held].sum()
    towards = rotated - share
    part = min(float((found - share) @ towards / (towards @ towards)), 1.0)
    differs = 0.5 * float(np.abs(found - share).sum())
    left = 0.5 * float(np.abs(found - share - part * towards).sum())
    noise = _NOISE * float(np.sqrt(_HOURS * spread * (1.0 / hit.rows + 1.0 / before.sum())))
    if (
        part < _LEAST_PART
        or differs < max(_LEAST_DIFFERENCE, 2.0 * noise)
        or left > max(_LEFT * differs, noise)
    ):
        return None
    return _Rotation(hours=hours, hit=hit, part=part, differs=differs, left=left)


def _fault(scene: Scene, look: Look, found: _Rotation) -> Fault:
    of_day = look.column.kind != "datetime"
    return fault_of(
        scene, found.hit, RowTest(column=look.name), kind="timezone", name=_name(look.name, found.hours),
        hits=found.hit.rows,
        evidence=say(
            "the hours of the day differ for {share} of the rows, and for {left} once shifted back.",
            share=percent(found.differs), left=percent(found.left),
        ),
        repair=Repair(column=look.name, hours=float(-found.hours), of_day=of_day),
    )  # fmt: skip


def _name(column: str, hours: int) -> Said:
    name = quoted(column)
    if abs(hours) == 1:
        return (
            say("{column} 1 hour later", column=name)
            if hours > 0
            else say("{column} 1 hour earlier", column=name)
        )
    if hours > 0:
        return say("{column} {n} hours later", column=name, n=hours)
    return say("{column} {n} hours earlier", column=name, n=-hours)
