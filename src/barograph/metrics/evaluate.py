"""From an address and profiles to a figure: the one way every check, chart and page gets its numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import cast

from barograph.errors import did_you_mean
from barograph.locale.said import say
from barograph.metrics.address import Address
from barograph.metrics.arguments import keywords, resolved_in, resolved_one, shown
from barograph.metrics.computed import (
    called,
    called_each,
    called_together,
    compute,
    compute_columns,
    compute_each,
)
from barograph.metrics.drift.prepared import PreparedReference, prepared_reference
from barograph.metrics.sides import BOTH, compared_segment, part_of, reference_of, too_few
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.profile.value import ALL, Cell, Profile
from barograph.schema.model import Schema

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
    return compute(
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
            zip(map(_time, cells), compute_each(spec, asked, narrow.at(*cells), compared), strict=True)
        )
    return [(_time(cell), compute(spec, asked, _alone(narrow, cell), compared)) for cell in cells]


@dataclass(frozen=True, slots=True, kw_only=True)
class OfColumns:
    """One metric asked for of several columns: addresses that differ by the column alone."""

    spec: MetricSpec
    addresses: Sequence[Address]
    columns: Sequence[str]
    segment: str = ALL


def of_columns(addresses: Sequence[Address], schema: Schema) -> OfColumns:
    """Addresses of one metric, known to fit the schema.

    Parameters
    ----------
    addresses : of columns alone: of scope `column` or `drift`, or of `windows` with the parameter `column`; alike but
        for the column.

    Raises
    ------
    AddressError
        As `evaluate`.
    """
    specs = [resolved_in(address, schema)[1] for address in addresses]
    columns = [cast("str", address.get("column")) for address in addresses]
    return OfColumns(spec=specs[0], addresses=addresses, columns=columns, segment=_segment(addresses[0]))


def evaluate_columns(
    asked: OfColumns, profile: Profile, reference: Profile | None, *, prepare: Prepare | None = None
) -> dict[str, list[tuple[datetime, Result]]]:
    """`evaluate_windows` of one metric of columns, in several of them, together where it can.

    Returns
    -------
    By column, what `evaluate_windows` gives.
    """
    spec, segment, columns = asked.spec, asked.segment, asked.columns
    cells = tuple(c for c in profile.cells if c.segment == segment and c.window is not None)
    part = profile if cells == profile.cells else profile.at(*cells)
    if not cells:
        return {column: [] for column in columns}
    if spec.scope in BOTH:
        alone = part_of(part, segment)
        found = _columns_against_both(asked, alone, reference, prepare)
    elif spec.scope == "column" and not spec.needs_reference:
        held = {name: sums for name, sums in part.columns.items() if name in columns}
        narrow = replace(part, columns=held, outcome=None, custom=None)
        alone_each = [_alone(narrow, cell) for cell in cells]
        found = [[compute(spec, address, cell, None) for cell in alone_each] for address in asked.addresses]
    else:
        sides = [(address, _compared(spec, address, profile, reference)) for address in asked.addresses]
        found = compute_columns(spec, sides, part)
    times = [_time(cell) for cell in cells]
    return {column: list(zip(times, f, strict=True)) for column, f in zip(columns, found, strict=True)}


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
    against = _windows_of(spec, _segment(asked), current, reference, prepare)
    if isinstance(against, Undefined):
        return [against] * len(current.cells)
    arguments = keywords(asked) | {p: asked.get(p) for p in spec.parameters if p == "column"}
    found = None
    if not any(too_few(spec, n) for n in current.table.rows.tolist()):
        found = called_each(spec, (against, current), arguments)
    return found or [
        too_few(spec, one.rows) or called(spec, (against, one), arguments)
        for one in (current.at(c) for c in current.cells)
    ]


def _columns_against_both(
    asked: OfColumns, current: Profile, reference: Profile | None, prepare: Prepare | None
) -> list[list[Result]]:
    """`_against_both` of several columns, all together where the metric can."""
    spec = asked.spec
    if spec.together is not None and not any(too_few(spec, n) for n in current.table.rows.tolist()):
        against = _windows_of(spec, asked.segment, current, reference, prepare)
        if isinstance(against, PreparedReference):
            found = called_together(spec, (against, current, asked.columns))
            if found is not None:
                return found
    return [_against_both(spec, address, current, reference, prepare) for address in asked.addresses]


def _windows_of(
    spec: MetricSpec, segment: str, current: Profile, reference: Profile | None, prepare: Prepare | None
) -> Profile | PreparedReference | Undefined:
    """The reference with its windows, as the metric looks at them."""
    known = reference_of(spec, current, reference)
    compared = known if isinstance(known, Undefined) else compared_segment(known, segment)
    if isinstance(known, Undefined) or isinstance(compared, Undefined):
        return cast("Undefined", compared)
    if spec.scope == "comparison":
        return part_of(known, compared)
    every = None if current.cells and current.cells[0].window is None else current.grid.every
    return (prepare or _prepare(known))(compared, every)


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
    column, kept = asked.get("column"), {}
    if spec.scope != "outcome" and isinstance(column, str) and column in profile.columns:
        kept = {column: profile.columns[column]}
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


def _alone(profile: Profile, cell: Cell) -> Profile:
    return profile if profile.cells == (cell,) else profile.at(cell)


def _time(cell: Cell) -> datetime:
    return _EPOCH + timedelta(microseconds=cast("int", cell.window))
