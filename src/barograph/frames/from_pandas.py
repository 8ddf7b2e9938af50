"""pandas frames as a source, read column by column through numpy; PyArrow is used where it holds the data.

pandas is never imported here: whoever passes a frame has imported it.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.errors import DataError
from barograph.frames.arrow_types import polars_series
from barograph.frames.memory import stride
from barograph.frames.names import check_names, column_name
from barograph.frames.objects import family_of, gathered, indices, objects_series
from barograph.schema.readings import canonical_numbers

_TYPE_ROWS: Final = 1_000  # a type is that of the column, whatever its rows
#: Series look themselves up by name, and Polars reads `^…$` as a pattern.
_WORKING: Final = "values"


@dataclass(frozen=True, slots=True, kw_only=True)
class PandasSource:
    """A pandas frame as a source; named index levels are columns.

    Text columns come as Enum in batches, because pandas has counted their values already, and as
    String in `types` and `sample`, because their kind is not settled by that.
    """

    frame: Any
    types: Mapping[str, pl.DataType]
    families: Mapping[str, str]

    @property
    def rows(self) -> int:
        """Number of rows."""
        return len(self.frame)

    def sample(self, rows: int) -> pl.DataFrame:
        """Evenly spaced rows, at most `rows` of them."""
        return polars_frame(self.frame.iloc[:: stride(len(self.frame), rows)], self.families, enum=False)

    def batches(self, rows: int) -> Iterator[pl.DataFrame]:
        """All rows in order, at most `rows` at a time."""
        for start in range(0, len(self.frame), rows):
            yield polars_frame(self.frame.iloc[start : start + rows], self.families, enum=True)

    def only(self, columns: Sequence[str]) -> PandasSource:
        """The same rows with these columns alone."""
        positions = {name: i for i, name in enumerate(self.types)}
        frame = self.frame.iloc[:, [positions[name] for name in columns]]
        return replace(self, frame=frame, types={name: self.types[name] for name in columns})


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
    frame = _with_level_names(frame)
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
    families = {
        name: family_of(_objects(frame.iloc[:, i]))
        for i, (name, dtype) in enumerate(zip(names, frame.dtypes, strict=True))
        if _holds_objects(dtype)
    }
    types = polars_frame(frame.iloc[:_TYPE_ROWS], families, enum=False).schema
    return PandasSource(frame=frame, types=types, families=families)


def _with_level_names(frame: Any) -> Any:
    """Name index levels that hold more than row numbers, as pandas itself would when it makes them columns."""
    levels = [frame.index.get_level_values(i) for i in range(frame.index.nlevels)]
    usual = ["index"] if len(levels) == 1 else [f"level_{i}" for i in range(len(levels))]
    names = [
        usual[i]
        if level.name is None
        and getattr(level.dtype, "kind", "O") not in "iu"
        and usual[i] not in frame.columns
        else level.name
        for i, level in enumerate(levels)
    ]
    return frame if names == list(frame.index.names) else frame.set_axis(frame.index.set_names(names))


def polars_frame(frame: Any, families: Mapping[str, str], *, enum: bool) -> pl.DataFrame:
    """Convert a pandas frame.

    Parameters
    ----------
    frame : pandas frame, or rows of one.
    families : of its columns of Python objects, from `family_of`.
    enum : give text whose values repeat as Enum.

    Examples
    --------
    >>> import pandas as pd
    >>> polars_frame(pd.DataFrame({"x": [1.0, float("nan")]}), {}, enum=True)["x"].to_list()
    [1.0, None]
    """
    series: dict[str, pl.Series] = {}
    for i, name in enumerate(map(column_name, frame.columns)):
        column = frame.iloc[:, i]
        if name in families:
            held = objects_series(_WORKING, _objects(column), families[name], enum=enum)
        else:
            held = _series(column, _WORKING, enum)
        series[name] = held
    return pl.DataFrame(series) if series else pl.DataFrame(height=len(frame))


def _holds_objects(dtype: Any) -> bool:
    """Whether values can only be read one by one: objects, periods, intervals, complex numbers, other extensions."""
    pandas = sys.modules["pandas"]
    if isinstance(dtype, np.dtype):
        return dtype.kind not in "fiubmM"
    known = (pandas.StringDtype, pandas.CategoricalDtype, pandas.DatetimeTZDtype)
    if isinstance(dtype, known) or hasattr(dtype, "pyarrow_dtype"):
        return False
    return getattr(dtype, "kind", "O") not in "iufb"


def _objects(column: Any) -> NDArray[Any]:
    return np.asarray(column.to_numpy(dtype=object))


def _series(column: Any, name: str, enum: bool) -> pl.Series:
    """Convert one pandas column by its dtype."""
    dtype = column.dtype
    pandas = sys.modules["pandas"]
    if isinstance(dtype, np.dtype):
        return _from_numpy(name, column.to_numpy())
    if isinstance(dtype, pandas.StringDtype):
        if getattr(dtype, "storage", "") == "pyarrow":
            return _from_arrow(name, column.array)
        return objects_series(name, _objects(column), "string", enum=enum)
    if isinstance(dtype, pandas.CategoricalDtype):
        return _from_categories(name, column.array)
    if isinstance(dtype, pandas.DatetimeTZDtype):
        naive = column.dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
        return _in_zone(_from_numpy(name, naive).dt.replace_time_zone("UTC"), dtype.tz)
    if hasattr(dtype, "pyarrow_dtype"):
        return _from_arrow(name, column.array)
    return _from_masked(name, column, dtype)


def _in_zone(times: pl.Series, zone: Any) -> pl.Series:
    """Times in the zone of a pandas column, if it has an IANA name; an offset alone stays UTC."""
    name = getattr(zone, "key", None) or getattr(zone, "zone", None)
    try:
        return times.dt.convert_time_zone(name) if isinstance(name, str) else times
    except pl.exceptions.ComputeError:
        return times


def _from_numpy(name: str, values: NDArray[Any]) -> pl.Series:
    kind = values.dtype.kind
    if kind == "f":
        floats = values.astype(np.float64) if values.dtype.itemsize > 8 else np.ascontiguousarray(values)
        # The smallest value is NaN where any is: cheaper than to look for NaN one by one.
        return pl.Series(name, floats, nan_to_null=len(floats) > 0 and bool(np.isnan(floats.min())))
    if kind in "iub":
        return pl.Series(name, np.ascontiguousarray(values))
    unit = np.datetime_data(values.dtype)[0]
    known = values if unit in ("ms", "us", "ns") else values.astype(f"{kind}8[ms]")
    return pl.Series(name, np.ascontiguousarray(known))


def _from_masked(name: str, column: Any, dtype: Any) -> pl.Series:
    """Nullable and sparse numbers: values and mask apart, so that integers beyond 2**53 stay exact."""
    missing = column.isna().to_numpy(dtype=bool)
    plain = getattr(dtype, "numpy_dtype", None) or dtype.subtype
    if not missing.any():
        return _from_numpy(name, column.to_numpy(dtype=plain))
    if not hasattr(dtype, "numpy_dtype"):
        return _from_numpy(name, np.asarray(column))
    values = pl.Series(name, np.ascontiguousarray(column.to_numpy(dtype=plain, na_value=plain.type(0))))
    return values.zip_with(pl.Series(~missing), pl.Series([None], dtype=values.dtype))


def _from_arrow(name: str, array: Any) -> pl.Series:
    series = polars_series(array.__arrow_array__()).alias(name)
    return series.fill_nan(None) if series.dtype.is_float() else series


def _from_categories(name: str, array: Any) -> pl.Series:
    categories = array.categories.to_series()
    known = {name: family_of(_objects(categories))} if _holds_objects(categories.dtype) else {}
    values = polars_frame(categories.to_frame(name), known, enum=False).to_series()
    if values.dtype.is_numeric():
        values = canonical_numbers(values)
    return gathered(name, values.cast(pl.String), indices(array.codes))
