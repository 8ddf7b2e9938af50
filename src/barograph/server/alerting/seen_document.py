"""What a verdict was made from, as a document: kept with a pin, so that the verdict can be made again."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, cast

from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Reason, Result, Undefined, Value
from barograph.monitors.verdict import Figure, Seen


def seen_document(seen: Seen) -> dict[str, Any]:
    """All but the declaration of the metric, which its address names; JSON-able.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> day = Figure(start=0, end=86_400_000_000, result=Value(value=0.3, n=30))
    >>> seen_document(Seen(spec=metric("drift.share"), current=day, rows=900))["current"]
    [0, 86400000000, {'value': 0.3, 'n': 30}]
    """
    return {
        "current": _figure(seen.current),
        "history": [_figure(figure) for figure in seen.history],
        "compared": None if seen.compared is None else result_document(seen.compared),
        "reference": [_figure(figure) for figure in seen.reference],
        "p_value": None if seen.p_value is None else result_document(seen.p_value),
        "ratio": None if seen.ratio is None else result_document(seen.ratio),
        "rows": seen.rows,
        "coverage": seen.coverage,
        "missing": seen.missing,
        "level": seen.level,
        "timezone": seen.timezone,
        "breached": sorted(seen.breached),
        "parts": {name: seen_document(part) for name, part in seen.parts.items()},
    }


def read_seen(document: Mapping[str, Any], spec: MetricSpec, parts: Mapping[str, MetricSpec]) -> Seen:
    """What was written.

    Parameters
    ----------
    spec : of the metric.
    parts : of the metrics of parts of a composite condition, by their name.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> day = Figure(start=0, end=86_400_000_000, result=Undefined(reason="no_labels", detail="none"))
    >>> seen = Seen(spec=metric("drift.share"), current=day)
    >>> read_seen(seen_document(seen), seen.spec, {}) == seen
    True
    """
    return Seen(
        spec=spec,
        current=_read_figure(document["current"]),
        history=tuple(_read_figure(each) for each in document["history"]),
        compared=_optional(document["compared"]),
        reference=tuple(_read_figure(each) for each in document["reference"]),
        p_value=_optional(document["p_value"]),
        ratio=_optional(document["ratio"]),
        rows=document["rows"],
        coverage=document["coverage"],
        missing=document.get("missing", False),
        level=document["level"],
        timezone=document["timezone"],
        breached=frozenset(document["breached"]),
        parts={name: read_seen(part, parts[name], parts) for name, part in document["parts"].items()},
    )


def result_document(result: Result) -> dict[str, Any]:
    """A figure, or why there is none.

    Examples
    --------
    >>> result_document(Value(value=0.5, n=4, interval=(0.1, 0.9)))
    {'value': 0.5, 'n': 4, 'interval': [0.1, 0.9]}
    """
    if isinstance(result, Undefined):
        return {"reason": result.reason, "detail": result.detail}
    told: dict[str, Any] = {"value": result.value, "n": result.n}
    return told if result.interval is None else told | {"interval": list(result.interval)}


def read_result(document: Mapping[str, Any]) -> Result:
    """The figure that was written.

    Examples
    --------
    >>> read_result({"value": 0.5, "n": 4})
    Value(value=0.5, n=4, interval=None)
    """
    if "reason" in document:
        return Undefined(reason=cast("Reason", document["reason"]), detail=document["detail"])
    ends = document.get("interval")
    return Value(
        value=document["value"], n=document["n"], interval=None if ends is None else (ends[0], ends[1])
    )


def _figure(figure: Figure) -> list[Any]:
    return [figure.start, figure.end, result_document(figure.result)]


def _read_figure(document: list[Any]) -> Figure:
    start, end, result = document
    return Figure(start=start, end=end, result=read_result(result))


def _optional(document: Mapping[str, Any] | None) -> Result | None:
    return None if document is None else read_result(document)
