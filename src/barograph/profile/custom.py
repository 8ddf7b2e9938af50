"""Sums of the user's own: row expressions and their powers, and rules that rows keep or break."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import SchemaError, did_you_mean
from barograph.profile.algebra import Ints, added, merge, negated, select, stacked
from barograph.profile.division import SQUARE_STEPS, WEIGHT_STEPS, Division, Runs, weight_sums
from barograph.profile.fixed import FixedSums, fixed_sums, step_for
from barograph.profile.grid import CustomGrid, Floats, TermGrid
from barograph.schema.custom.check import ROW_TYPES
from barograph.schema.custom.model import CostMatrix
from barograph.schema.custom.terms import Term, expression_columns, terms
from barograph.schema.expressions import row_values
from barograph.schema.model import Schema

#: Powers of one expression whose sums are kept: those beyond the first for the interval.
_ONE = ((1,), (2,), (3,), (4,))
#: Of two expressions all products of at most the fourth degree.
_TWO = tuple((a, d - a) for d in (1, 2, 3, 4) for a in range(d, -1, -1))
#: What a rule says of a row.
RULE_STATES = ("kept", "broken", "not_checked")
#: What an expression gives for a row.
TERM_STATES = ("number", "null", "not_finite")


@dataclass(frozen=True, slots=True)
class Named:
    """Records of sums by name; a name that a part lacks adds nothing."""

    of: Mapping[str, Any]

    @staticmethod
    def merged(parts: Sequence[tuple[Named, Ints]], size: int) -> Named:
        """Add up by name; see `algebra.merge`."""
        names = sorted({name for part, _ in parts for name in part.of})
        return Named({n: merge([(p.of[n], to) for p, to in parts if n in p.of], size) for n in names})

    def selected(self, cells: Ints) -> Named:
        """Only the given cells."""
        return Named({n: select(record, cells) for n, record in self.of.items()})

    def followed(self, others: Sequence[Named]) -> Named:
        """These sums of one cell, then the others'."""
        return Named({n: stacked([record, *(o.of[n] for o in others)]) for n, record in self.of.items()})

    def negated(self) -> Named:
        """Every sum with its sign changed."""
        return Named({n: negated(record) for n, record in self.of.items()})


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomSums:
    """What is kept of rows alone for the user's metrics and rules; columns that are missing leave theirs out."""

    terms: Named
    rules: Named


@dataclass(frozen=True, slots=True, kw_only=True)
class TermSums:
    """Sums of one term per cell.

    Attributes
    ----------
    rows : rows by what the expressions give, a number, null or a number that is not finite; shape (cells, 3).
    weights : Σw and Σw² of the rows with a number in their steps, shape (cells, 2); of rows without weights the
        inverse of the share that was logged.
    moments : Σ w·(x − centre)ᵃ(y − centre)ᵇ, in the order of `powers_of`.
    """

    rows: Ints = added()
    weights: Ints = added()
    moments: FixedSums


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSums:
    """Rows per cell by what a rule says of them, and their weights in steps; shape (cells, 3)."""

    rows: Ints = added()
    weights: Ints = added()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRows:
    """What a term gives for rows: values, NaN where there is none, and the position of each in `TERM_STATES`."""

    values: tuple[Floats, ...]
    state: Ints


@dataclass(frozen=True, slots=True, kw_only=True)
class CustomRows:
    """A block's terms and rules, computed once for every division into cells.

    Attributes
    ----------
    labelled : rows with a label; None where no term needs one.
    labelled_terms : terms of these rows alone.
    rules : position of each row in `RULE_STATES`.
    each : rows that a logged row without a weight stands for.
    """

    terms: Mapping[str, TermRows]
    rules: Mapping[str, Ints]
    labelled: NDArray[np.bool_] | None
    labelled_terms: Mapping[str, TermRows]
    each: float = 1.0


def powers_of(expressions: int) -> tuple[tuple[int, ...], ...]:
    """The exponents whose products are summed for a term of one or two expressions.

    Examples
    --------
    >>> powers_of(2)[:5]
    ((1, 0), (0, 1), (2, 0), (1, 1), (0, 2))
    """
    return _ONE if expressions == 1 else _TWO


def learn_custom(frame: pl.DataFrame, schema: Schema) -> CustomGrid | None:
    """Fix centres and steps of the schema's terms from typed sample rows; None where it has neither term nor rule."""
    found = terms(schema)
    if not found and not schema.rules:
        return None
    kept = _labelled(frame, schema)
    grids = {}
    for term in found:
        rows = _term_rows(frame, term, schema)
        held = np.zeros(0, bool) if rows is None else rows.state == 0
        if rows is not None and term.of_label:
            held = held & kept
        values = [] if rows is None else [v[held] for v in rows.values]
        grids[term.key] = _learn_term(term, values)
    return CustomGrid(terms=grids, rules=dict(schema.rules))


def check_priced_classes(schema: Schema, classes: tuple[str, ...]) -> None:
    """Refuse a cost matrix that names a class the reference does not have: its cost would never be counted.

    Raises
    ------
    SchemaError
        With the nearest class.
    """
    for metric in schema.metrics:
        if not isinstance(metric.formula, CostMatrix):
            continue
        for name in dict.fromkeys(c for costs in metric.formula.costs for c in costs[:2]):
            if name not in classes:
                hint = did_you_mean(name, classes) or "."
                raise SchemaError(
                    f"metrics.{metric.name}: cost_matrix names class {name!r}, which neither label nor prediction "
                    f"of the reference has{hint} Classes: {', '.join(map(repr, classes))}."
                )


def custom_rows(frame: pl.DataFrame, schema: Schema, each: float) -> CustomRows:
    """Evaluate the schema's terms and rules on typed rows; those of columns that are missing are left out.

    Parameters
    ----------
    each : rows that a logged row without a weight stands for.
    """
    found: dict[bool, dict[str, TermRows]] = {False: {}, True: {}}
    kept = _labelled(frame, schema)
    for term in terms(schema):
        rows = _term_rows(frame.filter(pl.Series(kept)) if term.of_label else frame, term, schema)
        if rows is not None:
            found[term.of_label][term.key] = rows
    rules = {}
    for name, text in schema.rules.items():
        states = _rule_rows(frame, text, schema, f"rules.{name}")
        if states is not None:
            rules[name] = states
    return CustomRows(
        terms=found[False], rules=rules, labelled=kept if found[True] else None,
        labelled_terms=found[True], each=each,
    )  # fmt: skip


def sum_custom(rows: CustomRows, grid: CustomGrid, division: Division) -> CustomSums:
    """Add up what rows alone give, per cell."""
    return CustomSums(
        terms=_sum_terms(rows.terms, grid, division, rows.each),
        rules=Named({n: _sum_rule(rows.rules[n], division, rows.each) for n in sorted(rows.rules)}),
    )


def sum_labelled(rows: CustomRows, grid: CustomGrid, division: Division) -> Named | None:
    """Add up the terms of labelled rows per cell; None where no term needs a label."""
    kept = rows.labelled
    if kept is None:
        return None
    cell = None if division.cell is None else division.cell[kept]
    weight = None if division.weight is None else division.weight[kept]
    part = Division(cell=cell, cells=division.cells, weight=weight)
    return _sum_terms(rows.labelled_terms, grid, part, rows.each)


def _labelled(frame: pl.DataFrame, schema: Schema) -> NDArray[np.bool_]:
    label = schema.one("label")
    if label is None or label.name not in frame.columns:
        return np.zeros(frame.height, bool)
    values = frame.get_column(label.name).alias("values")
    held = values.is_not_null() & values.is_not_nan() if values.dtype.is_float() else values.is_not_null()
    return np.asarray(held.to_numpy())


def _row_frame(frame: pl.DataFrame, columns: Sequence[str], schema: Schema) -> pl.DataFrame | None:
    """The columns as expressions read them: numbers as float64 and without NaN, categories as text."""
    if not set(columns) <= set(frame.columns):
        return None
    read = {}
    for name in columns:
        # Polars reads some names as patterns.
        values = frame.get_column(name).alias("values").cast(ROW_TYPES[schema.column(name).kind])
        read[name] = (values.fill_nan(None) if values.dtype.is_float() else values).alias(name)
    return pl.DataFrame(read) if read else pl.DataFrame(height=frame.height)


def _term_rows(frame: pl.DataFrame, term: Term, schema: Schema) -> TermRows | None:
    read = _row_frame(frame, term.columns, schema)
    if read is None:
        return None
    found = [_numbers(row_values(read, text, f"metrics.{term.key}")) for text in term.expressions]
    nulls = np.logical_or.reduce([np.asarray(s.is_null().to_numpy()) for s in found])
    values = tuple(np.asarray(s.to_numpy(), np.float64) for s in found)
    finite = np.logical_and.reduce([np.isfinite(v) for v in values])
    return TermRows(values=values, state=np.where(nulls, 1, np.where(finite, 0, 2)))


def _numbers(values: pl.Series) -> pl.Series:
    """Truth as 0 and 1, durations in seconds."""
    if values.dtype == pl.Duration:
        return values.dt.total_microseconds().cast(pl.Float64) / 1e6
    return values.cast(pl.Float64)


def _rule_rows(frame: pl.DataFrame, text: str, schema: Schema, what: str) -> Ints | None:
    read = _row_frame(frame, expression_columns(text, schema, what), schema)
    if read is None:
        return None
    kept = row_values(read, text, what).cast(pl.Boolean)
    states = (~kept).cast(pl.Int64).fill_null(RULE_STATES.index("not_checked"))
    return np.asarray(states.to_numpy(), np.int64)


def _learn_term(term: Term, values: Sequence[Floats]) -> TermGrid:
    centres = tuple(float(np.sort(v)[len(v) // 2]) + 0.0 if len(v) else 0.0 for v in values)
    centres = centres or (0.0,) * len(term.expressions)
    none = (np.empty(0),) * len(term.expressions)
    with np.errstate(over="ignore", invalid="ignore"):
        apart = [v - c for v, c in zip(values or none, centres, strict=True)]
        steps = tuple(step_for(_product(apart, powers)) for powers in powers_of(len(apart)))
    return TermGrid(expressions=term.expressions, of_label=term.of_label, centres=centres, steps=steps)


def _product(values: Sequence[Floats], powers: tuple[int, ...]) -> Floats:
    """Product of powers by repeated multiplication, which gives the same bits everywhere."""
    factors = [v for v, power in zip(values, powers, strict=True) for _ in range(power)]
    out = factors[0]
    for factor in factors[1:]:
        out = out * factor
    return out


def _sum_terms(terms: Mapping[str, TermRows], grid: CustomGrid, division: Division, each: float) -> Named:
    return Named({n: _sum_term(terms[n], grid.terms[n], division, each) for n in sorted(terms)})


def _sum_term(rows: TermRows, grid: TermGrid, division: Division, each: float) -> TermSums:
    cell, cells = division.cell, division.cells
    held = rows.state == 0
    place = None if cell is None else cell[held]
    weight = None if division.weight is None else division.weight[held]
    with np.errstate(over="ignore", invalid="ignore"):
        apart = [v[held] - c for v, c in zip(rows.values, grid.centres, strict=True)]
    counts = _by_state(rows.state, None, division)
    if weight is None:
        weights = counts[:, :1] * np.array([round(each * WEIGHT_STEPS), round(each * each * SQUARE_STEPS)])
        factor: Floats | float = each
    else:
        weights = np.stack(weight_sums(weight, place, cells), axis=1)
        factor = weight
    runs = None if place is None else Runs.of(place, cells)
    if runs is not None and runs.order is not None:
        apart = [runs.together(v) for v in apart]
        factor = factor if isinstance(factor, float) else runs.together(factor)
    powers = powers_of(len(apart))

    def measures(part: slice) -> tuple[Floats, ...]:
        some = [v[part] for v in apart]
        w = factor if isinstance(factor, float) else factor[part]
        return tuple(_product(some, p) * w for p in powers)

    moments = fixed_sums(
        measures,
        np.array(grid.steps),
        (int(held.sum()), runs, cells),
        fine=np.array([sum(p) == 1 for p in powers]),
    )
    return TermSums(rows=counts, weights=weights, moments=moments)


def _sum_rule(states: Ints, division: Division, each: float) -> RuleSums:
    rows = _by_state(states, None, division)
    if division.weight is None:
        return RuleSums(rows=rows, weights=rows * int(np.rint(each * WEIGHT_STEPS)))
    return RuleSums(rows=rows, weights=_by_state(states, np.rint(division.weight * WEIGHT_STEPS), division))


def _by_state(states: Ints, weights: Floats | None, division: Division) -> Ints:
    """Rows, or the sum of integer weights, by cell and one of three states."""
    code = states if division.cell is None else division.cell * 3 + states
    found = np.bincount(code, weights=weights, minlength=division.cells * 3)
    return found.reshape(division.cells, 3).astype(np.int64)
