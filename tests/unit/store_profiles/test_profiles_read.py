"""Profiles stored in parts and read back: the library's own, byte for byte."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.frames.typed import typed
from barograph.metrics.drift.days import days_of
from barograph.profile.coarser import coarser
from barograph.profile.codec import content
from barograph.profile.value import ALL, Profile
from barograph.schema.model import Column, Schema
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.database import Database
from barograph.store.profiles import read
from barograph.store.profiles.add import add_rows
from barograph.store.profiles.part import Grain

START = datetime(2024, 3, 30, tzinfo=UTC)
ROWS = 400
TASKS = ("regression", "binary", "multiclass")
DAYS = {"first_day": 19_700, "last_day": 19_900}
MICROSECONDS = 1_711_800_000_000_000


def schema_of(task: str) -> Schema:
    kind = "numeric" if task == "regression" else "categorical"
    scores = {"binary": ["yes"], "multiclass": ["no", "who", "yes"]}.get(task, [])
    return Schema(
        task=task,
        positive="yes" if task == "binary" else None,
        timezone="Europe/Berlin",
        columns=(
            Column(name="i", role="id", kind="categorical"),
            Column(name="t", role="timestamp", kind="datetime"),
            Column(name="x"),
            Column(name="c", kind="categorical"),
            Column(name="p", role="prediction", kind=kind),
            *(Column(name=f"s_{c}", role="score", class_name=c) for c in scores),
            Column(name="y", role="label", kind=kind),
        ),
    )


def rows_of(task: str, rng: np.random.Generator, *, labelled: float = 0.6) -> pl.DataFrame:
    """Four hundred rows over three days with a change of clocks, hostile values among them."""
    values: dict[str, object] = {
        "i": [f"id {k}" for k in range(ROWS)],
        "t": [START + timedelta(seconds=float(s)) for s in rng.uniform(0, 3 * 86_400, ROWS)],
        "x": rng.choice(
            np.array([0.0, np.inf, 1e300, None, np.nan, *rng.normal(size=40)], object), ROWS
        ).tolist(),
        "c": rng.choice(np.array(["a", "b", None, "new 1", "new 2", "new 3"], object), ROWS).tolist(),
    }
    classes = ["no", "yes", "who"] if task == "multiclass" else ["no", "yes"]
    if task == "regression":
        answers = {n: rng.normal(size=ROWS).tolist() for n in ("p", "y")}
    else:
        answers = {n: rng.choice(classes, ROWS).tolist() for n in ("p", "y")}
        values |= {f"s_{c}": rng.random(ROWS).tolist() for c in (["yes"] if task == "binary" else classes)}
    kept = rng.random(ROWS) < labelled
    answers["y"] = [y if k else None for y, k in zip(answers["y"], kept, strict=True)]
    return pl.DataFrame(values | answers, strict=False)


def model_of(database: Database, reference: Profile, every: str, by: tuple[tuple[str, ...], ...]) -> Model:
    with database.writing() as conn:
        catalog.create_project(conn, "bank", now=0)
        made = catalog.create_model(conn, "bank", "credit", reference.schema, now=0, every=every, by=by)
        catalog.add_reference(conn, made.id, "training", reference, now=0)
        return catalog.model_by_id(conn, made.id)


def added(database: Database, model: Model, parts: list[pl.DataFrame]) -> None:
    for part in parts:
        with database.writing() as conn:
            add_rows(conn, model, 1, typed(part, model.schema), received_at=MICROSECONDS)


def same(served: Profile, made: Profile) -> None:
    """Equal but for sample and row hashes, which are kept for a whole."""
    of_cells = replace(made.at(*made.cells), origin=served.origin, name=served.name)
    assert served.cells == of_cells.cells
    assert content(served) == content(of_cells)


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("every", ["1h", "1d", "15m"])
def test_windows_are_those_of_the_library(
    database: Database, rng: np.random.Generator, task: str, every: str
):
    reference = bg.profile(rows_of(task, rng, labelled=1.0), schema_of(task))
    rows = rows_of(task, rng)
    model = model_of(database, reference, every, ())
    added(database, model, [rows[:150], rows[150:160], rows[160:]])
    with database.reading() as conn:
        served = read(conn, model, 1, **DAYS)
    same(served, bg.profile(rows, like=reference, every=every, by=[], cross_tables=False))


@pytest.mark.parametrize("grain", ["window", "day"])
def test_weeks_know_their_days(database: Database, rng: np.random.Generator, grain: Grain):
    reference = bg.profile(rows_of("binary", rng), schema_of("binary"))
    rows = rows_of("binary", rng)
    model = model_of(database, reference, "1h", (("c",),))
    added(database, model, [rows[:150], rows[150:]])
    with database.reading() as conn:
        served = read(conn, model, **DAYS, grain=grain, every="1w")
        as_kept = read(conn, model, **DAYS, grain=grain)
    days, own = days_of(served), days_of(coarser(as_kept, "1w"))
    assert days is not None
    assert own is not None
    assert days.number.tolist() == own.number.tolist()
    assert days.rows.tolist() == own.rows.tolist()
    assert days.rows.sum(axis=1).tolist() == served.table.rows.tolist()
    # Saturday and Sunday are in one week, Monday and the first hours of Tuesday in the next.
    whole = [number for cell, number in zip(served.cells, days.number, strict=True) if cell.segment == ALL]
    assert whole == [2, 2]
    assert days_of(as_kept) is None


@pytest.mark.parametrize("task", TASKS)
def test_days_have_segments_and_cross_tables(database: Database, rng: np.random.Generator, task: str):
    reference = bg.profile(rows_of(task, rng, labelled=1.0), schema_of(task))
    rows, by = rows_of(task, rng), (("c",), ("x > 0", "c"))
    model = model_of(database, reference, "1h", by)
    added(database, model, [rows[:150], rows[150:]])
    with database.reading() as conn:
        served = read(conn, model, None, **DAYS, grain="day")
    same(served, bg.profile(rows, like=reference, every="1d", by=by))


def test_rows_without_a_label_have_an_outcome_of_zeros(database: Database, rng: np.random.Generator):
    reference = bg.profile(rows_of("binary", rng, labelled=1.0), schema_of("binary"))
    rows = rows_of("binary", rng, labelled=0.0)
    model = model_of(database, reference, "1h", ())
    added(database, model, [rows])
    with database.reading() as conn:
        same(
            read(conn, model, **DAYS),
            bg.profile(rows, like=reference, every="1h", by=[], cross_tables=False),
        )


def test_longer_windows_are_added_up(database: Database, rng: np.random.Generator):
    reference = bg.profile(rows_of("regression", rng, labelled=1.0), schema_of("regression"))
    rows = rows_of("regression", rng)
    model = model_of(database, reference, "1h", ())
    added(database, model, [rows])
    with database.reading() as conn:
        served = read(conn, model, **DAYS, every="1w")
    same(served, bg.profile(rows, like=reference, every="1w", by=[], cross_tables=False))


def test_some_columns_can_be_read_alone(database: Database, rng: np.random.Generator):
    reference = bg.profile(rows_of("regression", rng, labelled=1.0), schema_of("regression"))
    rows = rows_of("regression", rng)
    model = model_of(database, reference, "1h", ())
    added(database, model, [rows])
    with database.reading() as conn:
        served = read(conn, model, **DAYS, columns=["x"])
    whole = bg.profile(rows, like=reference, every="1h", by=[], cross_tables=False)
    same(served, replace(whole, columns={"x": whole.columns["x"]}))
