"""Functions seen from outside."""

from __future__ import annotations

import asyncio
import dataclasses

import numpy as np
import pandas as pd
import pytest

from barograph_client.context import last_ids, prediction_ids, silent


def test_row_and_answer_are_recorded(client, transport, drive):
    @client.monitor("credit", version="3")
    def decide(application):
        application["x"] = "changed by the function"
        return 0.25

    assert decide({"x": 1}) == 0.25
    drive(client, 1.0)
    [posted] = transport.of("predictions")
    assert posted.path.endswith("/credit/predictions?version=3")
    assert (posted.columns["x"], posted.columns["prediction"]) == ([1], [0.25])


@dataclasses.dataclass
class Decision:
    prediction: str
    score: float
    seconds: float = 0.0


@pytest.mark.parametrize(
    ("answer", "column", "expected"),
    [
        ("yes", "prediction", "yes"),
        (np.float64(2.5), "prediction", 2.5),
        (np.array([2.5]), "prediction", 2.5),
        ({"prediction": "yes", "score": 0.75}, "score", 0.75),
        (Decision("yes", 0.75), "score", 0.75),
        ({"no": 0.25, "yes": 0.75}, "scores", {"no": 0.25, "yes": 0.75}),
        ({"prediction_id": "a1", "prediction": 1}, "prediction_id", "a1"),
    ],
    ids=["text", "numpy", "array", "mapping", "dataclass", "by class", "with id"],
)
def test_answers_of_every_form(client, transport, drive, answer, column, expected):
    client.monitor()(lambda row: answer)({"x": 1})
    drive(client, 1.0)
    assert transport.rows(column) == [expected]


def test_arguments_by_name_are_the_features(client, transport, drive):
    @client.monitor()
    def decide(income, *, age=30):
        return income > age

    decide(5, age=40)
    drive(client, 1.0)
    columns = transport.of("predictions")[0].columns
    assert (columns["income"], columns["age"], columns["prediction"]) == ([5], [40], [False])


def test_frames_are_recorded_row_by_row(client, transport, drive):
    @client.monitor()
    def decide(frame):
        return frame["x"] * 2

    decide(pd.DataFrame({"x": [1, 2, 3]}))
    drive(client, 1.0)
    assert transport.rows("prediction") == [2, 4, 6]
    assert len(last_ids()) == 3


def test_extractors_are_the_users(client, transport, drive):
    @client.monitor(features=lambda a, b: {"sum": a + b}, prediction=lambda answer: answer[0])
    def decide(a, b):
        return (a * b, "more")

    assert decide(2, 3) == (6, "more")
    drive(client, 1.0)
    assert (transport.rows("sum"), transport.rows("prediction")) == ([5], [6])


def test_coroutines(client, transport, drive):
    @client.monitor()
    async def decide(row):
        await asyncio.sleep(0)
        return 1

    assert asyncio.run(decide({"x": 1})) == 1
    drive(client, 1.0)
    assert transport.rows("prediction") == [1]


def test_methods(client, transport, drive):
    class Service:
        @client.monitor()
        def decide(self, income):
            return 1

    Service().decide(5)
    drive(client, 1.0)
    assert transport.rows("income") == [5]


def test_exceptions_pass_and_are_counted(make_client, transport, drive):
    client = make_client(calls_seconds=10)

    @client.monitor()
    def decide(row):
        raise ZeroDivisionError("the model's own")

    with pytest.raises(ZeroDivisionError, match="the model's own"):
        decide({"x": 1})
    drive(client, 12.0)
    assert transport.of("predictions") == []
    readings = {r["name"]: r.get("value") for p in transport.of("readings") for r in p.json["readings"]}
    assert (readings["requests"], readings["errors"]) == (1, 1)


def test_failing_extractor_does_no_harm(client):
    @client.monitor(features=lambda row: 1 / 0)
    def decide(row):
        return 5

    assert decide({"x": 1}) == 5
    assert client.stats().errors["monitor"] == 1


def test_outer_leaves_to_the_inner_what_it_recorded(client, transport, drive):
    inner = client.monitor("credit")(lambda row: 1)
    outer = client.monitor("credit")(lambda row: inner({"inner": row["x"]}))
    other = client.monitor("ensemble")(outer)
    other({"x": 1})
    drive(client, 1.0)
    found = {p.path.split("/")[5]: list(p.columns) for p in transport.of("predictions")}
    assert "inner" in found["credit"]
    assert "x" in found["ensemble"]
    assert len(transport.rows()) == 2


def test_ids_of_the_caller(client, transport, drive):
    decide = client.monitor()(lambda row: 1)
    with prediction_ids(["order-17"]):
        decide({"x": 1})
    drive(client, 1.0)
    assert transport.rows() == ["order-17"] == last_ids()


def test_silence(client, transport, drive):
    with silent():
        client.monitor()(lambda row: 1)({"x": 1})
        client.log({"x": 1})
        client.log_batch([{"x": 1}])
    drive(client, 1.0)
    assert transport.posts == []


def test_generators_are_left_alone(client):
    def decide(row):
        yield 1

    assert client.monitor()(decide) is decide
