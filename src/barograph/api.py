"""What users call: profile rows, load a saved profile, compare two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from barograph.engines.threads import run_on_threads
from barograph.errors import DataError, ProfileError, SchemaError
from barograph.frames.batch import Batch, Source
from barograph.frames.source import source
from barograph.frames.together import kept_together
from barograph.frames.typed import typed
from barograph.profile.codec import load
from barograph.profile.count import Plan, add_up, profile_block
from barograph.profile.grid import Grid
from barograph.profile.learn import learn_grid
from barograph.profile.ranking import without_split_queries
from barograph.profile.segments import partition
from barograph.profile.value import Profile
from barograph.schema.model import Schema
from barograph.schema.tasks import check_fractions, check_label_values, classes_of
from barograph.windows import choose_every, parse_every

if TYPE_CHECKING:
    import numpy as np

    from barograph.report.report import Report

#: Rows from which a grid is learned; all rows of a smaller reference.
SAMPLE_ROWS = 1 << 16
#: Values per block, and rows: enough for the work on a block to outweigh its overhead, 42 MB as float64.
_BLOCK_VALUES = 20 << 18
_SMALLEST_BLOCK, _LARGEST_BLOCK = 1 << 10, 1 << 18
_DAY_SECONDS = 86_400
_SHORTEST_CROSS_WINDOW_SECONDS = _DAY_SECONDS

Progress = Callable[[int, int | None], None]


def profile(
    data: object,
    schema: Schema | None = None,
    *,
    like: Profile | None = None,
    every: str | None = "auto",
    by: str | Sequence[str | Sequence[str]] | None = None,
    origin: str | None = None,
    name: str = "",
    sampling_fraction: float = 1.0,
    sample: bool = True,
    cross_tables: bool | None = None,
    threads: int | None = None,
    progress: Progress | None = None,
) -> Profile:
    """Profile rows in one pass.

    Parameters
    ----------
    data : pandas, Polars or PyArrow frame, DuckDB relation, anything with the Arrow PyCapsule
        interface, or a path to Parquet, CSV or NDJSON, a file or a folder of them.
    schema : what the columns mean; needed unless `like` is given.
    like : a reference profile: its schema and its grid are used, so the two can be compared and added.
    every : length of windows, such as ``"1h"`` or ``"1d"``; `auto` takes the reference's, or the
        longest that gives at least 20 windows; None for no windows. Needs a timestamp column.
    by : segments: columns or SQL expressions, each a division of its own; a tuple is an intersection.
        Default: those of `like`; else a forecast's horizons, or none.
    origin : where the rows come from: `training`, `hold-out`, `out-of-bag`, `production`.
    sampling_fraction : share of rows that was logged, in (0, 1]; totals are scaled, intervals not.
    sample : keep the coordinated sample of at most 2,000 rows.
    cross_tables : keep outcome sums per bin of every feature; default: unless windows are under a day.
    threads : default: all processors.
    progress : called with the rows done and their number where it is known.

    Returns
    -------
    Profile
        With `like`: equal, byte for byte, for the same rows in any order, batching or number of threads.
        Without: its grid is learned from at most 65,536 rows spread over the data.

    Raises
    ------
    SchemaError, DataError, ColumnMissing
        Each says what is wrong, what was expected and what to do.

    Examples
    --------
    >>> rows = pl.DataFrame({"x": [1.0, 2.0, 3.0]})
    >>> profile(rows, Schema.infer(rows)).rows
    3
    """
    if like is not None and not isinstance(like, Profile):
        raise DataError(
            f"like= takes a profile, not {type(like).__name__}; pass a schema as the second argument."
        )
    if isinstance(data, Profile):
        raise DataError("these are not rows but a profile already; pass it to compare() as it is.")
    if not 0.0 < sampling_fraction <= 1.0:
        raise DataError(f"sampling_fraction is {sampling_fraction!r}; expected a share in (0, 1].")
    if threads is not None and threads < 1:
        raise DataError(f"threads is {threads!r}; expected 1 or more, or None for all processors.")
    given = source(data)
    rows = _of_schema(given, schema if like is None else like.schema)
    schema, grid, first = _frame_of_reference(rows, schema, like, every)
    if by is not None:
        grid = replace(
            grid,
            by=tuple(
                (b,) if isinstance(b, str) else tuple(b) for b in ((by,) if isinstance(by, str) else by)
            ),
        )
    if cross_tables is None:
        cross_tables = (
            grid.every is None
            or parse_every(grid.every).approximate_seconds >= _SHORTEST_CROSS_WINDOW_SECONDS
        )
    plan = Plan(
        schema=schema,
        grid=grid,
        by=tuple(partition(expressions) for expressions in grid.by),
        cross=cross_tables,
        sampled=sample,
        fraction=sampling_fraction,
        origin=origin or ("reference" if like is None else "production"),
        name=name,
        extra=tuple(n for n in given.types if n not in schema.known),
    )
    block = _block_rows(len(grid.columns))
    raw = _reported(_whole_queries(_at_least_one(rows, block), schema), rows.rows, progress)
    one = partial(_profile_raw, plan=plan)
    if rows.rows is not None and rows.rows <= block and first is not None and first.rows == rows.rows:
        return profile_block(first, plan)
    return without_split_queries(add_up(run_on_threads(one, raw, threads=threads), plan))


def _whole_queries(batches: Iterator[pl.DataFrame], schema: Schema) -> Iterator[pl.DataFrame]:
    """The batches of a ranking, cut between queries alone."""
    group = schema.one("group")
    return batches if schema.task != "ranking" or group is None else kept_together(batches, group.name)


def _frame_of_reference(
    rows: Source, schema: Schema | None, like: Profile | None, every: str | None
) -> tuple[Schema, Grid, Batch | None]:
    """Schema and grid to count with, and the sample rows where they were read."""
    if like is not None:
        if schema is not None and schema != like.schema:
            raise SchemaError(
                "give a schema or like=, not two that differ: like= brings the reference's schema."
            )
        _check_answers(rows, like.schema, like.grid)
        window = like.grid.every if every == "auto" else every
        return like.schema, replace(like.grid, every=window), None
    assert schema is not None
    raw = rows.sample(SAMPLE_ROWS)
    _check_raw_answers(raw, schema, ())
    batch = typed(raw, schema)
    _check_readable(raw, batch, schema)
    weighted = schema.one("weight") is not None
    grid = learn_grid(batch, schema, every=_window(batch, schema, every), weighted=weighted)
    horizon = schema.one("horizon")
    if schema.task == "forecast" and horizon is not None and horizon.name in rows.types:
        grid = replace(grid, by=((horizon.name,),))
    return schema, grid, batch


def _check_readable(raw: pl.DataFrame, batch: Batch, schema: Schema) -> None:
    """Refuse a schema that reads no value of a column: a wrong reading would empty it without a word."""
    for name, mismatched in batch.mismatched.items():
        column, held = schema.column(name), raw.get_column(name).is_not_null().to_numpy()
        if held.any() and mismatched[held].all():
            raise SchemaError(
                f"no value of column {name!r} can be read as {column.kind} ({column.reading}); the first is "
                f"{raw.get_column(name).filter(pl.Series(held))[0]!r}. Give the column another kind or reading."
            )


def _window(batch: Batch, schema: Schema, every: str | None) -> str | None:
    column = schema.one("timestamp")
    if column is None or column.name not in batch.frame.columns:
        if every not in (None, "auto"):
            raise SchemaError(f"every={every!r} needs a timestamp column; name one with timestamp=.")
        return None
    if every != "auto":
        return None if every is None else parse_every(every).text
    times = batch.frame.get_column(column.name)
    first, last = times.min(), times.max()
    if not isinstance(first, datetime) or not isinstance(last, datetime):
        return None
    return choose_every(first, last)


def _check_answers(rows: Source, schema: Schema, grid: Grid) -> None:
    classes = grid.outcome.classes if grid.outcome is not None else ()
    answers = [
        c.name
        for c in (schema.one("label"), schema.one("prediction"))
        if c is not None and c.name in rows.types
    ]
    if schema.task in ("binary", "multiclass") and answers:
        _check_raw_answers(rows.only(answers).sample(SAMPLE_ROWS), schema, classes)


def _check_raw_answers(raw: pl.DataFrame, schema: Schema, classes: tuple[str, ...]) -> None:
    """Refuse labels and predictions that name classes differently: accuracy would silently be 0."""
    label, prediction = schema.one("label"), schema.one("prediction")
    if schema.task not in ("binary", "multiclass") or label is None:
        return
    if label.name in raw.columns:
        _check_known(raw.get_column(label.name), classes)
    if prediction is not None and label.name in raw.columns and prediction.name in raw.columns:
        check_fractions(raw.get_column(prediction.name))
        check_label_values(raw.get_column(label.name), raw.get_column(prediction.name), classes=classes)


def _check_known(label: pl.Series, classes: tuple[str, ...]) -> None:
    """Refuse labels of which the reference knows none: every answer would count as wrong."""
    seen = classes_of(label)
    if classes and seen and not set(seen) & set(classes):
        raise DataError(
            f"label {label.name!r} holds {', '.join(seen[:8])}, of which the reference knows none; its classes are "
            f"{', '.join(classes[:8])}. Name the classes as in the reference, or make a new reference."
        )


def _of_schema(rows: Source, schema: Schema | None) -> Source:
    """The source with the schema's columns alone, so that files read no others."""
    if schema is None:
        raise SchemaError(
            "no schema: pass Schema.infer(data, …), Schema.from_yaml(path), or like=a reference profile."
        )
    types = rows.types
    held = [name for name in schema.names if name in types]
    if not held:
        raise DataError(
            f"none of the schema's columns {list(schema.names)[:8]} is in the data, whose columns are "
            f"{list(types)[:8]}. Is it the right file?"
        )
    return rows if len(held) == len(types) else rows.only(held)


def _block_rows(columns: int) -> int:
    return max(_SMALLEST_BLOCK, min(_LARGEST_BLOCK, _BLOCK_VALUES // max(columns, 1)))


def _at_least_one(rows: Source, size: int) -> Iterator[pl.DataFrame]:
    """The batches of a source; of one without rows an empty batch, which still has the columns."""
    some = False
    for raw in rows.batches(size):
        some = True
        yield raw
    if not some:
        yield pl.DataFrame(schema=dict(rows.types))


def _reported(
    batches: Iterator[pl.DataFrame], total: int | None, progress: Progress | None
) -> Iterator[pl.DataFrame]:
    done = 0
    for raw in batches:
        yield raw
        done += raw.height
        if progress is not None:
            progress(done, total)


def _profile_raw(raw: pl.DataFrame, plan: Plan) -> Profile:
    return profile_block(typed(raw, plan.schema), plan)


def save_profile(profile: Profile, path: str | Path) -> Path:
    """Write a profile to one file; see `load_profile`."""
    from barograph.profile.codec import save

    path = Path(path)
    if not path.parent.is_dir():
        raise ProfileError(f"no folder {str(path.parent)!r} to save {path.name!r} in; make it first.")
    path.write_bytes(save(profile))
    return path


def load_profile(path: str | Path) -> Profile:
    """Read a saved profile; raises ProfileError where it is damaged or from a later version."""
    path = Path(path)
    if not path.is_file():
        raise ProfileError(f"no profile at {str(path)!r}; save one with save_profile(profile, path).")
    return load(path.read_bytes(), repr(path.name))


def compare(reference: Profile, current: Profile, *, rng: np.random.Generator | None = None) -> Report:
    """Compare two profiles on one grid.

    Parameters
    ----------
    reference, current : profiles made with the same schema; make the second with ``like=reference``.
    rng : for the bootstrap of intervals; default: a fixed seed, so the same profiles give the same report.

    Returns
    -------
    Report
        Shows itself in a notebook; `save`, `to_dict`, `to_frame`.
    """
    from barograph.report.report import compare_profiles

    for side in (reference, current):
        if not isinstance(side, Profile):
            raise DataError(
                f"compare() takes profiles, not {type(side).__name__}: profile(rows, schema), then "
                "profile(other_rows, like=reference)."
            )
    return compare_profiles(reference, current, rng=rng)
