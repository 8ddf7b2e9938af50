"""Alerts of several models: one incident where they share a cause, each model as severe as what it costs."""

from __future__ import annotations

import pytest
import sqlalchemy as sa

from barograph.server.alerting.explain import Explaining
from barograph.server.notify.compose import incident_letter
from barograph.store import notifications
from barograph.store.events import record
from barograph.store.lineage import set_lineage
from barograph.store.tables.alerts import channels, outbox

HOUR = 3_600_000_000


@pytest.fixture
def hours(office):
    """A function that lets an hour pass in which each model has rows, and all of it is judged."""

    def passed(**frames):
        office.clock.time += HOUR
        for model, frame in frames.values():
            office.send(model, frame)
        office.clock.time += 1_000_000
        office.judge()
        office.clock.time -= 1_000_000

    return passed


@pytest.fixture
def both(office):
    """Two models whose column x comes from one source."""
    made = office.model("a"), office.model("b")
    with office.database.writing() as conn:
        for model in made:
            set_lineage(conn, model.id, {"x": ["warehouse"]}, at=0)
    office.channel("pager")
    return made


def told_to(office) -> set[str]:
    """Channels that were told of something."""
    with office.database.reading() as conn:
        asked = sa.select(channels.c.name).join(outbox, outbox.c.channel_id == channels.c.id)
        return set(conn.scalars(asked))


def events(office, *, at: int, kind: str, name: str, **details: str) -> None:
    with office.database.writing() as conn:
        record(
            conn, model_id=None, project_id=office.project_id, kind=kind, at=at, name=name, details=details
        )


@pytest.fixture
def routed(office, one_monitor):
    """Makes monitors: a critical one for everybody, and one of a team, of a severity."""

    def made(severity):
        office.channel("pager")
        office.channel("team")
        high = one_monitor(
            name="high", metric='quality.mean(column="p")', when={"above": 0.9}, severity=severity,
            notify="team",
        )  # fmt: skip
        routes = {"default": {"channels": ["pager"]}, "team": {"channels": ["team"]}}
        office.monitors(one_monitor(), high, routes=routes)

    return made


@pytest.mark.parametrize(("severity", "told"), [("info", {"pager"}), ("warning", {"pager", "team"})])
def test_a_monitor_without_a_route_is_told_by_the_default_one_whatever_others_name(
    office, routed, severity, told
):
    routed(severity)
    model = office.model()
    office.hour(model)
    office.hour(model, shift=3.0)
    assert len(office.incidents()) == 1
    assert told_to(office) == told


def test_a_source_that_failed_is_one_incident_of_all_models(office, one_monitor, hours):
    models = [office.model(name) for name in "abc"]
    office.channel()
    metric = 'operations.event_count(kind="source_failed")'
    office.monitors(one_monitor(name="failed", metric=metric, when={"above": 0}, clear=1))
    events(office, at=office.clock.time + HOUR // 2, kind="source_failed", name="no file", source="lake")
    hours(**{model.name: (model, office.rows(50, office.clock.time)) for model in models})
    (incident,) = office.incidents()
    assert (len(office.alerts()), incident.facts["sources"]) == (3, ["lake"])
    assert office.told() == [("new", "waiting")]


def test_figures_over_all_columns_share_the_columns_that_carry_them(office, both, hours):
    office.monitors(
        {
            "name": "moved", "metric": "drift.inputs_p_value", "window": "1h", "when": {"calibrated": True},
            "severity": "critical",
        }
    )  # fmt: skip
    for shift in (0.0, 3.0):
        hours(**{m.name: (m, office.rows(200, office.clock.time, shift=shift)) for m in both})
    (incident,) = office.incidents()
    assert len(office.alerts()) == 2
    assert ["source:warehouse", "x"] in incident.facts["columns"]


def test_a_deployment_of_the_whole_project_is_a_cause_that_models_share(office, both, one_monitor, hours):
    with office.database.writing() as conn:
        for model in both:
            set_lineage(conn, model.id, {"x": []}, at=1)
    office.monitors(one_monitor(name="wrong", metric="performance.mae", when={"above": 1.0}))
    hours(**{m.name: (m, office.rows(200, office.clock.time)) for m in both})
    events(office, at=office.clock.time, kind="deployment", name="features 7")
    frames = {m.name: (m, office.rows(200, office.clock.time)) for m in both}
    hours(**{name: (m, frame.with_columns(y=frame["y"] + 5.0)) for name, (m, frame) in frames.items()})
    (incident,) = office.incidents()
    assert (incident.facts["models"], incident.facts["deployments"]) == (["a", "b"], ["features 7"])


@pytest.mark.parametrize(
    ("name", "called"),
    [
        ("deploy", ["deploy", "deploy (2024-05-06 18:00:00 UTC)"]),
        ("", ["2024-05-06 13:00:00 UTC", "2024-05-06 18:00:00 UTC"]),
    ],
)
def test_deployments_of_one_name_or_none_are_causes_of_their_own(office, one_monitor, hours, name, called):
    a, b = office.model("a"), office.model("b")
    office.monitors(one_monitor())
    for passed in range(7):
        if passed in (1, 6):
            events(office, at=office.clock.time, kind="deployment", name=name)
        frames = [office.rows(50, office.clock.time, shift=3.0 * (passed >= first)) for first in (1, 6)]
        hours(a=(a, frames[0]), b=(b, frames[1]))
    told = sorted(
        (incident.facts["models"], incident.facts["deployments"]) for incident in office.incidents()
    )
    assert told == [(["a"], called[:1]), (["b"], called[1:])]


def test_each_model_is_as_severe_as_what_it_costs(office, both, one_monitor, hours):
    a, b = both
    office.monitors(one_monitor(severity="from impact"))
    hours(a=(a, office.rows(300, office.clock.time)), b=(b, office.rows(300, office.clock.time)))
    better, worse = (office.rows(300, office.clock.time, shift=3.0) for _ in both)
    hours(
        a=(a, better.with_columns(y=better["p"] + 0.5 * (better["y"] - better["p"]))),
        b=(b, worse.with_columns(y=worse["y"] + 5.0)),
    )
    assert len(office.incidents()) == 1
    assert Explaining(office.store).step(now=office.clock.time + 2_000_000)
    (incident,) = office.incidents()
    severities = {alert.labels["model"]: alert.severity for alert in office.alerts()}
    assert severities == {"a": "info", "b": "emergency"}
    assert (incident.explanation["model"], incident.severity) == ("a", "emergency")
    assert office.told() == [("new", "waiting")]
    assert not Explaining(office.store).step(now=office.clock.time + 2_000_000)


def test_who_was_told_of_an_incident_is_told_that_it_is_part_of_another(office, both, one_monitor, hours):
    office.monitors(
        one_monitor(name="wrong", metric="performance.mae", when={"above": 1.0}, models=["b"]),
        one_monitor(name="x of a", models=["a"]),
        one_monitor(name="x of b", models=["b"], severity="info", **{"for": 2}),
    )
    for shift in (0.0, 3.0, 3.0):
        a, b = (office.rows(200, office.clock.time, shift=shift) for _ in both)
        hours(a=(both[0], a), b=(both[1], b.with_columns(y=b["y"] + (4.0 if shift else 0.0))))
        with office.database.writing() as conn:
            conn.execute(sa.update(outbox).values(state="sent"))
    first, second = sorted(office.incidents(), key=lambda incident: incident.id)
    assert (first.resolved_at is None, second.resolved_at is None) == (True, False)
    with office.database.reading() as conn:
        rows = conn.execute(sa.select(outbox).order_by(outbox.c.id)).all()
        told = [(row.incident_id, row.reason) for row in rows]
        *_, last = notifications.of_incident(conn, 2)
        letter = incident_letter(conn, last, now=office.clock.time)
    assert sorted(told) == [(1, "new"), (2, "new"), (2, "resolved")]
    assert "goes on as part of it" in letter.document["what"]
    assert letter.document["what_to_do"] == "Look at incident 1."


def test_who_was_told_that_it_fires_is_told_that_it_is_over_whatever_the_monitor_names_by_then(
    office, one_monitor
):
    model = office.model()
    for name in ("pager", "team"):
        office.channel(name)
    routes = {"default": {"channels": ["pager"]}, "team": {"channels": ["team"]}}
    office.monitors(one_monitor(notify="team"), routes=routes)
    office.hour(model)
    office.hour(model, shift=3.0)
    office.monitors(one_monitor(), routes=routes)
    for _ in range(3):
        office.hour(model)
    with office.database.reading() as conn:
        asked = sa.select(channels.c.name, outbox.c.reason).join(
            channels, outbox.c.channel_id == channels.c.id
        )
        told = {(row.name, row.reason) for row in conn.execute(asked)}
    assert told >= {("team", "new"), ("team", "resolved")}


def test_a_process_that_dies_after_the_first_model_leaves_the_others_to_the_next(
    office, both, one_monitor, hours, monkeypatch
):
    office.monitors(one_monitor(severity="from impact"))
    for shift in (0.0, 3.0):
        a, b = (office.rows(300, office.clock.time, shift=shift) for _ in both)
        hours(a=(both[0], a), b=(both[1], b.with_columns(y=b["y"] + 2.0 * shift)))
    dies = Explaining(office.store)
    explained = dies._explained
    monkeypatch.setattr(dies, "_explained", lambda one: explained(one) if one.leads else 1 / 0)
    with pytest.raises(ZeroDivisionError):
        dies.step(now=office.clock.time + 2_000_000)
    assert {alert.labels["model"]: alert.severity for alert in office.alerts()}["b"] == "info"
    assert Explaining(office.store).step(now=office.clock.time + 2_000_000)
    assert {alert.labels["model"]: alert.severity for alert in office.alerts()}["b"] == "emergency"
