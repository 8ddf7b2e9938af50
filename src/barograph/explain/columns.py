"""The change seen along each column, exactly, from cross tables of all judged rows."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.territory import UNKNOWN, Coding
from barograph.metrics.intervals import student
from barograph.metrics.values import Value

Floats = NDArray[np.float64]

#: Rows of a group on either side below which its change is too uncertain to be compared with the others'.
_FEWEST: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnSplit:
    """One column's view of the change.

    Attributes
    ----------
    mix, new_territory : see `ColumnCause`.
    unseen_share : of current rows, those in cells where the reference has none.
    heterogeneity : excess of Cochran's Q of the groups' changes, in standard deviations of what chance gives.
    groups : by group the change of its loss, the variance of that, and the rows of its smaller side.
    """

    mix: Value
    new_territory: Value
    unseen_share: float
    heterogeneity: float
    groups: tuple[tuple[int, float, float, float], ...]


def column_split(
    coding: Coding, reference: tuple[Floats, Floats, Floats], current: tuple[Floats, Floats, Floats], *,
    kurtosis: float = 3.0,
) -> ColumnSplit:  # fmt: skip
    """Split the change along one column.

    Parameters
    ----------
    coding : of the column.
    reference, current : rows, mean loss and its variance by cell, each of shape (36,).
    kurtosis : of the loss; with heavy tails a few rows make a group's mean.

    Notes
    -----
    With shares p and q of the reference's and current rows in groups the reference has rows of, and mean losses L:
    mix = Σ (q − p)(L_p − R_p), new territory = Σ over the other cells q (L_q − R_p), concept what is left. Rows that
    fall in no group, for chance alone, are left to concept. Intervals by the delta method; heterogeneity after Cochran,
    Biometrics 10 (1954) 101.
    """
    p, before, p_variance = _grouped(coding, *reference)
    q, after, q_variance = _grouped(coding, *current)
    n_p, n_q = float(reference[0].sum()), float(current[0].sum())
    risk = float(reference[0] @ reference[1]) / n_p
    known = p > 0
    share_q, seen = q / n_q, float(q[known].sum()) / n_q
    away = np.where(known, before - risk, 0.0)
    mix = float(share_q @ away)
    ratio = np.divide(share_q, p / n_p, out=np.zeros_like(p), where=known)
    within = float((p / n_p * (ratio - seen) ** 2 * p_variance).sum()) + seen**2 * float(
        (p / n_p * away**2).sum()
    )
    variance = (float(share_q @ away**2) - mix**2) / n_q + within / n_p
    new, unseen = _new(
        coding,
        current,
        risk,
        n_q,
        (n_p, float(reference[0] @ (reference[2] + (reference[1] - risk) ** 2)) / n_p),
    )
    held = (p >= _FEWEST) & (q >= _FEWEST)
    spread = np.where(held, p_variance / np.maximum(p, 1.0) + q_variance / np.maximum(q, 1.0), np.inf)
    groups = tuple(
        (int(g), float(after[g] - before[g]), float(spread[g]), float(min(p[g], q[g])))
        for g in np.flatnonzero(held & (spread > 0.0))
    )
    return ColumnSplit(
        mix=_value(mix, max(variance, 0.0), n_q), new_territory=new, unseen_share=unseen,
        heterogeneity=_heterogeneity(groups, kurtosis), groups=groups,
    )  # fmt: skip


def _grouped(coding: Coding, rows: Floats, mean: Floats, variance: Floats) -> tuple[Floats, Floats, Floats]:
    """Rows, mean and variance by group, from those by cell."""
    held = coding.group != UNKNOWN
    at = coding.group[held]
    n: Floats = np.bincount(at, rows[held], coding.groups).astype(np.float64)
    safe = np.maximum(n, 1.0)
    centre = np.bincount(at, (rows * mean)[held], coding.groups) / safe
    square = np.bincount(at, (rows * (variance + mean**2))[held], coding.groups) / safe
    return n, centre, np.maximum(square - centre**2, 0.0)


def _new(
    coding: Coding,
    current: tuple[Floats, Floats, Floats],
    risk: float,
    n_q: float,
    reference: tuple[float, float],
) -> tuple[Value, float]:
    rows, mean, variance = (side[coding.unseen] for side in current)
    share = float(rows.sum()) / n_q
    amount = float(rows @ (mean - risk)) / n_q
    square = float(rows @ (variance + (mean - risk) ** 2)) / n_q
    n_p, of_loss = reference
    total = max(square - amount**2, 0.0) / n_q + share**2 * of_loss / n_p
    return _value(amount, total, max(float(rows.sum()), 2.0)), share


def _value(value: float, variance: float, rows: float) -> Value:
    reach = student(max(rows - 1.0, 1.0)) * math.sqrt(variance)
    return Value(value=value, n=round(rows), interval=(value - reach, value + reach))


def _heterogeneity(groups: Sequence[tuple[int, float, float, float]], kurtosis: float) -> float:
    """(Q − (k − 1))/√(Σ(2 + kurtosis/rows)(k − 1)/k) over k groups' changes; 0 where there is but one.

    The squared mean of n rows over its variance has variance 2 + (kurtosis − 3)/n.
    """
    if len(groups) < 2:
        return 0.0
    weight = 1.0 / np.array([variance for _, _, variance, _ in groups])
    change = np.array([amount for _, amount, _, _ in groups])
    centre = float(weight @ change) / float(weight.sum())
    free = len(groups) - 1
    varies = sum(2.0 + max(kurtosis - 3.0, 0.0) / rows for *_, rows in groups) * free / len(groups)
    return (float(weight @ (change - centre) ** 2) - free) / math.sqrt(varies)
