"""Columns that move together, so that none of them alone can be called the cause."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.territory import UNKNOWN, Coding

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

#: Rank correlation, or Cramér's V, from which two columns say the same.
_SAME: Final = 0.85
#: Share of the variance of being concerned that another column explains, from which it could be the cause instead.
_CONFOUNDED: Final = 0.15


def groups_together(
    groups: Mapping[str, Ints],
    codings: Mapping[str, Coding],
    count: Floats,
    order: list[str],
    *,
    among: Collection[str],
) -> list[tuple[str, ...]]:
    """Columns in groups that cannot be told apart; in the given order, each led by the first of its columns.

    Parameters
    ----------
    groups : of the rows of both sides, by column.
    order : what says most first.
    among : columns that say something; the others stand alone.
    """
    out: list[list[str]] = []
    for name in order:
        asked = [g for g in out if g[0] in among] if name in among else []
        home = next((g for g in asked if _alike(groups, codings, count, (g[0], name)) >= _SAME), None)
        if home is None:
            out.append([name])
        else:
            home.append(name)
    return [tuple(g) for g in out]


def _alike(
    groups: Mapping[str, Ints], codings: Mapping[str, Coding], count: Floats, pair: tuple[str, str]
) -> float:
    (left, right), (first, second) = (codings[n] for n in pair), (groups[n] for n in pair)
    held = (first != UNKNOWN) & (second != UNKNOWN)
    if left.ordered and right.ordered:
        held &= (first < left.inner) & (second < right.inner)
        return abs(_correlation(first[held], second[held], count[held]))
    return cramers_v(first[held], second[held], count[held])


def _correlation(x: Ints, y: Ints, count: Floats) -> float:
    total = float(count.sum())
    if total <= 0.0:
        return 0.0
    left, right = x - float(count @ x) / total, y - float(count @ y) / total
    below = float(count @ (left * left)) * float(count @ (right * right))
    return float(count @ (left * right)) / below**0.5 if below > 0.0 else 0.0


def cramers_v(x: Ints, y: Ints, count: Floats) -> float:
    """Cramér's V of two columns' groups, with Bergsma's correction (J. Korean Stat. Soc. 42 (2013) 323)."""
    n = float(count.sum())
    if n <= 1.0:
        return 0.0
    table = np.bincount(x * (int(y.max()) + 1) + y, count, (int(x.max()) + 1) * (int(y.max()) + 1))
    table = table.reshape(int(x.max()) + 1, -1)
    table = table[table.sum(axis=1) > 0][:, table.sum(axis=0) > 0]
    r, k = table.shape
    if min(r, k) < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi = max(float(((table - expected) ** 2 / expected).sum()) / n - (r - 1) * (k - 1) / (n - 1), 0.0)
    below = min(r - (r - 1) ** 2 / (n - 1), k - (k - 1) ** 2 / (n - 1)) - 1.0
    return float(min(phi / below, 1.0)) ** 0.5 if below > 0.0 else 0.0


def confounders(
    groups: Mapping[str, Ints], count: Floats, concerned: Bools, own: tuple[str, ...]
) -> tuple[str, ...]:
    """Other columns that tell which current rows are concerned; the one that tells most first."""
    rate = float(count @ concerned) / max(float(count.sum()), 1.0)
    if not 0.0 < rate < 1.0:
        return ()
    told = {}
    for name, group in groups.items():
        if name in own:
            continue
        held = group != UNKNOWN
        v = cramers_v(group[held], concerned[held].astype(np.int64), count[held])
        if v * v >= _CONFOUNDED:
            told[name] = v
    return tuple(sorted(told, key=lambda name: -told[name]))
