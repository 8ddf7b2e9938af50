"""A dashboard: variables and rows of panels, laid out from left to right."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any, Final

from barograph.grafana.panel import DATASOURCE, Panel, panel_document

_COLUMNS: Final = 24
#: Of the JSON: Grafana 10 and later read it, and bring it up to their own.
_SCHEMA_VERSION: Final = 39


@dataclass(frozen=True, slots=True, kw_only=True)
class Variable:
    """A choice on top of a dashboard: the values of a label.

    Attributes
    ----------
    series : in which the values are looked for; may hold variables before it.
    """

    name: str
    series: str
    several: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Section:
    """Panels under one heading."""

    title: str
    panels: tuple[Panel, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Dashboard:
    """One dashboard.

    Attributes
    ----------
    uid : stays the same, so that links hold and a push takes the place of the one before.
    """

    uid: str
    title: str
    says: str
    sections: tuple[Section, ...]
    variables: tuple[Variable, ...] = ()
    since: str = "now-7d"


def dashboard_document(dashboard: Dashboard) -> dict[str, Any]:
    """A dashboard as Grafana reads it.

    Examples
    --------
    >>> empty = Dashboard(uid="barograph-x", title="X", says="Nothing.", sections=())
    >>> dashboard_document(empty)["templating"]["list"][0]["type"]
    'datasource'
    """
    chosen = {
        "name": "datasource", "type": "datasource", "query": "prometheus", "label": "Data source", "refresh": 1,
        "hide": 0, "current": {}, "options": [], "regex": "", "multi": False, "includeAll": False,
    }  # fmt: skip
    return {
        "uid": dashboard.uid,
        "title": dashboard.title,
        "description": dashboard.says,
        "tags": ["barograph"],
        "schemaVersion": _SCHEMA_VERSION,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "1m",
        "time": {"from": dashboard.since, "to": "now"},
        "timezone": "browser",
        "templating": {"list": [chosen, *(_variable(v) for v in dashboard.variables)]},
        "annotations": {"list": []},
        "links": [_other_dashboards()],
        "panels": _placed(dashboard.sections),
    }


def written(dashboard: Dashboard) -> str:
    """The text of a dashboard's file."""
    return json.dumps(dashboard_document(dashboard), indent=2, ensure_ascii=False, allow_nan=False) + "\n"


def _variable(variable: Variable) -> dict[str, Any]:
    query = f"label_values({variable.series}, {variable.name})"
    return {
        "name": variable.name,
        "label": variable.name.capitalize(),
        "type": "query",
        "datasource": DATASOURCE,
        "definition": query,
        "query": {"query": query, "refId": "StandardVariableQuery"},
        "refresh": 2,
        "sort": 1,
        "hide": 0,
        "regex": "",
        "multi": variable.several,
        "includeAll": variable.several,
        "allValue": ".*" if variable.several else None,
        "current": {"text": "All", "value": "$__all"} if variable.several else {},
        "options": [],
    }


def _other_dashboards() -> dict[str, Any]:
    return {
        "type": "dashboards", "title": "Barograph", "tags": ["barograph"], "asDropdown": True, "includeVars": True,
        "keepTime": True, "targetBlank": False, "icon": "external link", "tooltip": "", "url": "",
    }  # fmt: skip


def _placed(sections: tuple[Section, ...]) -> list[dict[str, Any]]:
    """Panels from left to right; one that does not fit begins a new line."""
    panels: list[dict[str, Any]] = []
    top = 0
    for section in sections:
        at = {"x": 0, "y": top, "w": _COLUMNS, "h": 1}
        panels.append(
            {
                "id": len(panels) + 1, "type": "row", "title": section.title, "collapsed": False, "gridPos": at,
                "panels": [],
            }
        )  # fmt: skip
        top, left, tallest = top + 1, 0, 0
        for panel in section.panels:
            if left + panel.width > _COLUMNS:
                top, left, tallest = top + tallest, 0, 0
            panels.append(panel_document(panel, number=len(panels) + 1, left=left, top=top))
            left, tallest = left + panel.width, max(tallest, panel.height)
        top += tallest
    return panels
