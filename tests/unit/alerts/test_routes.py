"""Routes, as they are written."""

from __future__ import annotations

import pytest

from barograph.alerts.routes import DEFAULT_ROUTE, Escalation, Route, read_route, routes_for, routes_of_alerts
from barograph.errors import MonitorError


def test_a_route_is_read_from_text_and_from_json_alike():
    told = {"channels": ["mail"], "wait": "1m", "repeat": "2h", "least": "critical", "digest": "false"}
    json = told | {"wait": 60, "repeat": 7200, "digest": False}
    assert read_route("r", told) == read_route("r", json)
    assert read_route("r", told).repeat == {"warning": 7200.0, "critical": 7200.0, "emergency": 7200.0}


def test_an_empty_document_is_the_usual_route():
    assert read_route("default", {}) == DEFAULT_ROUTE


def test_reminders_by_severity_change_only_those_named():
    route = read_route("r", {"repeat": {"critical": "1h", "warning": None}})
    assert route.repeat == {"critical": 3600.0, "emergency": 14400.0}
    assert read_route("r", {"repeat": None}).repeat == {}


def test_steps_are_read_in_order():
    written = [{"after": "15m", "channels": "lead"}, {"after": "30m", "channels": ["boss", "lead"]}]
    assert read_route("r", {"escalate": written}).escalate == (
        Escalation(after_seconds=900.0, channels=("lead",)),
        Escalation(after_seconds=1800.0, channels=("boss", "lead")),
    )


@pytest.mark.parametrize(
    ("document", "match"),
    [
        ({"channls": []}, "no such key; did you mean 'channels'"),
        ({"least": "criticl"}, "did you mean 'critical'"),
        ({"wait": "soon"}, "wait: holds 'soon'"),
        ({"repeat": {"info": "1h"}}, "no such key"),
        ({"repeat": "1s"}, "a minute or more"),
        ({"escalate": {"after": "1h"}}, "a list of steps"),
        ({"escalate": [{"after": "1h"}]}, "channels to tell"),
        (
            {"escalate": [{"after": "1h", "channels": "a"}, {"after": "1h", "channels": "b"}]},
            "later than the step",
        ),
    ],
)
def test_what_is_not_as_expected_is_refused(document, match):
    with pytest.raises(MonitorError, match=match):
        read_route("r", document)


def test_monitors_without_a_route_and_with_one_that_is_gone_use_the_default():
    default, pager = Route(name="default", channels=("mail",)), Route(name="pager", channels=("pd",))
    routes = {"default": default, "pager": pager}
    assert routes_for([], routes, ["mail", "pd"]) == (default,)
    assert routes_for(["gone"], routes, ["mail", "pd"]) == (default,)
    assert routes_for(["pager", "gone", "pager"], routes, ["mail", "pd"]) == (default, pager)


def test_a_route_without_channels_has_all_that_are_on():
    assert routes_for([], {}, ["mail", "chat"])[0].channels == ("mail", "chat")


def test_a_route_whose_channels_are_all_gone_has_all_that_are_on():
    route = Route(name="default", channels=("old", "older"))
    assert routes_for([], {"default": route}, ["mail"])[0].channels == ("mail",)
    assert routes_for([], {"default": route}, ["mail", "old"])[0].channels == ("old", "older")
    assert routes_for([], {"default": route}, [])[0].channels == ("old", "older")


def test_an_alert_milder_than_its_route_tells_of_asks_for_nobody():
    team = Route(name="team", channels=("chat",))
    asked = [((), "critical"), (["team"], "info")]
    assert [r.name for r in routes_of_alerts(asked, [], {"team": team}, ["mail"])] == ["default"]
    assert [r.name for r in routes_of_alerts(asked, ["team"], {"team": team}, ["mail"])] == [
        "default",
        "team",
    ]
    assert [r.name for r in routes_of_alerts([(["chat"], "warning")], [], {}, ["chat"])] == ["chat"]


def test_a_monitor_may_name_a_channel():
    assert routes_for(["chat"], {}, ["mail", "chat"])[0].channels == ("chat",)
