"""A fleet's store: models of 30 features whose profiles and figures the store's own functions made of drawn rows.

The generator. Each model has 20 numbers (normal, log-normal, uniform, whole; one in four with nulls) and 10 categories
(of 2 to 200 values, Zipf's law), ids, times, predictions and labels; 100 rows an hour. From the 60th day on three
numbers are shifted by a third of a standard deviation. Odd models are a regression, even ones a binary classification.
Days older than 30 are rolled up from hours into days, and the headline figures of every day are computed and kept, each
by what the worker calls. That is done for `drawn` models, each with rows of its own seed; the others hold copies of
their stored parts, figures and references under their own names.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache

import numpy as np
import polars as pl
import sqlalchemy as sa

import barograph as bg
from barograph.frames.typed import typed
from barograph.schema.model import Column, Schema
from barograph.server.reading.headlines import figures_of_day
from barograph.server.worker.nightly import roll_up_old
from barograph.server.worker.store import Store
from barograph.store import catalog
from barograph.store.catalog import Model
from barograph.store.points import keep_all
from barograph.store.profiles.add import add_rows
from barograph.store.tables.profiles import points, profiles

HOURLY_ROWS = 100
NUMBERS, CATEGORIES = 20, 10
_DAY_US = 86_400_000_000
_KEPT_HOURS_DAYS = 30
_SHIFTED_FROM = 60


@dataclass(frozen=True)
class Drawn:
    """What rows are drawn from; `first_day`: since 1970-01-01."""

    seed: int
    first_day: int
    days: int

    @property
    def task(self) -> str:
        return "regression" if self.seed % 2 else "binary"

    def schema(self) -> Schema:
        answer = "prediction" if self.task == "regression" else "score"
        return Schema(
            task=self.task,
            columns=(
                Column(name="i", role="id", kind="categorical"),
                Column(name="t", role="timestamp", kind="datetime"),
                *(Column(name=f"x{k}") for k in range(NUMBERS)),
                *(Column(name=f"c{k}", kind="categorical") for k in range(CATEGORIES)),
                Column(name="p", role=answer),
                Column(name="y", role="label"),
            ),
            **({} if self.task == "regression" else {"positive": "1"}),
        )

    def rows(self, day: int, hours: int = 24) -> pl.DataFrame:
        """Rows of a day; -1: of the reference."""
        rng = np.random.default_rng((self.seed, day + 1))
        rows = HOURLY_ROWS * hours
        start = (self.first_day + day) * _DAY_US
        x = {f"x{k}": _numbers(k, rows, rng, moved=day >= _SHIFTED_FROM) for k in range(NUMBERS)}
        sum_of = np.nan_to_num(x["x0"]) + np.nan_to_num(x["x4"])
        if self.task == "regression":
            p, y = sum_of, sum_of + rng.normal(size=rows)
        else:
            p = 1.0 / (1.0 + np.exp(-sum_of))
            y = (rng.random(rows) < p).astype(np.int64)
        return pl.DataFrame({
            "i": [f"{day}-{n}" for n in range(rows)],
            "t": pl.Series(start + np.sort(rng.integers(0, _DAY_US, rows))).cast(pl.Datetime("us", "UTC")),
            **{name: pl.Series(values).fill_nan(None) for name, values in x.items()},
            **{f"c{k}": _categories(k, rows, rng) for k in range(CATEGORIES)},
            "p": p,
            "y": y,
        })  # fmt: skip


def _numbers(k: int, rows: int, rng: np.random.Generator, *, moved: bool) -> np.ndarray:
    values = (
        rng.normal(size=rows),
        rng.lognormal(size=rows),
        rng.random(rows),
        rng.poisson(5.0, rows) * 1.0,
    )[k % 4]
    if moved and k in (0, 5, 10):
        values = values + 1 / 3
    return np.where(rng.random(rows) < 0.02, np.nan, values) if k % 4 == 0 else values


def _categories(k: int, rows: int, rng: np.random.Generator) -> list[str]:
    of = (2, 3, 5, 8, 12, 20, 30, 50, 100, 200)[k]
    share = 1.0 / np.arange(1, of + 1)
    return [f"value {n}" for n in rng.choice(of, rows, p=share / share.sum())]


def make(store: Store, *, models: int, drawn: int, first_day: int, days: int) -> None:
    """Models `m0`, `m1`, … in the project `fleet`; the store must be migrated."""
    with store.database.writing() as conn:
        catalog.create_project(conn, "fleet", now=first_day * _DAY_US)
    made = [_drawn(store, f"m{n}", Drawn(n + 1, first_day, days)) for n in range(drawn)]
    for n in range(drawn, models):
        _copied(store, f"m{n}", Drawn(n % drawn + 1, first_day, days), made[n % drawn])


def _model(conn: sa.Connection, name: str, drawn: Drawn) -> tuple[Model, int]:
    at = drawn.first_day * _DAY_US
    made = catalog.create_model(conn, "fleet", name, drawn.schema(), now=at)
    catalog.add_reference(conn, made.id, "training", reference_of(drawn), now=at)
    return catalog.model_by_id(conn, made.id), catalog.version_id(conn, made.id, "1", now=at)[0]


@cache
def reference_of(drawn: Drawn) -> bg.Profile:
    """Of 16,800 rows, which is a week of them."""
    return bg.profile(drawn.rows(-1, hours=24 * 7), drawn.schema(), every="1h", name="training")


def _drawn(store: Store, name: str, drawn: Drawn) -> tuple[int, int]:
    with store.database.writing() as conn:
        model, version = _model(conn, name, drawn)
    for day in range(drawn.days):
        with store.database.writing() as conn:
            received = (drawn.first_day + day + 1) * _DAY_US
            add_rows(conn, model, version, typed(drawn.rows(day), model.schema), received_at=received)
    end = drawn.first_day + drawn.days
    roll_up_old(store, model, before=end - _KEPT_HOURS_DAYS)
    for day in range(drawn.first_day, end):
        with store.database.reading() as conn:
            figures = figures_of_day(conn, model, day, now=end * _DAY_US)
        with store.database.writing() as conn:
            keep_all(conn, figures)
    return model.id, version


def _copied(store: Store, name: str, drawn: Drawn, of: tuple[int, int]) -> None:
    with store.database.writing() as conn:
        model, version = _model(conn, name, drawn)
        for table, versions in ((profiles, {of[1]: version}), (points, {0: 0, of[1]: version})):
            for old, new in versions.items():
                changed = {"model_id": sa.literal(model.id), "version_id": sa.literal(new)}
                columns = [changed.get(c.name, c).label(c.name) for c in table.c]
                rows = sa.select(*columns).where(table.c.model_id == of[0], table.c.version_id == old)
                conn.execute(sa.insert(table).from_select([c.name for c in table.c], rows))
