"""What users call: profile rows, load a saved profile, compare two."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl

from barograph.engines.threads import run_on_threads
from barograph.errors import DataError, ProfileError, SchemaError
from barograph.frames.batch import Batch, Source
from barograph.frames.fit import check_answers, check_readable, of_schema
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
from barograph.windows import choose_every, parse_every

if TYPE_CHECKING:
    from barograph.explain.actions.answers import Predict
    from barograph.explain.actions.context import Fit
    from barograph.explain.explanation import Event
    from barograph.explain.one.explained import RowExplanation
    from barograph.report.explained import Explained
    from barograph.report.report import Report

#: Rows from which a grid is learned; all rows of a smaller reference.
SAMPLE_ROWS = 1 << 16
#: Values per block, and rows: enough for the work on a block to outweigh its overhead, 42 MB as float64.
_BLOCK_VALUES = 20 << 18
_SMALLEST_BLOCK, _LARGEST_BLOCK = 1 << 10, 1 << 18
_DAY_SECONDS = 86_400

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
        interface, or a path to Parquet, CSV or NDJSON, a file or a folder of them, or to a Delta table.
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
    threads : default: all processors, of which one reads rows and the others count them; with 1 all is done in turn.
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
    _check_asked(data, like, sampling_fraction, threads)
    given = source(data)
    rows = of_schema(given, schema if like is None else like.schema)
    schema, grid, first = _frame_of_reference(rows, schema, like, every)
    grid = grid if by is None else replace(grid, by=_divisions(by))
    plan = Plan(
        schema=schema,
        grid=grid,
        by=tuple(partition(expressions) for expressions in grid.by),
        cross=_has_long_windows(grid) if cross_tables is None else cross_tables,
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


def _check_asked(data: object, like: object, sampling_fraction: float, threads: int | None) -> None:
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


def _divisions(by: str | Sequence[str | Sequence[str]]) -> tuple[tuple[str, ...], ...]:
    each = (by,) if isinstance(by, str) else by
    return tuple((b,) if isinstance(b, str) else tuple(b) for b in each)


def _has_long_windows(grid: Grid) -> bool:
    """Whether windows last for a day or more, or there are none."""
    return grid.every is None or parse_every(grid.every).approximate_seconds >= _DAY_SECONDS


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
        _check_later_answers(rows, like.schema, like.grid)
        window = like.grid.every if every == "auto" else every
        return like.schema, replace(like.grid, every=window), None
    assert schema is not None
    raw = rows.sample(SAMPLE_ROWS)
    check_answers(raw, schema, ())
    batch = typed(raw, schema)
    check_readable(raw, batch, schema)
    weighted = schema.one("weight") is not None
    grid = learn_grid(batch, schema, every=_window(batch, schema, every), weighted=weighted)
    horizon = schema.one("horizon")
    if schema.task == "forecast" and horizon is not None and horizon.name in rows.types:
        grid = replace(grid, by=((horizon.name,),))
    return schema, grid, batch


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


def _check_later_answers(rows: Source, schema: Schema, grid: Grid) -> None:
    classes = grid.outcome.classes if grid.outcome is not None else ()
    answers = [
        c.name
        for c in (schema.one("label"), schema.one("prediction"))
        if c is not None and c.name in rows.types
    ]
    if schema.task in ("binary", "multiclass") and answers:
        check_answers(rows.only(answers).sample(SAMPLE_ROWS), schema, classes)


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


def compare(
    reference: Profile,
    current: Profile,
    *,
    held_out: Profile | None = None,
    events: Sequence[Event] = (),
    why: bool = True,
    language: str = "en",
) -> Report:
    """Compare two profiles on one grid.

    Parameters
    ----------
    reference, current : profiles made with the same schema; make the second with ``like=reference``.
    held_out, events : as in `explain`, for the report's section on why the task's metric changed.
    why : explain that change, where one is shown, once the report is looked at, saved or asked for it; takes about a
        second. False leaves it out.
    language : of the report's page and of what a notebook shows: ``"en"`` or ``"zh-CN"``. Values and JSON are English.

    Returns
    -------
    Report
        Shows itself in a notebook; `save`, `to_dict`, `to_frame`, `explanation`.
    """
    from barograph.report.report import compare_profiles
    from barograph.report.why import Grounds

    for side in (reference, current):
        if not isinstance(side, Profile):
            raise DataError(
                f"compare() takes profiles, not {type(side).__name__}: profile(rows, schema), then "
                "profile(other_rows, like=reference)."
            )
    grounds = Grounds(held_out=held_out, events=tuple(events)) if why else None
    return compare_profiles(reference, current, grounds=grounds, language=language)


def explain(
    reference: Profile,
    current: Profile,
    metric: str | None = None,
    *,
    held_out: Profile | None = None,
    earlier: Sequence[Profile] = (),
    events: Sequence[Event] = (),
    versions: Mapping[str, Profile] | None = None,
    predict: Predict | None = None,
    fit: Fit | None = None,
    rng: np.random.Generator | None = None,
    language: str = "en",
) -> Explained:
    """Say why a performance metric changed: in parts that add up, where, since when, and what to do.

    Parameters
    ----------
    reference, current : profiles of judged rows, with samples; make the second with ``like=reference``.
    metric : address, such as ``"performance.mae"``; default: the task's first.
    held_out : the rows' performance where the model had not learned from them, out of bag or on a hold-out: what the
        in-sample `reference` flatters is then a part of its own.
    earlier : judged rows between the reference and the current ones: the change is dated in their windows too, and
        retraining learns from them.
    events : what happened meanwhile; those at the change's onset are named.
    versions : other versions' answers to the current rows, profiled, by name: what rolling back would bring.
    predict : the model, from a frame of features to answers: repaired rows are scored anew.
    fit : how the model is made, from features and labels to such a `predict`: retraining is tried with it.
    rng : for halves, folds and resampling; default: a fixed seed, so the same profiles give the same explanation.
    language : of its page and of what a notebook shows: ``"en"`` or ``"zh-CN"``. Values and JSON are English.

    Returns
    -------
    Explained
        An `Explanation` that shows itself in a notebook: its `parts` add up to its `change`, `summary` is what to read
        first; `save`, `to_dict`.

    Raises
    ------
    DataError, GridMismatch
        Where the metric is no sum over rows, or there are too few judged rows.
    """
    from barograph.explain.arguments import all_of, careful_fit, careful_predict, check_options, check_sides
    from barograph.explain.explain import SEED, Tried, default_metric
    from barograph.explain.explanation import Event
    from barograph.report.explained import explained
    from barograph.report.languages import known_language

    check_sides(reference, current, held_out)
    check_options(metric, versions, rng)
    tried = Tried(
        earlier=all_of(earlier, Profile, "earlier"), versions=versions or {},
        predict=None if predict is None else careful_predict(predict), fit=None if fit is None else careful_fit(fit),
    )  # fmt: skip
    return explained(
        reference, current, metric or default_metric(reference), held_out=held_out,
        events=all_of(events, Event, "events"), tried=tried,
        rng=np.random.default_rng(SEED) if rng is None else rng, language=known_language(language),
    )  # fmt: skip


def explain_row(
    reference: Profile,
    row: object,
    *,
    current: Profile | None = None,
    predict: Predict | None = None,
    model: Any | None = None,
) -> RowExplanation:
    """Say what is unusual about one row, how new it is as a whole, and how rows like it fared.

    Parameters
    ----------
    reference : a profile with its sample, saved or fresh; no other rows are needed.
    row : a mapping from column to value, or anything with rows that has one: features, and label, prediction and
        scores where they are known. Features left out are left out of every comparison.
    current : a profile made with ``like=reference``: the row's values and like rows are told for it too.
    predict : the model, from a frame of features to answers: what each value adds is told by putting other rows'
        values in its place.
    model : the model itself, in the form of scikit-learn, or a function of a matrix: what each value adds is told by
        SHAP, which needs ``barograph[shap]``.

    Returns
    -------
    RowExplanation
        Printed, its sentences; `to_dict` for programs.

    Raises
    ------
    ColumnMissing, DataError, GridMismatch
        For an unknown column, several rows, a value that does not fit, a profile without sample, another grid.
    MissingExtra
        Where `model` is given and shap is not installed.

    Notes
    -----
    Cost: at most 1,000 × 2,000 distances in every column, 0.2 s for 20 columns, 0.9 s for 100.

    Examples
    --------
    >>> rows = pl.DataFrame({"x": [float(i % 50) for i in range(500)]})
    >>> explain_row(profile(rows, Schema.infer(rows)), {"x": 80}).places[0].sentence
    'x 80 is higher than in all 500 rows of the reference, whose highest is 49.'
    """
    from barograph.explain.one.one import explain_one
    from barograph.frames.row import typed_row

    for side in (reference, *(() if current is None else (current,))):
        if not isinstance(side, Profile):
            raise DataError(
                f"explain_row() takes a profile and a row, not {type(side).__name__}: profile(rows, schema) first."
            )
    outcome = reference.grid.outcome
    one = typed_row(row, reference.schema, classes=() if outcome is None else outcome.classes)
    return explain_one(reference, one, current=current, predict=predict, model=model)
