"""The figures behind an alert, as a message draws them: those that are kept, nothing is computed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any, Final
from zoneinfo import ZoneInfo

import sqlalchemy as sa

from barograph.metrics.address import Address, parse_address
from barograph.metrics.values import Value
from barograph.profile.value import ALL
from barograph.server.times import as_datetime
from barograph.store import catalog
from barograph.store.alerts import StoredAlert
from barograph.store.points import Course, held
from barograph.store.tables.monitors import monitor_series, monitors
from barograph.windows import parse_every

#: Windows that are drawn.
_WINDOWS: Final = 45
_DAY_SECONDS: Final = 86_400
#: A line needs two.
_FEWEST: Final = 2


def chart_of(conn: sa.Connection, alert: StoredAlert) -> dict[str, Any] | None:
    """The last windows of what an alert is about, with its limits; None where too few figures are kept.

    Of a figure over all columns the worst column is drawn where its figures are kept: it shows what moved.
    """
    series = _series(conn, alert)
    if series is None:
        return None
    every = str(series["document"].get("window", "1d"))
    timezone = catalog.model_by_id(conn, alert.model_id).schema.timezone or "UTC"
    for address, is_own in _addresses(alert):
        windows = _held(conn, alert, address, (series, every))
        if len(windows) >= _FEWEST:
            return _chart(alert, address, windows, (series, every, timezone, is_own))
    return None


def _series(conn: sa.Connection, alert: StoredAlert) -> sa.RowMapping | None:
    asked = (
        sa.select(monitor_series.c.version_id, monitor_series.c.breached, monitors.c.document)
        .join(monitors, monitors.c.id == monitor_series.c.monitor_id)
        .where(monitor_series.c.id == alert.series_id)
    )
    return conn.execute(asked).mappings().one_or_none()


def _addresses(alert: StoredAlert) -> Iterator[tuple[Address, bool]]:
    for column in list(alert.details.get("columns", ()))[:1]:
        yield parse_address(str(column["address"])), False
    yield parse_address(alert.address), True


def _held(
    conn: sa.Connection, alert: StoredAlert, address: Address, of: tuple[sa.RowMapping, str]
) -> Mapping[int, Value]:
    series, every = of
    alone = replace(address, arguments=tuple((n, v) for n, v in address.arguments if n != "segment"))
    course = Course(
        model_id=alert.model_id, version_id=series["version_id"], segment=str(address.get("segment") or ALL),
        address=str(alone), every=every,
    )  # fmt: skip
    length_us = round(parse_every(every).approximate_seconds * 1_000_000)
    found = held(conn, course, first=alert.window_end - _WINDOWS * length_us, end=alert.window_end)
    return {start: result for start, (_, result) in sorted(found.items()) if isinstance(result, Value)}


def _chart(
    alert: StoredAlert,
    address: Address,
    windows: Mapping[int, Value],
    of: tuple[sa.RowMapping, str, str, bool],
) -> dict[str, Any]:
    series, every, timezone, is_own = of
    form = "%-d %b" if parse_every(every).approximate_seconds >= _DAY_SECONDS else "%-d %b %H:%M"
    zone = ZoneInfo(timezone)
    verdict: Mapping[str, Any] = alert.details.get("verdict", {})
    breached, starts = set(series["breached"]), list(windows)
    name = f"{alert.details.get('title', '')} of {alert.details.get('model', '')}".strip() if is_own else ""
    return {
        "name": name or str(address), "unit": str(alert.details.get("unit", "")) if is_own else "",
        "labels": [as_datetime(start).astimezone(zone).strftime(form) for start in starts],
        "values": [windows[start].value for start in starts],
        "intervals": [windows[start].interval for start in starts],
        "limits": list(verdict.get("limits", (None, None))) if is_own else [None, None],
        "breached": [i for i, start in enumerate(starts) if start in breached],
        "caption": f"{name or address}, by {every}. Shaded: breached.",
    }  # fmt: skip
