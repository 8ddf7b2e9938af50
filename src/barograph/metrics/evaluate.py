"""From an address and profiles to a figure: the one way every check, chart and page gets its numbers."""

from __future__ import annotations

import inspect
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from barograph.errors import AddressError, DataError, GridMismatch, did_you_mean
from barograph.metrics.address import Address, Wildcard, check_arguments, parse_address
from barograph.metrics.registry import metric
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import ColumnView, column_view, outcome_view
from barograph.profile.value import ALL, Cell, Profile

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_COLUMN_SCOPES = ("column", "drift")
#: Arguments whose address name is a word Python keeps for itself, and the parameter that takes them.
PARAMETERS: Mapping[str, str] = MappingProxyType({"class": "class_name"})


def evaluate(address: str | Address, current: Profile, reference: Profile | None = None) -> Result:
    """Evaluate a metric over all windows of a profile together.

    Parameters
    ----------
    address : ``family.metric(column="…", class="…", k=…, segment="…")``; without `segment`, all rows.
    current : the profile the figure is of.
    reference : what it is compared with; for drift metrics only, others leave it aside. Its own segment
        of the same name is taken where it has one, else all its rows.

    Returns
    -------
    A value, or why there is none. Data are never a reason to raise.

    Raises
    ------
    AddressError
        Where the address names no metric, argument, column or class, or holds ``*``.
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
    asked, spec = _resolved(address, current)
    segment = _segment(asked)
    absent = _absent_segment(current, segment)
    if absent is not None:
        return absent
    if spec.scope == "comparison":
        return _compute_comparison(spec, _part(current, segment), current, (reference, segment))
    return _compute(
        spec, asked, _total(spec, asked, current, segment), _compared(spec, asked, current, reference)
    )


def evaluate_windows(
    address: str | Address, profile: Profile, reference: Profile | None = None
) -> list[tuple[datetime, Result]]:
    """Evaluate a metric in every window of a profile by itself.

    Parameters
    ----------
    profile : its windows that hold a row of the segment asked for; rows without a time are left out.
    reference : as in `evaluate`: each window is compared with the whole of it.

    Returns
    -------
    The start of each window, aware UTC and ascending, and its figure.

    Raises
    ------
    AddressError, GridMismatch
        As `evaluate`.
    """
    asked, spec = _resolved(address, profile)
    segment = _segment(asked)
    if spec.scope == "comparison":
        part = _part(profile, segment)
        return [
            (_time(c), _compute_comparison(spec, part.at(c), profile, (reference, segment)))
            for c in part.cells
            if c.window is not None
        ]
    compared = _compared(spec, asked, profile, reference)
    narrow = _narrowed(spec, asked, profile)
    cells = [c for c in profile.cells if c.segment == segment and c.window is not None]
    return [(_time(cell), _compute(spec, asked, narrow.at(cell), compared)) for cell in cells]


def required_parameters(spec: MetricSpec) -> tuple[str, ...]:
    """Arguments a metric cannot do without, as they are called in addresses.

    Examples
    --------
    >>> required_parameters(metric("quality.quantile"))
    ('column', 'q')
    """
    taken = _signature(spec)
    needed = [p for p in spec.parameters if taken[PARAMETERS.get(p, p)].default is inspect.Parameter.empty]
    return (*(("column",) if spec.scope in _COLUMN_SCOPES else ()), *needed)


def allowed_arguments(spec: MetricSpec) -> tuple[str, ...]:
    """Arguments a metric takes, in the order they are written.

    Examples
    --------
    >>> allowed_arguments(metric("quality.quantile"))
    ('column', 'q', 'segment')
    """
    return (*(("column",) if spec.scope in _COLUMN_SCOPES else ()), *spec.parameters, "segment")


def _resolved(address: str | Address, profile: Profile) -> tuple[Address, MetricSpec]:
    """The address and its metric, both known to fit each other and the profile's schema."""
    asked = parse_address(address) if isinstance(address, str) else address
    spec = metric(asked.metric)
    check_arguments(asked, allowed_arguments(spec), required_parameters(spec))
    for name, value in asked.arguments:
        if isinstance(value, Wildcard):
            raise AddressError(
                f"{asked}: {name}=* names several figures and one is evaluated at a time; name one."
            )
        _require_type(asked, spec, name)
    column = asked.get("column")
    if column is not None and column not in profile.schema.known:
        known = (*profile.schema.names, *profile.schema.not_profiled)
        hint = did_you_mean(str(column), known) or "."
        raise AddressError(f"{asked}: no column {column!r} in the schema{hint} Columns: {_shown(known)}.")
    return asked, spec


def _require_type(asked: Address, spec: MetricSpec, name: str) -> None:
    """Raise AddressError for a number where the metric takes a text, or the reverse."""
    value = asked.get(name)
    beside = name in ("column", "segment")
    takes_text = beside or "str" in str(_signature(spec)[PARAMETERS.get(name, name)].annotation)
    if takes_text and not isinstance(value, str):
        raise AddressError(f'{asked}: {name} is a text in double quotes; write {name}="{value}".')
    if not takes_text and isinstance(value, str):
        raise AddressError(f"{asked}: {name} is a number without quotes; write {name}=0.5 or the like.")


def _compute(spec: MetricSpec, asked: Address, cell: Profile, compared: Profile | Undefined | None) -> Result:
    """Give the metric the view its scope asks for, unless something speaks against it."""
    if isinstance(compared, Undefined):
        return compared
    arguments: dict[str, Any] = {
        PARAMETERS.get(name, name): value
        for name, value in asked.arguments
        if name not in ("column", "segment")
    }
    if spec.scope == "table":
        rows = int(cell.table.rows[0]) if len(cell.table.rows) else 0
        return _too_few(spec, rows) or _called(spec, (cell,), arguments)
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


def _compute_outcome(spec: MetricSpec, cell: Profile, arguments: dict[str, Any]) -> Result:
    task = cell.schema.task
    if task is not None and task not in spec.applies_to:
        return Undefined(
            reason="not_applicable", detail=f"{spec.name} is for {_either(spec)}; the task is {task}"
        )
    view = outcome_view(cell)
    if isinstance(view, Undefined):
        return view
    return _too_few(spec, view.judged) or _called(spec, (view,), arguments)


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
        return Undefined(reason="overflow", detail="the figure is beyond the largest number")


def _column(spec: MetricSpec, name: str, profile: Profile) -> ColumnView | Undefined:
    """The column of one cell, where the metric can be asked for it."""
    if name in profile.schema.not_profiled:
        why = f"{name!r} is not profiled: {profile.schema.not_profiled[name]}"
        return Undefined(reason="not_applicable", detail=why)
    kind = profile.schema.column(name).kind
    if name in profile.grid.columns and kind not in spec.applies_to:
        why = f"{spec.name} is for {_either(spec)} columns; {name!r} is {kind}"
        return Undefined(reason="not_applicable", detail=why)
    view = column_view(profile, name)
    if isinstance(view, Undefined):
        return view
    return _too_few(spec, int(view.counts.sum())) or view


def _compared(
    spec: MetricSpec, asked: Address, current: Profile, reference: Profile | None
) -> Profile | Undefined | None:
    """The one cell of the reference that is compared with; None where the metric needs none."""
    if not spec.needs_reference:
        return None
    known = _reference(spec, current, reference)
    if isinstance(known, Undefined):
        return known
    segment = _segment(asked)
    return _total(spec, asked, known, segment if segment in known.segments else ALL)


def _reference(spec: MetricSpec, current: Profile, reference: Profile | None) -> Profile | Undefined:
    """The reference, on the grid of the current profile."""
    if reference is None:
        return Undefined(reason="no_reference", detail=f"{spec.name} compares two profiles; give a reference")
    if reference.grid.hash != current.grid.hash:
        raise GridMismatch(
            f"profiles on grids {reference.grid.hash[:12]} and {current.grid.hash[:12]} cannot be compared. "
            "Profile both with like=the same reference."
        )
    return reference


def _compute_comparison(
    spec: MetricSpec, part: Profile, current: Profile, against: tuple[Profile | None, str]
) -> Result:
    """A figure of both profiles with their windows, such as the share of columns that drifted."""
    known = _reference(spec, current, against[0])
    if isinstance(known, Undefined):
        return known
    segment = against[1] if against[1] in known.segments else ALL
    return _too_few(spec, part.rows) or _called(spec, (_part(known, segment), part), {})


def _part(profile: Profile, segment: str) -> Profile:
    return profile if segment == ALL else profile.of_segment(segment)


def _total(spec: MetricSpec, asked: Address, profile: Profile, segment: str) -> Profile:
    """All windows of a segment added up, for the columns the metric looks at."""
    if profile.cells == (Cell(segment, None),):
        return profile
    return _narrowed(spec, asked, profile).total(segment)


def _narrowed(spec: MetricSpec, asked: Address, profile: Profile) -> Profile:
    """The profile without the parts the metric does not look at, so that they need not be added up."""
    if spec.scope == "table":
        return replace(profile, outcome=None)
    kept = {n: c for n, c in profile.columns.items() if spec.scope != "outcome" and n == asked.get("column")}
    return replace(profile, columns=kept, outcome=profile.outcome if spec.scope == "outcome" else None)


def _absent_segment(profile: Profile, segment: str) -> Undefined | None:
    if segment == ALL or segment in profile.segments:
        return None
    known = profile.segments
    hint = did_you_mean(segment, known) or (
        f"; segments: {_shown(known)}" if known else "; there are no segments"
    )
    return Undefined(reason="too_few_rows", detail=f"no row in segment {segment!r}{hint}")


def _too_few(spec: MetricSpec, rows: int) -> Undefined | None:
    if rows >= spec.minimum_rows:
        return None
    return Undefined(
        reason="too_few_rows", detail=f"{spec.name} needs {spec.minimum_rows} rows; there are {rows}"
    )


def _segment(asked: Address) -> str:
    return cast("str", asked.get("segment") or ALL)


def _time(cell: Cell) -> datetime:
    return _EPOCH + timedelta(microseconds=cast("int", cell.window))


def _either(spec: MetricSpec) -> str:
    return " or ".join(spec.applies_to)


def _shown(names: tuple[str, ...]) -> str:
    return ", ".join(repr(n) for n in names[:12]) + (" …" if len(names) > 12 else "")


@cache
def _parameters_of(compute: Any) -> Mapping[str, inspect.Parameter]:
    return inspect.signature(compute).parameters


def _signature(spec: MetricSpec) -> Mapping[str, inspect.Parameter]:
    return _parameters_of(spec.compute)
