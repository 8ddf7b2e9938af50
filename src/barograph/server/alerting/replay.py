"""An alert judged again from what was kept of it: the same verdict, whatever became of the rows since."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

import orjson
import sqlalchemy as sa
from pydantic import BaseModel, Field

from barograph.metrics.address import Address, parse_address
from barograph.metrics.evaluate import evaluate_windows
from barograph.metrics.sides import BOTH
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Result
from barograph.monitors.addressed import spec_of
from barograph.monitors.document import read_kept_monitor
from barograph.monitors.expand import of_series
from barograph.monitors.figures import others_of
from barograph.monitors.judge import judge
from barograph.monitors.monitor import Monitor
from barograph.profile.coarser import coarser
from barograph.profile.value import ALL, Profile
from barograph.server.alerting.alike import verdict_document
from barograph.server.alerting.pinning import REFERENCE, WINDOW
from barograph.server.alerting.seen_document import read_seen, result_document
from barograph.server.reading.series import is_of_readings
from barograph.server.times import as_time_us
from barograph.store.alerts import StoredAlert
from barograph.store.catalog import Model, model_by_id
from barograph.store.errors import NotFound
from barograph.store.judged import judged_from, judged_with
from barograph.store.pins import pinned

_GONE: Final = "the monitor was removed before monitors that are gone were kept, and with it how it judged"


class Replay(BaseModel):
    """An alert judged again."""

    alert: int
    same: bool | None = Field(
        description="Whether both verdicts are equal, byte for byte; null: it cannot be told."
    )
    detail: str = Field(description="What was judged again, and from what; or why it could not be.")
    configuration: int = Field(description="Revision of the monitor.")
    recorded: dict[str, Any] | None = Field(description="The verdict with which it fired.")
    verdict: dict[str, Any] | None = Field(description="The verdict now.")
    figure: dict[str, Any] | None = Field(description="The metric, computed again from the pinned sums.")


def replay(conn: sa.Connection, alert: StoredAlert) -> Replay:
    """Judge the window with which an alert fired again, from pinned profiles with the pinned configuration."""
    held = judged_from(conn, alert.id)
    if held is None or held["seen"] is None:
        return _none(alert, held, "its figures were not kept: the monitor could not be judged")
    model = model_by_id(conn, alert.model_id)
    monitor = _monitor(conn, alert)
    if monitor is None:
        return _none(alert, held, _GONE)
    spec = spec_of(monitor.metric, model.schema)
    seen = read_seen(held["seen"], spec, _specs(monitor, model))
    try:
        figure, how = _computed(conn, alert, held, spec, every=monitor.window)
    except NotFound as error:
        return _none(alert, held, str(error))
    if figure is not None:
        seen = replace(seen, current=replace(seen.current, result=figure))
    verdict = verdict_document(judge(monitor, seen))
    same = _bytes(verdict) == _bytes(held["verdict"])
    told = "the same verdict" if same else "another verdict: this version of Barograph judges otherwise"
    return Replay(
        alert=alert.id, same=same, detail=f"{told}, {how}", configuration=alert.configuration,
        recorded=dict(held["verdict"]), verdict=verdict,
        figure=result_document(seen.current.result),
    )  # fmt: skip


def _monitor(conn: sa.Connection, alert: StoredAlert) -> Monitor | None:
    document = judged_with(conn, alert)
    if document is None:
        return None
    read = read_kept_monitor(document, where=f"monitor {alert.monitor!r}")
    return of_series(read, parse_address(alert.address))


def _specs(monitor: Monitor, model: Model) -> dict[str, MetricSpec]:
    """Metrics of the parts of a composite condition, and of theirs."""
    found: dict[str, MetricSpec] = {}
    for name, part in others_of(monitor):
        found |= {name: spec_of(part.metric, model.schema), **_specs(part, model)}
    return found


def _computed(
    conn: sa.Connection, alert: StoredAlert, held: Mapping[str, Any], spec: MetricSpec, *, every: str
) -> tuple[Result | None, str]:
    """The metric from the pinned window and reference; None where it is not of rows."""
    address = parse_address(alert.address)
    if is_of_readings(address.metric) or WINDOW not in held:
        return None, "from the figures kept with it; readings themselves are not kept"
    # Weeks and months are kept by the days they are made of.
    window = coarser(pinned(conn, alert.model_id, held[WINDOW]), every)
    reference = pinned(conn, alert.model_id, held[REFERENCE]) if REFERENCE in held else None
    found = _figure(window, address, spec, reference, start=held["seen"]["current"][0])
    return found, "from the window's sums, the reference and the other figures, all kept as they were"


def _figure(
    window: Profile, address: Address, spec: MetricSpec, reference: Profile | None, *, start: int
) -> Result | None:
    segment = str(address.get("segment") or ALL)
    if reference is not None and spec.scope not in BOTH and segment == ALL:
        reference = reference.total()
    found = {as_time_us(moment): result for moment, result in evaluate_windows(address, window, reference)}
    # A window without rows has no figure, now as then.
    return found.get(start)


def _none(alert: StoredAlert, held: Mapping[str, Any] | None, why: str) -> Replay:
    recorded = None if held is None else dict(held["verdict"])
    return Replay(
        alert=alert.id, same=None, detail=why, configuration=alert.configuration, recorded=recorded, verdict=None,
        figure=None,
    )  # fmt: skip


def _bytes(document: Mapping[str, Any]) -> bytes:
    return orjson.dumps(document, option=orjson.OPT_SORT_KEYS)
