"""Many metrics of a model in the same windows, from one reading of its stored profiles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property, partial
from typing import Final

import sqlalchemy as sa

from barograph.errors import BarographError
from barograph.metrics.address import Address
from barograph.metrics.drift.prepared import PreparedReference
from barograph.metrics.evaluate import OfColumns, evaluate_columns, evaluate_windows
from barograph.metrics.registry import metric
from barograph.metrics.sides import BOTH
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result, Undefined
from barograph.profile.value import ALL, Profile
from barograph.server.reading.references import Compared
from barograph.server.reading.rolled import kept_since
from barograph.server.reading.span import Span
from barograph.server.times import as_time_us
from barograph.store.catalog import Model
from barograph.store.profiles import read
from barograph.store.profiles.part import Grain
from barograph.windows import parse_every

_DAY_SECONDS: Final = 86_400
#: Figures by the start of their window, microseconds UTC; windows without rows are left out.
ByWindow = Mapping[int, Result]


@dataclass(frozen=True, kw_only=True)
class Rows:
    """Rows of a version in windows of one length.

    Attributes
    ----------
    profile : its cells are the windows asked for, all rows of them, or of every segment.
    rows, labelled : by segment and start of the window.
    with_outcome : the outcome was read too.
    """

    profile: Profile
    with_outcome: bool
    rows: Mapping[tuple[str, int], int] = field(default_factory=dict)
    labelled: Mapping[tuple[str, int], int] = field(default_factory=dict)

    def of_segment(self, segment: str) -> Profile:
        """The windows of a segment, chosen once for all metrics."""
        if segment not in self._chosen:
            cells = tuple(c for c in self.profile.cells if c.segment == segment)
            whole = cells == self.profile.cells
            self._chosen[segment] = self.profile if whole else self.profile.at(*cells)
        return self._chosen[segment]

    @cached_property
    def _chosen(self) -> dict[str, Profile]:
        return {}

    def prepared(self, compared: Compared, segment: str, every: str | None) -> PreparedReference:
        """A reference made ready to judge these windows by several metrics."""
        key = (compared.hash, segment, every)
        if key not in self._ready:
            self._ready[key] = compared.prepared(segment, every).judging(self.of_segment(segment))
        return self._ready[key]

    @cached_property
    def _ready(self) -> dict[tuple[str, str, str | None], PreparedReference]:
        return {}

    def coverage(self, segment: str, start: int) -> float | None:
        """Share of the window's rows that are labelled; None where there are no rows, or nothing to label."""
        rows, labelled = self.rows.get((segment, start)), self.labelled.get((segment, start))
        return None if not rows or labelled is None else labelled / rows


def read_rows(
    conn: sa.Connection,
    model: Model,
    version_id: int | None,
    *,
    every: str,
    span: Span,
    addresses: Sequence[Address],
    grain: Grain = "window",
    labels: bool = False,
    outcome: bool = False,
) -> Rows:
    """Read what some metrics of a version need of the windows that begin in a span, as far as they are kept.

    Parameters
    ----------
    addresses : of the metrics.
    grain : `day` where some of them are of segments.
    labels : how many rows are labelled is asked for, whatever the metrics.
    outcome : read the outcome, whatever is asked for.

    Notes
    -----
    Cost: about 70 µs a day and column, twice that by segment.
    """
    specs = [(address, metric(address.metric, model.schema)) for address in addresses]
    names = {name for address, spec in specs for name in columns_of(model, address, spec)}
    first, last = span.days
    labels = labels or any(spec.scope in ("outcome", "custom") for _, spec in specs)
    length = parse_every(every)
    days = round(length.approximate_seconds / _DAY_SECONDS) + (length.unit == "mo")
    profile = read(
        conn, model, version_id, first_day=first, last_day=last + max(days - 1, 0),
        columns=sorted(names), grain=grain, every=every,
        outcome=labels or outcome,
    )  # fmt: skip
    since = max(span.first, kept_since(conn, model, every))
    cells = tuple(c for c in profile.cells if c.window is not None and since <= c.window < span.end)
    inside = profile if cells == profile.cells else profile.at(*cells)
    labelled = None if inside.outcome is None or not labels else inside.outcome.labelled.tolist()
    places = [(c.segment, c.window) for c in cells if c.window is not None]
    return Rows(
        profile=inside,
        with_outcome=labels or outcome,
        rows=dict(zip(places, inside.table.rows.tolist(), strict=True)),
        labelled={} if labelled is None else dict(zip(places, labelled, strict=True)),
    )


def figures_in(held: Rows, address: Address, compared: Compared | None) -> ByWindow:
    """A metric in every window that was read.

    Parameters
    ----------
    compared : the reference, for metrics that compare.
    """
    segment = str(address.get("segment") or ALL)
    spec = metric(address.metric, held.profile.schema)
    found = evaluate_windows(
        address, held.of_segment(segment), None if compared is None else compared.side(spec, segment),
        prepare=None if compared is None else partial(held.prepared, compared),
    )  # fmt: skip
    return {as_time_us(moment): result for moment, result in found}


def figures_together(held: Rows, asked: OfColumns, compared: Compared | None) -> dict[str, ByWindow]:
    """By column a metric's figures in every window that was read, computed of all columns at once.

    Where that fails none is given: the metric is asked for column by column, and the others have their figures.
    """
    figures: Mapping[str, Sequence[tuple[datetime, Result]]] = {}
    with suppress(BarographError, ArithmeticError, LookupError, ValueError):
        figures = evaluate_columns(
            asked, held.of_segment(asked.segment),
            None if compared is None else compared.side(asked.spec, asked.segment),
            prepare=None if compared is None else partial(held.prepared, compared),
        )  # fmt: skip
    return {
        column: {as_time_us(moment): result for moment, result in each} for column, each in figures.items()
    }


def reference_of(compared: Compared | None, spec: MetricSpec, segment: str) -> Profile | None:
    """What a metric compares with: all windows added up where it does not look at them."""
    if compared is None or not spec.needs_reference:
        return None
    one = spec.scope not in BOTH and segment == ALL
    return compared.whole if one else compared.profile


def columns_of(model: Model, address: Address, spec: MetricSpec) -> tuple[str, ...]:
    """Columns a metric looks at."""
    if spec.scope in ("outcome", "custom"):
        return ()
    column = address.get("column")
    if isinstance(column, str):
        return (column,)
    return () if model.grid is None else tuple(model.grid.columns)


def failed(error: Exception) -> Undefined:
    """The figure of a metric that could not be computed."""
    return Undefined(reason="evaluation_error", detail=str(error) or type(error).__name__)
