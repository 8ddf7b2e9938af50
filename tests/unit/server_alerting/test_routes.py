"""Monitors, alerts, incidents and silences over HTTP."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
import sqlalchemy as sa

from barograph.config.read import read_settings
from barograph.server.access.keyring import new_key
from barograph.server.app import create_app
from barograph.server.preparing import prepare
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.audit import read_audit
from barograph.store.database import open_database
from barograph.store.keys import add_key
from barograph.store.log import open_log
from barograph.store.tables.alerts import outbox

with warnings.catch_warnings():
    # Starlette would rather have the next httpx, which is not a dependency.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient

AT = "/v1/projects/bank"


@dataclass
class Desk:
    """An office that is asked over HTTP."""

    office: object
    http: TestClient
    viewer: dict[str, str]

    def get(self, path: str, **asked: object) -> dict:
        answer = self.http.get(AT + path, params=asked)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def act(self, path: str, body: object = None, status: int = 200) -> dict:
        answer = self.http.post(AT + path, json=body)
        assert answer.status_code == status, answer.text
        return answer.json()


@pytest.fixture
def desk(tmp_path, clock, rng, make_office) -> Iterator[Desk]:
    """On SQLite: what the store does on PostgreSQL is tried elsewhere."""
    settings = read_settings(environment={}, flags={"data": str(tmp_path / "data")}).settings
    token = prepare(settings, clock)
    database, log = open_database(settings.database_url), open_log(settings.log_url)
    store = Store(database=database, log=log, lake_folder=settings.lake_path, ids_folder=settings.ids_path)
    viewer, key = new_key(
        name="eye", role="viewer", projects=None, created_by="test", now=clock.now(), expires_at=None
    )
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=0)
        add_key(conn, key)
    with TestClient(
        create_app(settings, clock=clock),
        headers={"Authorization": f"Bearer {token.text}"},
        raise_server_exceptions=False,
    ) as http:
        yield Desk(make_office(store, clock, rng), http, {"Authorization": f"Bearer {viewer.text}"})
    log.close()
    database.close()


@pytest.fixture
def fired(desk, one_monitor) -> Desk:
    """A model of which a window was over the limit."""
    model = desk.office.model()
    desk.office.channel()
    assert desk.http.put(f"{AT}/monitors", json={"monitors": [one_monitor()]}).status_code == 200
    desk.office.hour(model)
    desk.office.hour(model, shift=3.0)
    return desk


def test_a_file_is_put_shown_and_put_again_without_a_change(desk, one_monitor):
    desk.office.model()
    file = {"monitors": [one_monitor()], "routes": {"on-call": {"wait": "1m"}}}
    dry = desk.http.put(f"{AT}/monitors", json=file, params={"dry_run": True}).json()
    assert (len(dry["added"]), dry["dry_run"], desk.get("/monitors")) == (2, True, {"monitors": []})
    put = desk.http.put(f"{AT}/monitors", json=file).json()
    assert (put["added"], put["dry_run"]) == (dry["added"], False)
    again = desk.http.put(f"{AT}/monitors", json=desk.get("/monitors")).json()
    assert (again["added"], again["changed"], again["removed"], again["same"]) == ([], [], [], 2)


def test_what_cannot_be_read_names_what_is_near_and_changes_nothing(desk, one_monitor):
    desk.office.model()
    answer = desk.http.put(
        f"{AT}/monitors", json={"monitors": [one_monitor(), one_monitor(name="b", wen={})]}
    )
    assert answer.status_code == 400
    assert "wen" in answer.json()["error"]["message"]
    assert desk.get("/monitors") == {"monitors": []}


def test_a_monitor_is_shown_with_its_series(fired):
    found = fired.get("/monitors/x high")
    (series,) = found["series"]
    assert (series["model"], series["phase"], series["status"]) == ("credit", "firing", "breach")
    assert series["verdict"]["limits"] == [None, 1.0]
    standing = fired.get("/monitors", series=True)["standing"]
    assert standing == {"x high": {"revision": 1, "series": 1, "statuses": {"breach": 1}, "alerts": 1}}
    missing = fired.http.get(f"{AT}/monitors/x hihg")
    assert (missing.status_code, "did you mean 'x high'" in missing.text) == (404, True)


def test_alerts_are_listed_and_paged(fired, one_monitor):
    model = fired.office.alerts()[0].model_id
    fired.office.monitors(one_monitor(), one_monitor(name="second"), one_monitor(name="third"))
    with fired.office.database.reading() as conn:
        held = catalog.model_by_id(conn, model)
    fired.office.hour(held, shift=3.0)
    pages, before = [], {}
    while True:
        found = fired.get("/alerts", limit=2, **before)
        pages.append([a["monitor"] for a in found["alerts"]])
        if found["next"] is None:
            break
        before = {"before": found["next"]}
    assert sorted(name for page in pages for name in page) == ["second", "third", "x high"]
    assert [a["monitor"] for a in fired.get("/alerts", monitor="third")["alerts"]] == ["third"]
    assert fired.get("/alerts", state="resolved")["alerts"] == []
    assert fired.http.get(f"{AT}/alerts", params={"before": "soon"}).status_code == 422


def test_an_alert_is_shown_with_its_history_and_replayed(fired):
    (alert,) = fired.get("/alerts")["alerts"]
    found = fired.get(f"/alerts/{alert['id']}")
    assert [event["kind"] for event in found["history"]] == ["fired"]
    assert (found["details"]["title"], found["type"]) == ("Mean", "alert")
    assert fired.get(f"/alerts/{alert['id']}/replay")["same"] is True
    assert fired.http.get(f"{AT}/alerts/77").status_code == 404


def test_an_incident_is_shown_with_all_that_belongs_to_it(fired):
    (listed,) = fired.get("/incidents", state="open")["incidents"]
    found = fired.get(f"/incidents/{listed['id']}")
    assert [alert["monitor"] for alert in found["alerts"]] == ["x high"]
    assert [(n["channel"], n["reason"], n["state"]) for n in found["notifications"]] == [
        ("ops", "new", "waiting")
    ]
    assert found["details"]["columns"] == [["model:credit", "x"]]
    said = found["said"]
    assert said["links"]["incident"].endswith(f"/incidents/{listed['id']}")
    assert all(said[part] for part in ("title", "severity", "started_at", "what", "since_when", "what_to_do"))
    assert said["details"].keys() == {"performance", "operational", "related_events"}
    assert fired.get(f"/alerts/{found['alerts'][0]['id']}")["said"] == said
    again = fired.get(f"/incidents/{listed['id']}")
    fired.get(f"/incidents/{listed['id']}")
    assert [e["kind"] for e in again["history"]].count("opened by") == 1


def test_an_incident_shows_its_latest_alerts_and_leads_to_the_others(fired, one_monitor):
    model = fired.office.alerts()[0].model_id
    fired.office.monitors(one_monitor(), one_monitor(name="second"), one_monitor(name="third"))
    with fired.office.database.reading() as conn:
        held = catalog.model_by_id(conn, model)
    fired.office.hour(held, shift=3.0)
    (incident,) = fired.get("/incidents")["incidents"]
    fired.get(f"/incidents/{incident['id']}")
    found = fired.get(f"/incidents/{incident['id']}", limit=2)
    assert (found["alert_count"], len(found["alerts"]), len(found["history"])) == (3, 2, 2)
    before = {"incident": incident["id"], "before": found["earlier"]}
    earlier = fired.get("/alerts", **before)["alerts"]
    assert [a["id"] for a in (*earlier, *found["alerts"])] == [1, 2, 3]
    whole = fired.get(f"/incidents/{incident['id']}")
    assert (whole["earlier"], whole["alert_count"]) == (None, 3)
    assert [event["kind"] for event in whole["history"]].count("opened by") == 1
    assert fired.get("/alerts", incident=77)["alerts"] == []


def test_what_people_do_about_an_incident_is_its_history(fired):
    (incident,) = fired.get("/incidents")["incidents"]
    at = f"/incidents/{incident['id']}"
    assert fired.act(f"{at}/acknowledge")["acknowledged_by"]
    assert fired.act(f"{at}/assign", {"to": "Ada"})["assignee"] == "Ada"
    assert fired.act(f"{at}/snooze", {"until": "2024-05-07T00:00:00Z"})["snoozed_until"]
    fired.act(f"{at}/comment", {"text": "<b>looked</b>"})
    assert fired.act(f"{at}/mark", {"as": "useful"})["mark"] == "useful"
    assert fired.act(f"{at}/resolve", {"comment": "done"})["status"] == "resolved"
    fired.act(f"{at}/acknowledge", status=409)
    fired.act(f"{at}/snooze", {"until": "2020-05-07T00:00:00Z"}, status=422)
    kinds = [event["kind"] for event in fired.get(at)["history"]]
    done = ["acknowledged", "assigned", "snoozed", "commented", "marked", "commented", "resolved", "resolved"]
    assert [kind for kind in kinds if kind in done] == done
    with fired.office.database.reading() as conn:
        audited = {entry.action for entry in read_audit(conn)}
    assert {"incident.acknowledged", "incident.marked", "incident.resolve", "monitors.put"} <= audited


def test_the_next_breach_after_a_resolution_by_hand_is_a_new_incident(fired):
    (incident,) = fired.get("/incidents")["incidents"]
    fired.act(f"/incidents/{incident['id']}/resolve")
    with fired.office.database.reading() as conn:
        model = catalog.models(conn, "bank")[0]
    fired.office.hour(model, shift=3.0)
    second = fired.get("/incidents", state="open")["incidents"][0]
    assert (second["previous"], second["status"]) == (incident["id"], "regressed")


def test_a_silence_suppresses_and_what_is_lifted_is_told(desk, one_monitor):
    office, model = desk.office, desk.office.model()
    office.channel()
    office.monitors(one_monitor())
    silence = {"matchers": 'model="credit"', "ends_at": "2024-05-06T20:00:00Z", "comment": "upgrade"}
    made = desk.act("/silences", silence, status=201)
    office.hour(model)
    office.hour(model, shift=3.0)
    (alert,) = desk.get("/alerts")["alerts"]
    assert [by["sentence"].partition(":")[2] for by in alert["suppressed"]] == [" upgrade"]
    assert office.told() == []
    assert desk.http.delete(f"{AT}/silences/{made['id']}").json()["ended_at"]
    assert office.told() == [("lifted", "waiting")]
    assert desk.http.delete(f"{AT}/silences/{made['id']}").status_code == 409
    assert desk.get("/silences")["silences"] == []
    assert len(desk.get("/silences", over=True)["silences"]) == 1


@pytest.mark.parametrize(
    "change",
    [
        {"ends_at": "2025-05-06T20:00:00Z"},
        {"matchers": 'model=~"*"'},
        {"comment": " "},
    ],
)
def test_a_silence_that_hides_too_much_is_refused(desk, change):
    silence = {"matchers": 'model="credit"', "ends_at": "2024-05-06T20:00:00Z", "comment": "upgrade"}
    assert desk.http.post(f"{AT}/silences", json=silence | change).status_code in (400, 422)
    assert desk.get("/silences", over=True)["silences"] == []


def test_a_silence_says_what_it_holds_and_what_is_not_there(fired):
    silence = {"ends_at": "2024-05-06T20:00:00Z", "comment": "upgrade"}
    asked = {
        word: silence | {"matchers": word} for word in ('model="credit"', 'model="crdit"', 'modle="credit"')
    }
    held, none, refused = (fired.http.post(f"{AT}/silences", json=each) for each in asked.values())
    assert (held.json()["open_alerts"], held.json()["warnings"]) == (1, [])
    assert none.json()["open_alerts"] == 0
    assert none.json()["warnings"] == ["There is no model 'crdit' now; did you mean 'credit'?"]
    assert (held.status_code, none.status_code) == (201, 201)
    assert refused.status_code in (400, 422)
    assert "label 'modle' is not known; did you mean 'model'?" in refused.json()["error"]["message"]


def test_a_backtest_says_when_it_would_have_fired_and_keeps_nothing(fired, one_monitor):
    document = {"monitors": [one_monitor(name="lower", when={"above": 0.9})]}
    found = fired.act("/monitors/backtest", {"document": document, "from": "2024-05-06"})
    assert (found["alerts"], found["told"], [s["monitor"] for s in found["series"]]) == (1, 1, ["lower"])
    (alert,) = found["series"][0]["alerts"]
    assert (alert["severity"], alert["resolved_at"], alert["incident"]) == ("critical", None, 1)
    assert [m["name"] for m in fired.get("/monitors")["monitors"]] == ["x high"]


def test_a_backtest_says_what_it_would_have_missed(fired, one_monitor):
    (incident,) = fired.get("/incidents")["incidents"]
    fired.act(f"/incidents/{incident['id']}/mark", {"as": "useful"})
    fired.office.clock.time += 60_000_000
    document = {"monitors": [one_monitor(when={"above": 90})]}
    found = fired.act("/monitors/backtest", {"document": document, "from": "2024-05-06"})
    assert [missed["id"] for missed in found["missed"]] == [incident["id"]]


def test_an_incident_of_a_model_that_is_not_tried_is_not_missed(fired, one_monitor):
    (incident,) = fired.get("/incidents")["incidents"]
    fired.act(f"/incidents/{incident['id']}/mark", {"as": "useful"})
    fired.office.model("churn")
    fired.office.clock.time += 60_000_000
    asked = {"document": {"monitors": [one_monitor(when={"above": 90})]}, "from": "2024-05-06"}
    missed = [
        len(fired.act("/monitors/backtest", asked | more)["missed"])
        for more in ({}, {"model": "credit"}, {"model": "churn"})
    ]
    assert missed == [1, 1, 0]


def test_a_window_is_tried_with_the_reference_of_its_time(desk, one_monitor):
    """The column moves, which is made the new reference, and moves back: that is another change."""
    office, model = desk.office, desk.office.model()
    for shift in (0.0, 3.0):
        office.hour(model, shift=shift, n=400)
    office.clock.time += 60_000_000
    past = {"from": "2024-05-06T13:00:00Z", "to": "2024-05-06T14:00:00Z", "name": "higher"}
    desk.act("/models/credit/references/past", past, 201)
    office.clock.time -= 60_000_000
    for shift in (3.0, 0.0):
        office.hour(model, shift=shift, n=400)
    office.clock.time += 60_000_000
    moved = one_monitor(metric='drift.total_variation(column="x")', when={"above": 0.2}, clear=1)
    always = moved | {"name": "first", "against": 'reference("training")'}
    found = desk.act("/monitors/backtest", {"document": {"monitors": [moved, always]}, "from": "2024-05-06"})
    hours = [
        [(a["started_at"][11:16], a["resolved_at"] and a["resolved_at"][11:16]) for a in each["alerts"]]
        for each in found["series"]
    ]
    assert hours == [[("13:00", "15:00"), ("15:00", None)], [("13:00", "16:00")]]
    assert [(each["reference"], each["since"]) for each in found["references"]] == [
        ("training", None), ("higher", "2024-05-06T14:01:00Z"),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("severity", "told", "by_impact"), [("info", 0, 0), ("critical", 1, 0), ("from impact", 1, 1)]
)
def test_what_nobody_is_told_of_is_missed(fired, one_monitor, severity, told, by_impact):
    (incident,) = fired.get("/incidents")["incidents"]
    fired.act(f"/incidents/{incident['id']}/mark", {"as": "useful"})
    fired.office.clock.time += 60_000_000
    document = {"monitors": [one_monitor(severity=severity)]}
    found = fired.act("/monitors/backtest", {"document": document, "from": "2024-05-06"})
    assert (found["told"], found["told_by_impact"], found["digest"]) == (told, by_impact, 1 - told)
    assert len(found["missed"]) == 1 - told
    assert [a["severity"] for s in found["series"] for a in s["alerts"]] == [severity]


def test_noise_says_what_to_change(fired):
    with fired.office.database.reading() as conn:
        model = catalog.models(conn, "bank")[0]
    for shift in (0.0, 0.0, 3.0, 0.0, 0.0, 3.0, 0.0, 0.0):
        fired.office.hour(model, shift=shift)
    found = fired.get("/noise", days=7)
    (monitor,) = found["monitors"]
    # The third flaps, and is held firing.
    assert (found["alerts"], monitor["alerts"], round(monitor["short_share"], 3)) == (3, 3, 0.667)
    assert "for: 2" in monitor["suggestion"]
    assert (found["told"], monitor["told"]) == (3, 3)


@pytest.mark.parametrize(("routes", "told"), [({}, 1), ({"default": {"least": "emergency"}}, 0)])
def test_noise_counts_what_people_were_told(desk, one_monitor, routes, told):
    model = desk.office.model()
    desk.office.channel()
    info = one_monitor(name="quiet", severity="info")
    desk.office.monitors(one_monitor(), info, routes=routes)
    for shift in (0.0, 3.0, 3.0):
        desk.office.hour(model, shift=shift)
    found = desk.get("/noise", days=7)
    assert (found["alerts"], found["incidents"], found["told"]) == (2, 1, told)
    assert {m["monitor"]: (m["told"], m["per_week"]) for m in found["monitors"]} == {
        "x high": (told, 1.0),
        "quiet": (0, 1.0),
    }


def test_who_may_only_look_changes_nothing(fired):
    (incident,) = fired.get("/incidents")["incidents"]
    for method, path in (
        ("PUT", "/monitors"), ("POST", "/silences"), ("POST", f"/incidents/{incident['id']}/acknowledge"),
    ):  # fmt: skip
        assert fired.http.request(method, AT + path, headers=fired.viewer, json={}).status_code == 403


def test_models_and_monitors_that_are_not_there_are_named(desk, one_monitor):
    desk.office.model()
    file = {
        "monitors": [one_monitor(models=["credti", "*-eu"]), one_monitor(name="fresh")],
        "inhibitions": {
            "nightly": {"cause": 'monitor="frsh"', "effect": 'family="drift"', "equal": ["model"]},
            "plain": {"cause": 'monitor="fresh"', "effect": 'family="drift"', "equal": ["model"]},
        },
    }
    for dry in ("true", "false"):
        answer = desk.http.put(f"{AT}/monitors", json=file, params={"dry_run": dry})
        assert answer.status_code == 200, answer.text
        assert answer.json()["warnings"] == [
            "monitor 'x high': There is no model 'credti' now; did you mean 'credit'?",
            "inhibition 'nightly': There is no monitor 'frsh' now; did you mean 'fresh'?",
        ]


def test_a_model_that_is_deleted_ends_what_people_were_told_of_it(fired):
    fired.office.clock.time += 60_000_000
    with fired.office.database.writing() as conn:
        conn.execute(sa.update(outbox).values(state="sent"))
    deleted = fired.http.delete(f"{AT}/models/credit")
    assert (deleted.status_code, fired.get("/incidents")["incidents"]) == (204, [])
    assert fired.office.told() == [("resolved", "waiting")]
