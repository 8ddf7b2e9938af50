"""From a monitor to its series: one address for each column, class, segment or host it watches in a model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import Final

from barograph.errors import BarographError, MonitorError, did_you_mean
from barograph.metrics.address import Address, Wildcard
from barograph.metrics.arguments import shown
from barograph.metrics.expand import columns_of, written_out
from barograph.metrics.spec import MetricSpec
from barograph.monitors.addressed import spec_of
from barograph.monitors.condition import Composite, Condition
from barograph.monitors.monitor import Monitor
from barograph.operations.event_kinds import KINDS
from barograph.profile.coarser import fits
from barograph.schema.model import Schema
from barograph.windows import parse_every

#: Roles that come later than the row.
_LATE: Final = ("label", "label_timestamp")
#: Arguments whose lists grow while a model is used.
_COMING: Final = ("segment", "host", "version", "name", "kind")
#: Length of the windows that rows of segments are counted in.
_SEGMENTS: Final = "1d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """What is known of a model when its monitors are written out.

    Attributes
    ----------
    schema : of the model.
    columns : that are counted.
    classes : of the grid's outcome.
    segments : that rows fall into, without all rows.
    hosts, versions : that readings come from.
    readings : names of readings that are sent.
    feedback : kinds of feedback that came.
    every : length of the windows its rows are counted in; None where any windows can be asked for.
    """

    name: str
    schema: Schema
    columns: tuple[str, ...] = ()
    classes: tuple[str, ...] = ()
    segments: tuple[str, ...] = ()
    hosts: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    readings: tuple[str, ...] = ()
    feedback: tuple[str, ...] = ()
    every: str | None = None
    lists: Mapping[str, tuple[str, ...]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        lists = {
            "class": self.classes,
            "rule": tuple(self.schema.rules),
            "segment": self.segments,
            "host": self.hosts,
            "version": self.versions,
            "name": self.readings,
            "kind": self.feedback,
        }
        object.__setattr__(self, "lists", MappingProxyType(lists))


def watches(monitor: Monitor, model: str) -> bool:
    """Whether a model is among those of a monitor.

    Examples
    --------
    >>> from barograph.monitors.document import read_monitor
    >>> given = {"name": "m", "metric": "drift.share", "when": {"above": 0.2}, "models": ["credit-*"]}
    >>> [watches(read_monitor(given, where=""), name) for name in ("credit-eu", "churn")]
    [True, False]
    """
    return any(_fits(pattern, model) for pattern in monitor.models)


def series_of(monitor: Monitor, watched: Watched) -> tuple[Address, ...]:
    """Write out what a monitor watches in a model.

    Parameters
    ----------
    monitor : its metric may hold ``*``: for ``column`` every counted column the metric is defined for, in the schema's
        order (labels only where the monitor waits for labels), for ``class``, ``rule``, ``segment``, ``host``,
        ``version``, ``name`` of readings and ``kind`` of feedback every one the model has, of events every kind.

    Returns
    -------
    Addresses without ``*``, always in one order. Empty where the monitor does not watch the model, or where the metric
    is of another task or kind of column and the model is only one of a pattern.

    Raises
    ------
    MonitorError
        Where the monitor names this very model, and a metric, column or class the model does not have.

    Examples
    --------
    >>> from barograph.monitors.document import read_monitor
    >>> from barograph.schema.model import Column
    >>> schema = Schema(columns=(Column(name="age"), Column(name="zip", kind="categorical")))
    >>> given = {"name": "m", "metric": "quality.mean(column=*)", "when": {"band": 3}}
    >>> found = series_of(read_monitor(given, where=""), Watched(name="m", schema=schema, columns=("age", "zip")))
    >>> [str(address) for address in found]
    ['quality.mean(column="age")']
    """
    if not watches(monitor, watched.name):
        return ()
    try:
        spec = spec_of(monitor.metric, watched.schema)
        _require_fitting(monitor.metric, spec, watched)
        for metric in _metrics(monitor.when):
            _require_fitting(metric, spec_of(metric, watched.schema), watched)
    except BarographError as error:
        if watched.name in monitor.models:
            raise MonitorError(f"monitor {monitor.name!r}, model {watched.name!r}: {error}") from None
        return ()
    lists = {"column": _columns(monitor, spec, watched), **watched.lists}
    return written_out(
        monitor.metric, lists | ({"kind": tuple(KINDS)} if "events" in spec.applies_to else {})
    )


def require_watching(monitor: Monitor, models: Sequence[Watched]) -> None:
    """Refuse a monitor that can watch nothing in any of the models it is for, which would look like peace.

    Segments, hosts, versions, readings and feedback that have not come yet may still come. Windows in which rows are
    counted must add up to the monitor's, in all models that it names, and in one of those that fit a pattern.

    Raises
    ------
    MonitorError
        With the reason in the first of these models.
    """
    of_it = [model for model in models if watches(monitor, model.name)]
    apart = {model.name: why for model in of_it if (why := _why_no_window(monitor, model))}
    if named := next((name for name in apart if name in monitor.models), None):
        raise MonitorError(apart[named])
    fitting = [model for model in of_it if model.name not in apart]
    if not of_it or any(series_of(monitor, model) for model in fitting):
        return
    if not fitting:
        raise MonitorError(next(iter(apart.values())))
    first = fitting[0]
    series_of(replace(monitor, models=(first.name,)), first)
    starred = {name for name, value in monitor.metric.arguments if isinstance(value, Wildcard)}
    if any(name in _COMING and not first.lists[name] for name in starred):
        return
    raise MonitorError(
        f"monitor {monitor.name!r}: {monitor.metric} stands for nothing in {shown(tuple(m.name for m in of_it))}; "
        "name what is there, or leave the monitor out."
    )


def of_series(monitor: Monitor, address: Address) -> Monitor:
    """The monitor of one series: its metric is the address, and ``*`` in its parts stands for the same.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.monitors.document import read_monitor
    >>> both = {"all": [{"above": 0.1}, {"metric": "quality.null_share(column=*)", "below": 0.5}]}
    >>> monitor = read_monitor({"name": "m", "metric": "drift.psi(column=*)", "when": both}, where="")
    >>> of_series(monitor, parse_address('drift.psi(column="age")')).when.parts[1].metric.get("column")
    'age'
    """
    return replace(monitor, metric=address, when=_filled(monitor.when, address))


def _filled(when: Condition, address: Address) -> Condition:
    if not isinstance(when, Composite):
        return when
    parts = tuple(
        replace(
            part,
            metric=None if part.metric is None else _with(part.metric, address),
            when=_filled(part.when, address),
        )
        for part in when.parts
    )
    return replace(when, parts=parts)


def _with(metric: Address, address: Address) -> Address:
    for name, value in metric.arguments:
        given = address.get(name)
        if isinstance(value, Wildcard) and given is not None:
            metric = metric.with_argument(name, given)
    return metric


def _metrics(when: Condition) -> tuple[Address, ...]:
    if not isinstance(when, Composite):
        return ()
    own = tuple(part.metric for part in when.parts if part.metric is not None)
    return own + tuple(metric for part in when.parts for metric in _metrics(part.when))


def _why_no_window(monitor: Monitor, watched: Watched) -> str | None:
    """Why no window of a monitor can have figures in a model; None where it can."""
    for metric in (monitor.metric, *_metrics(monitor.when)):
        divided = metric.get("segment") is not None or monitor.against.kind == "segment"
        shortest = _SEGMENTS if divided else None if metric.family == "operations" else watched.every
        if shortest is not None and not fits(parse_every(shortest), parse_every(monitor.window)):
            counted = "segments are" if divided else "rows are"
            return (
                f"monitor {monitor.name!r}, model {watched.name!r}: {counted} counted in windows of {shortest}, which "
                f"do not add up to windows of {monitor.window}; take {shortest}, or a multiple of it."
            )
    return None


def _require_fitting(address: Address, spec: MetricSpec, watched: Watched) -> None:
    """Raise MonitorError where the model's task, a column's kind, or its classes do not fit the metric."""
    schema = watched.schema
    if spec.scope == "outcome" and schema.task not in spec.applies_to:
        raise MonitorError(
            f"{spec.name} is of {' and '.join(spec.applies_to)}; the model's task is {schema.task or 'not said'}. "
            "Take a metric of that task."
        )
    column = address.get("column")
    if isinstance(column, str):
        _require_column(address, spec, watched, column)
    for name in ("class", "rule"):
        value, known = address.get(name), watched.lists[name]
        if isinstance(value, str) and known and value not in known:
            hint = did_you_mean(value, known) or "."
            raise MonitorError(f"{address}: no {name} {value!r}{hint} There are: {shown(known)}.")


def _require_column(address: Address, spec: MetricSpec, watched: Watched, column: str) -> None:
    if column not in watched.columns:
        raise MonitorError(f"{address}: column {column!r} is not counted. Counted: {shown(watched.columns)}.")
    kind = watched.schema.column(column).kind
    if kind not in spec.applies_to:
        raise MonitorError(
            f"{address}: {spec.name} is of {' and '.join(spec.applies_to)} columns; {column!r} is {kind}. "
            "Take a metric of that kind."
        )


def _columns(monitor: Monitor, spec: MetricSpec, watched: Watched) -> tuple[str, ...]:
    found = columns_of(spec, watched.schema, watched.columns)
    if monitor.needs.label_age_seconds:
        return found
    return tuple(name for name in found if watched.schema.column(name).role not in _LATE)


def _fits(pattern: str, name: str) -> bool:
    """Whether a name fits a pattern with ``*``, in time linear in their lengths."""
    first, *others = pattern.split("*")
    if not others:
        return name == pattern
    *middle, last = others
    if not name.startswith(first) or not name.endswith(last) or len(name) < len(first) + len(last):
        return False
    position, end = len(first), len(name) - len(last)
    for part in middle:
        found = name.find(part, position, end)
        if found < 0:
            return False
        position = found + len(part)
    return True
