"""Monitors, series, alerts, incidents and silences in the store, on SQLite and PostgreSQL."""

from __future__ import annotations

from dataclasses import replace

import pytest
import sqlalchemy as sa

from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.alerts import (
    AlertEvent,
    StoredAlert,
    add_alert,
    add_events,
    alert_of,
    change_alert,
    events_of,
    list_alerts,
    open_in_short,
    set_suppressed,
)
from barograph.store.errors import Conflict, NotFound
from barograph.store.incident_counts import alerts_counted, leading_alert
from barograph.store.incidents import (
    StoredIncident,
    add_incident,
    forget_explanations,
    incident_of,
    list_incidents,
    open_incidents,
)
from barograph.store.monitor_series import (
    Evaluation,
    StoredSeries,
    add_evaluations,
    add_series,
    evaluations_of,
    require_unmoved,
    series_of_model,
    write_series,
)
from barograph.store.monitors import (
    all_monitors,
    changes_mark,
    document_at,
    put_monitor,
    put_settings,
    remove_monitors,
    settings_of,
)
from barograph.store.silences import StoredSilence, add_silence, end_silence, list_silences
from barograph.store.touched import forget_unjudged, take_up_unjudged, touch_days, unjudged


@pytest.fixture
def project(database):
    """A project with one model; both have the id 1."""
    with database.writing() as conn:
        found = catalog.create_project(conn, "bank", now=0)
        catalog.create_model(conn, "bank", "credit", Schema(columns=(Column(name="x"),)), now=0)
    return found.id


def alert(project: int, **changed: object) -> StoredAlert:
    held = StoredAlert(
        project_id=project, model_id=1, monitor_id=None, series_id=None, monitor="m", configuration=1, fingerprint="f",
        kind="breach", address="drift.share", version="", phase="firing", severity="warning", peak_severity="warning",
        started_at=0, fired_at=10, summary="s", labels={"model": "credit"}, window_end=5,
    )  # fmt: skip
    return replace(held, **changed)


def incident(project: int, **changed: object) -> StoredIncident:
    held = StoredIncident(
        project_id=project, title="t", severity="warning", peak_severity="warning", started_at=0, opened_at=1,
        changed_at=1,
    )  # fmt: skip
    return replace(held, **changed)


def test_every_revision_of_a_monitor_is_kept(database, project):
    with database.writing() as conn:
        for above in (1, 2):
            monitor = put_monitor(conn, project, "m", {"when": above}, now=above, actor="k")
        (held,) = all_monitors(conn, project)
        assert (held.revision, held.document, held.created_at, held.changed_at) == (2, {"when": 2}, 1, 2)
        assert document_at(conn, monitor, 1) == {"when": 1}
        remove_monitors(conn, [monitor], now=3)
        assert (all_monitors(conn), document_at(conn, monitor, 1)) == ([], None)


def test_a_change_of_monitors_or_settings_is_seen(database, project):
    marks = []
    with database.writing() as conn:
        marks.append(changes_mark(conn))
        monitor = put_monitor(conn, project, "m", {}, now=1, actor="k")
        marks.append(changes_mark(conn))
        put_settings(conn, project, "routes", {"r": {}}, now=2)
        marks.append(changes_mark(conn))
        put_settings(conn, project, "routes", {}, now=3)
        assert settings_of(conn, project) == {}
        remove_monitors(conn, [monitor], now=4)
        marks.append(changes_mark(conn))
    assert len({*marks[:3]}) == 3
    assert marks[3] == marks[0]


def test_series_are_added_once_and_written_together(database, project):
    with database.writing() as conn:
        monitor = put_monitor(conn, project, "m", {}, now=1, actor="k")
        wanted = [StoredSeries(monitor_id=monitor, model_id=1, version_id=0, address=a) for a in "ab"]
        add_series(conn, wanted)
        add_series(conn, wanted)
        held = series_of_model(conn, 1)
        write_series(conn, [replace(s, status="ok", window_end=7, breached=(1, 2)) for s in held])
        assert [(s.address, s.status, s.window_end, s.breached) for s in series_of_model(conn, 1)] == [
            ("a", "ok", 7, [1, 2]), ("b", "ok", 7, [1, 2]),
        ]  # fmt: skip


@pytest.mark.parametrize(
    "meanwhile", [{"window_end": 7}, {"state": {"phase": "ok"}}, {"blind": {"phase": "ok"}}]
)
def test_series_that_stand_otherwise_than_they_were_read_are_not_written_over(database, project, meanwhile):
    with database.writing() as conn:
        monitor = put_monitor(conn, project, "m", {}, now=1, actor="k")
        add_series(
            conn, [StoredSeries(monitor_id=monitor, model_id=1, version_id=0, address=a) for a in "ab"]
        )
        write_series(conn, [replace(s, state={"phase": "firing"}) for s in series_of_model(conn, 1)])
        for verdicts in (True, False):
            require_unmoved(conn, 1, series_of_model(conn, 1, verdicts=verdicts))
        read = series_of_model(conn, 1)
        write_series(conn, [replace(read[0], **meanwhile)])
        with pytest.raises(Conflict, match=r"1 series of model 1 were judged, ended or removed meanwhile"):
            require_unmoved(conn, 1, read)


def test_what_is_said_of_a_window_is_written_once_a_revision(database, project):
    with database.writing() as conn:
        monitor = put_monitor(conn, project, "m", {}, now=1, actor="k")
        add_series(conn, [StoredSeries(monitor_id=monitor, model_id=1, version_id=0, address="a")])
        series = series_of_model(conn, 1)[0].id
        first = Evaluation(
            series_id=series, window_start=0, window_end=5, status="breach", value=1.0, verdict={}, figures="x",
            configuration=1, evaluated_at=6,
        )  # fmt: skip
        add_evaluations(conn, [first, replace(first, revision=1, status="ok")])
        add_evaluations(conn, [replace(first, status="error")])
        assert [e.status for e in evaluations_of(conn, [series], first=0, end=5)] == ["breach", "ok"]
        assert evaluations_of(conn, [series], first=5, end=9) == []


def test_of_one_series_one_alert_is_open_at_a_time(database, project):
    with database.writing() as conn:
        first = add_alert(conn, alert(project))
    with pytest.raises(sa.exc.IntegrityError), database.writing() as conn:
        add_alert(conn, alert(project))
    with database.writing() as conn:
        change_alert(conn, first, resolved_at=20, phase="ok")
        assert add_alert(conn, alert(project)) > first


def test_alerts_are_listed_latest_first_a_page_at_a_time(database, project):
    with database.writing() as conn:
        ids = [add_alert(conn, alert(project, fingerprint=str(i), fired_at=i // 2)) for i in range(6)]
        change_alert(conn, ids[0], resolved_at=9)
        found, before = [], None
        while page := list_alerts(conn, project, before=before, limit=2):
            found += [a.id for a in page]
            before = (page[-1].fired_at, page[-1].id)
        assert found == ids[::-1]
        assert [a.id for a in list_alerts(conn, project, state="resolved")] == [ids[0]]
        assert [a.id for a in list_alerts(conn, project, fired=(1, 2))] == [ids[3], ids[2]]
        assert list_alerts(conn, project, chosen={"model_id": 2}) == []


def test_an_alert_of_another_project_is_none(database, project):
    with database.writing() as conn:
        other = catalog.create_project(conn, "shop", now=0).id
        made = add_alert(conn, alert(project))
        assert alert_of(conn, project, made).monitor == "m"
        with pytest.raises(NotFound, match=rf"no alert {made} in this project"):
            alert_of(conn, other, made)


def test_what_alerts_are_judged_from_is_no_part_of_their_history(database, project):
    with database.writing() as conn:
        made = add_alert(conn, alert(project))
        events = [
            AlertEvent(project_id=project, incident_id=None, alert_id=made, at=at, actor="s", kind=kind)
            for at, kind in ((2, "fired"), (1, "judged"), (3, "resolved"))
        ]
        add_events(conn, events)
        assert [e.kind for e in events_of(conn, alert_id=made)] == ["fired", "resolved"]


def test_alerts_of_an_incident_are_counted_by_what_matters(database, project):
    with database.writing() as conn:
        held = add_incident(conn, incident(project))
        ids = [
            add_alert(conn, alert(project, incident_id=held, fingerprint=str(i), severity=severity))
            for i, severity in enumerate(("info", "critical", "critical"))
        ]
        set_suppressed(conn, {ids[1]: [{"by": "silence", "id": 1}]})
        counted = alerts_counted(conn, [held])[held]
        assert {(c.severity, c.loud, c.alerts) for c in counted} == {
            ("info", True, 1), ("critical", False, 1), ("critical", True, 1),
        }  # fmt: skip
        assert leading_alert(conn, held).id == ids[2]
        assert [a.suppressed for a in open_in_short(conn, project)] == [[], [{"by": "silence", "id": 1}], []]


def test_what_was_measured_leads_before_that_nothing_can_be_said(database, project):
    with database.writing() as conn:
        held = add_incident(conn, incident(project))
        blind = alert(project, incident_id=held, kind="blind", address="performance.recall")
        add_alert(conn, blind)
        of_column = replace(blind, kind="breach", address='quality.null_share(column="x")', started_at=5)
        measured = add_alert(conn, replace(of_column, fingerprint="g"))
        assert leading_alert(conn, held).id == measured


def test_incidents_that_ended_lately_are_found_where_they_are_asked_for(database, project):
    with database.writing() as conn:
        ids = [add_incident(conn, incident(project, resolved_at=at)) for at in (None, 5, 50)]
        assert [i.id for i in open_incidents(conn, project)] == [ids[0]]
        assert [i.id for i in open_incidents(conn, project, resolved_since=10)] == [ids[0], ids[2]]
        assert [i.id for i in list_incidents(conn, project, state="open")] == [ids[0]]


def test_a_model_takes_its_alerts_and_their_incidents_with_it(database, project):
    with database.writing() as conn:
        catalog.create_model(conn, "bank", "churn", Schema(columns=(Column(name="x"),)), now=0)
        alone, shared = add_incident(conn, incident(project)), add_incident(conn, incident(project))
        add_alert(conn, alert(project, incident_id=alone))
        add_alert(conn, alert(project, incident_id=shared, fingerprint="a"))
        kept = add_alert(conn, alert(project, incident_id=shared, fingerprint="b", model_id=2))
        catalog.delete_model(conn, 1)
        assert [a.id for a in list_alerts(conn, project)] == [kept]
        assert [i.id for i in list_incidents(conn, project)] == [shared]


def test_an_explanation_goes_where_rows_it_rests_on_are_deleted(database, project):
    with database.writing() as conn:
        document = {"model_id": 1, "days": [10, 12], "summary": ["x"]}
        held = add_incident(conn, incident(project, explanation=document, explained_at=3))
        add_alert(conn, alert(project, incident_id=held))
        assert forget_explanations(conn, 1, {9, 13}) == 0
        assert forget_explanations(conn, 1, {12}) == 1
        assert incident_of(conn, project, held).explanation is None


def test_a_silence_that_was_ended_is_over(database, project):
    silence = StoredSilence(
        project_id=project, matchers=[{"name": "model", "how": "=", "value": "credit"}], starts_at=0, ends_at=100,
        comment="c", created_by="k", created_at=0,
    )  # fmt: skip
    with database.writing() as conn:
        made = add_silence(conn, silence)
        assert [s.id for s in list_silences(conn, project, over_since=50)] == [made]
        assert end_silence(conn, project, made, by="k", now=60).ended_at == 60
        assert list_silences(conn, project, over_since=70) == []
        with pytest.raises(Conflict, match=r"is over already"):
            end_silence(conn, project, made, by="k", now=61)


def test_days_that_changed_are_looked_at_once(database, project):
    with database.writing() as conn:
        touch_days(conn, 1, [(1, 10), (2, 10), (1, 11)])
        touch_days(conn, 1, [(1, 10)])
        assert unjudged(conn) == {1: {10, 11}}
        take_up_unjudged(conn, 1, {10})
        # Whoever took it up may die.
        assert unjudged(conn) == {1: {10, 11}}
        forget_unjudged(conn, 1, {10})
        assert unjudged(conn) == {1: {11}}


def test_a_day_that_changes_while_it_is_looked_at_is_looked_at_again(database, project):
    with database.writing() as conn:
        touch_days(conn, 1, [(1, 10)])
        take_up_unjudged(conn, 1, {10})
        touch_days(conn, 1, [(1, 10)])
        forget_unjudged(conn, 1, {10})
        assert unjudged(conn) == {1: {10}}
