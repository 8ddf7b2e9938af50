"""Alert rules for Prometheus: what the server cannot tell of itself, and what must reach somebody all the same."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import yaml


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One alert rule.

    Attributes
    ----------
    lasting : for how long it holds before it fires, in Prometheus' form.
    do : what to do.
    """

    name: str
    expression: str
    severity: str
    summary: str
    do: str
    lasting: str = "0s"


_SERVER: Final = (
    Rule(
        name="BarographWatchdog", expression="barograph_watchdog == 1", severity="none",
        summary="Always fires while Barograph judges monitors and Prometheus and Alertmanager pass it on.",
        do="Send it to a service that raises the alarm when it stops coming.",
    ),
    Rule(
        name="BarographDown", expression="absent(barograph_build_info)", severity="critical", lasting="5m",
        summary="No Barograph server is scraped.",
        do="Look whether `barograph serve` runs and whether Prometheus reaches its /metrics.",
    ),
    Rule(
        name="BarographNobodyJudges", expression="barograph_watchdog == 0", severity="critical", lasting="5m",
        summary="No worker of Barograph was heard of for five minutes: rows are kept, nothing is judged.",
        do="Look at the log of `barograph serve`; start a worker with `barograph worker`.",
    ),
    Rule(
        name="BarographLogBroken", expression="barograph_log_healthy == 0", severity="critical", lasting="1m",
        summary="Barograph cannot write what comes in to the disk, and refuses it.",
        do="Look at the disk, then restart the server; senders keep their rows meanwhile.",
    ),
    Rule(
        name="BarographDiskNearlyFull", lasting="10m", severity="warning",
        expression="barograph_disk_free_bytes / barograph_disk_size_bytes < 0.1",
        summary="The disk of Barograph's data folder has {{ $value | humanizePercentage }} left.",
        do="Give it room, or set retention_days.",
    ),
    Rule(
        name="BarographRowsNotMoved", lasting="15m", severity="warning",
        expression="time() - barograph_log_oldest_received_timestamp_seconds > 7200",
        summary="Rows of {{ $labels.project }}/{{ $labels.model }} have waited in the log for "
        "{{ $value | humanizeDuration }}.",
        do="Run `barograph doctor`, and look at the worker's log.",
    ),
    Rule(
        name="BarographWorkerFails", lasting="1h", severity="warning",
        expression="increase(barograph_worker_failures_total[30m]) > 0",
        summary="The job {{ $labels.job }} of a worker fails again and again.",
        do="Run `barograph doctor`, and look at the worker's log.",
    ),
    Rule(
        name="BarographRefusesRows", lasting="15m", severity="warning",
        expression='sum by (project) (rate(barograph_ingest_records_total{outcome="rejected"}[15m])) '
        "/ sum by (project) (rate(barograph_ingest_records_total[15m])) > 0.05",
        summary="{{ $value | humanizePercentage }} of the rows sent to {{ $labels.project }} are refused.",
        do="Look at the project's dead letters: they say which column does not fit.",
    ),
    Rule(
        name="BarographFails", lasting="10m", severity="warning",
        expression='sum(rate(barograph_http_requests_total{status=~"5.."}[5m])) '
        "/ sum(rate(barograph_http_requests_total[5m])) > 0.01",
        summary="{{ $value | humanizePercentage }} of the requests to Barograph fail.",
        do="Look at the server's log; `barograph doctor` looks at what it needs.",
    ),
)  # fmt: skip

_JUDGING: Final = (
    Rule(
        name="BarographJudgesNothing", severity="critical", lasting="10m",
        expression="time() - barograph_evaluation_last_success_timestamp_seconds > 2 * 86400",
        summary="No monitor of {{ $labels.project }} was judged without an error for {{ $value | humanizeDuration }}.",
        do="Look whether rows come in, then at the worker's log.",
    ),
    Rule(
        name="BarographMonitorErrors", severity="warning",
        # One that is judged once a day fails once a day.
        expression='increase(barograph_evaluations_total{status="error"}[2d]) > 0',
        summary="Windows that monitors could not judge within two days: {{ $value | humanize }}.",
        do="Look for the status `error` among the monitors' series.",
    ),
    Rule(
        name="BarographCannotTell", severity="critical",
        expression='increase(barograph_notifications_total{outcome=~"dead|refused"}[1h]) > 0',
        summary="A message was given up: a channel of kind {{ $labels.channel_kind }} did not take it.",
        do="Send a test through the project's channels, and mend or replace the one that fails.",
    ),
    Rule(
        name="BarographTellsLate", expression="barograph_notifications_waiting > 100", severity="warning",
        lasting="15m", summary="{{ $value | humanize }} messages wait to be sent.",
        do="Look at the channels' last errors.",
    ),
    Rule(
        name="BarographSeriesLeftOut", severity="info", lasting="1h",
        expression="sum by (limit) (barograph_metrics_dropped_series) > 0",
        summary="{{ $value | humanize }} series of figures do not fit into a scrape.",
        do="Name fewer columns in metrics_columns, or ask for figures over the HTTP API.",
    ),
)  # fmt: skip

_MODELS: Final = (
    Rule(
        name="BarographCriticalIncident", severity="critical",
        expression='sum by (project) (barograph_incidents{severity=~"critical|emergency"}) > 0',
        summary="Critical incidents of {{ $labels.project }}: {{ $value | humanize }}.",
        do="Open the project's incidents: each says what, since when, how bad, why, and what to do.",
    ),
    Rule(
        name="BarographNoAnswer", severity="info", lasting="1d",
        expression='sum by (project, status) (barograph_monitor_series{status=~"unknown|no_data|error"}) > 0',
        summary="{{ $value | humanize }} series watched in {{ $labels.project }} give no answer: {{ $labels.status }}.",
        do="Their monitors say why: too few rows, too little history, labels that do not come.",
    ),
    Rule(
        name="BarographModelSilent", severity="warning", lasting="1h",
        expression="time() - max by (project, model) (barograph_metric_window_end_timestamp_seconds) > 3 * 86400",
        summary="{{ $labels.project }}/{{ $labels.model }} has had no figures for {{ $value | humanizeDuration }}.",
        do="Look whether its predictions still come in.",
    ),
)  # fmt: skip

#: By the name of their group.
RULES: Final = {
    "barograph-server": _SERVER,
    "barograph-judging": _JUDGING,
    "barograph-models": _MODELS,
}


def rules_document() -> dict[str, Any]:
    """All rules in the form of a Prometheus rule file.

    Examples
    --------
    >>> rules_document()["groups"][0]["rules"][0]["alert"]
    'BarographWatchdog'
    """
    return {
        "groups": [{"name": name, "rules": [_rule(rule) for rule in rules]} for name, rules in RULES.items()]
    }


def written_rules() -> str:
    """The text of the rule file."""
    return yaml.safe_dump(rules_document(), sort_keys=False, allow_unicode=True, width=110)


def _rule(rule: Rule) -> dict[str, Any]:
    return {
        "alert": rule.name,
        "expr": rule.expression,
        "for": rule.lasting,
        "labels": {"severity": rule.severity},
        "annotations": {"summary": rule.summary, "description": rule.do},
    }
