"""From an address and profiles to a figure: the one way every check, chart and page gets its numbers."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import numpy as np

from barograph.errors import DataError, did_you_mean
from barograph.locale.said import say, word
from barograph.metrics.address import Address
from barograph.metrics.arguments import keywords, resolved_one, shown
from barograph.metrics.drift.prepared import PreparedReference, prepared_reference
from barograph.metrics.sides import BOTH, compared_segment, either, part_of, reference_of, too_few
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import ColumnView, column_cells, column_view, outcome_view
from barograph.profile.value import ALL, Cell, Profile

#: Gives a segment of the reference made ready for windows of a length, None: for all rows together.
Prepare = Callable[[str, str | None], PreparedReference]
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def evaluate(address: str | Address, current: Profile, reference: Profile | None = None) -> Result:
    """Evaluate a metric over all windows of a profile together.

    Parameters
    ----------
    address : ``family.metric(column="…", class="…", k=…, segment="…")``; without `segment`, all rows.
    current : the profile the figure is of.
    reference : what it is compared with; for drift metrics only, others leave it aside. A segment is
        compared with the same segment of it; with all its rows where it knows no segments.

    Returns
    -------
    A value, or why there is none. Data are never a reason to raise.

    Raises
    ------
    AddressError
        Where the address names no metric, argument, column or class, or holds ``*``: see `expand`.
    GridMismatch
        Where the profiles of a drift metric do not share a grid.

    Notes
    -----
    Only the sums of the column asked for are added up: about 0.1 ms, whatever the number of columns.

    Examples
    --------
    >>> import polars as pl
    >>> from barograph.frames.batch import Batch
    >>> from barograph.profile.count import Plan, profile_block
    >>> from barograph.profile.learn import learn_grid
    >>> from barograph.schema.model import Column, Schema
    >>> batch = Batch(frame=pl.DataFrame({"x": [1.0, None, 3.0, 4.0]}), mismatched={})
    >>> schema = Schema(columns=(Column(name="x"),))
    >>> rows = profile_block(batch, Plan(schema=schema, grid=learn_grid(batch, schema)))
    >>> evaluate('quality.null_share(column="x")', rows).value
    0.25
    """
    asked, spec = resolved_one(address, current)
    segment = _segment(asked)
    absent = _absent_segment(current, segment)
    if absent is not None:
        return absent
    if spec.scope in BOTH:
        return _against_both(spec, asked, _together(part_of(current, segment)), reference, None)[0]
    return _compute(
        spec, asked, _total(spec, asked, current, segment), _compared(spec, asked, current, reference)
    )


def evaluate_windows(
    address: str | Address,
    profile: Profile,
    reference: Profile | None = None,
    *,
    prepare: Prepare | None = None,
) -> list[tuple[datetime, Result]]:
    """Evaluate a metric in every window of a profile by itself.

    Parameters
    ----------
    profile : its windows that hold a row of the segment asked for; rows without a time are left out.
    reference : as in `evaluate`: each window is compared with the whole of it.
    prepare : gives the reference's segment ready to be compared with windows of a length, for who keeps it from call
        to call; default: `prepared_reference`.

    Returns
    -------
    The start of each window, aware UTC and ascending, and its figure.

    Raises
    ------
    AddressError, GridMismatch
        As `evaluate`.
    """
    asked, spec = resolved_one(address, profile)
    segment = _segment(asked)
    if spec.scope in BOTH:
        part = part_of(_narrowed(spec, asked, profile), segment)
        timed = tuple(c for c in part.cells if c.segment == ALL and c.window is not None)
        part = part if timed == part.cells else part.at(*timed)
        found = _against_both(spec, asked, part, reference, prepare)
        return list(zip(map(_time, part.cells), found, strict=True))
    compared = _compared(spec, asked, profile, reference)
    narrow = _narrowed(spec, asked, profile)
    cells = [c for c in profile.cells if c.segment == segment and c.window is not None]
    if spec.scope == "drift" and spec.each is not None and cells:
        return list(
            zip(map(_time, cells), _compute_each(spec, asked, narrow.at(*cells), compared), strict=True)
        )
    return [(_time(cell), _compute(spec, asked, narrow.at(cell), compared)) for cell in cells]


def _compute(spec: MetricSpec, asked: Address, cell: Profile, compared: Profile | Undefined | None) -> Result:
    """Give the metric the view its scope asks for, unless something speaks against it."""
    if isinstance(compared, Undefined):
        return compared
    arguments = keywords(asked)
    if spec.scope in ("table", "custom"):
        rows = int(cell.table.rows[0]) if len(cell.table.rows) else 0
        return too_few(spec, rows) or _called(spec, (cell,), arguments)
    if spec.scope == "outcome":
        return _compute_outcome(spec, cell, arguments)
    column = cast("str", asked.get("column"))
    views: list[ColumnView] = []
    for profile in (cell,) if compared is None else (compared, cell):
        view = _column(spec, column, profile)
        if isinstance(view, Undefined):
            return view
        views.append(view)
    return _called(spec, tuple(views), arguments)


def _compute_each(
    spec: MetricSpec, asked: Address, cells: Profile, compared: Profile | Undefined | None
) -> list[Result]:
    """A metric of the reference's column and that of many cells at once."""
    column = cast("str", asked.get("column"))
    view = compared if isinstance(compared, Undefined) else _column(spec, column, cast("Profile", compared))
    if isinstance(view, Undefined):
        return [view] * len(cells.cells)
    found = None
    if column in cells.columns and not any(too_few(spec, n) for n in cells.table.rows.tolist()):
        found = _called_each(spec, (view, column_cells(cells, column)), {})
    return found or [_compute(spec, asked, cells.at(cell), compared) for cell in cells.cells]


def _compute_outcome(spec: MetricSpec, cell: Profile, arguments: dict[str, Any]) -> Result:
    task = cell.schema.task
    if task is not None and task not in spec.applies_to:
        return Undefined(
            reason="not_applicable",
            detail=say(
                "{metric} is for {kinds}; the task is {task}",
                metric=spec.name,
                kinds=either(spec),
                task=word(task),
            ),
        )
    view = outcome_view(cell)
    if isinstance(view, Undefined):
        return view
    return too_few(spec, view.judged) or _called(spec, (view,), arguments)


def _called(spec: MetricSpec, views: tuple[Any, ...], arguments: dict[str, Any]) -> Result:
    """The metric's figure; rows its function refuses leave it undefined, with the function's own words.

    Values near the largest number overflow on the way: NumPy then goes on with infinity, Python raises.
    """
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return spec.compute(*views, **arguments)
    except DataError as error:
        return Undefined(reason="evaluation_error", detail=str(error))
    except OverflowError:
        return Undefined(reason="overflow", detail=say("the figure is beyond the largest number"))


def _called_each(spec: MetricSpec, views: tuple[Any, Any], arguments: dict[str, Any]) -> list[Result] | None:
    """The metric's figures of all cells at once; None where they must be asked for one by one."""
    if spec.each is None:
        return None
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return spec.each(*views, **arguments)
    except (DataError, OverflowError):
        return None


def _column(spec: MetricSpec, name: str, profile: Profile) -> ColumnView | Undefined:
    """The column of one cell, where the metric can be asked for it."""
    if name in profile.schema.not_profiled:
        why = say(
            "{name} is not profiled: {not_profiled}",
            name=repr(name),
            not_profiled=profile.schema.not_profiled[name],
        )
        return Undefined(reason="not_applicable", detail=why)
    kind = profile.schema.column(name).kind
    if name in profile.grid.columns and kind not in spec.applies_to:
        why = say(
            "{metric} is for {kinds} columns; {name} is {kind}",
            metric=spec.name,
            kinds=either(spec),
            name=repr(name),
            kind=word(kind),
        )
        return Undefined(reason="not_applicable", detail=why)
    view = column_view(profile, name)
    if isinstance(view, Undefined):
        return view
    return too_few(spec, int(view.counts.sum())) or view


def _compared(
    spec: MetricSpec, asked: Address, current: Profile, reference: Profile | None
) -> Profile | Undefined | None:
    """The one cell of the reference that is compared with; None where the metric needs none."""
    if not spec.needs_reference:
        return None
    known = reference_of(spec, current, reference)
    if isinstance(known, Undefined):
        return known
    part = compared_segment(known, _segment(asked))
    return part if isinstance(part, Undefined) else _total(spec, asked, known, part)


def _against_both(
    spec: MetricSpec, asked: Address, current: Profile, reference: Profile | None, prepare: Prepare | None
) -> list[Result]:
    """Figures that need the windows of the reference, of every cell of all rows of `current`."""
    segment = _segment(asked)
    known = reference_of(spec, current, reference)
    compared = known if isinstance(known, Undefined) else compared_segment(known, segment)
    if isinstance(known, Undefined) or isinstance(compared, Undefined):
        return [cast("Undefined", compared)] * len(current.cells)
    arguments = keywords(asked) | {p: asked.get(p) for p in spec.parameters if p == "column"}
    against: Profile | PreparedReference
    if spec.scope == "comparison":
        against = part_of(known, compared)
    else:
        every = None if current.cells and current.cells[0].window is None else current.grid.every
        against = (prepare or _prepare(known))(compared, every)
    found = None
    if not any(too_few(spec, n) for n in current.table.rows.tolist()):
        found = _called_each(spec, (against, current), arguments)
    return found or [
        too_few(spec, one.rows) or _called(spec, (against, one), arguments)
        for one in (current.at(c) for c in current.cells)
    ]


def _prepare(reference: Profile) -> Prepare:
    return lambda segment, every: prepared_reference(part_of(reference, segment), every=every)


def _together(part: Profile) -> Profile:
    """All rows as one cell: a window where they are no more than one, else all windows added up."""
    cells = [c for c in part.cells if c.segment == ALL]
    return part.at(*cells) if len(cells) == 1 else part.total()


def _total(spec: MetricSpec, asked: Address, profile: Profile, segment: str) -> Profile:
    """All windows of a segment added up, for the columns the metric looks at."""
    if profile.cells == (Cell(segment, None),):
        return profile
    return _narrowed(spec, asked, profile).total(segment)


def _narrowed(spec: MetricSpec, asked: Address, profile: Profile) -> Profile:
    """The profile without the parts the metric does not look at, so that they need not be added up."""
    if spec.scope == "table":
        return replace(profile, outcome=None, custom=None)
    if spec.scope == "custom":
        return replace(profile, columns={})
    if spec.scope == "comparison":
        return profile
    if spec.scope == "windows" and asked.get("column") is None:
        return replace(profile, outcome=None, custom=None)
    kept = {n: c for n, c in profile.columns.items() if spec.scope != "outcome" and n == asked.get("column")}
    outcome = profile.outcome if spec.scope == "outcome" else None
    return replace(profile, columns=kept, outcome=outcome, custom=None)


def _absent_segment(profile: Profile, segment: str) -> Undefined | None:
    if segment == ALL or segment in profile.segments:
        return None
    known = profile.segments
    hint = did_you_mean(segment, known) or (
        f"; segments: {shown(known)}" if known else "; there are no segments"
    )
    return Undefined(
        reason="too_few_rows",
        detail=say("no row in segment {segment}{hint}", segment=repr(segment), hint=hint),
    )


def _segment(asked: Address) -> str:
    return cast("str", asked.get("segment") or ALL)


def _time(cell: Cell) -> datetime:
    return _EPOCH + timedelta(microseconds=cast("int", cell.window))
