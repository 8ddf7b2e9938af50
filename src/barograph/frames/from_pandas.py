"""pandas frames as a source, read column by column through numpy; PyArrow is used where it holds the data.

pandas is never imported here: whoever passes a frame has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.frames.memory import stride
from barograph.frames.names import check_names, column_name
from barograph.schema.readings import canonical_numbers

_TYPE_ROWS: Final = 1_000
#: Text columns with more distinct values than this share of the rows stay text.
_DISTINCT: Final = 0.5
_HEAD: Final = 2_000


@dataclass(frozen=True, slots=True, kw_only=True)
class PandasSource:
    """A pandas frame as a source; named index levels are columns.

    Text columns come as Enum in batches, because pandas has counted their values already, and as
    String in `types` and `sample`, because their kind is not settled by that.
    """

    frame: Any
    types: Mapping[str, pl.DataType]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def sample(self, rows: int) -> pl.DataFrame:
        """Evenly spaced rows, at most `rows` of them."""
        return polars_frame(self.frame.iloc[:: stride(len(self.frame), rows)], enum=False)

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows in order, at most `rows` at a time."""
        for start in range(0, len(self.frame), rows):
            yield polars_frame(self.frame.iloc[start : start + rows], enum=True)

    def only(self, columns: Sequence[str]) -> PandasSource:
        """The same rows with these columns alone."""
        positions = {name: i for i, name in enumerate(self.types)}
        frame = self.frame.iloc[:, [positions[name] for name in columns]]
        return PandasSource(frame=frame, types={name: self.types[name] for name in columns})


def is_pandas(data: object) -> bool:
    """Whether `data` is a pandas frame, found without importing pandas.

    Examples
    --------
    >>> is_pandas([1, 2])
    False
    """
    pandas = sys.modules.get("pandas")
    return pandas is not None and isinstance(data, pandas.DataFrame)


def pandas_source(frame: Any) -> PandasSource:
    """Make a source of a pandas frame.

    Raises
    ------
    DataError
        Where two columns, or a column and an index level, have one name.

    Examples
    --------
    >>> import pandas as pd
    >>> pandas_source(pd.DataFrame({"x": [1, 2]})).rows
    2
    """
    named = [level for level in frame.index.names if level is not None]
    if named:
        twice = [str(n) for n in named if n in frame.columns]
        if twice:
            raise DataError(
                f"index level {twice[0]!r} has the name of a column; expected every name once. "
                "Rename it, or drop it with reset_index(drop=True)."
            )
        unnamed = [i for i, level in enumerate(frame.index.names) if level is None]
        frame = frame.reset_index(level=unnamed, drop=True) if unnamed else frame
        frame = frame.reset_index()
    names = [column_name(c) for c in frame.columns]
    check_names(names)
    probe = frame.iloc[:: stride(len(frame), _TYPE_ROWS)]
    return PandasSource(frame=frame, types=polars_frame(probe, enum=False).schema)


def polars_frame(frame: Any, *, enum: bool) -> pl.DataFrame:
    """Convert a pandas frame; `enum` gives text with few values as Enum.

    Examples
    --------
    >>> import pandas as pd
    >>> polars_frame(pd.DataFrame({"x": [1.0, float("nan")]}), enum=True)["x"].to_list()
    [1.0, None]
    """
    names = [column_name(c) for c in frame.columns]
    series = [_series(frame.iloc[:, i], name, enum) for i, name in enumerate(names)]
    return pl.DataFrame(series) if series else pl.DataFrame(height=len(frame))


def _series(column: Any, name: str, enum: bool) -> pl.Series:
    """Convert one pandas column by the family of its dtype."""
    dtype = column.dtype
    pandas = sys.modules["pandas"]
    if isinstance(dtype, np.dtype):
        return _from_numpy(name, column.to_numpy(), enum)
    if isinstance(dtype, pandas.StringDtype):
        return _from_strings(name, column.array, enum)
    if isinstance(dtype, pandas.CategoricalDtype):
        return _from_categories(name, column.array)
    if isinstance(dtype, pandas.DatetimeTZDtype):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        return _from_numpy(name, naive, enum).dt.replace_time_zone("UTC")
    if hasattr(dtype, "pyarrow_dtype"):
        return _from_arrow(name, column.array)
    kind = getattr(dtype, "kind", "O")
    if kind in "iufb":
        return _from_masked(name, column, dtype)
    return _from_objects(name, np.asarray(column.astype(object)), enum)


def _from_numpy(name: str, values: NDArray[Any], enum: bool) -> pl.Series:
    kind = values.dtype.kind
    if kind == "f":
        floats = values.astype(np.float64) if values.dtype.itemsize > 8 else np.ascontiguousarray(values)
        return pl.Series(name, floats, nan_to_null=True)
    if kind in "iub":
        return pl.Series(name, np.ascontiguousarray(values))
    if kind in "mM":
        unit = np.datetime_data(values.dtype)[0]
        known = values if unit in ("ms", "us", "ns") else values.astype(f"{kind}8[ms]")
        return pl.Series(name, np.ascontiguousarray(known))
    return _from_objects(name, values.astype(object, copy=False), enum)


def _from_masked(name: str, column: Any, dtype: Any) -> pl.Series:
    """Nullable and sparse numbers: values and mask apart, so that integers beyond 2**53 stay exact."""
    missing = column.isna().to_numpy(dtype=bool)
    plain = getattr(dtype, "numpy_dtype", None) or dtype.subtype
    if not missing.any():
        return _from_numpy(name, column.to_numpy(dtype=plain), enum=False)
    if not hasattr(dtype, "numpy_dtype"):
        return _from_numpy(name, np.asarray(column), enum=False)
    values = pl.Series(name, np.ascontiguousarray(column.to_numpy(dtype=plain, na_value=plain.type(0))))
    return values.zip_with(pl.Series(~missing), pl.Series([None], dtype=values.dtype))


def _from_strings(name: str, array: Any, enum: bool) -> pl.Series:
    if hasattr(array, "__arrow_array__") and "pyarrow" in str(getattr(array.dtype, "storage", "")):
        return _from_arrow(name, array, enum=enum)
    return _from_objects(name, array.to_numpy(dtype=object), enum)


def _from_arrow(name: str, array: Any, *, enum: bool = False) -> pl.Series:
    arrow = array.__arrow_array__()
    chunks = arrow.combine_chunks() if hasattr(arrow, "combine_chunks") else arrow
    is_text = str(chunks.type) in ("string", "large_string", "string_view")
    if not (enum and is_text and _repeats(chunks.slice(0, _HEAD).to_pylist())):
        series = pl.Series(pl.from_arrow(chunks)).alias(name)
        return series.fill_nan(None) if series.dtype.is_float() else series
    coded = chunks.dictionary_encode()
    categories = pl.Series(pl.from_arrow(coded.dictionary))
    return _gathered(name, categories, pl.Series(pl.from_arrow(coded.indices)))


def _from_categories(name: str, array: Any) -> pl.Series:
    values = _series(array.categories.to_series(), name, False)
    if values.dtype.is_numeric():
        values = canonical_numbers(values)
    return _gathered(name, values.cast(pl.String), _indices(array.codes))


def _from_objects(name: str, values: NDArray[Any], enum: bool) -> pl.Series:
    """Python objects: numbers, times or text where all are; scalars of several types become text."""
    pandas = sys.modules["pandas"]
    coded = _coded_strings(name, values) if enum else None
    if coded is not None:
        return coded
    found = pandas.api.types.infer_dtype(values, skipna=True)
    if found == "string":
        missing = pandas.isna(values)
        return pl.Series(name, [None if m else _readable(v) for v, m in zip(values, missing, strict=True)])
    listed = [None if m else v for v, m in zip(values, pandas.isna(values), strict=True)]
    if found == "empty":
        return pl.Series(name, listed, dtype=pl.Null)
    if found in ("floating", "mixed-integer-float"):
        return pl.Series(name, listed, dtype=pl.Float64, strict=False)
    if found in _EXACT:
        try:
            return pl.Series(name, listed, dtype=_EXACT[found])
        except (OverflowError, TypeError, ValueError, pl.exceptions.PolarsError):
            found = "mixed"
    if all(v is None or isinstance(v, _SCALARS) for v in listed):
        return pl.Series(name, [None if v is None else _scalar_text(v) for v in listed], dtype=pl.String)
    if found not in ("mixed", "bytes"):
        return pl.Series(name, [None if v is None else str(v) for v in listed], dtype=pl.String)
    return pl.Series(name, listed, dtype=pl.Object)


def _coded_strings(name: str, values: NDArray[Any]) -> pl.Series | None:
    """Count the values first and look at their types after; None where they are not all text, or rarely repeat."""
    head = list(values[:_HEAD])
    if not all(isinstance(v, str) or _is_missing(v) for v in head) or not _repeats(head):
        return None
    pandas = sys.modules["pandas"]
    try:
        codes, distinct = pandas.factorize(values)
    except TypeError:
        return None
    if pandas.api.types.infer_dtype(distinct, skipna=True) != "string":
        return None
    return _gathered(name, pl.Series([_readable(v) for v in distinct]), _indices(codes))


_EXACT: Final[dict[str, Any]] = {
    "boolean": pl.Boolean,
    "integer": pl.Int64,
    "decimal": None,
    "datetime": None,
    "date": pl.Date,
    "timedelta": pl.Duration,
    "time": pl.Time,
    "bytes": pl.Binary,
}
_SCALARS: Final = (str, bool, int, float, np.generic, Decimal, date, time, timedelta)


def _scalar_text(value: Any) -> str:
    """Write a scalar so that a number has one name whether it was an integer or a float."""
    if isinstance(value, bool | np.bool_):
        return str(bool(value)).lower()
    if isinstance(value, float | np.floating) and float(value).is_integer() and abs(float(value)) < 2**53:
        return str(int(value))
    return _readable(str(value))


def _readable(text: str) -> str:
    """Replace lone surrogates, which no file format can hold."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return str(text)


def _is_missing(value: object) -> bool:
    """None, NaN and pandas' own markers, looked up by type so that lists and arrays are not compared."""
    return value is None or isinstance(value, float) or type(value).__name__ in ("NAType", "NaTType")


def _repeats(head: list[Any]) -> bool:
    """Whether the first values repeat enough for coding to pay."""
    return len(set(head)) <= _DISTINCT * len(head)


def _indices(codes: NDArray[Any]) -> pl.Series:
    positions = pl.Series(np.ascontiguousarray(codes).astype(np.int64, copy=False))
    present = positions >= 0
    return positions if present.all() else positions.zip_with(present, pl.Series([None], dtype=pl.Int64))


def _gathered(name: str, categories: pl.Series, positions: pl.Series) -> pl.Series:
    """Spread categories over the rows, as Enum where their names are distinct."""
    if categories.null_count() == 0 and categories.n_unique() == len(categories):
        categories = categories.cast(pl.Enum(categories))
    return categories.gather(positions).alias(name)
