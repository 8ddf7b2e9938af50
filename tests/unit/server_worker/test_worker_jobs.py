"""What the worker does beside applying the log: learning, moving, nights, sharing."""

from __future__ import annotations

from threading import Event
from unittest import mock

import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.metrics.evaluate import evaluate
from barograph.profile.codec import content
from barograph.profile.value import Profile
from barograph.server.worker import Worker, learn, worker
from barograph.server.worker.rebuild import differences
from barograph.store import catalog
from barograph.store.profiles.stored import bodies, days
from barograph.store.rebuilds import ask_rebuild
from barograph.store.tables.events import events
from barograph.store.tables.profiles import profiles
from barograph.store.worker_failures import failures_of_workers

DAY_US = 86_400_000_000


@pytest.fixture
def reference(schema, rng) -> Profile:
    x = rng.normal(size=400)
    return bg.profile(pl.DataFrame({"x": x, "c": ["a", "b"] * 200, "p": x, "y": x + 0.1}), schema)


def many(count: int, start: int = 0) -> list[dict[str, object]]:
    return [
        {"id": f"r{k}", "x": float(k % 17), "c": "ab"[k % 2], "p": 1.0} for k in range(start, start + count)
    ]


def told(store) -> list[str]:
    with store.database.reading() as conn:
        return list(conn.scalars(sa.select(events.c.kind).order_by(events.c.id)))


def test_a_model_without_a_reference_learns_from_its_first_whole_day(open_bank, schema, store):
    bank = open_bank(schema)
    bank.predict(*many(300))
    bank.work()
    assert bank.model.grid is None
    bank.clock.time += DAY_US
    bank.work()
    assert bank.model.grid is not None
    assert bank.model.reference is not None
    assert bank.served().rows == 300
    assert told(store) == ["grid_learned"]


def test_a_first_day_of_many_pages_is_learned_from_as_one(open_bank, schema):
    bank = open_bank(schema)
    for k in range(0, 300, 30):
        bank.predict(*many(30, k))
        bank.label(*({"id": f"r{i}", "y": 2.0} for i in range(k, k + 30)))
    bank.clock.time += DAY_US
    with mock.patch.object(learn, "_PAGE_ROWS", 50):
        bank.work()
    assert bank.served().rows == 300
    assert bank.served().outcome.labelled.sum() == 300


def test_few_rows_are_waited_for_a_week(open_bank, schema):
    bank = open_bank(schema)
    bank.predict(*many(5))
    bank.clock.time += 6 * DAY_US
    bank.work()
    assert bank.model.grid is None
    bank.clock.time += DAY_US
    bank.work()
    assert bank.served().rows == 5


def test_labels_that_come_later_bring_an_outcome_for_all_rows(open_bank, schema):
    bank = open_bank(schema)
    bank.predict(*many(300))
    bank.clock.time += DAY_US
    bank.work()
    assert bank.served().outcome is None
    bank.label(*({"id": f"r{k}", "y": 3.0} for k in range(300)))
    bank.work()
    bank.clock.time += DAY_US
    bank.predict(*many(1, start=300))
    bank.work()
    served = bank.served()
    assert evaluate("performance.mae", served).value == 2.0
    assert evaluate('drift.total_variation(column="x")', served, _default(bank)).value < 0.05


def _default(bank) -> Profile:
    with bank.store.database.reading() as conn:
        return catalog.reference_profile(conn, bank.model.reference)


def test_what_moves_to_the_lake_is_served_alike_and_leaves_the_log(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(*many(50))
    bank.label({"id": "r1", "y": 3.0})
    bank.work(move_rows=1 << 30)
    before = content(bank.served())
    bank.work(move_rows=1)
    assert content(bank.served()) == before
    assert store.log.waiting() == []
    bank.label({"id": "r1", "y": 2.0}, {"id": "r2", "y": 2.0})
    bank.work(move_rows=1 << 30)
    assert evaluate("performance.mae", bank.served()).value == 1.0


def test_old_windows_are_kept_by_day_and_still_take_labels(open_bank, schema, reference):
    bank = open_bank(schema, reference)
    bank.predict(*many(40))
    bank.clock.time += 5_000_000_000
    bank.predict(*many(40, start=40))
    bank.work()
    whole = content(bank.served(every="1d"))
    bank.clock.time += 40 * DAY_US
    bank.work()
    assert len(bank.served().cells) == 1
    assert content(bank.served(every="1d")) == whole
    bank.label({"id": "r1", "y": 3.0})
    bank.work()
    served = bank.served()
    assert (len(served.cells), evaluate("performance.mae", served).value) == (1, 2.0)
    with bank.store.database.reading() as conn:
        assert [bank_differences(conn, bank, *pair) for pair in days(conn, bank.model_id)] == [[]]


def bank_differences(conn, bank, version: int, day: int) -> list[str]:
    return differences(conn, bank.store.of(bank.model), version, day)


def test_rows_past_their_retention_leave_and_their_profile_stays(open_bank, schema, reference):
    bank = open_bank(schema, reference, retention_days=10)
    bank.predict(*many(40))
    bank.work(move_rows=1)
    bank.clock.time += 20 * DAY_US
    bank.work(move_rows=1)
    with bank.store.database.reading() as conn:
        assert bank.store.of(bank.model).rows.predictions(conn).rows == 0
    assert bank.served().rows == 40


def test_a_night_finds_a_damaged_profile_and_makes_it_anew(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(*many(40))
    bank.work()
    with store.database.writing() as conn:
        good = bodies(conn, bank.model_id, **_first_day(conn, bank))
        other = next(body for place, body in good.items() if place.part == "column:c")
        conn.execute(sa.update(profiles).where(profiles.c.part == "column:x").values(body=other))
    bank.clock.time += DAY_US
    bank.work()
    assert told(store) == ["audit_failed"]
    with store.database.reading() as conn:
        assert bodies(conn, bank.model_id, **_first_day(conn, bank)) == good


def _first_day(conn, bank) -> dict[str, int]:
    version, day = days(conn, bank.model_id)[0]
    return {"version_id": version, "day": day}


def test_a_model_that_another_worker_holds_is_left_alone(open_bank, schema, reference, store, clock):
    bank = open_bank(schema, reference)
    bank.predict(*many(4))
    Worker(store, clock, name="one").step()
    bank.predict(*many(4, start=4))
    Worker(store, clock, name="two").step()
    assert bank.served().rows == 4
    Worker(store, clock, name="one").step()
    assert bank.served().rows == 8


@pytest.mark.parametrize(
    ("fault", "told"),
    [(ValueError("no"), "ValueError: no"), (pl.exceptions.PanicException("no"), "PanicException: no")],
    ids=["an error", "a fault of the library of tables"],
)
def test_what_fails_is_told_and_does_not_stop_other_models(
    open_bank, schema, reference, store, clock, fault, told
):
    broken, whole = open_bank(schema, reference), open_bank(schema, reference)
    for bank in (broken, whole):
        bank.predict(*many(4))
    fails, going = worker.apply_next, Worker(store, clock)

    def apply(store, model, **how):
        if model.id == broken.model_id:
            raise fault
        return fails(store, model, **how)

    with mock.patch.object(worker, "apply_next", apply):
        going.step()
    assert going.failures == {("apply", broken.model_id): told}
    with store.database.reading() as conn:
        (noted,) = failures_of_workers(conn)
    assert (noted.job, noted.failures, noted.told) == ("apply", 1, told)
    assert whole.served().rows == 4
    clock.time += 60_000_000
    going.step()
    assert (going.failures, broken.served().rows) == ({}, 4)


def test_rows_of_a_deleted_model_leave_the_log(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(*many(4))
    with store.database.writing() as conn:
        catalog.delete_model(conn, bank.model_id)
    bank.work()
    assert store.log.waiting() == []


def test_windows_of_another_length_are_made_of_the_rows(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(*many(4))
    bank.clock.time += 1_800_000_000
    bank.predict(*many(4, start=4))
    bank.work()
    assert len(bank.served().cells) == 1
    with store.database.writing() as conn:
        catalog.change_model(conn, bank.model_id, every="15m")
        ask_rebuild(conn, bank.model_id, days(conn, bank.model_id), at=bank.clock.time)
    bank.work()
    assert (len(bank.served().cells), bank.served().grid.every) == (2, "15m")


def test_lost_files_of_ids_are_made_again_at_the_start(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(*many(4))
    bank.work()
    for path in store.ids_folder.rglob("*.ids"):
        path.unlink()
    bank.predict(*many(6))
    bank.label({"id": "r1", "y": 3.0})
    bank.work()
    served = bank.served()
    assert (served.rows, evaluate("performance.mae", served).value) == (6, 2.0)


def test_a_worker_is_seen_before_its_first_step_which_may_be_long(open_bank, schema, reference):
    bank, stop, seen = open_bank(schema, reference), Event(), []
    bank.predict(*many(3))

    def say() -> None:
        seen.append(bank.served().rows)
        if len(seen) == 2:
            stop.set()

    bank.worker().run(stop, seen=say)
    assert seen == [0, 3]
