"""A panel of a dashboard, and the JSON Grafana reads."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal

Kind = Literal["timeseries", "stat", "table"]
#: The data source is chosen on the dashboard: files hold no address.
DATASOURCE: Final = {"type": "prometheus", "uid": "${datasource}"}
#: Colours of Grafana's own palette, the least grave first.
GOOD, WARNING, BAD = "green", "orange", "red"


@dataclass(frozen=True, slots=True, kw_only=True)
class Query:
    """What a panel asks Prometheus, and what a line is called.

    Attributes
    ----------
    expression : PromQL; may hold ``$project`` and the dashboard's other variables.
    legend : such as ``{{model}}``.
    """

    expression: str
    legend: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Panel:
    """One panel.

    Attributes
    ----------
    says : the question it answers, shown on hover.
    unit : Grafana's word, such as `percentunit`, `s`, `bytes`, `short`.
    width, height : of a grid of 24 columns.
    steps : values from which a colour holds; the first colour holds below all of them.
    hidden : columns that a table leaves out.
    """

    title: str
    says: str
    queries: tuple[Query, ...]
    kind: Kind = "timeseries"
    unit: str = "short"
    width: int = 12
    height: int = 8
    steps: tuple[tuple[float | None, str], ...] = ((None, GOOD),)
    hidden: tuple[str, ...] = ()


def panel_document(panel: Panel, *, number: int, left: int, top: int) -> dict[str, Any]:
    """A panel as Grafana reads it.

    Parameters
    ----------
    number : its id, unique on the dashboard.
    left, top : its place on the grid.

    Examples
    --------
    >>> one = Panel(title="Models", says="How many?", queries=(Query(expression="barograph_models"),), kind="stat")
    >>> panel_document(one, number=1, left=0, top=0)["targets"][0]["expr"]
    'barograph_models'
    """
    instant = panel.kind != "timeseries"
    document: dict[str, Any] = {
        "id": number,
        "type": panel.kind,
        "title": panel.title,
        "description": panel.says,
        "datasource": DATASOURCE,
        "gridPos": {"x": left, "y": top, "w": panel.width, "h": panel.height},
        "targets": [_target(query, place, instant=instant) for place, query in enumerate(panel.queries)],
        "fieldConfig": {"defaults": _defaults(panel), "overrides": []},
        "options": _options(panel.kind),
    }
    if panel.kind == "table":
        document["transformations"] = _as_columns(panel)
    return document


def _target(query: Query, place: int, *, instant: bool) -> dict[str, Any]:
    return {
        "refId": chr(ord("A") + place),
        "datasource": DATASOURCE,
        "expr": query.expression,
        "legendFormat": query.legend or "__auto",
        "instant": instant,
        "range": not instant,
        **({"format": "table"} if instant else {}),
    }


def _defaults(panel: Panel) -> dict[str, Any]:
    drawn = {"drawStyle": "line", "lineWidth": 1, "fillOpacity": 5, "showPoints": "auto", "spanNulls": True}
    return {
        "unit": panel.unit,
        "color": {"mode": "palette-classic" if panel.kind == "timeseries" else "thresholds"},
        "thresholds": {
            "mode": "absolute",
            "steps": [{"value": value, "color": color} for value, color in panel.steps],
        },
        "custom": drawn if panel.kind == "timeseries" else {},
    }


def _options(kind: Kind) -> dict[str, Any]:
    if kind == "timeseries":
        legend = {"displayMode": "table", "placement": "bottom", "showLegend": True, "calcs": ["lastNotNull"]}
        return {"legend": legend, "tooltip": {"mode": "multi", "sort": "desc"}}
    if kind == "stat":
        reduced = {"calcs": ["lastNotNull"], "fields": "", "values": False}
        return {"reduceOptions": reduced, "colorMode": "value", "graphMode": "none", "textMode": "auto"}
    return {"showHeader": True, "cellHeight": "sm"}


def _as_columns(panel: Panel) -> Sequence[dict[str, Any]]:
    """Queries side by side, by the labels they share, without time and what is the same everywhere."""
    hidden = ("Time", "__name__", "instance", "job", *panel.hidden)
    return [
        {"id": "merge", "options": {}},
        {"id": "organize", "options": {"excludeByName": dict.fromkeys(hidden, True)}},
    ]
