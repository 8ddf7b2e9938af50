"""What a message says."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from barograph.alerts.compose import IncidentSaid, message_of
from barograph.alerts.facts import Facts
from barograph.alerts.impact import Impact
from barograph.alerts.message import AlertSaid, RelatedEvent, worst_first
from barograph.alerts.sentences import incident_title, phrase, summary
from barograph.metrics.address import parse_address

DAY = 86_400_000_000
FACTS = Facts(models=frozenset(["rides"]), started_at=0, latest_at=0, window_us=DAY)
INCIDENT = IncidentSaid(id=7, project="main", status="new", severity="critical", facts=FACTS, started_at=0)
TERRITORY = AlertSaid(
    id=1, monitor="new territory", model="rides", address="drift.beyond_p_value", severity="critical", started_at=0,
    title="New territory", summary="rides: New territory: chance of 1 in 900.", columns=("temp", "atemp"),
)  # fmt: skip
ERROR = replace(
    TERRITORY, id=2, monitor="error", address="performance.mae", title="Mean absolute error", columns=(),
    summary="rides: Mean absolute error: 26, above the limit 20.", verdict={"value": 26.0},
)  # fmt: skip


def lines(text: str) -> list[str]:
    return text.split("\n")


def test_the_title_names_model_metric_and_columns():
    assert message_of(INCIDENT, [TERRITORY], "new").title == "rides: New territory: temp and atemp"


def test_many_alerts_are_counted_and_the_gravest_leads():
    told = message_of(INCIDENT, [replace(ERROR, severity="warning"), TERRITORY], "new")
    assert told.title == "rides: New territory: temp and atemp, and 1 more alert"
    assert lines(told.what)[1] == "2 alerts of rides share one cause, or began together."


BLIND = replace(
    ERROR, id=3, monitor="accuracy low", kind="blind", verdict={"status": "no_data"},
    summary="rides: nothing can be said of mean absolute error: no labels.",
)  # fmt: skip


def test_what_was_measured_leads_before_that_nothing_can_be_said():
    nulls = replace(
        TERRITORY, address='quality.null_share(column="temp")', started_at=DAY, title="Missing values", columns=(),
        summary="rides: Missing values of temp: 100 %, above the limit 5 %.",
    )  # fmt: skip
    told = message_of(INCIDENT, [BLIND, nulls], "new")
    assert (told.title, lines(told.what)[0]) == (
        "rides: Missing values of temp, and 1 more alert",
        nulls.summary,
    )
    assert told.how_bad.startswith("What it costs is not known")
    graver = message_of(INCIDENT, [BLIND, replace(nulls, severity="warning")], "new")
    assert graver.title.startswith("rides: nothing can be said of mean absolute error")


@pytest.mark.parametrize(
    ("change", "advice"),
    [
        ({}, "Look whether rows and labels of rides still come, and which source brings none."),
        ({"address": "drift.share"}, "Look whether rows of rides still come, and which source brings none."),
        ({"address": "operations.latency"}, "Look whether rides still serves, and still tells of it."),
        (
            {"verdict": {"status": "error"}},
            "Mend what rides sends, or the monitor accuracy low: its figure cannot be computed.",
        ),
    ],
)
def test_where_nothing_can_be_said_it_says_what_to_look_for(change, advice):
    assert message_of(INCIDENT, [replace(BLIND, **change)], "new").what_to_do == advice
    helped = message_of(INCIDENT, [replace(BLIND, **change, runbook="Call Ann.")], "new")
    assert lines(helped.what_to_do) == [advice, "As written for its monitor: Call Ann."]


def test_before_labels_it_says_that_the_cost_is_not_known():
    assert "not known" in message_of(INCIDENT, [TERRITORY], "new").how_bad


def test_an_impact_is_told_with_what_labels_show():
    impact = Impact(metric="performance.mae", reference=11.4, harm=14.6, realised=True)
    told = message_of(replace(INCIDENT, impact=impact), [TERRITORY, ERROR], "new")
    assert lines(told.how_bad)[0].startswith("Mean absolute error is worse by 14.6")
    assert lines(told.how_bad)[1] == ERROR.summary


def test_without_an_explanation_the_columns_are_what_is_known():
    assert message_of(INCIDENT, [TERRITORY], "new").why == "So far: temp and atemp moved."


def test_an_explanation_gives_why_since_when_and_what_to_do():
    explanation: dict[str, Any] = {
        "summary": ["The rise is new territory."],
        "since": {"sentence": "It began on 14 February."},
        "actions": [{"sentence": "Retrain on recent rows: 5 less."}],
    }
    told = message_of(replace(INCIDENT, explanation=explanation), [TERRITORY], "new")
    assert told.why == "The rise is new territory."
    assert "It began on 14 February." in told.since_when
    assert lines(told.what_to_do)[0] == "Retrain on recent rows: 5 less."


def test_what_helps_nobody_is_no_advice():
    nothing = {"action": "nothing", "name": "do nothing", "interval": [0.0, 0.0], "sentence": "Leave it."}
    idle = {
        "action": "retrain",
        "name": "retrain",
        "interval": [-1.0, 2.0],
        "sentence": "Retraining shows no effect.",
    }
    good = {
        "action": "recalibrate",
        "name": "recalibrate",
        "interval": [1.0, 2.0],
        "sentence": "Recalibrate: 2 less.",
    }
    told = [
        lines(message_of(replace(INCIDENT, explanation={"actions": tried}), [TERRITORY], "new").what_to_do)
        for tried in ([nothing, idle, good], [nothing, idle])
    ]
    assert told[0] == ["Recalibrate: 2 less."]
    assert told[1] == [
        "Look for the cause with whoever owns the data: nothing that was tried on these rows helps (retrain)."
    ]


def test_an_end_with_minor_alerts_left_says_so():
    told = message_of(INCIDENT, [replace(TERRITORY, severity="info")], "resolved")
    assert lines(told.what)[1].startswith("What you were told of is over")
    assert told.what_to_do.startswith("Nothing.")


@pytest.mark.parametrize(
    ("why", "told"),
    [
        (("recovered", "monitor removed"), None),
        (("monitor removed", "monitor removed"), "its monitor was removed"),
        (
            ("missing_version", "monitor changed"),
            "its version has no rows any more and its monitor was changed",
        ),
        (("monitor removed", "resolved by hand"), "its monitor was removed and somebody ended it"),
    ],
)
def test_an_end_that_nobody_has_seen_is_told_as_that(why, told):
    ended = [replace(TERRITORY, id=i, resolved_at=DAY, resolved_why=each) for i, each in enumerate(why)]
    early = replace(TERRITORY, resolved_at=DAY // 2, resolved_why="recovered")
    message = message_of(replace(INCIDENT, resolved_at=DAY), [*ended, early], "resolved")
    said = lines(message.what)[1:]
    assert said[1:] == ([] if told is None else [f"Nobody has seen it recover: {told}."])
    assert message.what_to_do.startswith("Nothing." if told is None else "Look whether it is over")


def test_an_end_by_hand_is_told_as_that_and_asks_nobody_to_look():
    ended = replace(TERRITORY, resolved_at=DAY, resolved_why="resolved by hand")
    message = message_of(replace(INCIDENT, resolved_at=DAY), [ended], "resolved")
    assert lines(message.what)[2:] == ["Somebody ended it by hand; no window has shown that it recovered."]
    assert message.what_to_do.startswith("Nothing.")


def test_of_an_alert_without_an_answer_nobody_says_that_a_column_moved():
    blind = replace(TERRITORY, kind="blind")
    told = message_of(INCIDENT, [blind], "new")
    assert (told.title, told.why) == ("rides: nothing can be said of new territory: temp and atemp", "")
    assert message_of(INCIDENT, [blind, TERRITORY], "new").why == "So far: temp and atemp moved."


def test_a_deployment_about_then_is_told():
    event = RelatedEvent(at=DAY // 2, kind="deployment", name="v7", model="rides")
    told = message_of(INCIDENT, [TERRITORY], "new", events=[event], timezone="Europe/Berlin")
    assert lines(told.since_when) == [
        "Since Thursday 1 January 1970, 01:00 Europe/Berlin.",
        "About then, Thursday 1 January 1970, 13:00 Europe/Berlin: deployment v7.",
    ]


WEEKLY = replace(TERRITORY, id=3, started_at=4 * DAY, window_us=7 * DAY)


def test_of_windows_of_a_week_no_time_is_told_that_they_do_not_know():
    week = replace(INCIDENT, started_at=4 * DAY)
    assert message_of(week, [WEEKLY], "new").since_when == (
        "Since the week that began on Monday 5 January 1970, 00:00 UTC: its rows were judged together."
    )
    over = replace(week, resolved_at=20 * DAY)
    assert message_of(over, [replace(WEEKLY, window_us=30 * DAY)], "resolved").since_when == (
        "From the 30 days that began on Monday 5 January 1970, 00:00 UTC to Wednesday 21 January 1970, 00:00 UTC."
    )


def test_a_shorter_window_of_the_same_incident_says_when_it_had_begun():
    daily = replace(TERRITORY, started_at=8 * DAY, window_us=DAY)
    told = message_of(replace(INCIDENT, started_at=4 * DAY), [WEEKLY, daily], "new")
    assert told.since_when == "Since Friday 9 January 1970, 00:00 UTC."


def test_where_the_first_alert_is_no_longer_kept_the_incident_says_when_it_began():
    assert message_of(INCIDENT, [WEEKLY], "new").since_when == "Since Thursday 1 January 1970, 00:00 UTC."


def test_runbook_and_owner_say_what_to_do_and_who():
    told = message_of(INCIDENT, [replace(TERRITORY, runbook="Ask the shop.", owner="ada")], "new")
    assert lines(told.what_to_do) == ["As written for its monitor: Ask the shop.", "Looked after by ada."]


def test_an_end_asks_for_a_mark_and_gives_both_times():
    over = replace(INCIDENT, status="resolved", resolved_at=DAY)
    told = message_of(over, [replace(TERRITORY, resolved_at=DAY)], "resolved")
    assert told.since_when == "From Thursday 1 January 1970, 00:00 UTC to Friday 2 January 1970, 00:00 UTC."
    assert "useful or as noise" in told.what_to_do


def test_suppressed_alerts_come_last_and_are_counted():
    hidden = replace(TERRITORY, suppressed=("Silenced by ada: upgrade",))
    told = message_of(INCIDENT, [hidden, ERROR], "new")
    assert [alert.monitor for alert in told.alerts] == ["error", "new territory"]
    assert "1 of them is suppressed, and says by what." in told.what


def test_resolved_alerts_come_after_open_ones():
    assert worst_first([replace(TERRITORY, resolved_at=5), replace(ERROR, severity="info")])[0].id == 2


def test_many_models_and_their_source_are_in_the_title():
    facts = replace(FACTS, models=frozenset("abcd"), sources=frozenset(["crm.customers"]))
    title = incident_title(facts, "Missing values of income", alerts=32_000)
    assert title == "4 models: Missing values of income, from crm.customers, and 31,999 more alerts"


def test_a_title_stays_one_line_of_a_bounded_length():
    assert len(incident_title(FACTS, "x" * 500, alerts=1)) == 160


def test_a_phrase_names_everything_of_an_address():
    address = parse_address('operations.latency(q=0.95, host="gpu-1")')
    assert phrase("Latency", address) == "Latency (q 0.95) on gpu-1"


def test_a_series_without_an_answer_says_so():
    told = summary(
        "Recall", parse_address("performance.recall"), "no labels", model="m", version="3", kind="blind"
    )
    assert told == "m, version 3: nothing can be said of recall: no labels."


def test_data_are_mended_before_a_model_is_moved_to_fit_them():
    explanation: dict[str, Any] = {
        "verdict": "Mean absolute error rose.", "since": None,
        "parts": [{"cause": "fault", "name": "temp stuck at 0", "sentence": "temp stuck at 0 adds 9."}],
        "actions": [{"action": "recalibrate", "sentence": "Recalibrate."}],
    }  # fmt: skip
    facts = replace(FACTS, sources=frozenset(["weather-feed"]))
    told = message_of(replace(INCIDENT, facts=facts, explanation=explanation), [TERRITORY], "new")
    assert lines(told.what_to_do)[0].startswith(
        "First have the data mended in weather-feed: temp stuck at 0."
    )


def outside(share: float) -> dict[str, Any]:
    """An explanation in which so many rows have temperatures the reference never had."""
    return {
        "summary": ["temp is 35.3 or more."], "since": None, "parts": [],
        "columns": [{"columns": ["temp"], "unseen_share": share}],
        "actions": [{"action": "recalibrate", "sentence": "Recalibrate."}],
    }  # fmt: skip


DEPLOYED = replace(INCIDENT, facts=replace(FACTS, deployments=frozenset(["rides v7"])))


def test_who_deployed_is_asked_before_a_model_is_moved_to_fit_rows_it_never_saw():
    told = message_of(replace(DEPLOYED, explanation=outside(1.0)), [TERRITORY], "new")
    first, second = lines(told.what_to_do)
    assert first.startswith(
        "First ask whoever deployed rides v7 whether that is meant: nearly all rows have values of temp"
    )
    assert second == "Recalibrate."


def test_nobody_is_asked_where_rows_are_known_or_nothing_was_deployed():
    for incident, share in ((DEPLOYED, 0.5), (INCIDENT, 1.0)):
        told = message_of(replace(incident, explanation=outside(share)), [TERRITORY], "new")
        assert lines(told.what_to_do)[0] == "Recalibrate."


def test_a_deployment_is_named_beside_an_explanation():
    told = message_of(replace(DEPLOYED, explanation=outside(1.0)), [TERRITORY], "new")
    assert lines(told.why) == ["temp is 35.3 or more.", "A deployment is near: rides v7."]
