from dataclasses import replace

import pytest

from barograph.operations.view import Beats
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.answered import Sending, earlier_answer, forget_answers, keep_answer
from barograph.store.dropped import add_dropped, forget_dropped, read_dropped
from barograph.store.errors import Conflict
from barograph.store.heartbeats import Heartbeat, add_heartbeats, drop_heartbeats, read_heartbeats

MINUTE, HOUR = 60_000_000, 3_600_000_000


@pytest.fixture
def model_id(database):
    with database.writing() as conn:
        catalog.create_project(conn, "shop", now=0)
        return catalog.create_model(conn, "shop", "churn", Schema(columns=(Column(name="x"),)), now=0).id


def test_heartbeats_of_an_hour_are_one_row(database, model_id):
    beats = [Heartbeat(model_id=model_id, at=k * MINUTE, host="a") for k in (0, 5, 59, 5)]
    for part in (beats[:2], beats[2:]):
        with database.writing() as conn:
            add_heartbeats(conn, part)
    with database.reading() as conn:
        found = read_heartbeats(conn, model_id, first=0, end=HOUR)
    assert found == (Beats(hour=0, minutes=1 | 1 << 5 | 1 << 59, host="a"),)


def test_the_first_hour_there_was_is_always_told(database, model_id):
    with database.writing() as conn:
        add_heartbeats(conn, [Heartbeat(model_id=model_id, at=h * HOUR) for h in (1, 5, 8, 9, 10)])
        found = read_heartbeats(conn, model_id, first=10 * HOUR, end=11 * HOUR)
        assert [b.hour // HOUR for b in found] == [1, 8, 9, 10]
        assert drop_heartbeats(conn, before=8 * HOUR) == 2


def test_dropped_rows_are_counted_by_hour_and_reason(database, model_id):
    with database.writing() as conn:
        for at, reason, rows in ((1, "overflow", 3), (2, "overflow", 4), (2, "dead", 1), (HOUR, "dead", 9)):
            add_dropped(conn, model_id=model_id, at=at, reason=reason, rows=rows)
        assert read_dropped(conn, model_id, first=0, end=HOUR) == {(0, "overflow"): 7, (0, "dead"): 1}


def test_hours_of_dropped_rows_that_are_over_are_forgotten(database, model_id):
    with database.writing() as conn:
        for at in (0, HOUR, 2 * HOUR):
            add_dropped(conn, model_id=model_id, at=at, reason="overflow", rows=1)
        assert forget_dropped(conn, before=2 * HOUR) == 2
        assert read_dropped(conn, model_id, first=0, end=3 * HOUR) == {(2 * HOUR, "overflow"): 1}


def test_the_same_request_is_answered_the_same(database, model_id):
    with database.writing() as conn:
        project_id = catalog.project(conn, "shop").id
        sending = Sending(project_id=project_id, resource="readings", key="k1", body=b"a")
        assert earlier_answer(conn, sending, at=5) is None
        keep_answer(conn, sending, {"accepted": 2})
        assert earlier_answer(conn, sending, at=6) == {"accepted": 2}
        with pytest.raises(Conflict, match="came before with other readings"):
            earlier_answer(conn, replace(sending, body=b"b"), at=6)
        assert forget_answers(conn, before=6) == 1
        assert earlier_answer(conn, sending, at=7) is None
