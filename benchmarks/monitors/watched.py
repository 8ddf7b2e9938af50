"""A model as the product watches it: rows, a profile by windows, suggested monitors, a back-test, incidents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

import polars as pl

import barograph as bg
from barograph.alerts.backtest.backtest import backtest
from barograph.alerts.backtest.tried import Backtest, WouldBeAlert
from barograph.alerts.facts import Facts, facts_of, merged
from barograph.alerts.placing import OpenIncident, place_all
from barograph.metrics.address import parse_address
from barograph.monitors.file import MonitorFile
from barograph.monitors.suggest import suggest_monitors
from barograph.profile.value import Profile
from barograph.windows import parse_every
from monitors.worlds import schema_of

#: Alerts of this severity wake nobody.
_INFO: Final = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Incident:
    """Alerts of one cause.

    Attributes
    ----------
    opened_at : when its first alert was seen, microseconds UTC.
    monitors : of its alerts, in order.
    paged_at : when the first alert that somebody is woken for was seen; None: there is none.
    """

    opened_at: int
    monitors: tuple[str, ...] = ()
    paged_at: int | None = None


def profiled(rows: pl.DataFrame, *, every: str) -> tuple[Profile, Profile]:
    """Profiles of the reference's rows and of the rest, of `worlds.frame`, in windows of a length."""
    before = bg.profile(rows.filter(pl.col("window") < 0).drop("window"), schema_of(rows), every=every)
    return before, bg.profile(rows.filter(pl.col("window") >= 0).drop("window"), like=before, every=every)


def tried(
    before: Profile, after: Profile, *, window: str | None = None, paging_only: bool = True
) -> tuple[MonitorFile, Backtest]:
    """Back-test of the monitors that are suggested from the reference's rows, on the rest.

    Parameters
    ----------
    before, after : of `profiled`.
    window : of the monitors of days; None: as suggested.
    paging_only : monitors of severity info, nine in ten series, are left out: they wake nobody, and could only put two
        pages into one incident.
    """
    file = suggest_monitors(before, operations=False)
    if paging_only:
        file = replace(file, monitors=tuple(m for m in file.monitors if m.severity != _INFO))
    if window is not None:
        monitors = (replace(m, window=window) if m.window == "1d" else m for m in file.monitors)
        file = replace(file, monitors=tuple(monitors))
    return file, backtest(file, after, before)


def incidents(file: MonitorFile, found: Backtest) -> list[Incident]:
    """Alerts placed as the server places them, in order; an incident is open as long as one of its alerts is.

    An alert pages where its monitor is of more than severity info; "from impact" is taken to page always.
    """
    severities = {m.name: m.severity for m in file.monitors}
    windows = {m.name: round(parse_every(m.window).approximate_seconds * 1e6) for m in file.monitors}
    alerts = sorted(
        ((alert, series.monitor, series.address) for series in found.series for alert in series.alerts),
        key=lambda one: one[0].fired_at,
    )
    opened: list[Incident] = []
    facts: list[Facts] = []
    ends: list[int] = []
    for moment in sorted({alert.fired_at for alert, _, _ in alerts}):
        new = [one for one in alerts if one[0].fired_at == moment]
        known = [OpenIncident(id=i, facts=facts[i]) for i, end in enumerate(ends) if end > moment]
        of = [
            facts_of(parse_address(address), model="m", started_at=a.started_at, window_us=windows[name])
            for a, name, address in new
        ]
        for placed in place_all(of, known):
            held = [new[i] for i in placed.alerts]
            if placed.incident is None:
                opened.append(Incident(opened_at=moment))
                facts.append(placed.facts)
                ends.append(moment)
            at = len(opened) - 1 if placed.incident is None else placed.incident
            for gone in placed.absorbed:
                opened[at] = _joined(opened[at], opened[gone])
                ends[at], ends[gone] = max(ends[at], ends[gone]), moment
                opened[gone] = Incident(opened_at=moment)
            pages = moment if any(severities[name] != _INFO for _, name, _ in held) else None
            names = tuple(name for _, name, _ in held)
            opened[at] = _joined(opened[at], Incident(opened_at=moment, monitors=names, paged_at=pages))
            facts[at] = merged(facts[at], placed.facts)
            ends[at] = max(ends[at], *(_end(a) for a, _, _ in held))
    return [one for one in opened if one.monitors]


def paging(found: Sequence[Incident]) -> list[Incident]:
    """Those that wake somebody."""
    return [one for one in found if one.paged_at is not None]


def _joined(one: Incident, other: Incident) -> Incident:
    paged = [at for at in (one.paged_at, other.paged_at) if at is not None]
    return Incident(
        opened_at=min(one.opened_at, other.opened_at),
        monitors=(*one.monitors, *other.monitors),
        paged_at=min(paged, default=None),
    )


def _end(alert: WouldBeAlert) -> int:
    """When it resolved; one that lasts, never."""
    return 2**62 if alert.resolved_at is None else alert.resolved_at
