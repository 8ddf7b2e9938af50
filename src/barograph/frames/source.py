"""One way in for rows of any origin."""

from __future__ import annotations

from pathlib import Path

import polars as pl

from barograph.errors import DataError
from barograph.frames.arrow import arrow_source, is_relation, relation_source
from barograph.frames.batch import Source
from barograph.frames.delta import delta_source, is_delta
from barograph.frames.files import file_source
from barograph.frames.from_pandas import is_pandas, pandas_source
from barograph.frames.memory import FrameSource, lazy_source


def source(data: object) -> Source:
    """Make a source of a frame, a table, a query, a file or a folder.

    Parameters
    ----------
    data : pandas, Polars or PyArrow frame; DuckDB relation; anything with `__arrow_c_stream__`; a path to a
        Parquet, CSV or NDJSON file, a folder of them or a Delta table; or a source, which is returned as it is.

    Returns
    -------
    Source of raw rows, read as often as asked; nothing is cast, so kinds are the schema's to settle.

    Raises
    ------
    DataError
        Where the data is none of these, cannot be read, or names two columns alike.
    MissingExtra
        For a Delta table where deltalake is not installed.

    Notes
    -----
    Memory: frames are viewed (pandas converted a batch at a time), files and DuckDB relations streamed;
    Polars lazy frames are streamed; one-way Arrow streams are read whole.

    Examples
    --------
    >>> source(pl.DataFrame({"x": [1, 2]})).rows
    2
    """
    if isinstance(data, pl.DataFrame):
        return FrameSource(frame=data)
    if isinstance(data, pl.LazyFrame):
        return lazy_source(data)
    if isinstance(data, str | Path):
        return delta_source(data) if is_delta(Path(data)) else file_source(data)
    if is_pandas(data):
        return pandas_source(data)
    if is_relation(data):
        return relation_source(data)
    if hasattr(data, "__arrow_c_stream__") or hasattr(data, "__arrow_c_array__"):
        return arrow_source(data)
    if isinstance(data, dict):
        raise DataError(
            "cannot read a dict as rows; expected a frame, a table or a path. Pass polars.DataFrame(data)."
        )
    if all(hasattr(data, name) for name in ("types", "rows", "sample", "batches")):
        return data  # type: ignore[return-value]
    raise DataError(
        f"cannot read {type(data).__name__} as rows; expected a pandas, Polars or PyArrow frame, a DuckDB relation, "
        "or a path to a Parquet, CSV or NDJSON file or folder, or to a Delta table."
    )
