"""Which columns go together, and whether that changed: associations of the sampled rows."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final, Literal

import numpy as np

from barograph.locale.said import say
from barograph.metrics.association_table import AssociationTable, association_table
from barograph.metrics.intervals import Z
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.count import FEATURE_ROLES
from barograph.profile.grid import CategoricalGrid, Grid
from barograph.profile.value import Profile
from barograph.schema.model import Role

Method = Literal["spearman", "pearson", "correlation_ratio", "cramers_v"]

#: Features compared with each other: those most associated with the label, or else the prediction.
MOST_FEATURES: Final = 200
#: Pairs of features reported, strongest first.
MOST_PAIRS: Final = 200
_TARGET_ROLES: Final[tuple[Role, ...]] = ("label", "prediction", "score")
_FEWEST_ROWS: Final = 4
_Side = AssociationTable | Undefined


@dataclass(frozen=True, slots=True, kw_only=True)
class Association:
    """How strongly two columns go together, on each side.

    Attributes
    ----------
    left, right : columns; right is the target where there is one.
    method : `spearman` and `pearson` of two numbers, in [-1, 1]; `correlation_ratio` of a number and a
        category, and bias-corrected `cramers_v` of two categories, in [0, 1].
    reference : None where no reference was given.
    """

    left: str
    right: str
    method: Method
    reference: Result | None
    current: Result


def associations(reference: Profile | None, current: Profile) -> tuple[Association, ...]:
    """Associations of features with the targets, then the strongest of features with each other.

    Parameters
    ----------
    reference, current : as for `target_associations`.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> associations(None, profile_of([1.0, 2.0, 3.0]))
    ()
    """
    return (*target_associations(reference, current), *feature_associations(reference, current))


def target_associations(reference: Profile | None, current: Profile) -> tuple[Association, ...]:
    """Associations of every feature with the label, the prediction and the scores.

    Parameters
    ----------
    reference, current : profiles with their coordinated samples, of all their windows; reference may be None.

    Returns
    -------
    Target by target, features in the schema's order; two numbers have both coefficients.

    Notes
    -----
    Sampled rows count as often as they occur; a pair uses the rows that have both; ranks are those among
    a column's own values; beyond the 31 most frequent categories the rest are one. Intervals (95 %) are
    Fisher's z, for Spearman's coefficient with Bonett and Wright's variance, for η and V approximate and rather wide
    (V's hold the truth in 99 %); in a full sample without ids they rest on Kish's effective rows. Cost: 0.1 s for
    200 features.

    Examples
    --------
    >>> from barograph.metrics.quality.arrays import profile_of
    >>> target_associations(None, profile_of([1.0, 2.0, 3.0]))
    ()
    """
    firsts = _features(current)
    targets = _targets(current)
    if not firsts or not targets:
        return ()
    sides = _sides((reference, current), firsts, targets)
    pairs = [(i, j) for j in range(len(targets)) for i in range(len(firsts))]
    return tuple(
        a for i, j in pairs for a in _associations((firsts[i], targets[j]), (i, j), sides, current.grid)
    )


def feature_associations(
    reference: Profile | None,
    current: Profile,
    *,
    features: int = MOST_FEATURES,
    pairs: int = MOST_PAIRS,
) -> tuple[Association, ...]:
    """The strongest associations of features with each other.

    Parameters
    ----------
    reference, current : as for `target_associations`.
    features : how many are looked at: those most associated with the label, or else with the prediction or
        score, or else the first of the schema.
    pairs : how many are reported.

    Returns
    -------
    Strongest first, by the larger of both sides; two numbers have both coefficients, ranked by Spearman's.

    Notes
    -----
    Cost: 0.1 to 0.25 s a side for 200 features and 2,000 sampled rows; 0.45 s where all have 32 categories.
    """
    names = _most_associated(reference, current, features)
    if len(names) < 2:
        return ()
    sides = _sides((reference, current), names, names)
    strength = np.zeros((len(names), len(names)))
    for side in sides:
        if isinstance(side, AssociationTable):
            strength = np.fmax(strength, np.abs(side.primary))
    first, second = np.triu_indices(len(names), 1)
    strongest = np.argsort(-strength[first, second], kind="stable")[:pairs]
    return tuple(
        a for i, j in zip(first[strongest].tolist(), second[strongest].tolist(), strict=True)
        for a in _associations((names[i], names[j]), (i, j), sides, current.grid)
    )  # fmt: skip


def _sides(
    profiles: tuple[Profile | None, Profile], firsts: list[str], seconds: list[str]
) -> tuple[_Side | None, _Side]:
    reference, current = profiles
    return (
        None if reference is None else association_table(reference, firsts, seconds),
        association_table(current, firsts, seconds),
    )


def _associations(
    names: tuple[str, str], at: tuple[int, int], sides: tuple[_Side | None, _Side], grid: Grid
) -> list[Association]:
    return [
        Association(
            left=names[0],
            right=names[1],
            method=method,
            reference=None if sides[0] is None else _result(sides[0], names, at, method),
            current=_result(sides[1], names, at, method),
        )
        for method in _methods(names, grid)
    ]


def _methods(names: tuple[str, str], grid: Grid) -> tuple[Method, ...]:
    categories = sum(isinstance(grid.columns[name], CategoricalGrid) for name in names)
    return (("spearman", "pearson"), ("correlation_ratio",), ("cramers_v",))[categories]


def _result(side: _Side, names: tuple[str, str], at: tuple[int, int], method: Method) -> Result:
    if not isinstance(side, AssociationTable):
        return side
    gone = [name for name in names if name in side.absent]
    if gone:
        return Undefined(
            reason="column_missing", detail=say("no row has a column {name}", name=repr(gone[0]))
        )
    rows = round(float(side.rows[at]))
    if rows < _FEWEST_ROWS:
        detail = say(
            "{fewest} sampled rows with both {one} and {other} are needed; there are {rows}",
            fewest=_FEWEST_ROWS,
            one=repr(names[0]),
            other=repr(names[1]),
            rows=rows,
        )
        return Undefined(reason="too_few_rows", detail=detail)
    value = float((side.pearson if method == "pearson" else side.primary)[at])
    if math.isnan(value):
        return Undefined(
            reason="constant",
            detail=say(
                "{one} or {other} is constant in the sampled rows",
                one=repr(names[0]),
                other=repr(names[1]),
            ),
        )
    return Value(value=value, n=rows, interval=fisher_z(value, rows * side.effective, method))


def fisher_z(value: float, n: float, method: Method) -> tuple[float, float] | None:
    """Fisher's z; its variance is 1/(n − 3), times 1 + r²/2 for ranks (Bonett and Wright 2000)."""
    if n <= 3.0:
        return None
    lowest = -1.0 if method in ("spearman", "pearson") else 0.0
    if abs(value) >= 1.0:
        return (value, value)
    spread = Z * math.sqrt((1.0 + value * value / 2.0 if method == "spearman" else 1.0) / (n - 3.0))
    z = math.atanh(value)
    return min(max(math.tanh(z - spread), lowest), value), max(math.tanh(z + spread), value)


def _features(profile: Profile) -> list[str]:
    return [
        c.name for c in profile.schema.columns if c.role in FEATURE_ROLES and c.name in profile.grid.columns
    ]


def _targets(profile: Profile) -> list[str]:
    held = [c.name for role in _TARGET_ROLES for c in profile.schema.with_role(role)]
    return [name for name in held if name in profile.grid.columns]


def _most_associated(reference: Profile | None, current: Profile, most: int) -> list[str]:
    names = _features(current)
    if len(names) <= most:
        return names
    targets = _targets(current)
    if not targets:
        return names[:most]
    strength = np.zeros(len(names))
    for side in _sides((reference, current), names, targets[:1]):
        if isinstance(side, AssociationTable):
            strength = np.fmax(strength, np.abs(side.primary[:, 0]))
    chosen = np.sort(np.argsort(-strength, kind="stable")[:most])
    return [names[i] for i in chosen.tolist()]
