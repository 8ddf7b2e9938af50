"""From rows to what people read."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from jsonschema import Draft202012Validator

from barograph.server.alerting.attention import attend
from barograph.server.notify.addresses import Reach
from barograph.server.notify.charted import charted
from barograph.server.notify.charted import moved as how_far
from barograph.server.notify.compose import incident_letter
from barograph.server.notify.deliver import Deliveries, Sorting
from barograph.server.notify.kinds import Making
from barograph.server.notify.letter import Letter
from barograph.store.channels import Seal, put_channel
from barograph.store.notifications import of_project

SCHEMA = json.loads((Path(__file__).parents[3] / "docs/reference/message.schema.json").read_text("utf-8"))
SEAL = Seal(key=bytes(32))
INPUTS = {
    "name": "inputs",
    "metric": "drift.inputs_p_value",
    "window": "1h",
    "when": {"calibrated": {"level": 1e-3}},
}


@pytest.fixture
def moved(office, one_monitor):
    """A column that has moved by three standard deviations, for two hours."""
    with office.database.writing() as conn:
        sealed = SEAL.close({}, project_id=office.project_id, name="ops")
        put_channel(conn, project_id=office.project_id, name="ops", kind="browser", sealed=sealed, now=0)
    model = office.model()
    office.monitors(one_monitor(), INPUTS | {"severity": "warning"})
    for shift in (0.0, 0.0, 0.0, 3.0, 3.0):
        office.hour(model, shift=shift)
    return office


def letter(office) -> Letter:
    with office.database.reading() as conn:
        row = of_project(conn, office.project_id)[-1]
        return incident_letter(conn, row, now=office.clock.time, public_url="https://b.example.org")


def test_the_message_is_as_its_schema_says(moved):
    document = json.loads(json.dumps(letter(moved).document, allow_nan=False))
    faults = Draft202012Validator(SCHEMA).iter_errors(document)
    assert [f"{fault.json_path}: {fault.message}" for fault in faults] == []


def test_its_chart_has_the_windows_the_limit_the_band_and_what_was_breached(moved):
    chart = letter(moved).document["chart"]
    assert chart["name"] == "Mean of x"
    assert chart["labels"][-2:] == ["6 May 15:00", "6 May 16:00"]
    assert (chart["limits"], chart["breached"]) == ([None, 1.0], [3, 4])
    low, high = chart["band"]
    assert low < 0 < high < 1.0 < min(chart["values"][-2:])


def test_of_a_p_value_the_distance_of_the_column_that_moved_most_is_drawn(office):
    office.channel()
    model = office.model()
    office.monitors(INPUTS | {"severity": "warning"})
    for shift in (0.0, 0.0, 0.0, 3.0, 3.0):
        office.hour(model, shift=shift)
    chart = letter(office).document["chart"]
    assert chart["name"].endswith("of x")
    assert chart["limits"] == [None, None]
    assert max(chart["values"][:3]) < 3 < min(chart["values"][-2:])


def test_of_a_p_value_the_pages_say_how_far_the_column_moved_and_on_how_many_rows(office):
    model = office.model()
    office.monitors(
        INPUTS | {"severity": "warning"},
        {**INPUTS, "name": "nulls", "metric": "quality.null_share(column=*)"},
    )
    for shift in (0.0, 0.0, 3.0):
        office.hour(model, shift=shift)
    (alert,) = office.alerts()
    with office.database.reading() as conn:
        chart, far = charted(conn, alert, now=office.clock.time), how_far(conn, alert, now=office.clock.time)
        # Whatever the monitor breached later is of other alerts.
        earlier = how_far(
            conn, replace(alert, window_end=alert.fired_at - 7_200_000_000), now=office.clock.time
        )
        other = how_far(conn, replace(alert, address='quality.null_share(column="x")'), now=office.clock.time)
    series, at = chart.drawn.series, chart.drawn.breached[-1]
    assert (far.column, far.figure.value, far.figure.n) == ("x", series.values[at], series.rows[at])
    said = far.before("Chance of 1 in 2,000.")
    assert re.fullmatch(
        r"x moved [\d.]+ times what reference hours differ from each other; chance of 1 in 2,000.", said
    )
    assert (earlier, other) == (None, None)


def test_it_is_sent_when_the_group_has_waited(moved):
    clock, rng = moved.clock, np.random.default_rng(20)
    sorting = Sorting(
        database=moved.database, seal=SEAL, making=Making(reach=Reach()), compose=lambda _: letter(moved),
        wall_us=clock.now, pace_seconds=0.0,
    )  # fmt: skip
    deliveries = Deliveries(sorting, clock, rng=rng)
    clock.time += 60_000_000
    assert deliveries.step()
    deliveries.close()
    assert moved.told() == [("new", "sent")]
    (incident,) = moved.incidents()
    assert "notified" in moved.kinds(incident_id=incident.id)


def test_who_acknowledges_an_incident_does_so_on_the_pager_that_was_told(office, one_monitor):
    with office.database.writing() as conn:
        put_channel(conn, project_id=office.project_id, name="pager", kind="pagerduty", sealed=b"x", now=0)
    model = office.model()
    office.monitors(one_monitor())
    for shift in (0.0, 3.0):
        office.hour(model, shift=shift)
    (incident,) = office.incidents()
    with office.database.writing() as conn:
        attend(conn, office.project_id, incident.id, "acknowledged", actor="ada", now=office.clock.time)
    assert office.told() == [("new", "waiting"), ("acknowledged", "waiting")]
