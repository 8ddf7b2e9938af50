"""What is sent over HTTP and applied is read back: windows, rows, profiles, explanations, answers of versions."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.profile.codec import load, save
from barograph.server.reading.headlines import Headlines
from barograph.server.worker.worker import Worker
from barograph.store import catalog
from barograph.store.tables.sources import source_days

START = datetime(2011, 3, 1, tzinfo=UTC)
AT = "/v1/projects/shop/models/demand"


def drawn_rows(rows: int, *, days: int, first: datetime, seed: int, shift: float = 0.0) -> pl.DataFrame:
    draw = np.random.default_rng(seed)
    x = draw.normal(shift, 1.0, rows)
    answer = 2.0 * x + draw.normal(0.0, 0.5, rows)
    return pl.DataFrame(
        {
            "id": [f"{seed}-{i}" for i in range(rows)],
            "t": [first + timedelta(seconds=int(s)) for s in np.sort(draw.integers(0, days * 86_400, rows))],
            "x": x,
            "p": 2.0 * np.clip(x, -2.0, 2.0),
            "y": answer,
        }
    )


@pytest.fixture
def reference() -> bg.Profile:
    rows = drawn_rows(1500, days=28, first=START - timedelta(days=28), seed=1)
    schema = bg.Schema.infer(rows, id="id", timestamp="t", prediction="p", label="y", task="regression")
    return bg.profile(rows, schema, every="1d", name="training", origin="hold-out")


@pytest.fixture
def rows() -> pl.DataFrame:
    return drawn_rows(1200, days=10, first=START, seed=2, shift=1.5)


@pytest.fixture
def served(http, clock, reference, rows):
    """Rows are sent as they came, their labels two days later."""
    http.post("/v1/projects", json={"name": "shop"})
    made = http.post(
        "/v1/projects/shop/models?name=demand",
        content=save(reference),
        headers={"Content-Type": "application/vnd.barograph.profile"},
    )
    assert made.status_code == 201, made.text
    clock.time = microseconds(START + timedelta(days=11))
    send(http, "predictions", rows.drop("y"), version="1")
    applied(http, clock)
    clock.pass_seconds(2 * 86_400)
    send(http, "labels", rows.select("id", "y"))
    applied(http, clock)
    return http


def microseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1e6)


def send(http, kind: str, rows: pl.DataFrame, **asked: str) -> None:
    headers = {"Content-Type": "application/x-ndjson"}
    told = http.post(f"{AT}/{kind}", content=rows.write_ndjson(), headers=headers, params=asked)
    assert told.status_code == 200, told.text
    assert told.json()["accepted"] == rows.height, told.text


def applied(http, clock) -> None:
    worker = Worker(http.app.state.server.store, clock)
    while worker.step():
        pass


def get(http, path: str, **asked: str):
    span = (
        {} if path.startswith(("predictions", "dead-letters")) else {"from": "2011-03-01", "to": "2011-03-10"}
    )
    return http.get(f"{AT}/{path}", params=span | asked)


def test_windows_count_rows_and_labels(served, rows):
    told = get(served, "windows").json()["windows"]
    by_day = rows.group_by(pl.col("t").dt.date()).len().sort("t")
    assert [w["rows"] for w in told] == by_day["len"].to_list()
    assert [w["labelled"] for w in told] == by_day["len"].to_list()


def test_an_earlier_day_knew_no_label(served):
    assert {w["labelled"] for w in get(served, "windows", as_of="2011-03-13").json()["windows"]} == {0}
    assert {
        w["labelled"] == w["rows"] for w in get(served, "windows", as_of="2011-03-14").json()["windows"]
    } == {True}


def test_performance_as_known_then_and_now(served):
    then = get(served, "series", address="performance.mae", as_of="2011-03-13").json()["series"][0]["points"]
    now = get(served, "series", address="performance.mae").json()["series"][0]["points"]
    assert {p["reason"] for p in then} == {"no_labels"}
    assert all(p["value"] > 0 for p in now)


def test_labels_are_told_by_their_age(served):
    days = get(served, "labels/age").json()["days"]
    assert days[0]["by_age"] == {"13": days[0]["rows"]}
    assert days[-1]["by_age"] == {"4": days[-1]["rows"]}


def test_a_served_profile_is_that_of_the_library(served, reference, rows):
    window = load(get(served, "profiles", window="1d").content)
    library = bg.profile(rows, like=reference, every="1d", cross_tables=False)
    assert window.at(*window.cells) == library.at(*library.cells)


def test_a_profile_of_the_rows_has_their_sample(served, reference, rows):
    counted = load(get(served, "profiles", window="1d", sample="true").content)
    assert counted == bg.profile(rows, like=reference, every="1d")


def test_an_explanation_is_that_of_the_library(served, reference, rows):
    told = get(served, "explanations", metric="performance.mae").json()
    library = bg.explain(reference, bg.profile(rows, like=reference, every="1d"), "performance.mae").to_dict()
    assert told["parts"] == library["parts"]
    assert told["change"]["value"] == pytest.approx(sum(part["value"] for part in told["parts"]))
    assert told["summary"]


@pytest.mark.parametrize("what", ["explanations?", "profiles?sample=true&"])
def test_rows_that_are_not_kept_are_not_left_out_in_silence(served, what):
    database = served.app.state.server.database
    day = (datetime(2011, 3, 6, tzinfo=UTC) - datetime(1970, 1, 1, tzinfo=UTC)).days
    with database.writing() as conn:
        mark = {"model_id": catalog.model(conn, "shop", "demand").id, "version_id": 1, "day": day}
        conn.execute(sa.insert(source_days).values(mark | {"source_id": 1, "rows": 300}))
    told = served.get(f"{AT}/{what}from=2011-03-05&to=2011-03-07")
    assert told.status_code == 422
    assert "rows of 2011-03-06 to 2011-03-06 came from a source" in told.json()["error"]["message"]
    assert served.get(f"{AT}/{what}from=2011-03-07&to=2011-03-09").status_code == 200


def test_rows_dropped_by_retention_are_not_left_out_in_silence(served, clock):
    served.patch(AT, json={"retention_days": 5})
    clock.pass_seconds(86_400)
    applied(served, clock)
    told = served.get(f"{AT}/explanations?from=2011-03-01&to=2011-03-10")
    assert told.status_code == 422
    assert "rows of 2011-03-01 to 2011-03-09 have left after the days of retention" in told.text


def test_an_explanation_against_a_past_span(served):
    asked = {"from": "2011-03-06", "reference": "2011-03-01/2011-03-05"}
    told = get(served, "explanations", **asked)
    assert told.status_code == 200, told.text
    assert told.json()["metric"] == "performance.mae"


def test_a_row_is_found_by_its_id(served, rows):
    told = get(served, "predictions/2-7").json()
    assert [p["values"]["x"] for p in told["predictions"]] == [rows["x"][7]]
    assert [label["values"]["y"] for label in told["labels"]] == [rows["y"][7]]
    assert told["predictions"][0]["version"] == "1"


def test_an_unknown_id_is_not_found(served):
    assert get(served, "predictions/nobody").status_code == 404


def test_versions_that_answer_otherwise(served, clock, rows):
    other = rows.drop("y")[:400].with_columns(pl.when(pl.col("x") > 1.5).then(0.0).otherwise("p").alias("p"))
    send(served, "predictions", other, version="2")
    applied(served, clock)
    told = get(served, "flips", first="1", second="2").json()
    assert told["shared"] == 400
    assert told["flipped"] == int((rows["x"][:400] > 1.5).sum())


def test_refused_rows_are_shown_with_the_reason(served):
    bad = '{"id": "z", "t": "yesterday", "x": 1}\n'
    headers = {"Content-Type": "application/x-ndjson"}
    served.post(f"{AT}/predictions", content=bad, headers=headers)
    letters = get(served, "dead-letters").json()["letters"]
    assert [(each["index"], each["field"], each["reason"]) for each in letters] == [
        (0, "t", "unreadable_time")
    ]


def test_operations_are_series_too(served):
    told = get(served, "series", address="operations.throughput").json()
    assert len(told["series"][0]["points"]) == 10


def test_headlines_are_computed_before_anybody_asks(served, clock, monkeypatch):
    database = served.app.state.server.database
    ahead = Headlines(database)
    while ahead.step(now=clock.now()):
        pass
    monkeypatch.setattr("barograph.server.reading.series.evaluate_windows", None)
    told = get(
        served, "series", address=["performance.mae", "drift.share", 'drift.total_variation(column="x")']
    )
    assert [len(one["points"]) for one in told.json()["series"]] == [10, 10, 10]


def test_a_deleted_id_is_gone_from_rows_and_figures(served, clock, rows):
    assert served.delete(f"{AT}/predictions/2-7").status_code == 202
    applied(served, clock)
    assert get(served, "predictions/2-7").status_code == 404
    assert sum(w["rows"] for w in get(served, "windows").json()["windows"]) == rows.height - 1
