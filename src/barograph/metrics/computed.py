"""From views to figures: a metric's function is given what its scope asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, cast

import numpy as np

from barograph.errors import DataError
from barograph.locale.said import say, word
from barograph.metrics.address import Address
from barograph.metrics.arguments import keywords
from barograph.metrics.sides import either, too_few
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.metrics.views import ColumnCells, ColumnView, column_cells, column_view, outcome_view
from barograph.profile.value import Profile


def compute(spec: MetricSpec, asked: Address, cell: Profile, compared: Profile | Undefined | None) -> Result:
    """Give the metric the view its scope asks for, unless something speaks against it."""
    if isinstance(compared, Undefined):
        return compared
    arguments = keywords(asked)
    if spec.scope in ("table", "custom"):
        rows = int(cell.table.rows[0]) if len(cell.table.rows) else 0
        return too_few(spec, rows) or called(spec, (cell,), arguments)
    if spec.scope == "outcome":
        return _compute_outcome(spec, cell, arguments)
    column = cast("str", asked.get("column"))
    views: list[ColumnView] = []
    for profile in (cell,) if compared is None else (compared, cell):
        view = _column(spec, column, profile)
        if isinstance(view, Undefined):
            return view
        views.append(view)
    return called(spec, tuple(views), arguments)


def compute_each(
    spec: MetricSpec, asked: Address, cells: Profile, compared: Profile | Undefined | None
) -> list[Result]:
    """A metric of the reference's column and that of many cells at once."""
    return compute_columns(spec, [(asked, compared)], cells)[0]


def compute_columns(
    spec: MetricSpec, columns: Sequence[tuple[Address, Profile | Undefined | None]], cells: Profile
) -> list[list[Result]]:
    """A metric of several of the reference's columns and those of many cells, all together where it can be.

    Parameters
    ----------
    columns : the address of each, and the one cell of the reference that it is compared with.
    """
    rows = cells.table.rows.tolist()
    enough = not any(too_few(spec, n) for n in rows)
    sides: dict[int, tuple[ColumnView, ColumnCells]] = {}
    out: list[list[Result] | None] = [None] * len(columns)
    for i, (asked, compared) in enumerate(columns):
        column = cast("str", asked.get("column"))
        view = (
            compared if isinstance(compared, Undefined) else _column(spec, column, cast("Profile", compared))
        )
        if isinstance(view, Undefined):
            out[i] = [view] * len(rows)
        elif enough and column in cells.columns:
            sides[i] = view, column_cells(cells, column)
    for i, found in zip(sides, _of_sides(spec, list(sides.values())), strict=True):
        out[i] = found
    each: list[Profile] = []
    if not all(out):
        named = {asked.get("column") for found, (asked, _) in zip(out, columns, strict=True) if not found}
        held = {name: sums for name, sums in cells.columns.items() if name in named}
        narrow = replace(cells, columns=held, outcome=None, custom=None)
        each = [narrow] if len(cells.cells) == 1 else [narrow.at(cell) for cell in cells.cells]
    return [
        found or [compute(spec, asked, cell, compared) for cell in each]
        for found, (asked, compared) in zip(out, columns, strict=True)
    ]


def _of_sides(
    spec: MetricSpec, sides: Sequence[tuple[ColumnView, ColumnCells]]
) -> Sequence[list[Result] | None]:
    """Figures of all cells of each column; None where they must be asked for one by one."""
    found = called_together(spec, (sides,)) if len(sides) > 1 else None
    return found or [called_each(spec, both, {}) for both in sides]


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
    return too_few(spec, view.judged) or called(spec, (view,), arguments)


def called(spec: MetricSpec, views: tuple[Any, ...], arguments: dict[str, Any]) -> Result:
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


def called_each(spec: MetricSpec, views: tuple[Any, Any], arguments: dict[str, Any]) -> list[Result] | None:
    """The metric's figures of all cells at once; None where they must be asked for one by one."""
    if spec.each is None:
        return None
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return spec.each(*views, **arguments)
    except (DataError, OverflowError):
        return None


def called_together(spec: MetricSpec, views: tuple[Any, ...]) -> list[list[Result]] | None:
    """The metric's figures of all cells of several columns at once; None where they must be asked for one by one."""
    if spec.together is None:
        return None
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            return spec.together(*views)
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
