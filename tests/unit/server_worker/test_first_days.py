"""A model made from a schema alone learns from its first whole day, also where its past is sent in one go."""

from __future__ import annotations

import polars as pl
import pytest

import barograph as bg
from barograph.metrics.evaluate import evaluate
from barograph.server.worker.first_days import first_days
from barograph.store import catalog

DAY_US = 86_400_000_000
SECONDS_US = 1_000_000


def of_day(bank, day: int, count: int = 300) -> list[dict[str, object]]:
    """Rows of so many days before today."""
    return [
        {
            "id": f"{day}-{k}", "x": float(k % 17 + day), "c": "ab"[k % 2], "p": 1.0,
            "time": bank.clock.time - day * DAY_US,
        }
        for k in range(count)
    ]  # fmt: skip


def reference_rows(bank) -> int | None:
    with bank.store.database.reading() as conn:
        known = catalog.references(conn, bank.model_id)
        return catalog.reference_profile(conn, known[0].id).rows if known else None


def test_a_past_day_is_learned_from_once_later_days_come(open_bank, schema):
    bank = open_bank(schema)
    bank.predict(*of_day(bank, 3))
    bank.predict(*of_day(bank, 3), version="2")
    bank.work()
    assert bank.model.grid is None
    bank.predict(*of_day(bank, 2))
    bank.work()
    assert (reference_rows(bank), bank.served().rows) == (600, 900)


def test_the_last_of_a_past_is_waited_for_some_seconds(open_bank, schema):
    bank = open_bank(schema)
    bank.predict(*of_day(bank, 3))
    bank.clock.time += 4 * SECONDS_US
    bank.work()
    assert bank.model.grid is None
    bank.clock.time += SECONDS_US
    bank.work()
    assert reference_rows(bank) == 300


def test_a_past_in_no_order_is_waited_for_whole(open_bank, schema):
    bank = open_bank(schema)
    for k in range(3):
        bank.predict(*(row for day in (4, 3, 2, 1) for row in of_day(bank, day)[k::3]))
    bank.work()
    assert bank.model.grid is None
    bank.clock.time += 5 * SECONDS_US
    bank.work()
    assert (reference_rows(bank), bank.served().rows) == (300, 1_200)


def test_days_of_few_rows_are_taken_together(open_bank, schema):
    bank = open_bank(schema)
    for day in range(30, 0, -1):
        bank.predict(*of_day(bank, day, 24))
    bank.work()
    assert reference_rows(bank) == 9 * 24


def test_today_is_not_learned_from(open_bank, schema):
    bank = open_bank(schema)
    bank.predict(*of_day(bank, 0))
    bank.clock.time += 60 * SECONDS_US
    bank.work()
    assert bank.model.grid is None


def test_one_worker_reads_on_where_it_was(open_bank, schema):
    bank = open_bank(schema)
    worker = bank.worker()
    bank.predict(*of_day(bank, 2, 150))
    worker.step()
    bank.predict(*of_day(bank, 2, 300)[150:])
    bank.predict(*of_day(bank, 1))
    bank.clock.time += 5 * SECONDS_US
    worker.step()
    assert (reference_rows(bank), worker.failures) == (300, {})


def test_labels_of_a_past_bring_performance_on_the_same_day(open_bank, schema):
    bank = open_bank(schema)
    for day in (3, 2, 1):
        bank.predict(*of_day(bank, day))
    bank.work()
    for day in (3, 2):
        bank.label(*({"id": row["id"], "y": 3.0} for row in of_day(bank, day)))
    bank.work()
    bank.clock.time += 5 * SECONDS_US
    bank.work()
    assert evaluate("performance.mae", bank.served()).value == 2.0
    assert bank.served().outcome.labelled.sum() == 600


@pytest.mark.parametrize("moves", [1, 1 << 30])
def test_labels_of_today_are_waited_for(open_bank, schema, rng, moves):
    x = rng.normal(size=300)
    bank = open_bank(
        schema, bg.profile(pl.DataFrame({"x": x, "c": ["a", "b"] * 150, "p": x}), schema), every="1h"
    )
    bank.predict(*of_day(bank, 0))
    bank.label(*({"id": row["id"], "y": 3.0} for row in of_day(bank, 0)))
    bank.work(move_rows=moves)
    assert bank.model.grid.outcome is None


def test_first_days_are_the_first_with_so_many_rows():
    assert first_days({3: 100, 1: 100, 2: 99}, 200) == [1, 2, 3]
    assert first_days({3: 100, 1: 100, 2: 100}, 200) == [1, 2]
    assert first_days({1: 199}, 200) == []
