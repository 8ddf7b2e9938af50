"""Additive models of coded columns: a level for each group of each column, neighbouring levels held together.

Small enough to be fitted in milliseconds, and cross-fitted: what is said of a row never rests on that row.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from barograph.explain.sampled import SampledRows
from barograph.explain.territory import UNKNOWN, Coding

Floats = NDArray[np.float64]
Ints = NDArray[np.int64]
Bools = NDArray[np.bool_]

FOLDS: Final = 5
#: Columns a model is given at most; those that say most by themselves.
MOST_COLUMNS: Final = 16
_PENALTIES: Final = (1.0, 10.0, 100.0, 1000.0)
#: Of the levels themselves beside their bends.
_OF_LEVELS: Final = 0.001
#: Standard deviations beyond chance from which a column is told from noise.
_SAYS: Final = 2.0
_NEWTON_STEPS: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class Levels:
    """A fitted model: what each group of each column adds to the intercept; an unknown value adds nothing."""

    intercept: float
    of: Mapping[str, Floats]

    def at(self, groups: Mapping[str, Ints]) -> Floats:
        """The model's figure for rows, from their groups; there is at least one column."""
        out: Floats = np.full(len(next(iter(groups.values()))), self.intercept)
        for name, level in self.of.items():
            out += np.append(level, 0.0)[groups[name]]  # `UNKNOWN` is the last
        return out

    def mean(self, shares: Mapping[str, Floats]) -> float:
        """Its mean over rows of which the share of each group is known, column by column."""
        return self.intercept + sum(float(shares[name] @ level) for name, level in self.of.items())


@dataclass(frozen=True, slots=True, kw_only=True)
class Design:
    """Rows as indicators of their groups, one of each column.

    Attributes
    ----------
    names, widths : of the columns, and their numbers of groups.
    codes : parameter that each row has of each column, the last one where its value is not known; (columns, rows).
    penalty : of the parameters' squares and of neighbours' differences, shape (parameters, parameters).
    """

    names: tuple[str, ...]
    widths: tuple[int, ...]
    codes: Ints
    penalty: Floats

    @property
    def size(self) -> int:
        """Parameters, without that of unknown values."""
        return sum(self.widths)

    def of(self, rows: Ints | Bools) -> Design:
        """Some of the rows."""
        return replace(self, codes=self.codes[:, rows])

    def at(self, parameters: Floats) -> Floats:
        """The sum of each row's parameters."""
        found: Floats = np.append(parameters, 0.0)[self.codes].sum(axis=0)
        return found

    def sums(self, values: Floats) -> Floats:
        """Σ of the rows' values by parameter, shape (parameters,)."""
        found = np.zeros(self.size + 1)
        for code in self.codes:
            found += np.bincount(code, values, self.size + 1)
        return found[:-1]

    def gram(self, weight: Floats) -> Floats:
        """Σ weight over the rows of each pair of parameters, shape (parameters, parameters)."""
        size, starts = self.size, np.cumsum((0, *self.widths))
        out = np.zeros((size, size))
        for i, first in enumerate(self.codes):
            a = slice(starts[i], starts[i + 1])
            out[a, a] = np.diag(np.bincount(first, weight, size + 1)[a])
            for j in range(i):
                b, width = slice(starts[j], starts[j + 1]), self.widths[j] + 1
                # Unknown values fall into a row and a column of their own, which are left out.
                left = np.minimum(first - starts[i], self.widths[i])
                right = np.minimum(self.codes[j] - starts[j], self.widths[j])
                table = np.bincount(left * width + right, weight, (self.widths[i] + 1) * width)
                out[a, b] = table.reshape(-1, width)[:-1, :-1]
                out[b, a] = out[a, b].T
        return out

    def levels(self, intercept: float, parameters: Floats, count: Floats) -> Levels:
        """The parameters of a fit by column, each centred over the known rows and so adding nothing where unknown."""
        mass, of = self.sums(count), {}
        for name, start, width in zip(self.names, np.cumsum((0, *self.widths)), self.widths, strict=False):
            level, n = parameters[start : start + width], mass[start : start + width]
            centre = float(n @ level) / max(float(n.sum()), 1.0)
            of[name] = level - centre
            intercept += centre
        return Levels(intercept=intercept, of=of)


def groups_of(rows: SampledRows, codings: Mapping[str, Coding]) -> dict[str, Ints]:
    """The group of every row in every column; `UNKNOWN` where there is none."""
    return {name: coding.group[rows.cells[name]] for name, coding in codings.items()}


def design_of(
    groups: Mapping[str, Ints], names: Sequence[str], codings: Mapping[str, Coding], rows: int
) -> Design:
    """Indicators of the groups of some columns' rows; of none too, and then a model is its intercept."""
    groups = {name: groups[name] for name in names}
    widths = tuple(codings[name].groups for name in groups)
    size = sum(widths)
    codes, penalty = np.full((len(groups), rows), size), np.zeros((size, size))
    at = 0
    for i, (name, group) in enumerate(groups.items()):
        known, held = group != UNKNOWN, slice(at, at + widths[i])
        codes[i, known] = at + group[known]
        penalty[held, held] = _penalty(codings[name])
        at += widths[i]
    return Design(names=tuple(groups), widths=widths, codes=codes, penalty=penalty)


def _penalty(coding: Coding) -> Floats:
    ridge: Floats = np.eye(coding.groups)
    if not coding.ordered or coding.inner < 3:
        return ridge
    ridge[: coding.inner, : coding.inner] *= _OF_LEVELS
    # Second differences: a straight line costs nothing, so that a steady effect is not drawn to none.
    at = np.arange(coding.inner - 2)
    bends = np.zeros((coding.inner - 2, coding.groups))
    bends[at, at], bends[at, at + 1], bends[at, at + 2] = 1.0, -2.0, 1.0
    return ridge + bends.T @ bends


def columns_that_say_most(groups: Mapping[str, Ints], target: Floats, count: Floats) -> list[str]:
    """At most `MOST_COLUMNS` whose groups explain more of the target's variance than chance does."""
    rows = float(count.sum())
    away = target - float(count @ target) / rows
    total = float(count @ away**2) or 1.0
    said = {}
    for name, group in groups.items():
        known = group != UNKNOWN
        n = np.bincount(group[known], count[known])
        sums = np.bincount(group[known], (count * away)[known])
        held = n > 0
        free = max(int(held.sum()) - 1, 1)
        # Groups × variance between them over that of all is chi-squared where the target is alike in all.
        found = float((sums[held] ** 2 / n[held]).sum()) / total * rows - free * (float(n.sum()) / rows)
        said[name] = found / math.sqrt(2.0 * free)
    kept = sorted((name for name in said if said[name] > _SAYS), key=lambda name: -said[name])[:MOST_COLUMNS]
    return [name for name in groups if name in set(kept)]


#: Fits rows to a target: their design, target, count and the penalty, to an intercept and slopes.
Fit = Callable[[Design, Floats, Floats, Floats], tuple[float, Floats]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fitted:
    """A cross-fitted model of a mean.

    Attributes
    ----------
    own : each row's expected target, from the other folds' rows.
    model : the mean of the folds' models.
    design, count, penalty : what it was fitted to.
    """

    own: Floats
    model: Levels
    design: Design
    count: Floats
    penalty: Floats

    def weights(self, imbalance: Floats) -> Floats:
        """What each row's target adds, for one row's share, to the model's mean over rows so far out of balance.

        Parameters
        ----------
        imbalance : by parameter, the share of rows one wants the mean of, less that of rows it is known for.
        """
        total = float(self.count.sum())
        share = self.design.sums(self.count) / total
        held = self.design.gram(self.count) - total * np.outer(share, share) + self.penalty
        slopes: Floats = np.linalg.solve(held, imbalance).astype(np.float64)
        return total * (self.design.at(slopes) - float(share @ slopes))


def fitted_mean(design: Design, target: Floats, count: Floats) -> Fitted:
    """Expect a target from columns, each row from the other folds' rows."""
    fold = _folds(len(target))
    penalty = _chosen(_linear, design, target, count, fold) * design.penalty
    own, intercept, slopes = np.zeros(len(target)), 0.0, np.zeros(design.size)
    for k in range(FOLDS):
        kept = fold != k
        level, slope = _linear(design.of(kept), target[kept], count[kept], penalty)
        own[~kept] = level + design.of(~kept).at(slope)
        intercept, slopes = intercept + level / FOLDS, slopes + slope / FOLDS
    model = design.levels(intercept, slopes, count)
    return Fitted(own=own, model=model, design=design, count=count, penalty=penalty)


def fitted_odds(design: Design, target: Floats, count: Floats) -> Floats:
    """Log-odds of each row's target being 1, from the other folds' rows."""
    fold = _folds(len(target))
    penalty = _chosen(_logistic, design, target, count, fold) * design.penalty
    out = np.zeros(len(target))
    for k in range(FOLDS):
        kept = fold != k
        level, slope = _logistic(design.of(kept), target[kept], count[kept], penalty)
        out[~kept] = level + design.of(~kept).at(slope)
    return out


def _folds(rows: int) -> Ints:
    """A sample is sorted by hash, so that rows taking turns fall into folds by chance."""
    return np.arange(rows) % FOLDS


def _chosen(fit: Fit, design: Design, target: Floats, count: Floats, fold: Ints) -> float:
    """A tenth of the penalty under which one fold is told best by the others.

    A model bent too little costs a bias in the parts that weights do not find; one bent too much a little noise, which
    the intervals hold.
    """
    kept, losses = fold != 0, []
    y, c = target[~kept], count[~kept]
    for penalty in _PENALTIES:
        level, slope = fit(design.of(kept), target[kept], count[kept], penalty * design.penalty)
        said = level + design.of(~kept).at(slope)
        loss = (y - said) ** 2 if fit is _linear else np.logaddexp(0.0, said) - y * said
        losses.append(float(c @ loss))
    return _PENALTIES[int(np.argmin(losses))] / 10.0


def _linear(design: Design, target: Floats, count: Floats, penalty: Floats) -> tuple[float, Floats]:
    total = float(count.sum())
    centre, share = float(count @ target) / total, design.sums(count) / total
    held = design.gram(count) - total * np.outer(share, share) + penalty
    slopes = np.linalg.solve(held, design.sums(count * (target - centre)))
    return centre - float(share @ slopes), slopes.astype(np.float64)


def _logistic(design: Design, target: Floats, count: Floats, penalty: Floats) -> tuple[float, Floats]:
    """Newton's method, its first steps held short."""
    share = min(max(float(count @ target) / float(count.sum()), 1e-6), 1.0 - 1e-6)
    level, slopes = math.log(share / (1.0 - share)), np.zeros(design.size)
    for _ in range(_NEWTON_STEPS):
        p = 1.0 / (1.0 + np.exp(-np.clip(level + design.at(slopes), -30.0, 30.0)))
        away, weight = count * (target - p), count * np.maximum(p * (1.0 - p), 1e-6)
        edge, total = design.sums(weight), float(weight.sum())
        # The intercept is free: it is taken out before the slopes are stepped, and follows from them.
        held = design.gram(weight) - np.outer(edge, edge) / total + penalty
        pull = design.sums(away) - penalty @ slopes - edge * (float(away.sum()) / total)
        step: Floats = np.linalg.solve(held, pull).astype(np.float64)
        first = (float(away.sum()) - float(edge @ step)) / total
        furthest = max(float(np.abs(step).max(initial=0.0)), abs(first))
        short = min(1.0, 5.0 / max(furthest, 1e-12))
        level, slopes = level + short * first, np.asarray(slopes + short * step, np.float64)
        if furthest < 1e-3:
            break
    return level, slopes


def shares_of(rows: Mapping[str, Floats], codings: Mapping[str, Coding]) -> dict[str, Floats]:
    """Share of all rows in each group of each column, from the rows in each of its cells."""
    out = {}
    for name, cells in rows.items():
        coding = codings[name]
        known = coding.group != UNKNOWN
        held = np.bincount(coding.group[known], cells[known], minlength=coding.groups)
        out[name] = held / max(float(cells.sum()), 1.0)
    return out
