"""Every metric there is: the package's own by explicit list, others by entry point."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.metadata import EntryPoint, entry_points
from types import MappingProxyType

from barograph.errors import AddressError, did_you_mean
from barograph.metrics import performance, quality
from barograph.metrics.custom.specs import custom_spec, declared, is_custom
from barograph.metrics.drift import beyond_range as drift_beyond
from barograph.metrics.drift import share as drift_share
from barograph.metrics.drift import specs as drift
from barograph.metrics.drift import stuck as drift_stuck
from barograph.metrics.drift import windows as drift_windows
from barograph.metrics.spec import MetricSpec
from barograph.schema.model import Schema

#: The package's own metrics, in the order of the reference page.
BUILT_IN: tuple[MetricSpec, ...] = (
    *quality.METRICS,
    *drift.METRICS,
    *drift_share.METRICS,
    *drift_windows.METRICS,
    *drift_beyond.METRICS,
    *drift_stuck.METRICS,
    *performance.METRICS,
)
#: Entry points of this group name a MetricSpec or a tuple of them.
ENTRY_POINT_GROUP = "barograph.metrics"


def metrics() -> Mapping[str, MetricSpec]:
    """All metrics by name; installed plug-ins are loaded on the first call.

    Raises
    ------
    AddressError
        Where a plug-in gives something else than metrics, or takes a name that is taken.

    Examples
    --------
    >>> metrics()["quality.null_share"].title
    'Missing values'
    """
    return _all_metrics()


def metric(name: str, schema: Schema | None = None) -> MetricSpec:
    """The metric called `name`.

    Parameters
    ----------
    schema : declares the metrics of the family `custom`.

    Raises
    ------
    AddressError
        With the nearest names, where there is none.

    Examples
    --------
    >>> metric("quality.null_share").scope
    'column'
    """
    if schema is not None and is_custom(name):
        return custom_spec(declared(name, schema))
    known = metrics()
    if name in known:
        return known[name]
    family = name.partition(".")[0]
    beside = [n for n in known if n.startswith(f"{family}.")]
    hint = did_you_mean(name, known) or "."
    families = ", ".join(dict.fromkeys(s.family for s in known.values()))
    shown = f"Metrics of {family}: {', '.join(beside)}." if beside else f"Families: {families}."
    raise AddressError(f"no metric {name!r}{hint} {shown}")


def with_plug_ins(built_in: Iterable[MetricSpec], plug_ins: Iterable[EntryPoint]) -> dict[str, MetricSpec]:
    """Built-in metrics and those that entry points name, by name."""
    known = {spec.name: spec for spec in built_in}
    for plug_in in plug_ins:
        given = plug_in.load()
        specs = given if isinstance(given, tuple | list) else (given,)
        for spec in specs:
            if not isinstance(spec, MetricSpec):
                raise AddressError(
                    f"entry point {plug_in.name!r} = {plug_in.value!r} gives {type(spec).__name__}; "
                    "expected a MetricSpec or a tuple of them. Correct or uninstall the plug-in."
                )
            if spec.name in known:
                raise AddressError(
                    f"entry point {plug_in.name!r} = {plug_in.value!r} brings {spec.name!r}, which there is "
                    "already. Give the plug-in's metric another name."
                )
            known[spec.name] = spec
    return known


@cache
def _all_metrics() -> Mapping[str, MetricSpec]:
    found = sorted(entry_points(group=ENTRY_POINT_GROUP), key=lambda e: (e.name, e.value))
    return MappingProxyType(with_plug_ins(BUILT_IN, found))
