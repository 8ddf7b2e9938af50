"""What rows and labels become, in whatever form and order they come."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from unittest import mock

import numpy as np
import polars as pl
import pytest
import sqlalchemy as sa

import barograph as bg
from barograph.metrics.evaluate import evaluate
from barograph.profile.codec import content
from barograph.profile.value import Profile
from barograph.schema.model import Column, Schema
from barograph.server.worker import apply
from barograph.store import catalog
from barograph.store.errors import Conflict
from barograph.store.tables.worker import cursors, feedback


@pytest.fixture
def reference(schema: Schema, rng: np.random.Generator) -> Profile:
    x = rng.normal(size=400)
    rows = pl.DataFrame({"x": x, "c": ["a", "b"] * 200, "p": x, "y": x + 0.1})
    return bg.profile(rows, schema)


def row(name: str, x: float = 1.0, **more: object) -> dict[str, object]:
    return {"id": name, "x": x, "c": "a", "p": 1.0} | more


def mae(profile: Profile) -> float:
    return evaluate("performance.mae", profile).value


def judged(profile: Profile) -> int:
    assert profile.outcome is not None
    return int(profile.outcome.judged.sum())


def test_a_label_that_came_before_its_prediction_finds_it(
    open_bank: Callable[..., object], schema, reference
):
    bank = open_bank(schema, reference)
    bank.label({"id": "a", "y": 3.0})
    bank.work()
    bank.predict(row("a"))
    bank.work()
    assert mae(bank.served()) == 2.0


def test_a_first_label_that_does_not_fit_its_kind_is_counted_and_holds_nothing_up(
    open_bank, schema, reference
):
    bank = open_bank(schema, reference)
    bank.predict(row("a"), row("b"))
    bank.label({"id": "a", "y": "many"})
    bank.work()
    bank.label({"id": "b", "y": "3"})
    bank.work()
    assert mae(bank.served()) == 2.0


def test_a_corrected_label_takes_the_place_of_the_first(open_bank, schema, reference):
    bank = open_bank(schema, reference)
    bank.predict(row("a"), row("b"))
    bank.label({"id": "a", "y": 3.0}, {"id": "b", "y": 1.0})
    bank.work()
    bank.label({"id": "a", "y": 2.0})
    bank.work()
    served = bank.served()
    assert (judged(served), mae(served)) == (2, 0.5)
    assert served.columns["y"].maximum.max() == 2.0


def test_a_label_joins_every_version_that_scored_its_id(open_bank, schema, reference):
    bank = open_bank(schema, reference)
    bank.predict(row("a"), version="1")
    bank.predict(row("a", p=5.0), version="2")
    bank.label({"id": "a", "y": 3.0})
    bank.work()
    assert [mae(bank.served(version)) for version in ("1", "2", None)] == [2.0, 2.0, 2.0]


def test_a_label_without_a_row_belongs_to_all_rows_of_its_id(open_bank, schema, reference):
    bank = open_bank(schema, reference)
    bank.predict(row("a", row=0), row("a", row=1), row("a", row=2))
    bank.label({"id": "a", "y": 1.5}, {"id": "a", "y": 4.0, "row": 2})
    bank.work()
    assert mae(bank.served()) == pytest.approx((0.5 + 0.5 + 3.0) / 3)


def test_the_first_row_of_an_id_counts_and_others_are_told_apart(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(row("a", 1.0), row("a", 1.0), row("b", 2.0))
    bank.work()
    bank.predict(row("a", 1.0), row("b", 9.0))
    bank.work()
    with store.database.reading() as conn:
        counts = conn.execute(sa.select(cursors.c.rows, cursors.c.duplicates, cursors.c.conflicts)).one()
    assert tuple(counts) == (2, 2, 1)
    assert bank.served().rows == 2


def test_derived_ids_and_rows_without_a_time_count(open_bank, schema, reference):
    bank = open_bank(schema, reference)
    bank.predict(row("batch/0"), row("batch/1"), derived=True)
    bank.work()
    served = bank.served()
    assert served.rows == 2
    assert served.cells[0].window == bank.clock.time


def test_without_an_id_column_names_of_unseen_categories_are_the_librarys(open_bank, schema, reference):
    bank = open_bank(schema, reference)
    rows = [row(f"r{k}", float(k), c=f"new {k}") for k in range(200)]
    bank.predict(*rows)
    bank.work()
    bank.label(*({"id": f"r{k}", "y": 1.0} for k in range(200)))
    bank.work()
    frame = pl.DataFrame(rows).drop("id").with_columns(y=pl.lit(1.0))
    made = bg.profile(frame, like=reference)
    assert bank.served().columns["c"].names.names.tolist() == made.columns["c"].names.names.tolist()


def test_a_score_that_is_no_probability_does_not_stop_the_rest(open_bank, rng):
    schema = Schema(
        task="binary", positive="yes",
        columns=(Column(name="s", role="score", class_name="yes"),
                 Column(name="y", role="label", kind="categorical")),
    )  # fmt: skip
    training = pl.DataFrame({"s": rng.random(200), "y": rng.choice(["no", "yes"], 200)})
    bank = open_bank(schema, bg.profile(training, schema))
    bank.predict({"id": "a", "s": 0.9}, {"id": "b", "s": 7.0})
    bank.label({"id": "a", "y": "yes"}, {"id": "b", "y": "yes"})
    bank.work()
    served = bank.served()
    assert judged(served) == 1
    assert evaluate('quality.mismatch_share(column="s")', served).value == 0.5


def test_a_column_that_comes_later_is_null_before(open_bank, schema, reference):
    bank = open_bank(schema, reference)
    bank.predict({"id": "a", "p": 1.0})
    bank.predict(row("b"))
    bank.work()
    assert evaluate('quality.null_share(column="x")', bank.served()).value == 0.5


def test_feedback_is_kept(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.send("feedback", [{"id": "a", "kind": "override", "value": "no"}])
    bank.work()
    with store.database.reading() as conn:
        kept = conn.execute(sa.select(feedback.c.id, feedback.c.kind, feedback.c.value)).all()
    assert [tuple(one) for one in kept] == [("a", "override", "no")]


def test_a_query_whose_rows_come_apart_is_measured_whole(open_bank, rng):
    schema = Schema(
        task="ranking",
        columns=(Column(name="q", role="group", kind="categorical"), Column(name="s", role="score"),
                 Column(name="y", role="label")),
    )  # fmt: skip
    frame = pl.DataFrame({
        "q": [f"q{k // 4}" for k in range(80)], "s": rng.random(80), "y": rng.integers(0, 3, 80).astype(float),
    })  # fmt: skip
    reference = bg.profile(frame, schema)
    bank = open_bank(schema, reference)
    rows = [{"id": f"r{k}", "q": q, "s": s} for k, (q, s, _) in enumerate(frame.iter_rows())]
    for part in (rows[::2], rows[1::2]):
        bank.predict(*part)
        bank.work()
    bank.label(*({"id": f"r{k}", "y": y} for k, y in enumerate(frame["y"])))
    bank.work()
    made = bg.profile(frame, like=reference)
    served = bank.served()
    assert served.outcome is not None
    assert content(replace(made, outcome=served.outcome)) == content(made)
    as_known = bank.served(as_of=19_849).outcome
    assert as_known is not None
    assert (as_known.measures.hi == served.outcome.measures.hi).all()


def test_two_workers_that_read_the_same_rows_do_not_count_them_twice(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(row("a"))
    reads = apply.step_of

    def late(*given, **how):
        step = reads(*given, **how)
        with mock.patch.object(apply, "step_of", reads):
            bank.work()
        return step

    with mock.patch.object(apply, "step_of", late), pytest.raises(Conflict, match="another process"):
        apply.apply_next(store, bank.model, now=bank.clock.time)
    assert bank.served().rows == 1


def test_rows_of_too_many_segments_count_without_them(open_bank, schema, reference, caplog):
    bank = open_bank(schema, reference, by=[["c"]])
    bank.predict(*(row(f"r{k}", c=f"value {k}") for k in range(1_200)))
    bank.work()
    assert (bank.served().rows, bank.served(grain="day").segments) == (1_200, ())
    assert "1200 segments" in caplog.text


def test_rows_counted_while_the_windows_changed_are_counted_again(open_bank, schema, reference, store):
    bank = open_bank(schema, reference)
    bank.predict(row("a"))
    before = bank.model
    with store.database.writing() as conn:
        catalog.change_model(conn, bank.model_id, every="15m")
    with pytest.raises(Conflict, match="was changed while"):
        apply.apply_next(store, before, now=bank.clock.time)
    bank.work()
    assert bank.served().rows == 1
