"""What monitors would have done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from barograph.alerts.backtest.incidents import Outcome
from barograph.alerts.backtest.times import iso_time
from barograph.alerts.labels import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBeAlert:
    """An alert that there would have been; times in microseconds UTC.

    Attributes
    ----------
    started_at : start of its first breached window.
    fired_at : when it would have been seen.
    resolved_at : None: it lasts.
    severity : the highest it reached, or `from impact`: known once it is explained.
    reached : the severities it had, and from when on each, ascending.
    incident : number of the one it would have been in.
    told : whether people would have been told of it.
    """

    kind: Kind
    started_at: int
    fired_at: int
    resolved_at: int | None
    severity: str
    reached: tuple[tuple[int, str], ...]
    detail: str
    incident: int = 0
    told: bool = False

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind, "started_at": iso_time(self.started_at), "fired_at": iso_time(self.fired_at),
            "resolved_at": None if self.resolved_at is None else iso_time(self.resolved_at),
            "severity": self.severity, "detail": self.detail, "incident": self.incident, "told": self.told,
        }  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedSeries:
    """One series of a monitor through all windows.

    Attributes
    ----------
    statuses : windows by what was said of them.
    """

    monitor: str
    address: str
    windows: int
    statuses: Mapping[str, int]
    alerts: tuple[WouldBeAlert, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Backtest:
    """What a file of monitors would have done.

    Attributes
    ----------
    first, end : of the windows, microseconds UTC.
    outcome : the incidents that the alerts would have been.
    left_out : monitors that cannot be tried on a profile, each with the reason.
    """

    model: str
    first: int
    end: int
    series: tuple[TriedSeries, ...]
    outcome: Outcome
    left_out: Mapping[str, str]

    @property
    def alerts(self) -> int:
        """How many alerts there would have been."""
        return sum(len(series.alerts) for series in self.series)

    def document(self) -> dict[str, Any]:
        """As JSON, in the form the server answers in; `left_out` beside it. There is one reference, and it is given."""
        return {
            "from": iso_time(self.first),
            "to": iso_time(self.end),
            "alerts": self.alerts,
            **self.outcome.counts(self.first, self.end),
            "references": [],
            "incidents": [
                one.document() | {"models": [self.model] if self.model else []} for one in self.outcome.incidents
            ],
            "series": [
                {
                    "monitor": each.monitor, "model": self.model, "address": each.address, "version": "",
                    "windows": each.windows, "statuses": dict(each.statuses),
                    "alerts": [alert.document() for alert in each.alerts],
                }
                for each in self.series
            ],
            "missed": [],
            "left_out": dict(self.left_out),
        }  # fmt: skip
