"""What a process of the server counts of itself, for `/metrics`."""

from __future__ import annotations

from typing import Final

from prometheus_client import CollectorRegistry, Counter, Histogram

from barograph.server.exposition.remembered import Remembered

_SECONDS: Final = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Measured:
    """Counters and histograms of one process, in a registry of its own.

    Attributes
    ----------
    registry : what `/metrics` writes.
    records : rows by project, source and outcome (`accepted`, `duplicate`, `rejected`).
    ingest_seconds : of requests that bring rows.
    fsync_seconds : of commits to the log, each with its fsync.
    requests, request_seconds : all requests by method, route and status.
    told : what `/metrics` told of models and monitors a moment ago.
    """

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.told = Remembered()
        self.records = Counter(
            "barograph_ingest_records",
            "Rows received.",
            ("project", "source", "outcome"),
            registry=self.registry,
        )
        self.ingest_seconds = Histogram(
            "barograph_ingest_request_duration_seconds", "Time to acknowledge a batch.",
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.fsync_seconds = Histogram(
            "barograph_wal_fsync_duration_seconds", "Time of one commit to the log, on the disk.",
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.requests = Counter(
            "barograph_http_requests",
            "Requests answered.",
            ("method", "route", "status"),
            registry=self.registry,
        )
        self.request_seconds = Histogram(
            "barograph_http_request_duration_seconds", "Time to answer a request.", ("route",),
            buckets=_SECONDS, registry=self.registry,
        )  # fmt: skip
        self.denied = Counter(
            "barograph_denied_requests",
            "Requests refused for their key.",
            ("status",),
            registry=self.registry,
        )

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one request."""
        self.requests.labels(
            method=method if method in _METHODS else "other", route=route, status=status
        ).inc()
        self.request_seconds.labels(route=route).observe(seconds)
        if status in (401, 403):
            self.denied.labels(status=status).inc()

    def observe_commit(self, seconds: float, _entries: int) -> None:
        """Count one commit to the log."""
        self.fsync_seconds.observe(seconds)


_METHODS: Final = frozenset({"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"})
