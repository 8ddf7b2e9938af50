"""PyArrow tables as Polars frames; types that Polars does not hold are decoded or set aside by name.

PyArrow is imported by whoever holds its data, and found here through `sys.modules`; Polars panics on
some of these types, with a Rust backtrace on stderr, so they are told apart before it sees them.
"""

from __future__ import annotations

import sys
from typing import Any

import polars as pl

from barograph.schema.unread import unread_values


def polars_of(table: Any) -> pl.DataFrame:
    """Convert a PyArrow table or record batch, its columns' names kept as they are.

    Parameters
    ----------
    table : run-end encoded columns are decoded, 256-bit decimals become floats; columns of intervals, unions
        and list views hold nulls of a type that names theirs.

    Examples
    --------
    >>> import pyarrow as pa
    >>> polars_of(pa.table({"x": [1], "gap": [pa.MonthDayNano([0, 1, 0])]})).columns
    ['x', 'gap']
    """
    names = list(table.schema.names)
    if all(_is_held(t) for t in table.schema.types):
        frame = pl.DataFrame(table)
        # Polars gives columns with an empty name another one.
        frame.columns = names
        return frame
    columns = [polars_series(table.column(i)).alias(name) for i, name in enumerate(names)]
    return pl.DataFrame({s.name: s for s in columns})


def polars_series(array: Any) -> pl.Series:
    """Convert a PyArrow array or chunked array, see `polars_of`.

    Examples
    --------
    >>> import pyarrow as pa
    >>> polars_series(pa.array([1, 1], pa.decimal256(9))).to_list()
    [1.0, 1.0]
    """
    pa = sys.modules["pyarrow"]
    if pa.types.is_run_end_encoded(array.type):
        import pyarrow.compute as pc

        array = pc.run_end_decode(array)
    if pa.types.is_decimal256(array.type):
        array = array.cast(pa.float64())
    if not _is_held(array.type):
        return unread_values(str(array.type), len(array))
    chunks = array.combine_chunks() if hasattr(array, "combine_chunks") else array
    return pl.Series(pl.from_arrow(chunks))


def unheld(schema: Any) -> dict[str, str]:
    """Name the columns of a PyArrow schema that Polars cannot hold, each with its type.

    Examples
    --------
    >>> import pyarrow as pa
    >>> unheld(pa.schema({"x": pa.int64(), "gap": pa.month_day_nano_interval()}))
    {'gap': 'month_day_nano_interval'}
    """
    return {
        name: str(dtype)
        for name, dtype in zip(schema.names, schema.types, strict=True)
        if not _is_held(dtype)
    }


def _is_held(dtype: Any) -> bool:
    types = sys.modules["pyarrow"].types
    if types.is_dictionary(dtype):
        return _is_held(dtype.value_type)
    if isinstance(dtype, sys.modules["pyarrow"].BaseExtensionType):
        return _is_held(dtype.storage_type)
    unheld = (
        types.is_interval,
        types.is_decimal256,
        types.is_run_end_encoded,
        types.is_union,
        types.is_list_view,
        types.is_large_list_view,
    )
    return not any(is_a(dtype) for is_a in unheld) and all(
        _is_held(dtype.field(i).type) for i in range(dtype.num_fields)
    )
