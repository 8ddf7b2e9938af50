"""Figures of a service as series, hour by hour and day by day."""

import pytest

from barograph.server.worker import Worker

DAY, HOUR = 86_400_000_000, 3_600_000_000
#: Midnight of 14 March 2011; the clock stands in that night.
NIGHT = 1_300_060_800_000_000
SCHEMA = {"columns": {"city": {"kind": "categorical"}, "id": {"role": "id"}, "at": {"role": "timestamp"}}}


@pytest.fixture
def shop(http, app, clock):
    """A model with bins, whose rows, feedback and readings came on the day before."""
    clock.time = NIGHT
    assert http.post("/v1/projects", json={"name": "shop"}).status_code == 201
    body = {"name": "churn", "schema": SCHEMA, "by": ["city"]}
    assert http.post("/v1/projects/shop/models", json=body).status_code == 201
    reference = "city,id,at\n" + "\n".join(
        f"{c},r{i}{c},2011-01-01T00:00:00Z" for i in range(50) for c in ("Bern", "Basel")
    )
    made = http.post(
        "/v1/projects/shop/models/churn/references?name=r&origin=training",
        content=reference, headers={"Content-Type": "text/csv"},
    )  # fmt: skip
    assert made.status_code == 201, made.text
    return http


def send(http, app, clock):
    rows = [
        {"id": f"{hour}-{k}", "city": "Bern" if k else "Basel", "at": f"2011-03-13T{hour:02}:00:00Z"}
        for hour in range(24)
        for k in range(4)
    ]
    post(http, "models/churn/predictions", rows)
    said = [{"id": f"{h}-0", "kind": "override", "timestamp": f"2011-03-13T{h:02}:30:00Z"} for h in (3, 3, 9)]
    post(
        http, "models/churn/feedback", [*said, {**said[0], "id": "5-1", "timestamp": "2011-03-13T09:45:00Z"}]
    )
    worker = Worker(app.state.server.store, clock)
    while worker.step():
        pass


def post(http, what, rows):
    answer = http.post(f"/v1/projects/shop/{what}", json=rows)
    assert answer.status_code == 200, answer.text


def series(http, address, window="1h"):
    asked = {"address": address, "from": "2011-03-13", "to": "2011-03-13", "window": window}
    answer = http.get("/v1/projects/shop/models/churn/series", params=asked)
    assert answer.status_code == 200, answer.text
    return [p["value"] for p in answer.json()["series"][0]["points"]]


def test_feedback_belongs_to_the_hour_in_which_it_came(shop, app, clock):
    send(shop, app, clock)
    found = series(shop, 'operations.feedback_rate(kind="override")')
    assert {hour: rate for hour, rate in enumerate(found) if rate} == {3: 0.5, 9: 0.5}
    assert series(shop, 'operations.feedback_rate(kind="override")', "1d") == [4 / 96]


def test_feedback_by_segment_looks_its_rows_up(shop, app, clock):
    send(shop, app, clock)
    rate = 'operations.feedback_rate(kind="override", segment="city={}")'
    assert series(shop, rate.format("Basel"), "1d") == [3 / 24]
    assert series(shop, rate.format("Bern"), "1d") == [1 / 72]
    short = {"address": rate.format("Bern"), "from": "2011-03-13", "window": "1h"}
    assert shop.get("/v1/projects/shop/models/churn/series", params=short).status_code == 422


def test_rows_that_were_dropped_belong_to_their_hour(shop, app, clock):
    send(shop, app, clock)
    headers = {"Barograph-Dropped": f"overflow=4, from={NIGHT - 20 * HOUR}, to={NIGHT - 20 * HOUR}"}
    row = [{"id": "late", "city": "Bern", "at": "2011-03-13T23:59:00Z"}]
    assert (
        shop.post("/v1/projects/shop/models/churn/predictions", json=row, headers=headers).status_code == 200
    )
    found = series(shop, "operations.dropped_share")
    assert {hour: share for hour, share in enumerate(found) if share} == {4: 0.5}


def test_readings_are_figures_of_their_hour(shop, clock):
    items = [
        {"name": "latency", "model": "churn", "value": v, "time": NIGHT - DAY + h * HOUR}
        for h, v in ((0, 0.25), (1, 0.5), (1, 1.0))
    ]
    assert shop.post("/v1/projects/shop/readings", json={"readings": items}).status_code == 200
    assert series(shop, "operations.latency(q=1)")[:3] == [0.25, 1.0, None]


def test_the_window_that_lasts_ends_now(shop, clock):
    clock.time = NIGHT + 2 * HOUR
    items = [{"name": "requests", "model": "churn", "value": 7_200, "time": NIGHT}]
    assert shop.post("/v1/projects/shop/readings", json={"readings": items}).status_code == 200
    beats = [{"model": "churn", "host": "a", "time": NIGHT + m * 60_000_000} for m in range(120)]
    assert shop.post("/v1/projects/shop/heartbeats", json={"heartbeats": beats}).status_code == 200
    for address in ("operations.throughput", "operations.availability"):
        asked = {"address": address, "from": "2011-03-14", "to": "2011-03-14", "window": "1d"}
        answer = shop.get("/v1/projects/shop/models/churn/series", params=asked).json()
        assert [p["value"] for p in answer["series"][0]["points"]] == [1.0], address
