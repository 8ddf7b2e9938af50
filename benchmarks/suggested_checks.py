"""Whether suggested checks pass unchanged rows as a whole and fail faulty ones; a table in RESULTS.md.

python benchmarks/suggested_checks.py [--repeat 200] [--dry]
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, get_args

import numpy as np
import polars as pl

import barograph as bg
import frames
import results
from barograph.checks.results import CheckResults
from barograph.checks.run import run_checks
from barograph.demo.bike.rides import FEATURES, load_rides
from barograph.demo.credit.generate import Credit, generate_credit
from barograph.demo.credit.periods import periods_of
from barograph.demo.credit.run import SEGMENTS, credit_schema
from barograph.demo.credit.scenario import FaultColumn, Scenario
from barograph.profile.value import Profile

Fault = Callable[[pl.DataFrame, np.random.Generator], pl.DataFrame]
Rng = np.random.Generator
#: Rows of the reference, and rows checked.
SIZES = ((300, 100), (1_000, 300), (1_000, 1_000), (1_000, 5_000), (10_000, 1_000), (10_000, 10_000))
FAULT_SIZES = ((1_000, 300), (1_000, 1_000), (10_000, 2_000))


def rows(n: int, rng: Rng, *, drift: bool = False) -> pl.DataFrame:
    """The shared 20 columns, freshly drawn, with a binary model's answers and labels."""
    numeric = frames.numeric_columns(n, rng, drift=drift)
    codes = frames.category_codes(n, rng, drift=drift)
    named = {name: np.array(frames.CATEGORIES[name])[code] for name, code in codes.items()}
    score = 1.0 / (1.0 + np.exp(-(np.asarray(numeric["num_01"]) * 2.0 - 1.0)))
    label = np.where(rng.random(n) < score, "yes", "no")
    data = pl.DataFrame({**numeric, **named, "score": score, "label": label}, nan_to_null=True)
    return data.with_columns(
        predicted=pl.when(pl.col("score") >= 0.5).then(pl.lit("yes")).otherwise(pl.lit("no"))
    )


def profiled(data: pl.DataFrame) -> Profile:
    """A reference of such rows."""
    roles = {"label": "label", "prediction": "predicted", "score": "score", "positive": "yes"}
    return bg.profile(data, bg.Schema.infer(data, **roles))


def bike_halves(rng: Rng) -> tuple[Profile, pl.DataFrame]:
    """Hours of January and February dealt to two sides; yesterday's rides are the prediction."""
    rides = load_rides().with_columns(predicted=pl.col("bikers").shift(24).cast(pl.Float64)).drop_nulls()
    rides = rides.filter(pl.col("time").dt.month() <= 2)
    left = pl.Series(rng.random(rides.height) < 0.5)
    schema = bg.Schema.infer(
        rides, label="bikers", prediction="predicted", timestamp="time", kinds={"season": "categorical"}
    )
    return bg.profile(rides.filter(left), schema, every="1d"), rides.filter(~left)


def credit_reference(rows: pl.DataFrame) -> Profile:
    """The credit story's hold-out, or a part of it, in weekly windows and by segment."""
    return bg.profile(rows, credit_schema(rows), every="1w", by=SEGMENTS, sample=False, cross_tables=False)


def held_out(credit: Credit) -> pl.DataFrame:
    """Loans from before production, with their labels."""
    return credit.known_at(credit.scenario.at(0), credit.scenario.holdout)


def credit_halves(rng: Rng, rows: pl.DataFrame) -> tuple[Profile, pl.DataFrame]:
    """Hold-out loans dealt to two sides."""
    left = pl.Series(rng.random(rows.height) < 0.5)
    return credit_reference(rows.filter(left)), rows.filter(~left)


def checked(reference: Profile, current: pl.DataFrame) -> CheckResults:
    """The file that a reference suggests, on some rows."""
    return run_checks(reference, bg.profile(current, like=reference), [bg.suggest_checks(reference)])


def passes(reference: Profile, current: pl.DataFrame) -> bool:
    """Whether that file passes."""
    return checked(reference, current).passed


def _some(share: float, column: str, value: object) -> Fault:
    """A value written over a share of a column."""

    def fault(data: pl.DataFrame, rng: Rng) -> pl.DataFrame:
        hit = pl.lit(pl.Series(rng.random(data.height) < share))
        return data.with_columns(pl.when(hit).then(pl.lit(value)).otherwise(pl.col(column)).alias(column))

    return fault


def _changed(expression: pl.Expr) -> Fault:
    return lambda data, _rng: data.with_columns(expression)


FAULTS: Mapping[str, Fault] = {
    "5 % nulls": _some(0.05, "num_01", None),
    "2 % nulls": _some(0.02, "num_01", None),
    "3 % −999": _some(0.03, "num_03", -999.0),
    "10 % zeros": _some(0.10, "num_05", 0.0),
    "unit × 10": _changed(pl.col("num_02") * 10),
    "unit ÷ 100": _changed(pl.col("num_05") / 100),
    "°C as °F": _changed(pl.col("num_10") * 1.8 + 32),
    "a stuck value": _changed(pl.lit(0.3).alias("num_06")),
    "a category renamed": _changed(pl.col("cat_2").replace("red", "RED")),
    "5 % of a new category": _some(0.05, "cat_1", "new"),
    "10 % of rows twice": lambda data, _rng: pl.concat([data, data.head(data.height // 10)]),
    "a column missing": lambda data, _rng: data.drop("num_08"),
    "5 % of numbers are words": lambda data, rng: _some(0.05, "num_13", "n/a")(
        data.with_columns(pl.col("num_13").cast(pl.String)), rng
    ),
    "a mean moved by ½ sd": _changed(pl.col("num_05") + 14.4),
    "15 % of labels flipped": lambda data, rng: data.with_columns(
        label=pl.when(pl.lit(pl.Series(rng.random(data.height) < 0.15)))
        .then(pl.when(pl.col("label") == "yes").then(pl.lit("no")).otherwise(pl.lit("yes")))
        .otherwise("label")
    ),
    "scores upside down": _changed((1.0 - pl.col("score")).alias("score")),
}


def unchanged_table(draws: int) -> str:
    """Share of draws without any change in which the whole file passes."""
    lines: list[tuple[object, ...]] = []
    for n, m in SIZES:
        rng = np.random.default_rng([20, n, m])
        passed = sum(passes(profiled(rows(n, rng)), rows(m, rng)) for _ in range(draws))
        lines.append(("20 columns and a binary model", f"{n:,}", f"{m:,}", f"{passed} of {draws}"))
    passed = sum(passes(*bike_halves(np.random.default_rng([21, i]))) for i in range(draws))
    lines.append(
        (
            f"bike rides, {len(FEATURES)} columns, a regression, daily windows",
            "½",
            "½",
            f"{passed} of {draws}",
        )
    )
    loans = held_out(generate_credit(Scenario(fault_kind="none", concept_strength=0.0)))
    passed = sum(passes(*credit_halves(np.random.default_rng([23, i]), loans)) for i in range(draws))
    lines.append(
        (
            "credit story, 14 columns, a binary model, weekly windows, 9 segments",
            "½",
            "½",
            f"{passed} of {draws}",
        )
    )
    return results.table(("rows", "reference", "checked", "files that pass"), lines)


def fault_table(draws: int) -> str:
    """Share of draws with a fault in which the file fails."""
    lines = []
    for name, fault in FAULTS.items():
        found = []
        for n, m in FAULT_SIZES:
            rng = np.random.default_rng([22, n, m])
            failed = sum(not passes(profiled(rows(n, rng)), fault(rows(m, rng), rng)) for _ in range(draws))
            found.append(f"{failed} of {draws}")
        lines.append((name, *found))
    return results.table(("fault", *(f"{n:,} / {m:,}" for n, m in FAULT_SIZES)), lines)


#: What is planted in the credit story: knobs, the period looked at, and what must be among the failing addresses.
STORY: Mapping[str, tuple[Mapping[str, Any], str, str]] = {
    **{
        f"{column} {says}, web, 5 days": (
            {"fault_kind": kind, "fault_column": column, "concept_strength": 0.0},
            "fault_week",
            f'column="{column}"',
        )
        for kind, says in (("thousands", "÷ 1,000"), ("nulls", "null"))
        for column in get_args(FaultColumn)
    },
    "concept, variable rate": ({"fault_kind": "none"}, "risen_now", 'segment="rate=variable"'),
    "concept, fixed rate": ({"fault_kind": "none", "concept_rate": "fixed"}, "risen_now", 'segment="rate=fixed"'),
    "amounts grow by ½ sd": (
        {"fault_kind": "none", "concept_strength": 0.0, "drift_strength": 0.5}, "risen", 'column="amount"',
    ),
}  # fmt: skip


def story_table(draws: int) -> str:
    """Share of credit stories, each with one change planted, in which the file fails and names it."""
    lines = []
    for name, (knobs, period, named) in STORY.items():
        failed = told = 0
        for seed in range(draws):
            credit = generate_credit(Scenario(seed=seed, **knobs))
            at = periods_of(Scenario(seed=seed)).all()[period]
            found = checked(credit_reference(held_out(credit)), credit.known_at(at.known, at.span))
            failed += not found.passed
            told += any(named in str(r.address) for r in found.failed)
        lines.append((name, period.replace("_", " "), f"{failed} of {draws}", f"{told} of {draws}"))
    return results.table(("planted", "rows checked", "files that fail", "that name it"), lines)


def main() -> None:
    """Simulate, and keep the tables."""
    options = results.parser(__doc__, repeat=200).parse_args()
    body = "\n\n".join(
        (
            "## Suggested checks",
            results.machine(results.versions("barograph", "numpy", "polars"), date=options.date),
            "Unchanged rows: files that pass as a whole (95 of 100 are due).",
            unchanged_table(options.repeat),
            "Faulty rows: files that fail, by rows of the reference / rows checked.",
            fault_table(max(options.repeat // 10, 1)),
            "The credit story with one change planted, other rows each time.",
            story_table(max(options.repeat // 10, 1)),
        )
    )
    results.keep("suggested checks", body, dry=options.dry)


if __name__ == "__main__":
    main()
