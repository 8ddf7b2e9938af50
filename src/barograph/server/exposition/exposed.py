"""What `/metrics` tells beside the counters of its process: the state of the store when it is asked."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.metrics_core import Metric

from barograph import __version__
from barograph.server.clock import SystemClock
from barograph.server.exposition.attention import attention
from barograph.server.exposition.capped import capped
from barograph.server.exposition.figures import FIGURE_GAUGES, figures
from barograph.server.exposition.watched import WATCHED_GAUGES, watched
from barograph.server.exposition.written import written
from barograph.server.state import Server
from barograph.store.catalog import Model, models
from barograph.store.worker_failures import failures_of_workers
from barograph.store.workers import alive_workers


def exposed(here: Server) -> bytes:
    """All figures in Prometheus' text format; raises StoreUnavailable where the store cannot be read.

    Notes
    -----
    Cost: figures of models and monitors are read once in `metrics_seconds`; 10,000 series take 0.15 s.
    """
    told = here.measured.told.take(here.settings.metrics_seconds, lambda: _of_models(here))
    return generate_latest(here.measured.registry) + _written(_of_server(here)) + told


class _Held:
    """Families that were collected already, as the client library asks for them."""

    def __init__(self, families: list[Metric]) -> None:
        self.families = families

    def collect(self) -> Iterator[Metric]:
        yield from self.families


def _written(found: Iterable[Metric]) -> bytes:
    registry = CollectorRegistry()
    registry.register(_Held(list(found)))
    return generate_latest(registry)


def _of_server(here: Server) -> Iterator[Metric]:
    yield InfoMetricFamily("barograph_build", "The running version.", value={"version": __version__})
    yield GaugeMetricFamily(
        "barograph_ingest_queue_depth", "Rows that wait to be written to the log.", here.commits.waiting_rows
    )
    yield GaugeMetricFamily(
        "barograph_log_healthy",
        "1 where the last commit to the log succeeded.",
        float(here.commits.failure is None),
    )
    with here.database.reading() as conn:
        known = {model.id: model for model in models(conn)}
        alive = alive_workers(conn, SystemClock().now())
        failed = failures_of_workers(conn)
    yield GaugeMetricFamily("barograph_models", "Models in the catalog.", len(known))
    yield GaugeMetricFamily("barograph_workers", "Workers that were heard of lately.", len(alive))
    failures = CounterMetricFamily(
        "barograph_worker_failures", "Times a job of a worker failed, to be tried again.", labels=("job",)
    )
    for each in failed:
        failures.add_metric((each.job,), each.failures)
    yield failures
    usage = shutil.disk_usage(here.settings.data_path)
    yield GaugeMetricFamily("barograph_disk_free_bytes", "Free on the data folder's disk.", usage.free)
    yield GaugeMetricFamily("barograph_disk_size_bytes", "Size of the data folder's disk.", usage.total)
    yield from _waiting(here, known)


def _waiting(here: Server, known: dict[int, Model]) -> Iterator[Metric]:
    rows = GaugeMetricFamily(
        "barograph_log_rows", "Rows in the log, not yet in the lake.", labels=("project", "model")
    )
    oldest = GaugeMetricFamily(
        "barograph_log_oldest_received_timestamp_seconds", "When the oldest row in the log was received.",
        labels=("project", "model"),
    )  # fmt: skip
    for waiting in here.log.waiting():
        if waiting.model_id in known:
            labels = known[waiting.model_id].project, known[waiting.model_id].name
            rows.add_metric(labels, waiting.rows)
            oldest.add_metric(labels, waiting.oldest_received_at / 1e6)
    yield rows
    yield oldest


def _of_models(here: Server) -> bytes:
    """Figures of models and monitors within the limits of a scrape, and what monitors raised."""
    columns = here.settings.metrics_columns
    with here.database.reading() as conn:
        known = models(conn)
        found = [
            *figures(conn, known, columns=columns, now=here.clock.now()),
            *watched(conn, known, columns=columns),
        ]
        raised = list(attention(conn, alive=bool(alive_workers(conn, SystemClock().now()))))
    kept, dropped = capped(found)
    left_out = GaugeMetricFamily(
        "barograph_metrics_dropped_series", "Series of figures left out, by the limit they were left out for.",
        labels=("limit",),
    )  # fmt: skip
    for limit, many in dropped.items():
        left_out.add_metric((limit,), many)
    return written(kept, (*FIGURE_GAUGES, *WATCHED_GAUGES)) + _written([*raised, left_out])
