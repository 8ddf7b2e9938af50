"""The tables: two generated, one of real rows; each with a model that is fitted once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache

import numpy as np
import polars as pl
import siblings  # noqa: F401
from numpy.typing import NDArray
from plants import LABEL, TIME, UNSEEN, Rng
from steps import fit_steps

import barograph as bg
import frames
from barograph.demo.bike.rides import FEATURES, load_rides
from barograph.demo.bike.rides import LABEL as BIKERS
from barograph.demo.credit.applicants import draw_applicants
from barograph.demo.credit.model import train
from barograph.demo.credit.received import CATEGORICAL, NUMERIC, TIMESTAMP, received
from barograph.demo.credit.scenario import Scenario

Floats = NDArray[np.float64]
#: Whole weeks, so that no day of the week weighs more on either side.
DAYS = 28
START = datetime(2025, 1, 6, tzinfo=UTC)
ONSET = START + timedelta(days=DAYS)
_DAY_MICROSECONDS = 86_400_000_000
#: The bank of the story predicts `default` from this score on.
_THRESHOLD = 0.15


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    """Rows to plant causes in.

    Attributes
    ----------
    draw : chance and two sizes to reference and current rows, the latter in the 28 days after; nothing planted.
    population : very many rows of the current days.
    answered : rows with the model's answers beside them.
    schema : of answered rows.
    """

    name: str
    draw: Callable[[Rng, int, int], tuple[pl.DataFrame, pl.DataFrame]]
    population: Callable[[Rng, int], pl.DataFrame]
    answered: Callable[[pl.DataFrame], pl.DataFrame]
    schema: bg.Schema


@cache
def orders() -> Table:
    """The shared 20 columns and a time; a regression whose noise hangs on the row; steps along each column."""
    training = _orders(np.random.default_rng(1), 40_000, START)
    model = fit_steps(_orders_matrix(training), training[LABEL].to_numpy())

    def answered(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(pl.Series("prediction", model(_orders_matrix(rows))))

    kinds = {"num_09": "numeric", "num_13": "numeric"}
    return _generated("orders", _orders, answered, training, {"prediction": "prediction", "kinds": kinds})


@cache
def credit() -> Table:
    """The lending demo's applicants without its changes; logistic regression."""
    training = _credit(np.random.default_rng(2), 40_000, START)
    score = train(training, training[LABEL].to_numpy() == 1)

    def answered(rows: pl.DataFrame) -> pl.DataFrame:
        scores = score(rows)
        return rows.with_columns(
            pl.Series("score", scores), pl.Series("prediction", (scores >= _THRESHOLD).astype(np.int64))
        )

    return _generated(
        "credit",
        _credit,
        answered,
        training,
        {"prediction": "prediction", "score": "score", "task": "binary"},
    )


@cache
def bike() -> Table:
    """Real hours of 2011, dealt by chance to a model, a reference and current rows; a forest."""
    from sklearn.ensemble import RandomForestRegressor

    rides = load_rides().drop("time").rename({BIKERS: LABEL})
    order = np.random.default_rng(3).permutation(rides.height)
    training, pool = rides[order[:2_600]], rides[order[2_600:]]
    model = RandomForestRegressor(50, min_samples_leaf=2, random_state=0)
    model.fit(_numbers(training), training[LABEL].to_numpy())

    def answered(rows: pl.DataFrame) -> pl.DataFrame:
        return rows.with_columns(pl.Series("prediction", model.predict(_numbers(rows))))

    def draw(rng: Rng, reference: int, current: int) -> tuple[pl.DataFrame, pl.DataFrame]:
        dealt = rng.permutation(pool.height)
        current = min(current, pool.height - reference)
        return (
            _at_days(pool[dealt[:reference]], rng, START),
            _at_days(pool[dealt[reference : reference + current]], rng, ONSET),
        )

    def population(rng: Rng, n: int) -> pl.DataFrame:
        return _at_days(pl.concat([pool] * -(-n // pool.height)), rng, ONSET)

    kinds = {"season": "categorical", "holiday": "categorical", "workingday": "categorical"}
    kinds |= {"hr": "numeric", "weekday": "numeric"}
    rows = answered(_at_days(pool, np.random.default_rng(0), START)).drop(UNSEEN)
    schema = bg.Schema.infer(
        rows, label=LABEL, prediction="prediction", timestamp=TIME, task="regression", kinds=kinds
    )
    return Table(name="bike", draw=draw, population=population, answered=answered, schema=schema)


def _generated(
    name: str,
    make: Callable[[Rng, int, datetime], pl.DataFrame],
    answered: Callable[[pl.DataFrame], pl.DataFrame],
    rows: pl.DataFrame,
    roles: dict[str, object],
) -> Table:
    schema = bg.Schema.infer(answered(rows).drop(UNSEEN), label=LABEL, timestamp=TIME, **roles)
    return Table(
        name=name,
        draw=lambda rng, n, m: (make(rng, n, START), make(rng, m, ONSET)),
        population=lambda rng, n: make(rng, n, ONSET),
        answered=answered,
        schema=schema,
    )


def _orders(rng: Rng, n: int, start: datetime) -> pl.DataFrame:
    numbers = frames.numeric_columns(n, rng, drift=False)
    codes = frames.category_codes(n, rng, drift=False)
    texts = {name: np.array(frames.CATEGORIES[name])[code] for name, code in codes.items()}
    hour = 24.0 * rng.beta(3.0, 3.0, n)
    at = _microseconds(start, rng.integers(0, DAYS, n) + hour / 24.0)
    mean = (
        2.0 * np.asarray(numbers["num_01"])
        + 0.7 * np.asarray(numbers["num_04"])
        + 0.06 * np.asarray(numbers["num_05"])
        + 4.0 * np.asarray(numbers["num_06"])
        + np.array([-2.0, 0.0, 1.0, 2.0, 4.0])[codes["cat_2"]]
        + 2.0 * codes["cat_5"]
        + 2.5 * np.sin(2.0 * np.pi * hour / 24.0)
    )
    sd = 0.6 + 1.4 * (codes["cat_1"] == 2) + 0.8 * (np.asarray(numbers["num_07"]) < 0.0)
    columns: dict[str, object] = dict(numbers) | texts
    return pl.DataFrame(columns, nan_to_null=True).with_columns(
        at.alias("placed_at"),
        at.alias(TIME),
        pl.Series(LABEL, mean + sd * rng.standard_normal(n)),
        pl.lit(value=False).alias(UNSEEN),
    )


def _orders_matrix(rows: pl.DataFrame) -> Floats:
    """Unreadable numbers and unknown categories reach the model as missing values."""
    numbers = [pl.col(name).cast(pl.Float64, strict=False) for name in frames.NUMERIC]
    codes = [
        pl.col(name).replace_strict(
            frames.CATEGORIES[name],
            list(range(len(frames.CATEGORIES[name]))),
            default=None,
            return_dtype=pl.Float64,
        )
        for name in ("cat_1", "cat_2", "cat_3", "cat_5")
    ]
    hour = pl.col("placed_at").dt.hour().cast(pl.Float64)
    return rows.select(*numbers, *codes, hour).fill_null(np.nan).to_numpy()


def _credit(rng: Rng, n: int, start: datetime) -> pl.DataFrame:
    scenario = Scenario(
        seed=int(rng.integers(1 << 62)),
        start=start.date(),
        days=DAYS,
        training_days=1,
        holdout_days=1,
        waiting_days=0,
        # Enough that as many are left within the days nearly always.
        applications_a_day=(n + 6.0 * np.sqrt(n)) / DAYS,
        age_bias=0.0,
        fault_kind="none",
        concept_strength=0.0,
    )
    applicants = draw_applicants(scenario)
    rows, _ = received(applicants, scenario)
    defaulted = rng.random(rows.height) < applicants.default_probability
    rows = rows.select(pl.col(TIMESTAMP).alias(TIME), *NUMERIC, *CATEGORICAL).with_columns(
        pl.Series(LABEL, defaulted.astype(np.int64)), pl.lit(value=False).alias(UNSEEN)
    )
    rows = rows.filter(pl.col(TIME) >= start)
    return rows[np.sort(rng.permutation(rows.height)[:n])]


def _numbers(rows: pl.DataFrame) -> Floats:
    """Features of a ride; a forest takes no missing value, the service sends the usual one."""
    numbers = rows.select(pl.col(FEATURES).cast(pl.Float64, strict=False))
    return numbers.fill_null(0.5).to_numpy()


def _at_days(rides: pl.DataFrame, rng: Rng, start: datetime) -> pl.DataFrame:
    """The hours at their hour of some day; in the year they are dealt from no day is whole."""
    days = rng.integers(0, DAYS, rides.height) + rides["hr"].to_numpy() / 24.0
    return rides.with_columns(_microseconds(start, days).alias(TIME), pl.lit(value=False).alias(UNSEEN))


def _microseconds(start: datetime, days: Floats) -> pl.Series:
    since = round(start.timestamp() * 1e6) + np.round(days * _DAY_MICROSECONDS).astype(np.int64)
    return pl.Series(since).cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
