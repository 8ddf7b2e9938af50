"""An incident as those see it who tell of it."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.alerts.told import Told
from barograph.monitors.monitor import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentView:
    """An incident; times in µs UTC on the server's clock.

    Attributes
    ----------
    severity : highest of its open alerts, of a resolved one the last.
    firing : open alerts; loud: those of them that nothing suppresses; loud_severity: the highest of these.
    open_peak : the highest severity that one of its open alerts ever had.
    lifted_at : when `loud` last rose from 0 because what suppressed them all had ended.
    flapping_since : since when one of its open alerts is flapping.
    backfilled : all its alerts are of times long past when they were first judged.
    told : everything that was told, in order.
    """

    id: int
    severity: Severity
    opened_at: int
    firing: int
    loud: int
    loud_severity: Severity | None = None
    open_peak: Severity | None = None
    resolved_at: int | None = None
    lifted_at: int | None = None
    flapping_since: int | None = None
    backfilled: bool = False
    previous_id: int | None = None
    acknowledged_at: int | None = None
    snoozed_until: int | None = None
    told: tuple[Told, ...] = ()
