"""What some stretches of time cost a model beyond what its reference makes one expect, in its schema's own figures."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import sqlalchemy as sa

from barograph.metrics.custom.average import average
from barograph.metrics.custom.compare import extra_total
from barograph.metrics.values import Undefined, Value
from barograph.profile.value import ALL, Profile
from barograph.schema.custom.model import CustomMetric, Ratio
from barograph.schema.model import Schema
from barograph.server.reading.references import compared_with
from barograph.server.reading.remembered import remembered
from barograph.server.reading.series import Asked
from barograph.server.reading.span import Span
from barograph.store.catalog import Model
from barograph.store.profiles import read
from barograph.windows import parse_every

Stretch = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cost:
    """A figure of a schema's own over some windows, beyond what is expected of as many rows.

    Attributes
    ----------
    harm : how much worse than expected, in `unit`; negative: better. n: the rows it rests on.
    rows : of the windows; more than n where labels are still to come, or a row gives no number.
    seconds : that the windows last together.
    """

    name: str
    unit: str
    harm: Value
    rows: int
    seconds: float

    @property
    def is_shown(self) -> bool:
        """Whether it is more than chance: the whole interval is above 0."""
        return self.harm.interval is not None and self.harm.interval[0] > 0.0


def cost_metrics(schema: Schema) -> tuple[CustomMetric, ...]:
    """Figures of a schema's own that add up, and of which one way is better."""
    return tuple(
        m for m in schema.metrics if m.better in ("lower", "higher") and not isinstance(m.formula, Ratio)
    )


def costs_of(
    conn: sa.Connection, model: Model, stretches: Sequence[Stretch], *, now: int
) -> tuple[Cost, ...]:
    """What the windows cost that begin in any of some stretches of time, each once; none where nothing is declared.

    Parameters
    ----------
    stretches : from and to, µs UTC.
    now : µs UTC.

    Returns
    -------
    tuple of Cost
        Beyond the mean per row of the default reference, times the rows with a figure.

    Notes
    -----
    Cost: of 91 days 20 ms; as long as their rows and labels stay, 1 ms.
    """
    wanted = cost_metrics(model.schema)
    if not wanted or not stretches or model.grid is None or model.reference is None:
        return ()
    compared = compared_with(conn, model, None, now=now)
    if compared is None:
        return ()
    span = Span(
        first=min(start for start, _ in stretches), end=max(end for _, end in stretches), timezone=model.schema.timezone
    )  # fmt: skip
    asked = Asked(
        model=model, version_id=None, every=model.every, span=span, compared=compared, default_reference=True, now=now
    )  # fmt: skip
    return remembered(
        conn, asked, ("costs", tuple(stretches)), lambda: _costs(conn, asked, compared.whole, wanted, stretches)
    )  # fmt: skip


def _costs(
    conn: sa.Connection,
    asked: Asked,
    reference: Profile,
    wanted: Sequence[CustomMetric],
    stretches: Sequence[Stretch],
) -> tuple[Cost, ...]:
    first, last = asked.span.days
    found = read(conn, asked.model, first_day=first, last_day=last, columns=())
    cells = [
        cell
        for cell in found.cells
        if cell.segment == ALL
        and cell.window is not None
        and any(start <= cell.window < end for start, end in stretches)
    ]
    if not cells:
        return ()
    current = found.at(*cells).total()
    seconds = len({cell.window for cell in cells}) * parse_every(asked.every).approximate_seconds
    costs = (_cost(metric, reference, current, seconds) for metric in wanted)
    return tuple(cost for cost in costs if cost is not None)


def _cost(metric: CustomMetric, reference: Profile, current: Profile, seconds: float) -> Cost | None:
    extra, of = extra_total(metric, reference, current), average(current, metric)
    if extra is None or isinstance(of, Undefined):
        return None
    sign = 1.0 if metric.better == "lower" else -1.0
    ends = None if extra.interval is None else sorted(sign * end for end in extra.interval)
    harm = Value(value=sign * extra.value, n=of.mean.n, interval=None if ends is None else (ends[0], ends[1]))
    return Cost(name=metric.name, unit=metric.unit, harm=harm, rows=current.rows, seconds=seconds)
