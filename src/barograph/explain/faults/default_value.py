"""A default in place of the value: one value that holds a new point mass, such as −999, 0 or "unknown"."""

from __future__ import annotations

from typing import Final

import numpy as np

from barograph.explain.faults.fault import Fault, RowTest
from barograph.explain.faults.found import fault_of, shares, where
from barograph.explain.faults.looks import Look, Scene
from barograph.explain.faults.mass import PointMass, is_lattice
from barograph.explain.faults.points import reference_points
from barograph.explain.faults.scan import FEWEST_ROWS, Counted, find_hit
from barograph.explain.words import exactly, quoted
from barograph.locale.said import say
from barograph.profile.grid import CategoricalGrid, NumericGrid

#: Texts that stand for no value.
_PLACEHOLDERS: Final = frozenset(
    {
        "", "-", "--", "?", "n/a", "na", "#n/a", "nan", "nil", "none", "null", "<na>", "nat", "unknown", "unk",
        "missing", "undefined", "default", "not available", "not set", "unspecified", "other", "-1", "0", "-999",
        "9999", "999", "test", "tbd", "xx", "xxx",
    }
)  # fmt: skip
#: Times as frequent as before that a value must be that the reference has too, as one of few.
_TIMES_ORDINARY: Final = 10.0
_TIMES: Final = 4.0
#: Distance of a new value from the range, in parts of the reference's middle 90 %, where values are few.
_FAR: Final = 0.25
#: Of the rows a value of few takes, what the others may change among themselves.
_OTHERS: Final = 0.5


def default_fault(scene: Scene, look: Look, mass: PointMass | None) -> Fault | None:
    """One value with far more rows than before, while the others keep their proportions.

    Parameters
    ----------
    mass : of a numeric column, as from `point_mass`.

    Notes
    -----
    A category counts only where its name says that it stands for no value: any other may have become popular. Of a
    column of few values, one the reference has must be ten times as frequent, unless it is one that programs put in;
    a new one must lie off the range.
    """
    if isinstance(look.grid, CategoricalGrid):
        return _default_category(scene, look, look.grid)
    if mass is None or look.column.kind == "text":
        return None
    if not _is_default(look, mass):
        return None
    value = exactly(mass.value)
    return fault_of(
        scene, mass.hit, RowTest(column=look.name, values=(mass.value,)), kind="default_value",
        name=say("{column} set to {value}", column=quoted(look.name), value=value),
        place=where(scene, look.name, mass.codes, mass.hit),
        evidence=say("{share} hold {value}, {before} in the reference.", value=value, **shares(mass.hit))
        if mass.exact or not mass.inside
        else say("one value holds {share} % of the rows.", share=f"{100.0 * mass.hit.of_unhit:.1f}"),
    )  # fmt: skip


def _is_default(look: Look, mass: PointMass) -> bool:
    put_in = _is_put_in(mass.value)
    if is_lattice(look) and not put_in and mass.hit.excess < FEWEST_ROWS * look.spread:
        return False
    if not mass.inside:
        return mass.hit.is_burst(_TIMES) and (put_in or not is_lattice(look) or _is_far(look, mass.value))
    if not mass.exact:
        # Beside the value its cell holds others, whose share is no measure of it.
        return mass.hit.share > 1.25 * mass.hit.highest_before
    if not is_lattice(look) and mass.hit.before < 0.01:
        return mass.hit.is_burst(_TIMES)
    grown = mass.hit.share >= (_TIMES if put_in else _TIMES_ORDINARY) * mass.hit.before
    return grown and mass.hit.is_burst(_TIMES) and _others_kept(look, mass)


def _is_put_in(value: float) -> bool:
    """Whether it is 0, −1, or all nines."""
    digits = str(int(abs(value))) if value == int(value) else ""
    return value in (0.0, -1.0) or (len(digits) >= 2 and set(digits) == {"9"})


def _is_far(look: Look, value: float) -> bool:
    grid = look.grid
    assert isinstance(grid, NumericGrid)  # a point mass is of numbers
    x, share = reference_points(look.reference, grid)
    order = np.argsort(x)
    low, high = x[order][np.searchsorted(np.cumsum(share[order]), (0.05, 0.95)).clip(max=len(x) - 1)]
    gap = max(grid.edges[0] - value, value - grid.edges[-1])
    return bool(gap >= _FAR * (high - low))


def _others_kept(look: Look, mass: PointMass) -> bool:
    others = np.setdiff1d(look.valued, mass.codes)
    before = look.reference.counts[:, others].sum(axis=0).astype(np.float64)
    now = look.current.counts[np.ix_(mass.held, others)].sum(axis=0).astype(np.float64)
    if not now.sum() or not before.sum():
        return True
    moved = 0.5 * np.abs(now / now.sum() - before / before.sum()).sum()
    cells = int(np.count_nonzero(before + now))
    noise = 0.4 * np.sqrt(cells * (1.0 / now.sum() + 1.0 / before.sum()))
    return bool(moved <= _OTHERS * mass.hit.of_unhit + noise)


def _default_category(scene: Scene, look: Look, grid: CategoricalGrid) -> Fault | None:
    named = len(grid.categories)
    texts = dict(enumerate(grid.categories)) | {
        named + bucket: text for bucket, text in look.current.names.items()
    }
    codes = [c for c, text in texts.items() if text.strip().casefold() in _PLACEHOLDERS]
    for code in codes:
        hit = find_hit(
            Counted(hits=look.reference.of([code]), rows=look.rows[0]),
            Counted(hits=look.current.of([code]), rows=look.rows[1]),
            tests=scene.tests,
            spread=look.spread,
        )
        known = look.reference.counts[:, code].any()
        if hit is None or not hit.is_burst(_TIMES) or (known and hit.share < _TIMES * hit.before):
            continue
        value = texts[code]
        return fault_of(
            scene, hit, RowTest(column=look.name, categories=(value,)), kind="default_value",
            name=say("{column} set to {value}", column=quoted(look.name), value=repr(value)),
            place=where(scene, look.name, np.array([code]), hit),
            evidence=say("{share} are {value}, {before} in the reference.", value=repr(value), **shares(hit)),
        )  # fmt: skip
    return None
