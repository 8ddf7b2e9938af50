"""A monitor: metric, scope, window, comparison, condition, severity."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final, Literal, get_args

from barograph.metrics.address import Address
from barograph.monitors.against import THE_REFERENCE, Against
from barograph.monitors.condition import Condition

Severity = Literal["info", "warning", "critical", "emergency"]
SEVERITIES: Final[tuple[Severity, ...]] = get_args(Severity)
#: Severity that is worked out from what the change costs.
FROM_IMPACT: Final = "from impact"
#: What is done where a window gives no figure: an alert of its own, the state stays, or it counts as fine.
Policy = Literal["alert", "keep", "ok"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Needs:
    """What a window must have before it is judged.

    Attributes
    ----------
    rows : fewer give *unknown*.
    label_age_seconds : how long after a window's end its labels are waited for; every window is judged at this age.
    coverage : smallest share of labelled rows, of metrics that need labels.
    """

    rows: int = 0
    label_age_seconds: int = 0
    coverage: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Monitor:
    """What is watched, and when it is an alert.

    Attributes
    ----------
    name : unique in its project.
    metric : may hold ``*`` for column, class and segment: each is a series of its own.
    when : the condition that is a breach.
    models : names or patterns with ``*`` of the models it watches.
    version : `all` versions together, `each` by itself, the `latest`, or a version's name.
    window : length of the windows, such as ``1h``; every series is judged once a window.
    against : what a window is compared with.
    for_windows, clear_windows : breached windows in a row before it fires, and good ones before it is resolved.
    lateness_seconds : how long after a window's end its rows are waited for.
    needs : what a window must have before it is judged.
    no_data, error, unknown : what is done where a window has no rows, cannot be computed, or cannot be judged.
    severity : fixed, or worked out from what the change costs.
    notify : names of routes; empty: the project's default route.
    calendars : names of calendars whose times are left out.
    labels : words to silence and route by.
    runbook : what to do, or where that is written.
    owner : who looks after it.
    reason : why it was made.
    """

    name: str
    metric: Address
    when: Condition
    models: tuple[str, ...] = ("*",)
    version: str = "all"
    window: str = "1d"
    against: Against = THE_REFERENCE
    for_windows: int = 1
    clear_windows: int = 2
    lateness_seconds: int = 0
    needs: Needs = Needs()
    no_data: Policy = "keep"
    error: Policy = "alert"
    unknown: Policy = "keep"
    severity: Severity | Literal["from impact"] = "warning"
    notify: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    labels: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    runbook: str = ""
    owner: str = ""
    reason: str = ""
    enabled: bool = True
