import threading

import pytest

from barograph.operations.sums import added_up, reading_sums
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.readings import (
    Reading,
    add_readings,
    drop_readings,
    hosts_of,
    read_readings,
    reading_names,
    roll_readings,
)

MINUTE, HOUR = 60_000_000, 3_600_000_000


@pytest.fixture
def model(database):
    with database.writing() as conn:
        catalog.create_project(conn, "shop", now=0)
        return catalog.create_model(conn, "shop", "churn", Schema(columns=(Column(name="x"),)), now=0)


@pytest.fixture
def project_id(database, model):
    with database.reading() as conn:
        return catalog.project(conn, "shop").id


def reading(value, at, name="cpu", **more):
    return Reading(name=name, at=at, sums=reading_sums([value], at), **more)


def read(database, project_id, model, **more):
    with database.reading() as conn:
        return read_readings(conn, project_id, model and model.id, first=0, end=10 * HOUR, **more)


def test_readings_of_one_minute_are_summed(database, project_id):
    for values in ([1.0, 2.0], [3.0]):
        with database.writing() as conn:
            add_readings(conn, project_id, [reading(x, MINUTE + int(x)) for x in values])
    [window] = read(database, project_id, None)["cpu"]
    assert window.start == MINUTE
    assert window.sums == added_up(reading_sums([x], MINUTE + int(x)) for x in (1.0, 2.0, 3.0))


def test_models_hosts_and_names_are_apart(database, project_id, model):
    with database.writing() as conn:
        given = [
            reading(1.0, 0, host="a", model_id=model.id),
            reading(2.0, 0, host="b", model_id=model.id, name="ram"),
            reading(3.0, 0, host="a"),
        ]
        assert add_readings(conn, project_id, given) == []
    assert {n: [w.sums.last for w in ws] for n, ws in read(database, project_id, model).items()} == {
        "cpu": [1.0],
        "ram": [2.0],
    }
    assert [w.sums.last for w in read(database, project_id, None)["cpu"]] == [3.0]
    assert read(database, project_id, model, hosts=["b"], names=["cpu"]) == {}
    with database.reading() as conn:
        assert hosts_of(conn, project_id, model.id) == ("a", "b")


def test_another_unit_is_refused_and_said(database, project_id):
    with database.writing() as conn:
        add_readings(conn, project_id, [reading(1.0, 0, unit="s")])
        refused = add_readings(conn, project_id, [reading(1.0, 0), reading(9.0, 0, unit="ms", host="b")])
        assert refused == [(1, "unit", "'cpu' is measured in 's' so far; convert it, or choose another name")]
        assert reading_names(conn, project_id, None) == {"cpu": "s"}
    assert [w.sums.n for w in read(database, project_id, None)["cpu"]] == [2]


def test_minutes_become_hours_and_lose_nothing(database, project_id):
    values = [(float(k), k * 7 * MINUTE) for k in range(20)]
    with database.writing() as conn:
        add_readings(conn, project_id, [reading(x, at) for x, at in values])
        while roll_readings(conn, before=2 * HOUR, most=5):
            pass
        add_readings(conn, project_id, [reading(99.0, MINUTE)])  # late, for an hour that is summed already
        roll_readings(conn, before=2 * HOUR)
    windows = read(database, project_id, None)["cpu"]
    assert [(w.start, w.seconds) for w in windows[:2]] == [(0, 3_600), (HOUR, 3_600)]
    assert {w.seconds for w in windows[2:]} == {60}
    expected = added_up(reading_sums([x], at) for x, at in [*values, (99.0, MINUTE)])
    assert added_up(w.sums for w in windows) == expected


def test_what_ended_long_ago_is_dropped(database, project_id):
    with database.writing() as conn:
        add_readings(conn, project_id, [reading(1.0, 0, host="old"), reading(2.0, HOUR)])
        assert drop_readings(conn, before=MINUTE) == 1
    assert len(read(database, project_id, None)["cpu"]) == 1
    with database.reading() as conn:
        assert reading_names(conn, project_id, None) == {"cpu": ""}


def test_threads_that_add_to_one_minute_lose_nothing(database, project_id):
    def add(first):
        for k in range(first, first + 10):
            with database.writing() as conn:
                add_readings(conn, project_id, [reading(float(k), k), reading(float(k), k, name="ram")])

    threads = [threading.Thread(target=add, args=(10 * k,), daemon=True) for k in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    windows = read(database, project_id, None)
    assert {name: held[0].sums.n for name, held in windows.items()} == {"cpu": 40, "ram": 40}


def test_readings_go_with_their_model(database, project_id, model):
    with database.writing() as conn:
        add_readings(conn, project_id, [reading(1.0, 0, model_id=model.id), reading(1.0, 0)])
        catalog.delete_model(conn, model.id)
    assert read(database, project_id, model) == {}
    assert len(read(database, project_id, None)) == 1
