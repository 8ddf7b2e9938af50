"""The figures of an incident: how far, on how many rows, what it costs; its course; what a silence would cover."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

from barograph.alerts.impact import Impact
from barograph.alerts.labels import with_severity
from barograph.alerts.matchers import LONGEST, Matcher, matches
from barograph.charts.numbers import NARROW, count, measured, number, share
from barograph.charts.timeline import Mark
from barograph.charts.watched import Watched, watched_svg
from barograph.explain.words import title
from barograph.locale.language import Language
from barograph.locale.said import capitalised, word
from barograph.metrics.address import parse_address
from barograph.monitors.needed import is_p_value
from barograph.report.drawing import Drawing
from barograph.server.alerting.standing import severity_of
from barograph.server.notify.charted import Charted
from barograph.server.pages.incident.shown import EventLine, Scope, Step, Tile
from barograph.server.pages.written_times import iso_time
from barograph.store.alerts import AlertEvent, StoredAlert
from barograph.store.incidents import StoredIncident
from barograph.store.notifications import Notification

_WIDE: Final = 800
_NARROW: Final = 400
_NARROW_WINDOWS: Final = 18
_MOST_MARKS: Final = 8


def steps_of(
    incident: StoredIncident, lead: StoredAlert, history: Sequence[AlertEvent], told: Sequence[Notification]
) -> tuple[Step, ...]:
    """The incident's course: when it began, fired, was told and seen, and how it stands."""
    sent = [each.sent_at for each in told if each.sent_at is not None]
    steps = [
        Step(word="began", at=incident.started_at, tone="is-warn"),
        Step(word="fired", at=lead.fired_at, tone="is-bad"),
    ]
    if sent:
        steps.append(Step(word="told", at=min(sent)))
    if incident.acknowledged_at is not None:
        steps.append(Step(word="acknowledged", at=incident.acknowledged_at))
    turns = [e.at for e in history if e.kind == "recovering" and e.alert_id == lead.id]
    if turns and (lead.phase == "recovering" or incident.resolved_at is not None):
        steps.append(Step(word="recovering", at=turns[-1], tone="is-warn"))
    if incident.resolved_at is not None:
        steps.append(Step(word="resolved", at=incident.resolved_at, tone="is-ok"))
    elif incident.acknowledged_at is None:
        steps.append(Step(word="open", at=None, tone="is-bad"))
    first, *rest = steps
    return (first, *sorted(rest, key=lambda step: (step.at is None, step.at or 0)))


def tiles_of(
    lead: StoredAlert, chart: Charted | None, impact: Impact | None, *, rows: int | None, language: Language
) -> tuple[Tile, ...]:
    """How bad it is in figures: how far, on how many rows, what it costs."""
    return tuple(_tiles(lead, chart, impact, rows=rows, language=language))


def _tiles(
    lead: StoredAlert, chart: Charted | None, impact: Impact | None, *, rows: int | None, language: Language
) -> Iterator[Tile]:
    say = language.gettext
    series = None if chart is None else chart.drawn.series
    if chart is not None and series is not None:
        breached = chart.drawn.breached
        at = breached[-1] if breached else len(series.values) - 1
        limits = [number(limit) for limit in chart.drawn.limits if limit is not None]
        band = "" if series.band is None else f"{number(series.band[0])}–{number(series.band[1])}"
        notes = [
            language.said(series.labels[at]),
            *([say("limit %(limit)s") % {"limit": "–".join(limits)}] if limits else []),
            *([say("reference %(band)s") % {"band": band}] if band else []),
        ]
        interval = series.intervals[at] if series.intervals else None
        yield Tile(
            name=series.name, value=_apart(measured(series.values[at], interval, unit=language.said(series.unit))),
            note=" · ".join(notes), tone="is-bad" if breached else "",
        )  # fmt: skip
        n = series.rows[at]
        whole = "" if not rows or rows < n else say("%(share)s of all rows") % {"share": share(n / rows)}
        yield Tile(
            name=say("Rows of that window"),
            value=f"n = {count(n)}",
            note=whole or say("all rows of the window"),
        )
    if impact is not None:
        harm = measured(abs(impact.harm), _positive(impact))
        yield Tile(
            name=say("%(metric)s, its change") % {"metric": language.said(_metric_of(impact))},
            value=f"{say('worse by') if impact.harm >= 0 else say('better by')} {harm}",
            note=" · ".join((
                say("reference %(band)s") % {"band": number(impact.reference)},
                say("measured on labels") if impact.realised else say("expected, before labels"),
            )), tone="is-bad" if impact.harm > 0 and not _may_be_none(impact) else "",
        )  # fmt: skip
    elif (chance := _chance(lead, language)) is not None:
        yield Tile(name=say("Chance of this, were all as before"), value=chance[0], note=chance[1])


def _chance(lead: StoredAlert, language: Language) -> tuple[str, str] | None:
    """How likely it is by chance, and from where on an alert fires; None where it was not judged so."""
    verdict = lead.details.get("verdict", {})
    if not verdict.get("p_value"):
        return None
    # Of any other figure the limits are the figure's own.
    limit = verdict.get("limits", (None, None))[0] if is_p_value(parse_address(lead.address)) else None
    once = language.gettext("1 in %(n)s")
    found = once % {"n": number(1 / verdict["p_value"])}
    if not limit:
        return found, ""
    return found, language.gettext("limit %(limit)s") % {"limit": once % {"n": number(1 / limit)}}


def picture_of(
    chart: Charted | None, events: Sequence[EventLine], *, language: Language, narrow: bool = False
) -> Drawing | None:
    """The figure over its last windows, with what happened about then; on narrow screens over fewer of them."""
    if chart is None:
        return None
    kept = slice(-_NARROW_WINDOWS if narrow else 0, None)
    starts = chart.starts[kept]
    first, length, left_out = starts[0], chart.length_us, len(chart.starts) - len(starts)
    series = chart.drawn.series
    place = series.positions[left_out]
    shown = replace(
        series, labels=series.labels[kept], positions=tuple(p - place for p in series.positions[kept]),
        values=series.values[kept], rows=series.rows[kept], intervals=series.intervals[kept],
        current=series.current[kept],
    )  # fmt: skip
    marks = [
        Mark(
            name=event.name or word(event.kind.replace("_", " ")),
            kind="event",
            place=(event.at - first) / length - 0.5,
        )
        for event in events
        if first <= event.at <= starts[-1] + length
    ]
    drawn = Watched(
        series=shown, limits=chart.drawn.limits, marks=tuple(marks[:_MOST_MARKS]),
        breached=tuple(i - left_out for i in chart.drawn.breached if i >= left_out),
    )  # fmt: skip
    svg = watched_svg(drawn, width=_NARROW if narrow else _WIDE, speak=language.said)
    return Drawing(svg, drawn, tuple(map(iso_time, starts)))


def ends_of(chart: Charted | None, *, narrow: bool = False) -> tuple[int, int] | None:
    """Where the windows that `picture_of` draws begin and end, µs UTC."""
    if chart is None:
        return None
    return chart.starts[-_NARROW_WINDOWS if narrow else 0 :][0], chart.starts[-1] + chart.length_us


def scopes_of(lead: StoredAlert, alerts: Sequence[StoredAlert]) -> tuple[Scope, ...]:
    """What a silence may be of, from the narrowest: this series, its monitor, its column, its model.

    The narrowest that covers every open alert is proposed, and of a whole model none: that would hide what comes next.
    """
    opened = [alert for alert in alerts if alert.is_open]
    found: dict[str, Scope] = {}
    for kind, conditions in _conditions(lead, opened):
        text = ", ".join(str(each) for each in conditions)
        held = sum(
            matches(conditions, with_severity(alert.labels, severity_of(alert.severity))) for alert in opened
        )
        found.setdefault(text, Scope(kind=kind, matchers=text, matches=held))
    scopes = tuple(found.values())
    whole = [each for each in scopes if each.matches == len(opened) and each.kind != "model"]
    proposed = (*whole, *scopes)[:1]
    return tuple(replace(each, is_proposed=each in proposed) for each in scopes)


def _conditions(lead: StoredAlert, opened: Sequence[StoredAlert]) -> Iterator[tuple[str, list[Matcher]]]:
    labels = lead.labels
    model = Matcher(name="model", value=labels["model"])
    for kind in ("series", "monitor", "column"):
        if labels.get(kind):
            yield kind, [model, Matcher(name=kind, value=labels[kind])]
    monitors = dict.fromkeys(each.monitor for each in opened if each.model_id == lead.model_id)
    pattern = "|".join(monitors)
    if len(monitors) > 1 and len(pattern) <= LONGEST and not any(set(name) & set("|*") for name in monitors):
        yield "monitors", [model, Matcher(name="monitor", how="=~", value=pattern)]
    yield "model", [model]


def _metric_of(impact: Impact) -> str:
    return capitalised(title(parse_address(impact.metric).metric))


def _apart(figure: str) -> str:
    """A figure whose unit may be a word, and stands in bold type."""
    return figure.replace(NARROW, "\u00a0")


def _positive(impact: Impact) -> tuple[float, float] | None:
    if impact.interval is None or impact.harm >= 0.0:
        return impact.interval
    return -impact.interval[1], -impact.interval[0]


def _may_be_none(impact: Impact) -> bool:
    return impact.interval is not None and impact.interval[0] <= 0.0 <= impact.interval[1]
