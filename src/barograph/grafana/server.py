"""The dashboard of the server itself: whether it takes, counts, judges and tells."""

from __future__ import annotations

from typing import Final

from barograph.grafana.dashboard import Dashboard, Section
from barograph.grafana.panel import BAD, GOOD, WARNING, Panel, Query

_EVERY: Final = "[$__rate_interval]"


def _rate(title: str, says: str, of: tuple[str, str], unit: str = "ops") -> Panel:
    """How often something is counted a second, by some labels."""
    counter, labels = of
    legend = " ".join(f"{{{{{label.strip()}}}}}" for label in labels.split(","))
    query = Query(expression=f"sum by ({labels}) (rate({counter}{_EVERY}))", legend=legend)
    return Panel(title=title, says=says, queries=(query,), unit=unit)


def _durations(title: str, says: str, histogram: str, by: str = "") -> Panel:
    """Median and 99th percentile of a histogram, in seconds."""
    labels = f"le, {by}" if by else "le"
    queries = tuple(
        Query(
            expression=f"histogram_quantile({q}, sum by ({labels}) (rate({histogram}_bucket{_EVERY})))",
            legend=f"{name} {{{{{by}}}}}" if by else name,
        )
        for q, name in ((0.5, "median"), (0.99, "99 %"))
    )
    return Panel(title=title, says=says, queries=queries, unit="s")


def _now(
    title: str, says: str, expression: str, look: tuple[str, tuple[tuple[float | None, str], ...]]
) -> Panel:
    unit, steps = look
    queries = (Query(expression=expression),)
    return Panel(
        title=title, says=says, queries=queries, kind="stat", unit=unit, steps=steps, width=4, height=4
    )


_YES: Final = ("none", ((None, BAD), (1.0, GOOD)))
_HEALTH: Final = Section(
    title="Health",
    panels=(
        _now("Workers", "Is somebody counting and judging?", "barograph_workers", _YES),
        _now("Log", "Is what comes in written to the disk? 1 is yes.", "barograph_log_healthy", _YES),
        _now(
            "Disk free", "How much room is left?", "barograph_disk_free_bytes / barograph_disk_size_bytes",
            ("percentunit", ((None, BAD), (0.03, WARNING), (0.1, GOOD))),
        ),
        _now(
            "Rows not yet written", "Does it keep up with what comes in?", "barograph_ingest_queue_depth",
            ("short", ((None, GOOD), (100_000.0, WARNING))),
        ),
        _now(
            "Messages waiting", "Is what was raised told?", "barograph_notifications_waiting",
            ("short", ((None, GOOD), (10.0, WARNING), (100.0, BAD))),
        ),
        _now(
            "Series left out", "Does a scrape have room for all figures?",
            "sum(barograph_metrics_dropped_series)", ("short", ((None, GOOD), (1.0, WARNING))),
        ),
    ),
)  # fmt: skip

_TAKING: Final = Section(
    title="Rows that come in",
    panels=(
        _rate(
            "Rows a second", "What comes, and what becomes of it?",
            ("barograph_ingest_records_total", "project, outcome"),
        ),
        _durations(
            "Time to acknowledge a batch", "How long does a sender wait?",
            "barograph_ingest_request_duration_seconds",
        ),
        _durations(
            "Time of a commit", "How fast is the disk?", "barograph_wal_fsync_duration_seconds"
        ),
        Panel(
            title="Rows in the log", says="What waits to be moved to the lake?",
            queries=(Query(expression="barograph_log_rows", legend="{{project}} {{model}}"),),
        ),
        Panel(
            title="Age of the oldest row in the log", says="Does the worker move rows?",
            queries=(
                Query(
                    expression="time() - barograph_log_oldest_received_timestamp_seconds",
                    legend="{{project}} {{model}}",
                ),
            ),
            unit="s",
        ),
    ),
)  # fmt: skip

_REQUESTS: Final = Section(
    title="Requests",
    panels=(
        _rate("Requests a second", "What is asked?", ("barograph_http_requests_total", "route, status")),
        _durations(
            "Time to answer", "How long does it take?", "barograph_http_request_duration_seconds", "route"
        ),
        _rate("Refused keys", "Does somebody try keys?", ("barograph_denied_requests_total", "status")),
    ),
)  # fmt: skip

_TELLING: Final = Section(
    title="Judging and telling",
    panels=(
        _rate("Windows judged", "What do monitors say?", ("barograph_evaluations_total", "status")),
        Panel(
            title="Since the last success", says="Are a project's monitors judged?",
            queries=(
                Query(
                    expression="time() - barograph_evaluation_last_success_timestamp_seconds", legend="{{project}}"
                ),
            ),
            unit="s",
        ),
        _rate(
            "Messages", "Are they sent?", ("barograph_notifications_total", "channel_kind, outcome"),
        ),
        _rate(
            "Failures of workers",
            "Which job fails, to be tried again?",
            ("barograph_worker_failures_total", "job"),
        ),
        Panel(
            title="Series by answer", says="How much of what is watched gives an answer?",
            queries=(Query(expression="sum by (status) (barograph_monitor_series)", legend="{{status}}"),),
        ),
    ),
)  # fmt: skip

SERVER: Final = Dashboard(
    uid="barograph-server",
    title="Barograph: the server itself",
    says="Whether it takes, counts, judges and tells.",
    sections=(_HEALTH, _TAKING, _REQUESTS, _TELLING),
    since="now-6h",
)
