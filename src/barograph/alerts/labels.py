"""The labels of an alert: what silences, inhibitions and routes are written in."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Final, Literal

from barograph.metrics.address import Address
from barograph.monitors.monitor import Monitor, Severity

#: An alert of a breach, or one of a series that gives no answer.
Kind = Literal["breach", "blind"]

#: What a metric is about, where its family does not say it.
_ABOUT: Final[Mapping[str, str]] = {
    "operations.freshness": "pipeline",
    "operations.gaps": "pipeline",
    "operations.longest_gap": "pipeline",
    "operations.volume": "volume",
    "operations.volume_ratio": "volume",
    "operations.volume_deviation": "volume",
    "operations.throughput": "volume",
    "operations.availability": "availability",
    "operations.latency": "latency",
    "operations.labels_received": "labels",
    "quality.row_count": "volume",
    "quality.column_count": "schema",
    "quality.missing_column_count": "schema",
    "quality.beyond_range_share": "territory",
    "quality.unseen_share": "territory",
    "drift.beyond_range": "territory",
    "drift.beyond_p_value": "territory",
}
#: What an event is about, of a metric that counts events of a kind.
_EVENTS: Final[Mapping[str, str]] = {
    "source_failed": "pipeline",
    "upstream": "pipeline",
    "schema_change": "schema",
    "label_fault": "labels",
}
#: What an alert can be about beside the family of its metric.
ABOUTS: Final = frozenset((*_ABOUT.values(), *_EVENTS.values(), "blind"))
#: What says which series it is. The rest may change while an alert is open.
_IDENTITY: Final = ("project", "model", "monitor", "series", "kind")


def labels_of(
    monitor: Monitor, *, project: str, model: str, version: str, address: Address, kind: Kind = "breach"
) -> dict[str, str]:
    """Labels of the alert of one series.

    Parameters
    ----------
    version : its name, or ``all``.
    address : without wildcards.

    Returns
    -------
    `project`, `model`, `version`, `monitor`, `kind`; `metric`, `family` and each argument of the address; `series`,
    the address and version; `about`: pipeline, schema, availability, labels, volume, latency, territory, quality,
    drift, performance, operations, or blind; `owner`; and the monitor's own labels, which may say another `about`.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.monitors.condition import Limit
    >>> address = parse_address('drift.psi(column="income")')
    >>> monitor = Monitor(name="income moved", metric=address, when=Limit(above=0.1))
    >>> found = labels_of(monitor, project="main", model="credit", version="all", address=address)
    >>> found["column"], found["about"], found["series"]
    ('income', 'drift', 'drift.psi(column="income")@all')
    """
    told = {
        "project": project,
        "model": model,
        "version": version,
        "monitor": monitor.name,
        "kind": kind,
        "metric": address.metric,
        "family": address.family,
        "about": "blind" if kind == "blind" else about(address),
        "series": f"{address}@{version}",
    }
    arguments = {name: str(value) for name, value in address.arguments}
    owner = {"owner": monitor.owner} if monitor.owner else {}
    fixed = {**arguments, **owner, **told}
    own = {name: value for name, value in monitor.labels.items() if name == "about" or name not in fixed}
    return {**fixed, **own}


def about(address: Address) -> str:
    """What a metric is about: in the words of inhibitions.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> about(parse_address("operations.freshness")), about(parse_address("drift.share"))
    ('pipeline', 'drift')
    """
    if address.metric == "operations.event_count":
        return _EVENTS.get(str(address.get("kind")), "operations")
    return _ABOUT.get(address.metric, address.family)


def with_severity(labels: Mapping[str, str], severity: Severity) -> dict[str, str]:
    """The labels with the severity as it is now; it is no part of what an alert is.

    Examples
    --------
    >>> with_severity({"model": "credit"}, "warning")
    {'model': 'credit', 'severity': 'warning'}
    """
    return {**labels, "severity": severity}


def fingerprint(labels: Mapping[str, str]) -> str:
    """One of a kind for each series of a monitor, in hexadecimal digits.

    Examples
    --------
    >>> fingerprint({"model": "a", "owner": "x"}) == fingerprint({"model": "a", "owner": "y"})
    True
    """
    said = json.dumps([labels.get(name, "") for name in _IDENTITY], ensure_ascii=True)
    return hashlib.sha256(said.encode()).hexdigest()
