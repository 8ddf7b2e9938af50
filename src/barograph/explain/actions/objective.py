"""What a threshold is chosen for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from barograph.errors import SchemaError, did_you_mean
from barograph.schema.custom.model import CostMatrix
from barograph.schema.model import Schema

Floats = NDArray[np.float64]
#: Costs as a schema writes them: ``{label: {prediction: cost}}``.
Costs = Mapping[str, Mapping[str, float]]

#: Columns of a table of decisions: rows of the class that are taken, others that are, rows of the class that are not,
#: others that are not.
TP, FP, FN, TN = range(4)


@dataclass(frozen=True, slots=True, kw_only=True)
class Objective:
    """A figure of decisions, and which of them are allowed.

    Attributes
    ----------
    of : table of decisions, shape (…, 4), to the figure, shape (…); NaN where there is none.
    allowed : table of decisions to those that may be chosen; None: all.
    """

    name: str
    higher_is_better: bool
    of: Callable[[Floats], Floats]
    allowed: Callable[[Floats], NDArray[np.bool_]] | None = None

    def best(self, table: Floats) -> int | None:
        """The best of several tables, shape (tables, 4); of equal ones the first. None where none is allowed."""
        found = int(self.best_of_each(table[None])[0])
        return None if found < 0 else found

    def best_of_each(self, tables: Floats) -> NDArray[np.int64]:
        """The best of each row of tables, shape (rows, tables, 4); −1 where none is allowed."""
        figure = self.of(tables) if self.higher_is_better else -self.of(tables)
        held = np.isfinite(figure)
        if self.allowed is not None:
            held &= self.allowed(tables)
        found: NDArray[np.int64] = np.where(held, figure, -np.inf).argmax(axis=1)
        found[~held.any(axis=1)] = -1
        return found

    def gradient(self, table: Floats) -> Floats:
        """Of the figure by each share of rows, shape (4,)."""
        share = table / table.sum()
        step = np.eye(4) * 1e-6
        found: Floats = (self.of(share + step) - self.of(share - step)) / 2e-6
        return found


def _over(above: Floats, below: Floats) -> Floats:
    found: Floats = np.divide(above, below, out=np.full(np.shape(above), np.nan), where=np.abs(below) > 0.0)
    return found


def precision(table: Floats) -> Floats:
    """Share of the class among the rows taken; NaN where none is."""
    return _over(table[..., TP], table[..., TP] + table[..., FP])


def recall(table: Floats) -> Floats:
    """Share of the class that is taken."""
    return _over(table[..., TP], table[..., TP] + table[..., FN])


def f1(table: Floats) -> Floats:
    """2·TP/(2·TP + FP + FN)."""
    return _over(2.0 * table[..., TP], 2.0 * table[..., TP] + table[..., FP] + table[..., FN])


def accuracy(table: Floats) -> Floats:
    """Share of rows answered right."""
    return _over(table[..., TP] + table[..., TN], table.sum(axis=-1))


F1 = Objective(name="F1", higher_is_better=True, of=f1)
ACCURACY = Objective(name="accuracy", higher_is_better=True, of=accuracy)


def cost_objective(costs: Costs, positive: str, others: tuple[str, ...], *, unit: str = "") -> Objective:
    """The mean cost of a row.

    Raises
    ------
    SchemaError
        Where a cost is of a class that is none, or of the other classes unlike among themselves.

    Examples
    --------
    >>> missed = cost_objective({"yes": {"no": 5.0}}, "yes", ("no",))
    >>> float(missed.of(np.array([1.0, 0.0, 1.0, 0.0])))
    2.5
    """
    known = (positive, *others)
    for label, row in costs.items():
        for name in (label, *row):
            if name not in known:
                hint = did_you_mean(name, known) or "."
                raise SchemaError(
                    f"cost: no class {name!r}{hint} Classes: {', '.join(known)}; give {{label: {{prediction: cost}}}}."
                )
    if len(others) != 1:
        raise SchemaError(
            f"cost: a threshold parts {positive!r} from {len(others)} other classes; costs need a task of two classes."
        )
    other = others[0]

    def price(label: str, answer: str) -> float:
        return float(costs.get(label, {}).get(answer, 0.0))

    each = np.array(
        [price(positive, positive), price(other, positive), price(positive, other), price(other, other)]
    )
    return Objective(
        name=f"cost per row{f' ({unit})' if unit else ''}",
        higher_is_better=False,
        of=lambda table: _over(table @ each, table.sum(axis=-1)),
    )


def declared_costs(name: str, schema: Schema) -> tuple[Costs, str]:
    """The cost matrix a schema declares under a name, and its unit.

    Raises
    ------
    SchemaError
        Where the schema declares no cost matrix of this name.
    """
    matrices = {m.name: m for m in schema.metrics if isinstance(m.formula, CostMatrix)}
    found = matrices.get(name.removeprefix("custom."))
    if found is None or not isinstance(found.formula, CostMatrix):
        hint = did_you_mean(name, matrices) or "."
        raise SchemaError(
            f"cost: the schema declares no cost matrix {name!r}{hint} It declares: {', '.join(matrices) or 'none'}; "
            "or give {label: {prediction: cost}}."
        )
    costs: dict[str, dict[str, float]] = {}
    for label, answer, cost in found.formula.costs:
        costs.setdefault(label, {})[answer] = cost
    return costs, found.unit


def most_recall(least_precision: float) -> Objective:
    """The most recall with at least some precision."""
    return Objective(
        name=f"recall at precision ≥ {least_precision:g}", higher_is_better=True, of=recall,
        allowed=lambda table: np.nan_to_num(precision(table), nan=-1.0) >= least_precision,
    )  # fmt: skip


def most_precision(least_recall: float) -> Objective:
    """The most precision with at least some recall."""
    return Objective(
        name=f"precision at recall ≥ {least_recall:g}", higher_is_better=True, of=precision,
        allowed=lambda table: np.nan_to_num(recall(table), nan=-1.0) >= least_recall,
    )  # fmt: skip
