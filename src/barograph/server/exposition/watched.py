"""What monitors saw last, for `/metrics`."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import Any, Final

import sqlalchemy as sa

from barograph.server.exposition.addressed import Addressed, addressed
from barograph.server.exposition.capped import Told
from barograph.server.exposition.figures import ALL
from barograph.server.exposition.written import Gauge
from barograph.store.catalog import Model
from barograph.store.points import ALL_VERSIONS
from barograph.store.tables.catalog import versions
from barograph.store.tables.monitors import monitor_series, monitors

_LABELS: Final = ("project", "model", "version", "monitor", "metric", "segment")
_VALUE, _LIMIT = "barograph_monitor_value", "barograph_monitor_limit"
_END: Final = "barograph_monitor_window_end_timestamp_seconds"
_SIDES: Final = ("lower", "upper")
WATCHED_GAUGES: Final = (
    Gauge(name=_VALUE, says="Value a monitor judged last.", labels=_LABELS),
    Gauge(name=_LIMIT, says="Limit it was judged by, in the metric's unit.", labels=(*_LABELS, "side")),
    Gauge(name=_END, says="End of the window it judged last.", labels=_LABELS),
)


def watched(conn: sa.Connection, models: Sequence[Model], *, columns: Collection[str]) -> Iterator[Told]:
    """Values and limits of the windows that monitors judged last.

    Parameters
    ----------
    columns : of which series are told too; ``*`` is every one.
    """
    by_id = {model.id: model for model in models}
    names = {row.id: row.name for row in conn.execute(sa.select(versions.c.id, versions.c.name))}
    asked = sa.select(
        monitor_series.c.model_id, monitor_series.c.version_id, monitor_series.c.address,
        monitor_series.c.window_end, monitor_series.c.verdict, monitors.c.name,
    ).join(monitors).where(monitor_series.c.window_end.is_not(None))  # fmt: skip
    if not columns:
        asked = asked.where(monitor_series.c.address.not_like("%column=%"))
    for row in conn.execute(asked).mappings():
        of = addressed(row["address"])
        if row["model_id"] in by_id and of.is_told(columns):
            version = ALL if row["version_id"] == ALL_VERSIONS else names.get(row["version_id"], "")
            yield _told(by_id[row["model_id"]], version, row, of)


def _told(model: Model, version: str, row: sa.RowMapping, of: Addressed) -> Told:
    labels = (model.project, model.name, version, row["name"], of.metric, of.segment)
    samples = [(_END, labels, row["window_end"] / 1e6), *_judged(labels, row["verdict"])]
    # Beside the first figures of a model, before those of its versions and columns.
    rank = (0, 0) if of.column is None else (1,)
    return Told(project=model.project, model=model.name, rank=rank, samples=tuple(samples))


def _judged(
    labels: tuple[str, ...], verdict: Mapping[str, Any]
) -> Iterator[tuple[str, tuple[str, ...], float]]:
    if verdict.get("value") is not None:
        yield _VALUE, labels, float(verdict["value"])
    for side, limit in zip(_SIDES, verdict.get("limits") or (), strict=False):
        if limit is not None:
            yield _LIMIT, (*labels, side), float(limit)
