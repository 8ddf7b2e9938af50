"""The middleware, around a real FastAPI application."""

from __future__ import annotations

import contextlib
import warnings

import pytest
from fastapi import FastAPI, Request
from fastapi.responses import StreamingResponse

from barograph_client import ASGIMiddleware, Route

with warnings.catch_warnings():
    # Starlette would rather have the next httpx, which is not a dependency.
    warnings.simplefilter("ignore")
    from starlette.testclient import TestClient


@pytest.fixture
def application(client):
    inside = client.monitor("inside")(lambda row: 1)
    app = FastAPI()

    @app.post("/predict")
    async def predict(request: Request):
        await request.json()
        return {"prediction": "yes", "score": 0.75}

    @app.post("/many")
    def many(rows: list[dict[str, float]]):
        return {"predictions": [row["x"] * 2 for row in rows]}

    @app.post("/inside")
    def within(row: dict[str, float]):
        return {"prediction": inside(row)}

    @app.post("/fails")
    def fails():
        raise ZeroDivisionError

    @app.post("/stream")
    def stream():
        return StreamingResponse(iter(["data: 1\n\n"]), media_type="text/event-stream")

    @app.post("/chunks")
    async def chunks(request: Request):
        await request.body()
        return StreamingResponse(iter([b'{"prediction"', b": 5}"]), media_type="application/json")

    @app.get("/other")
    def other():
        return {}

    return app


@pytest.fixture
def http(application, client):
    names = ("/predict", "/many", "/fails", "/stream", "/chunks", "/other")
    routes = {**dict.fromkeys(names, "credit"), "/inside": Route(model="inside", version="2")}
    with TestClient(
        ASGIMiddleware(application, routes=routes, client=client), raise_server_exceptions=False
    ) as http:
        yield http


def test_request_and_reply_are_recorded(http, client, transport, drive):
    reply = http.post("/predict", json={"x": 1})
    drive(client, 1.0)
    columns = transport.of("predictions")[0].columns
    assert (columns["x"], columns["prediction"], columns["score"]) == ([1], ["yes"], [0.75])
    assert columns["prediction_id"] == [reply.headers["X-Prediction-Id"]]


def test_several_rows(http, client, transport, drive):
    identifier = http.post("/many", json=[{"x": 1}, {"x": 2}]).headers["X-Prediction-Id"]
    drive(client, 1.0)
    assert (transport.rows("x"), transport.rows("prediction")) == ([1, 2], [2, 4])
    assert transport.rows() == [f"{identifier}.0", f"{identifier}.1"]


def test_reply_in_chunks(http, client, transport, drive):
    http.post("/chunks", json={"x": 1})
    drive(client, 1.0)
    assert transport.rows("prediction") == [5]


def test_what_was_recorded_inside_is_not_recorded_twice(http, client, transport, drive):
    reply = http.post("/inside", json={"x": 1})
    drive(client, 1.0)
    assert transport.rows() == [reply.headers["X-Prediction-Id"]]


@pytest.mark.parametrize("path", ["/stream", "/fails", "/missing"])
def test_streams_and_failures_are_not_recorded(http, client, transport, drive, path):
    http.post(path, json={"x": 1})
    drive(client, 1.0)
    assert transport.of("predictions") == []


def test_other_methods_pass(http, client, transport, drive):
    assert http.get("/other").json() == {}
    drive(client, 1.0)
    assert transport.posts == []


def test_large_bodies_are_not_recorded(http, client, transport, drive):
    assert http.post("/predict", json={"x": "a" * 70_000}).status_code == 200
    drive(client, 1.0)
    assert transport.of("predictions") == []


def test_body_that_is_no_json_is_counted_and_harms_no_other(http, client, transport, drive):
    recorder = client.recorder()
    stream = recorder.stream("predictions", "credit", None)
    read = Route().read
    recorder.body(stream, b"<xml>", b"{}", read=read, id="bad")
    recorder.body(stream, b'{"x": 1}', b"[1]", read=read, id="good")
    drive(client, 1.0)
    assert transport.rows() == ["good"]
    assert client.stats().dropped == {"unreadable": 1}


def test_latency_and_errors(make_client, application, transport, drive):
    client = make_client(calls_seconds=10)
    routes = {"/predict": "credit", "/fails": "credit"}
    http = TestClient(
        ASGIMiddleware(application, routes=routes, client=client), raise_server_exceptions=False
    )
    http.post("/predict", json={"x": 1})
    http.post("/fails")
    drive(client, 12.0)
    readings = {r["name"]: r for p in transport.of("readings") for r in p.json["readings"]}
    assert (readings["requests"]["value"], readings["errors"]["value"]) == (2, 1)
    assert sum(readings["latency"]["histogram"]["counts"]) == 2


def test_application_that_ends_flushes(application, client, transport):
    with TestClient(ASGIMiddleware(application, routes={"/predict": "credit"}, client=client)) as http:
        http.post("/predict", json={"x": 1})
    assert len(transport.rows()) == 1


def test_own_reader(client, transport, drive, application):
    def read(request, response):
        return [{"size": len(request)}]

    app = ASGIMiddleware(application, routes={"/predict": Route(model="m", read=read)}, client=client)
    TestClient(app).post("/predict", content=b'{"x":1}')
    drive(client, 1.0)
    assert transport.rows("size") == [7]


def test_application_sees_what_it_sees_without(application, client):
    plain = TestClient(application)
    app = ASGIMiddleware(application, routes={"/predict": "credit"}, client=client)
    replies = [c.post("/predict", json={"x": 1}) for c in (plain, TestClient(app))]
    assert replies[0].content == replies[1].content
    with contextlib.suppress(KeyError):
        del replies[1].headers["X-Prediction-Id"]
    assert dict(replies[0].headers) == dict(replies[1].headers)
