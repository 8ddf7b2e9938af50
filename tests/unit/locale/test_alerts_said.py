"""Verdicts, alerts, incidents and messages in Chinese: nothing but names is left in English."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barograph.alerts.compose import IncidentSaid, message_of
from barograph.alerts.facts import facts_of
from barograph.alerts.impact import Impact, impact_sentence
from barograph.alerts.inhibition import FiringAlert
from barograph.alerts.matchers import parse_matchers
from barograph.alerts.message import AlertSaid, RelatedEvent
from barograph.alerts.sentences import phrase, summary
from barograph.alerts.silences import Silence
from barograph.alerts.suppression import suppressed_by
from barograph.locale.kept import kept, recalled
from barograph.locale.language import language
from barograph.locale.said import lines
from barograph.metrics.address import parse_address
from barograph.monitors.addressed import spec_of
from barograph.monitors.arrays import seen_of
from barograph.monitors.catalogue import SCHEMA, TYPES
from barograph.monitors.judge import judge
from barograph.operations.event_kinds import KINDS

CHINESE = language("zh-CN")
DAY = 86_400_000_000


@pytest.mark.parametrize("kind", TYPES, ids=lambda kind: kind.name)
def test_alerts_of_every_type_of_monitor(kind, english_in):
    monitor = kind.monitor
    spec = spec_of(monitor.metric, SCHEMA)
    for course in (kind.fires, kind.quiet):
        for seen in seen_of(monitor, course, schema=SCHEMA):
            verdict = judge(monitor, seen)
            said = summary(spec.title, monitor.metric, verdict.detail, model="credit", version="7")
            again = recalled(kept(said))
            assert (again, english_in(CHINESE.said(again))) == (said, []), said


def test_a_summary_reads_as_a_sentence():
    kind = next(each for each in TYPES if each.name == "a column moved")
    *_, moved = seen_of(kind.monitor, kind.fires, schema=SCHEMA)
    metric = replace(kind.monitor.metric, arguments=(("column", "temp"),))
    detail = judge(replace(kind.monitor, metric=metric), moved).detail
    said = CHINESE.said(summary(moved.spec.title, metric, detail, model="rides"))
    assert said == "rides：temp 的总变差：0.2；偶然出现的概率为 100,000 分之一，阈值为 1,000 分之一。"


def alert(address: str, **more: object) -> AlertSaid:
    title = spec_of(parse_address(address)).title
    return AlertSaid(
        id=1, monitor="watch", model="rides", address=address, severity="critical", started_at=0, title=title,
        summary=summary(title, parse_address(address), "0.2", model="rides"), **more,
    )  # fmt: skip


@pytest.mark.parametrize("kind", sorted(KINDS))
@pytest.mark.parametrize("resolved_at", [None, 2 * DAY])
def test_a_message(kind, resolved_at, english_in):
    facts = facts_of(
        parse_address('drift.psi(column="temp")'), model="rides", started_at=0, window_us=DAY, sources=["lake"],
        deployments=["rides v7"],
    )  # fmt: skip
    impact = Impact(metric="performance.mae", reference=10.0, harm=4.0, interval=(3.0, 5.0), realised=False)
    incident = IncidentSaid(
        id=7, project="main", status="new", severity="critical", facts=facts, started_at=0, impact=impact,
        previous_id=3, resolved_at=resolved_at,
    )  # fmt: skip
    alerts = [
        alert("drift.beyond_p_value", columns=("temp", "wind", "rain", "sun"), suppressed=("…",)),
        alert("performance.mae", verdict={"value": 4.0}),
        alert('operations.event_count(kind="upstream")'),
    ]
    told = message_of(incident, alerts, "new", events=[RelatedEvent(at=9, kind=kind, name="")])
    texts = (told.title, told.what, told.since_when, told.how_bad, told.why, told.what_to_do)
    assert [english_in(CHINESE.said(text)) for text in texts] == [[]] * 6
    assert [lines(text)[0] for text in texts] == [str(text).split("\n")[0] for text in texts]


def test_what_suppresses_an_alert(english_in):
    labels = {"project": "p", "model": "m", "monitor": "late"}
    pairs = [
        ({"about": "pipeline"}, {"about": "drift"}), ({"about": "availability"}, {"about": "latency"}),
        ({"about": "quality", "column": "x"}, {"about": "drift", "column": "x"}),
        ({"about": "labels"}, {"about": "performance"}),
        ({"metric": "drift.stuck_count"}, {"about": "drift"}),
        ({"series": "s", "severity": "critical"}, {"series": "s", "severity": "info"}),
    ]  # fmt: skip
    silence = Silence(
        id=1, kind="maintenance", matchers=parse_matchers('model="m"'), starts_at=0, ends_at=9, created_by="ada",
        comment="wegen Umzug",
    )  # fmt: skip
    for cause, effect in pairs:
        firing = [
            FiringAlert(id=1, labels={**labels, "severity": "warning", **cause}),
            FiringAlert(id=2, labels={**labels, "severity": "info", **effect}),
        ]
        found = suppressed_by(firing, [silence], now=5)[2]
        assert len(found) >= 1, cause
        for each in found:
            assert english_in(CHINESE.said(each["sentence"]), "wegen Umzug") == []


@pytest.mark.parametrize("harm", [4.0, -4.0])
@pytest.mark.parametrize("realised", [True, False])
@pytest.mark.parametrize("interval", [None, (-5.0, 5.0)])
def test_impact(harm, realised, interval, english_in):
    impact = Impact(
        metric="performance.rmse", reference=10.0, harm=harm, interval=interval, realised=realised
    )
    assert english_in(CHINESE.said(impact_sentence(impact))) == []


def test_a_phrase_names_arguments_hosts_and_segments():
    address = parse_address('performance.recall(class="yes", segment="country=DE")')
    assert CHINESE.said(phrase("Recall", address)) == "召回率（类别 yes）（country=DE）"
    assert CHINESE.said(phrase("Memory", parse_address('operations.memory(host="a1")'))) == "a1 上的内存"
