"""What a silence from an incident's page may be of, and which windows its columns are drawn from."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import polars as pl

import barograph as bg
from barograph.alerts.message import AlertSaid, Message
from barograph.alerts.sentences import summary
from barograph.explain.column_causes import NOTHING_ALONG
from barograph.metrics.address import parse_address
from barograph.server.pages.incident.figures import scopes_of
from barograph.server.pages.incident.make import sentences_of
from barograph.server.pages.incident.why import names_behind, within
from barograph.server.times import as_time_us
from barograph.store.alerts import StoredAlert

NOON = datetime(2024, 5, 6, 12, tzinfo=UTC)


def alert(monitor, address, **labels):
    return StoredAlert(
        project_id=1, model_id=1, incident_id=1, monitor_id=None, series_id=None, monitor=monitor, configuration=1,
        fingerprint=address, kind="breach", address=address, version="", phase="firing", severity="critical",
        peak_severity="critical", started_at=0, fired_at=0, summary="", window_end=0, details={},
        labels={"model": "credit", "monitor": monitor, "series": f"{address}@all", **labels},
    )  # fmt: skip


def test_a_silence_proposes_all_monitors_of_the_incident():
    lead = alert("error", "performance.mae")
    scopes = scopes_of(lead, [lead, alert("moved", 'drift.psi(column="x")', column="x")])
    assert [(scope.kind, scope.matches) for scope in scopes] == [
        ("series", 1), ("monitor", 1), ("monitors", 2), ("model", 2),
    ]  # fmt: skip
    (proposed,) = (scope for scope in scopes if scope.is_proposed)
    assert proposed.matchers == 'model="credit", monitor=~"error|moved"'


def test_of_one_alert_the_narrowest_is_proposed():
    lead = alert("moved", 'drift.psi(column="x")', column="x")
    assert [scope.kind for scope in scopes_of(lead, [lead]) if scope.is_proposed] == ["series"]


def test_a_whole_model_is_never_proposed():
    lead = alert("a*", "performance.mae")
    scopes = scopes_of(lead, [lead, alert("b", "performance.rmse")])
    assert [scope.kind for scope in scopes] == ["series", "monitor", "model"]
    assert [scope.kind for scope in scopes if scope.is_proposed] == ["series"]


def test_columns_are_drawn_from_the_windows_of_the_incident():
    times = [NOON + timedelta(hours=hour) for hour in range(6)]
    schema = bg.Schema(columns=(bg.Column(name="t", role="timestamp", kind="datetime"), bg.Column(name="x")))
    frame = pl.DataFrame({"t": times, "x": [0.0, 0.0, 0.0, 0.0, 9.0, 9.0]})
    profile = bg.profile(frame, schema, every="1h")
    first, end = as_time_us(times[4]), as_time_us(times[5] + timedelta(hours=1))
    assert within(profile, first, end).rows == 2
    assert within(profile, end, end + 1).rows == 6


def test_columns_along_which_nothing_is_shown_are_left_out_but_the_alerts_own():
    explanation = {
        "columns": [
            {"columns": ["hour"], "along": str(NOTHING_ALONG)},
            {"columns": ["wind"], "along": "values the reference never had make 9 of it."},
        ]
    }
    assert names_behind(alert("moved", 'drift.psi(column="temp")'), explanation) == ["temp", "wind"]
    assert names_behind(alert("moved", 'drift.psi(column="hour")'), explanation) == ["hour", "wind"]


LEAD = AlertSaid(
    id=1, monitor="moved", model="credit", address="drift.share", severity="warning", started_at=0, title="Drift",
    summary=summary("Drift", parse_address("drift.share"), "0.4, above the limit 0.2", model="credit"),
)  # fmt: skip


def test_the_first_sentence_does_not_say_the_title_again():
    message = Message(
        reason="new", title="credit: Drift, and 1 more alert", severity="warning", status="new", project="p",
        incident=1, started_at=0, what=str(LEAD.summary), since_when="", alerts=(LEAD,),
    )  # fmt: skip
    assert sentences_of(message)["lead"] == "0.4, above the limit 0.2."
    assert sentences_of(replace(message, title="2 models: Drift"))["lead"] == LEAD.summary


def test_what_was_told_already_is_not_told_again():
    said = {"what": "It is 9.", "since_when": "Since Monday.\nNo change.", "how_bad": "It is 9.\nIt costs 2."}
    message = Message(
        reason="new", title="t", severity="warning", status="new", project="p", incident=1, started_at=0,
        why="So it is.\nNo change.", what_to_do="Ask.", alerts=(LEAD,), **said,
    )  # fmt: skip
    told = sentences_of(message)
    assert (told["how_bad"], told["since_when"]) == (("It costs 2.",), ("Since Monday.",))
