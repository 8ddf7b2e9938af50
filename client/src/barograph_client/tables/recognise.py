"""Which kind of frame something is."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from barograph_client.errors import RowsError
from barograph_client.tables.arrays import array_table, sparse_table
from barograph_client.tables.arrow import ArrowTable, PolarsTable, from_stream
from barograph_client.tables.pandas_frames import PandasTable
from barograph_client.tables.records import RecordsTable, columns_table, listed
from barograph_client.tables.table import Table


def table_of(rows: Any, *, names: Sequence[str] | None = None) -> Table:
    """Rows of any kind as a table, nothing copied yet.

    Parameters
    ----------
    rows : a pandas or Polars frame, a numpy array, a PyArrow table, anything with an Arrow stream, a SciPy matrix,
        an XGBoost DMatrix, a CatBoost Pool, dictionaries one a row, or one dictionary of columns.
    names : columns of an array; default `x0`, `x1`, …

    Raises
    ------
    RowsError
        It is none of these.

    Examples
    --------
    >>> table_of({"x": [1, 2], "y": [3, 4]}).rows
    2
    """
    if isinstance(rows, Mapping):
        return columns_table(rows)
    framed = _frame(rows)
    if framed is not None:
        return framed
    if hasattr(rows, "tocsr"):
        return sparse_table(rows, names)
    if hasattr(rows, "shape") and hasattr(rows, "dtype") and hasattr(rows, "tolist"):
        return array_table(rows, names)
    if hasattr(rows, "num_row") and hasattr(rows, "get_data"):
        return sparse_table(rows.get_data(), names or rows.feature_names)
    if hasattr(rows, "num_row") and hasattr(rows, "get_features"):
        return array_table(rows.get_features(), names or rows.get_feature_names())
    if hasattr(rows, "__arrow_c_stream__"):
        return from_stream(rows)
    if isinstance(rows, Iterable) and not isinstance(rows, (str, bytes)):
        return _listed_rows(rows, names)
    raise RowsError(f"{type(rows).__name__} is no rows; give a frame, an array, or dictionaries one a row")


def _frame(rows: Any) -> Table | None:
    if hasattr(rows, "iloc"):
        return PandasTable(rows if hasattr(rows, "columns") else rows.to_frame())
    if hasattr(rows, "estimated_size") and hasattr(rows, "slice"):
        return PolarsTable(rows if hasattr(rows, "height") else rows.to_frame())
    if hasattr(rows, "num_rows") and hasattr(rows, "to_pydict"):
        return ArrowTable(rows)
    return None


def _listed_rows(rows: Iterable[Any], names: Sequence[str] | None) -> Table:
    held = list(rows)
    if all(isinstance(row, Mapping) for row in held):
        return RecordsTable(held)
    if all(isinstance(row, (list, tuple)) or hasattr(row, "tolist") for row in held):
        lines = [listed(row) for row in held]
        width = len(lines[0]) if lines else 0
        if any(len(line) != width for line in lines):
            raise RowsError("rows are of several lengths; give one value a column in each")
        columns = names if names is not None else [f"x{i}" for i in range(width)]
        if len(columns) != width:
            raise RowsError(f"{len(columns)} names for {width} columns; give one name a column")
        return RecordsTable([dict(zip(columns, line, strict=True)) for line in lines])
    raise RowsError("rows are neither dictionaries nor lists; give one dictionary a row")
