"""What incidents cost: beyond what the reference has on as many rows, each window once, of labelled rows alone."""

from __future__ import annotations

import re

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.alerts.facts import Facts, facts_document
from barograph.frames.typed import typed
from barograph.server.reading.breached import breached_stretches
from barograph.server.reading.costs import costs_of
from barograph.store.alerts import StoredAlert, add_alert
from barograph.store.catalog import add_reference, create_model, create_project, model, version_id
from barograph.store.database import open_database
from barograph.store.incidents import StoredIncident, add_incident
from barograph.store.monitor_series import Evaluation, StoredSeries, add_evaluations, add_series
from barograph.store.monitors import put_monitor
from barograph.store.profiles.add import add_rows

DAY = 86_400_000_000
NOW = 1_300_000_000_000_000
START = 1_299_974_400_000_000 - 20 * DAY
COST = {"error_cost": {"under": 3.0, "over": 1.0, "unit": "EUR", "better": "lower"}}


def drawn(days, *, first, seed, wrong=1.0, labelled=1.0):
    draw, rows = np.random.default_rng(seed), 60 * days
    label = draw.normal(size=rows)
    times = pl.Series(first + np.sort(draw.integers(0, days * DAY, rows))).cast(pl.Datetime("us", "UTC"))
    return pl.DataFrame(
        {
            "id": [f"{seed}-{i}" for i in range(rows)], "t": times, "p": label + draw.normal(0, wrong, rows),
            "y": [value if share < labelled else None for value, share in zip(label, draw.random(rows), strict=True)],
        }
    )  # fmt: skip


def cost(rows):
    known = rows.drop_nulls()
    error = (known["p"] - known["y"]).to_numpy()
    return float(np.where(error > 0, error, -3.0 * error).sum()), known.height


@pytest.fixture(scope="module")
def reference_rows():
    return drawn(30, first=START - 40 * DAY, seed=1)


@pytest.fixture(scope="module")
def worse():
    """Five days of which half the rows have a label."""
    return drawn(5, first=START + 15 * DAY, seed=3, wrong=4.0, labelled=0.5)


@pytest.fixture
def shop(settings, token, reference_rows, worse):
    """A model that says what its errors cost, and does worse on its last five days."""
    schema = bg.Schema.infer(
        reference_rows, id="id", timestamp="t", prediction="p", label="y", task="regression", metrics=COST
    )
    reference = bg.profile(reference_rows, schema, every="1d", name="training")
    database = open_database(settings.database_url)
    with database.writing() as conn:
        create_project(conn, "shop", now=START)
        made = create_model(conn, "shop", "demand", schema, now=START, every="1d")
        add_reference(conn, made.id, "training", reference, now=START)
        made = model(conn, "shop", "demand")
        version, _ = version_id(conn, made.id, "1", now=START)
        for part in (drawn(15, first=START, seed=2), worse):
            add_rows(conn, made, version, typed(part, made.schema), received_at=NOW)
        document = {"name": "error", "metric": "performance.mae", "when": {"above": 2}}
        put_monitor(conn, 1, "error", document, actor="test", now=START)
        add_series(
            conn,
            [
                StoredSeries(
                    monitor_id=1, model_id=made.id, version_id=0, address="performance.mae", judged_at=NOW
                )
            ],
        )
    yield database
    database.close()


def troubled(database, first, last, *, severity="critical"):
    """An incident whose windows were breached from one day to another, the last included; days since START."""
    start, end = START + first * DAY, START + (last + 1) * DAY
    with database.writing() as conn:
        incident = add_incident(
            conn,
            StoredIncident(
                project_id=1, title="errors", severity=severity, peak_severity=severity, started_at=start,
                opened_at=start + DAY, changed_at=end,
                facts=facts_document(
                    Facts(models=frozenset({"demand"}), started_at=start, latest_at=start, window_us=DAY)
                ),
            ),
        )  # fmt: skip
        add_alert(
            conn,
            StoredAlert(
                project_id=1, model_id=1, incident_id=incident, monitor_id=1, series_id=1, monitor="error",
                configuration=1, fingerprint=f"{first}-{last}", kind="breach", address="performance.mae", version="",
                phase="firing", severity=severity, peak_severity=severity, started_at=start, fired_at=start + DAY,
                summary="", window_end=end, labels={"model": "demand", "monitor": "error"},
            ),
        )  # fmt: skip
        days = range(first, last + 1)
        known = {e[0] for e in conn.exec_driver_sql("select window_end from evaluations")}
        add_evaluations(
            conn,
            [
                Evaluation(
                    series_id=1, window_start=START + d * DAY, window_end=START + (d + 1) * DAY, revision=0,
                    status="breach", value=1.0, verdict={}, figures="", configuration=1, evaluated_at=NOW,
                )
                for d in days if START + (d + 1) * DAY not in known
            ],
        )  # fmt: skip
    return incident


def test_it_is_what_labelled_rows_cost_beyond_the_references_mean(shop, reference_rows, worse):
    with shop.reading() as conn:
        (found,) = costs_of(conn, model(conn, "shop", "demand"), [(START + 15 * DAY, NOW)], now=NOW)
    mean, (spent, labelled) = cost(reference_rows)[0] / reference_rows.height, cost(worse)
    assert found.harm.value == pytest.approx(spent - mean * labelled, rel=1e-6)
    assert (found.unit, found.harm.n, found.rows, found.is_shown) == ("EUR", labelled, worse.height, True)
    low, high = found.harm.interval
    assert 0 < low < found.harm.value < high


def test_days_like_the_reference_show_no_cost(shop):
    with shop.reading() as conn:
        (found,) = costs_of(conn, model(conn, "shop", "demand"), [(START, START + 14 * DAY)], now=NOW)
    assert not found.is_shown
    assert found.harm.interval[0] < 0 < found.harm.interval[1]


def test_windows_of_several_incidents_are_counted_once(shop):
    stretches = [(START + 15 * DAY, START + 18 * DAY), (START + 16 * DAY, START + 20 * DAY)]
    with shop.reading() as conn:
        demand = model(conn, "shop", "demand")
        both, whole = (
            costs_of(conn, demand, each, now=NOW)
            for each in (stretches, [(START + 15 * DAY, START + 20 * DAY)])
        )
    assert both == whole


def test_an_incident_lasts_to_its_last_breached_window(shop):
    incident = troubled(shop, 15, 17)
    with shop.reading() as conn:
        assert breached_stretches(conn, ids=[incident]) == {
            (incident, 1): (START + 15 * DAY, START + 18 * DAY)
        }
        assert breached_stretches(conn, projects=[1], first=NOW - 91 * DAY).keys() == {(incident, 1)}


def test_what_goes_to_the_digest_costs_nothing(shop):
    troubled(shop, 15, 17, severity="info")
    with shop.reading() as conn:
        assert breached_stretches(conn, projects=[1]) == {}


def test_product_model_and_incident_say_what_it_cost(shop, signed_in, worse):
    incident = troubled(shop, 15, 19)
    (row,) = signed_in.get("/product.json").json()["rows"]
    assert (row["costs"][0]["unit"], row["costs"][0]["rows"]) == ("EUR", worse.height)
    page = signed_in.get("/product").text
    assert "error cost, over 5 days, of" in page
    assert f"of {worse.height} rows: the others have no label yet" in page
    model_page = signed_in.get("/models/shop/demand")
    assert "Incidents cost" in model_page.text
    assert signed_in.get("/models/shop/demand.json").json()["business"]["costs"] == row["costs"]
    tiles = signed_in.get(f"/incidents/{incident}.json").json()["tiles"]
    assert [tile["name"] for tile in tiles][-1] == "Extra cost"
    assert re.fullmatch(r"[\d,]+ \([\d,]+–[\d,]+\)\sEUR", tiles[-1]["value"])
    assert tiles[-1]["note"].startswith("over 5 days · of ")


def test_the_report_says_what_the_incidents_of_its_span_cost(shop, signed_in, worse):
    troubled(shop, 15, 19)
    (found,) = signed_in.get("/models/shop/demand/compliance.json").json()["costs"]
    assert (found["name"], found["rows"]) == ("error_cost", worse.height)
    page = signed_in.get("/models/shop/demand/compliance").text
    assert re.search(r"Their windows cost [\d,]+ EUR \([\d,]+ to [\d,]+\) more than the reference", page)
