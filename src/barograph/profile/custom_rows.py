"""What the user's own expressions and rules give for rows, and the steps in which they are summed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import SchemaError, did_you_mean
from barograph.profile.algebra import Ints
from barograph.profile.custom_grid import CustomGrid, TermGrid
from barograph.profile.fixed import step_for
from barograph.profile.grid import Floats
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


@dataclass(frozen=True, slots=True, kw_only=True)
class TermRows:
    """What a term gives for rows: values, NaN where there is none, and of each 0 a number, 1 null, 2 not finite."""

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


def product(values: Sequence[Floats], powers: tuple[int, ...]) -> Floats:
    """Product of powers by repeated multiplication, which gives the same bits everywhere."""
    factors = [v for v, power in zip(values, powers, strict=True) for _ in range(power)]
    out = factors[0]
    for factor in factors[1:]:
        out = out * factor
    return out


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
        steps = tuple(step_for(product(apart, powers)) for powers in powers_of(len(apart)))
    return TermGrid(expressions=term.expressions, of_label=term.of_label, centres=centres, steps=steps)
