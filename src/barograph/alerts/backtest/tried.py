"""What monitors would have done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any, Final

from barograph.alerts.labels import Kind

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_WEEK_US: Final = 7 * 86_400_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class WouldBeAlert:
    """An alert that there would have been; times in microseconds UTC.

    Attributes
    ----------
    started_at : start of its first breached window.
    fired_at : when it would have been seen.
    resolved_at : None: it lasts.
    """

    kind: Kind
    started_at: int
    fired_at: int
    resolved_at: int | None
    severity: str
    detail: str

    def document(self) -> dict[str, Any]:
        """As JSON."""
        return {
            "kind": self.kind, "started_at": _time(self.started_at), "fired_at": _time(self.fired_at),
            "resolved_at": None if self.resolved_at is None else _time(self.resolved_at), "severity": self.severity,
            "detail": self.detail,
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
    left_out : monitors that cannot be tried on a profile, each with the reason.
    """

    model: str
    first: int
    end: int
    series: tuple[TriedSeries, ...]
    left_out: Mapping[str, str]

    @property
    def alerts(self) -> int:
        """How many alerts there would have been."""
        return sum(len(series.alerts) for series in self.series)

    def document(self) -> dict[str, Any]:
        """As JSON, in the form the server answers in; `left_out` beside it."""
        return {
            "from": _time(self.first),
            "to": _time(self.end),
            "alerts": self.alerts,
            "per_week": self.alerts / max((self.end - self.first) / _WEEK_US, 1e-9),
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


def _time(time_us: int) -> str:
    return (_EPOCH + timedelta(microseconds=time_us)).isoformat().replace("+00:00", "Z")
