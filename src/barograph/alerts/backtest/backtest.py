"""A file of monitors tried on a profile."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from barograph.alerts.backtest.incidents import Fired, Outcome, as_incidents, severity_said
from barograph.alerts.backtest.profile_figures import WindowFigures, carrying_columns, seen_windows
from barograph.alerts.backtest.tried import Backtest, TriedSeries, WouldBeAlert
from barograph.alerts.facts import facts_of
from barograph.alerts.history import Step, run
from barograph.alerts.inhibition import all_rules, read_inhibition
from barograph.alerts.labels import Kind, labels_of
from barograph.alerts.routes import read_route
from barograph.errors import BarographError, DataError
from barograph.monitors.calendars import Calendar
from barograph.monitors.calendars_read import read_calendar
from barograph.monitors.expand import Watched, of_series, series_of, watches
from barograph.monitors.file import MonitorFile
from barograph.monitors.monitor import Monitor
from barograph.monitors.shares import shares_of
from barograph.profile.coarser import coarser
from barograph.profile.value import ALL, Profile
from barograph.windows import parse_every

#: Labels of what a profile does not know the name of: all of it is of one project, and of one model.
_ANY: Final = "any"


def backtest(
    file: MonitorFile, profile: Profile, reference: Profile, *, model: str | None = None
) -> Backtest:
    """Say when monitors would have fired in the windows of a profile.

    Every window that is over is judged once, in order, with the labels the profile has: what was missing when it was
    judged then is not known any more. Alerts are put into incidents as a server does, and told by the file's routes;
    sources of columns and deployments are not part of a profile.

    Parameters
    ----------
    profile : with windows (``every=``), on the reference's grid.
    reference : what monitors compare with. Calibrated monitors ask that it has windows too.
    model : only monitors that watch a model of this name; None: all.

    Raises
    ------
    DataError
        Where the profile has no windows.
    GridMismatch
        Where the profiles do not share a grid.

    Notes
    -----
    Cost: a figure in each window for each series, 0.05 to 2 ms, and 0.1 ms a verdict.
    """
    if profile.grid.every is None or not profile.windows:
        raise DataError("the profile has no windows; make it with every=, or `barograph profile --every 1d`.")
    reference.require_same_grid(profile, "compared")
    series: dict[str, list[Monitor]] = {}
    left_out: dict[str, str] = {}
    for monitor in file.monitors:
        if monitor.enabled and (model is None or watches(monitor, model)):
            why = _unfit(monitor, profile)
            if why is None:
                series[monitor.name] = list(_written_out(monitor, profile))
                why = None if series[monitor.name] else f"{monitor.metric} stands for nothing in this profile"
            if why is not None:
                left_out[monitor.name] = why
    calendars = {name: read_calendar(name, document) for name, document in file.calendars.items()}
    shares = shares_of(one for those in series.values() for one in those)
    covered = WindowFigures(profile, reference, profile.grid.every).edges
    figures: dict[str, WindowFigures] = {}
    tried: list[TriedSeries] = []
    fired: list[Fired] = []
    for those in series.values():
        for one in those:
            every = parse_every(one.window).text
            if every not in figures:
                figures[every] = WindowFigures(coarser(profile, every), reference, every, until=covered[-1])
            own = [calendars[name] for name in one.calendars if name in calendars]
            tried.append(_tried(figures[every], one, own, level=shares.level(one)))
            fired += (_fired(figures[every], one, alert, model or _ANY) for alert in tried[-1].alerts)
    outcome = as_incidents(
        fired, routes={name: read_route(name, document) for name, document in file.routes.items()},
        rules=all_rules([read_inhibition(name, document) for name, document in file.inhibitions.items()]),
    )  # fmt: skip
    return Backtest(
        model=model or "", first=covered[0], end=covered[-1], series=tuple(_placed(tried, outcome)), outcome=outcome,
        left_out=left_out,
    )  # fmt: skip


def _unfit(monitor: Monitor, profile: Profile) -> str | None:
    """Why a monitor cannot be tried on a profile."""
    if monitor.metric.family == "operations":
        return "readings and heartbeats are no part of a profile; try it on a server"
    try:
        coarser(profile.at(*profile.cells[:1]), monitor.window)
    except BarographError as error:
        return str(error)
    return None


def _written_out(monitor: Monitor, profile: Profile) -> Iterator[Monitor]:
    """The monitor of each series it has in the profile."""
    grid = profile.grid
    watched = Watched(
        name="", schema=profile.schema, columns=tuple(grid.columns),
        classes=() if grid.outcome is None else grid.outcome.classes,
        segments=tuple(s for s in profile.segments if s != ALL),
    )  # fmt: skip
    for address in series_of(replace(monitor, models=("*",)), watched):
        yield of_series(monitor, address)


def _tried(
    figures: WindowFigures, monitor: Monitor, calendars: Sequence[Calendar], *, level: float | None
) -> TriedSeries:
    steps = run(monitor, seen_windows(figures, monitor, level=level), calendars=calendars)
    alerts = [*_alerts(steps, monitor, "breach"), *_alerts(steps, monitor, "blind")]
    return TriedSeries(
        monitor=monitor.name, address=str(monitor.metric), windows=len(steps),
        statuses=dict(Counter("left out" if s.verdict is None else s.verdict.status for s in steps)),
        alerts=tuple(sorted(alerts, key=lambda alert: alert.fired_at)),
    )  # fmt: skip


def _alerts(steps: Sequence[Step], monitor: Monitor, kind: Kind) -> Iterator[WouldBeAlert]:
    """Alerts of one state of a series; one that lasts has no end."""
    delay = (monitor.lateness_seconds + monitor.needs.label_age_seconds) * 1_000_000
    opened: WouldBeAlert | None = None
    for step in steps:
        changes = step.changes if kind == "breach" else step.blind_changes
        state = step.standing.state if kind == "breach" else step.standing.blind
        at, severity = step.window.end + delay, severity_said(monitor, kind, state)
        if "fired" in changes and step.verdict is not None:
            opened = WouldBeAlert(
                kind=kind, started_at=step.window.start if state.since is None else state.since,
                fired_at=at, resolved_at=None, severity=severity, reached=((at, severity),),
                detail=step.verdict.detail,
            )  # fmt: skip
        if opened is not None and "escalated" in changes:
            opened = replace(opened, severity=severity, reached=(*opened.reached, (at, severity)))
        if "resolved" in changes and opened is not None:
            yield replace(opened, resolved_at=at)
            opened = None
    if opened is not None:
        yield opened


def _fired(figures: WindowFigures, monitor: Monitor, alert: WouldBeAlert, model: str) -> Fired:
    """An alert as it is put into an incident."""
    address = monitor.metric
    labels = labels_of(monitor, project=_ANY, model=model, version="all", address=address, kind=alert.kind)
    facts = facts_of(
        address, model=model, started_at=alert.started_at,
        window_us=round(parse_every(monitor.window).approximate_seconds * 1e6),
        columns=dict.fromkeys(carrying_columns(figures, address, alert.started_at), ()),
    )  # fmt: skip
    return Fired(
        monitor=monitor.name, notify=monitor.notify, labels=labels, facts=facts, severity=alert.severity,
        reached=alert.reached, fired_at=alert.fired_at, resolved_at=alert.resolved_at,
    )  # fmt: skip


def _placed(tried: Sequence[TriedSeries], outcome: Outcome) -> Iterator[TriedSeries]:
    """The series, with the incident of each alert."""
    found = zip(outcome.numbers, outcome.told, strict=True)
    for series in tried:
        those = [(alert, *next(found)) for alert in series.alerts]
        yield replace(
            series, alerts=tuple(replace(alert, incident=number, told=told) for alert, number, told in those)
        )
