"""SQL expressions that are answered row by row: what a row gives must not depend on the rows beside it."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, Final

import polars as pl

from barograph.errors import DataError, no_column

#: Nodes of a Polars expression whose value depends on further rows.
_OTHER_ROWS = frozenset({
    "Agg", "Over", "Rolling", "Len", "Rank", "Shift", "Range", "Quantile", "Diff", "CumCount", "CumSum", "CumProd",
    "CumMin", "CumMax", "Sort", "SortBy", "Gather", "Slice", "Reverse", "Mode", "Unique", "ValueCounts",
    "FillNullWithStrategy",
})  # fmt: skip

_NUMBER = r"-?\d+(?:\.\d+)?"
_QUOTED: Final = r"""'(?:[^']|'')*'|"(?:[^"]|"")*\""""
#: Names, values and signs. Each may put what stands before it one deeper, but for values of a list.
_PART: Final = re.compile(rf"""(,\s*(?:-?[\w.]+|{_QUOTED}))|{_QUOTED}|[\w.]+|\S""")
_MOST_PARTS: Final = 3_000
_LONGEST: Final = 1_000_000
#: Numbers that stand alone: neither within a name nor in quotes.
_QUOTABLE = re.compile(rf"(?<![\w'.-]){_NUMBER}(?![\w'.])")


def row_expression(text: str, what: str) -> pl.Expr:
    """Read an SQL expression; `what` names it in errors.

    Raises
    ------
    DataError
        Where it is no SQL expression, needs other rows, as averages and window functions do, or is very long.

    Examples
    --------
    >>> row_expression("age > 30", "by").meta.root_names()
    ['age']
    >>> row_expression("age > avg(age)", "by")
    Traceback (most recent call last):
    ...
    barograph.errors.DataError: by: "age > avg(age)" needs other rows than its own (Agg); rows are counted in \
blocks, so expected an expression of one row's columns. Compute the value before, and add it as a column.
    """
    _require_short(text, what)
    try:
        expression = pl.sql_expr(text)
    except (pl.exceptions.PolarsError, ValueError) as error:
        raise DataError(
            f"{what}: {text!r} is neither a column nor an SQL expression: {first_line(error)}"
        ) from error
    try:
        read = json.loads(expression.meta.serialize(format="json"))
        needed = sorted(set(_nodes(read)) & _OTHER_ROWS)
    except RecursionError:
        raise _too_long(text, what) from None
    if needed:
        raise DataError(
            f'{what}: "{text}" needs other rows than its own ({", ".join(needed)}); rows are counted in blocks, so '
            "expected an expression of one row's columns. Compute the value before, and add it as a column."
        )
    return expression


def _require_short(text: str, what: str) -> None:
    """Refuse what would need more of the stack than there is, which no error could tell of; long lists do not."""
    if len(text) > _LONGEST or sum(part[1] is None for part in _PART.finditer(text)) > _MOST_PARTS:
        raise _too_long(text, what)


def _too_long(text: str, what: str) -> DataError:
    return DataError(
        f"{what}: {text[:40]!r}… is too long; expected a few hundred terms or conditions at the most, lists of values "
        "apart. Compute the value before, and add it as a column."
    )


def row_values(frame: pl.DataFrame, text: str, what: str) -> pl.Series:
    """The value of an expression, or of a column, for every row; errors as `row_expression`."""
    if text in frame.columns:
        # Series look themselves up by name, and Polars reads `^…$` as a pattern.
        return frame.get_column(text).alias("values")
    expression = row_expression(text, what)
    try:
        values = frame.select(expression.alias("values")).to_series()
    except pl.exceptions.ColumnNotFoundError as error:
        raise no_column(str(error).split('"')[1] if '"' in str(error) else text, frame.columns) from error
    except pl.exceptions.PolarsError as error:
        raise DataError(
            f"{what}: {text!r} is no expression these rows can answer: {first_line(error)}"
            f"{_quotes_missing(frame, expression, text)}"
        ) from error
    if len(values) not in (1, frame.height) or values.dtype.is_nested():
        raise DataError(
            f"{what}: {text!r} gives {len(values)} values of {values.dtype}; one per row is needed."
        )
    return values if len(values) == frame.height else values.new_from_index(0, frame.height)


def _quotes_missing(frame: pl.DataFrame, expression: pl.Expr, text: str) -> str:
    """What to write where a column of text is compared with a number; nothing where none is."""
    for name in expression.meta.root_names():
        compared = rf"\b{re.escape(name)}\b\"?\s*(?:(?:[<>!=]=?|<>)\s*{_NUMBER}|(?:not\s+)?in\s*\([^)]*\))"
        quoted = re.sub(
            compared, lambda found: _QUOTABLE.sub(r"'\g<0>'", found[0]), text, flags=re.IGNORECASE
        )
        if frame.schema.get(name) == pl.String and quoted != text:
            held = frame.get_column(name).alias("").drop_nulls().head(1).to_list()
            such = f" such as {held[0]!r}" if held else ""
            return f'. Column {name!r} holds text{such}: compare it with text, as in "{quoted}".'
    return ""


def first_line(error: Exception) -> str:
    """The first line of what an error says; its type where it says nothing.

    Examples
    --------
    >>> first_line(ValueError("no such column"))
    'no such column'
    """
    return (str(error).strip().splitlines() or [type(error).__name__])[0]


def _nodes(tree: Any) -> Iterator[str]:
    """Names of the nodes of an expression as JSON; columns and literals are no nodes."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, list):
        for part in tree:
            yield from _nodes(part)
    elif isinstance(tree, dict):
        for name, part in tree.items():
            yield name
            if name not in ("Column", "Literal", "dtype"):
                yield from _nodes(part)
