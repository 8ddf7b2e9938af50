"""A file of monitors in place of those there are."""

from __future__ import annotations

from dataclasses import replace

import pytest

from barograph.errors import MonitorError
from barograph.monitors.file import read_file_document
from barograph.monitors.plan import plan
from barograph.monitors.yaml import format_monitors, parse_monitors
from barograph.server.alerting.file import check_file, kept_file
from barograph.server.alerting.known_labels import names_to_come
from barograph.server.alerting.suppression import rules_of_project
from barograph.store.channels import channel_named, delete_channel
from barograph.store.monitor_series import series_of_model
from barograph.store.monitors import all_monitors, put_monitor


def firing(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    return model


def test_what_is_kept_is_the_file(office, one_monitor):
    routes = {"on-call": {"wait": "1m"}}
    office.monitors(one_monitor(), one_monitor(name="other", notify=["on-call"]), routes=routes)
    with office.database.reading() as conn:
        kept = kept_file(conn, office.project_id)
    assert kept == read_file_document(
        {"monitors": [one_monitor(), one_monitor(name="other", notify=["on-call"])], "routes": routes}
    )


def test_a_change_is_a_revision_and_the_same_is_none(office, one_monitor):
    for above in (1.0, 1.0, 2.0):
        office.monitors(one_monitor(when={"above": above}))
        office.clock.time += 1
    with office.database.reading() as conn:
        assert [each.revision for each in all_monitors(conn)] == [2]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"when": {"above": 2.0}}, "monitor changed"),
        ({"enabled": False}, "monitor switched off"),
        ({"severity": "warning"}, None),
        ({"severity": "emergency"}, None),
        ({"for": 3}, None),
        ({"needs": {"rows": 10}}, None),
        ({"when": {"above": 1.0, "clear": 0.5}}, None),
        ({"when": {"above": 1.5, "clear": 0.5}}, "monitor changed"),
        ({"labels": {"team": "risk"}}, None),
    ],
)
def test_only_what_judges_otherwise_ends_an_alert(office, one_monitor, change, why):
    firing(office, one_monitor)
    office.monitors(one_monitor(**change))
    assert [a.resolved_why for a in office.alerts()] == [why]
    assert [i.is_open for i in office.incidents()] == [why is None]


def test_a_monitor_that_is_removed_ends_its_alerts_which_stay(office, one_monitor):
    model = firing(office, one_monitor)
    office.monitors()
    (alert,) = office.alerts()
    assert (alert.resolved_why, alert.monitor_id, alert.series_id) == ("monitor removed", None, None)
    with office.database.reading() as conn:
        assert series_of_model(conn, model.id) == []


@pytest.mark.parametrize(
    ("document", "told"),
    [
        ({"monitors": [{"notify": ["on-cal"]}], "routes": {"on-call": {}}}, "did you mean 'on-call'"),
        ({"monitors": [{"metric": 'quality.mean(column="xx")', "models": ["credit"]}]}, "no column 'xx'|xx"),
        ({"monitors": [{}], "routes": {"r": {"repeats": "1h"}}}, "repeats"),
        ({"monitors": [{}], "routes": {"r": {"channels": ["opsi"]}}}, "did you mean 'ops'"),
        (
            {"monitors": [{}], "routes": {"r": {"escalate": [{"after": "5m", "channels": ["opsi"]}]}}},
            "did you mean 'ops'",
        ),
        ({"monitors": [{}], "inhibitions": {"i": {"cause": 'about="drift"'}}}, "effect"),
        ({"monitors": [{}], "calendars": {"c": {"weekly": ["someday"]}}}, "someday"),
    ],
)
def test_what_could_not_work_is_refused(office, one_monitor, document, told):
    office.model()
    office.channel("ops")
    monitors = [one_monitor(**each) for each in document["monitors"]]
    file = read_file_document(document | {"monitors": monitors})
    with office.database.reading() as conn, pytest.raises(MonitorError, match=told):
        check_file(conn, "bank", office.project_id, file)


def test_an_inhibition_is_held_as_it_was_written(office, one_monitor):
    office.model()
    rule = {"cause": 'about="schema"', "effect": 'about="drift"', "equal": ["model"], "within": "36h"}
    file = read_file_document({"monitors": [one_monitor()], "inhibitions": {"mine": rule}})
    office.monitors(one_monitor(), inhibitions={"mine": rule})
    with office.database.reading() as conn:
        held = kept_file(conn, office.project_id)
        assert parse_monitors(format_monitors(held)) == file
        assert plan(held, file).is_empty
        assert rules_of_project(conn, office.project_id)[0].within == 36 * 3_600_000_000


def test_a_channel_that_has_gone_keeps_nobody_from_changing_something_else(office, one_monitor):
    office.model()
    office.channel("ops")
    office.monitors(one_monitor(notify="ops"))
    with office.database.writing() as conn:
        delete_channel(conn, channel_named(conn, office.project_id, "ops"))
        held = kept_file(conn, office.project_id)
        file = replace(held, monitors=(*held.monitors, replace(held.monitors[0], name="new", notify=())))
        assert check_file(conn, "bank", office.project_id, file) is None
        assert names_to_come(conn, {office.project_id: "bank"}, file) == [
            (
                "monitor 'x high'",
                "There is no route or channel 'ops' now; the default route tells in its place.",
            )
        ]
        wrong = replace(held, monitors=(replace(held.monitors[0], name="new"),))
        with pytest.raises(MonitorError, match="notify 'ops'"):
            check_file(conn, "bank", office.project_id, wrong)


def test_a_reference_that_is_not_there_is_told_with_the_nearest_name(office, one_monitor):
    office.model()
    parts = {"all": [{"above": 1.0}, {"against": "reference(train-1)", "change": "5%"}]}
    monitors = [
        one_monitor(name="whole", against='reference("train")', when={"change": "5%"}),
        one_monitor(name="part", when=parts),
        one_monitor(name="there", against="reference(training)"),
        one_monitor(name="span", against='reference("2024-05-01/2024-05-02")'),
        one_monitor(name="elsewhere", against="reference(other)", models=["none-*"]),
    ]
    file = read_file_document({"monitors": monitors})
    with office.database.reading() as conn:
        told = names_to_come(conn, {office.project_id: "bank"}, file)
    assert told == [
        ("monitor 'whole'", "There is no reference 'train' now; did you mean 'training'?"),
        ("monitor 'part'", "There is no reference 'train-1' now; did you mean 'training'?"),
    ]


def test_an_inhibition_by_a_label_there_is_not_is_refused_and_one_that_is_kept_is_not(office, one_monitor):
    office.model()
    inhibition = {"cause": 'teem="risk"', "effect": 'about=~"drift"', "equal": ["model"]}
    wanted = {"monitors": [one_monitor(labels={"team": "risk"})], "inhibitions": {"mine": inhibition}}
    with office.database.reading() as conn, pytest.raises(MonitorError, match="did you mean 'team'"):
        check_file(conn, "bank", office.project_id, read_file_document(wanted))
    office.monitors(*wanted["monitors"], inhibitions=wanted["inhibitions"])
    with office.database.reading() as conn:
        assert check_file(conn, "bank", office.project_id, read_file_document(wanted)) is None


def test_a_monitor_kept_before_it_would_be_refused_keeps_nobody_from_changing_others(office, one_monitor):
    office.model()
    kept = one_monitor(name="old", when={"change": "10%"}, against="season(1w)", window="5d")
    with office.database.writing() as conn:
        put_monitor(conn, office.project_id, "old", kept, now=office.clock.time, actor="key")
    with office.database.reading() as conn:
        assert [monitor.name for monitor in kept_file(conn, office.project_id).monitors] == ["old"]
    with pytest.raises(MonitorError, match="one or more whole windows"):
        read_file_document({"monitors": [kept]})
    office.monitors(one_monitor())
    with office.database.reading() as conn:
        assert [monitor.name for monitor in all_monitors(conn, office.project_id)] == ["x high"]
