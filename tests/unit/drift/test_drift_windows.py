"""Many windows at once: the same figures as one by one, and nothing is called unchanged that could not be seen."""

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.metrics.drift.columns import drift_of_columns
from barograph.metrics.drift.detected import detected_in_windows
from barograph.metrics.drift.prepared import prepared_reference
from barograph.metrics.evaluate import evaluate, evaluate_windows
from barograph.metrics.values import Undefined, Value
from barograph.profile.coarser import coarser
from barograph.profile.value import Cell

NAMES = ("plain", "daily", "kind", "many", "same")


def rows_of(days, *, seed, an_hour=40, weekend=0.0, moved=0.0):
    rng = np.random.default_rng(seed)
    hour = np.repeat(np.arange(days * 24), an_hour)
    n = len(hour)
    starts = (hour * 3_600_000_000 + 4 * 86_400_000_000).astype(np.int64)  # a Monday
    week_end = weekend * (hour // 24 % 7 >= 5)
    return pl.DataFrame(
        {
            "plain": rng.normal(size=n) + week_end + moved,
            "daily": rng.normal(size=n) + 2.0 * np.sin(hour % 24 / 24 * 2 * np.pi),
            "kind": rng.choice([*"aaabbc"], n),
            "many": rng.choice([f"v{i}" for i in range(60)], n),
            "same": np.ones(n),
            "t": pl.Series(starts).cast(pl.Datetime("us", "UTC")),
        }
    )


def sides(*, every="1h", days=(28, 3), **current):
    frame = rows_of(days[0], seed=1, weekend=current.get("weekend", 0.0))
    reference = bg.profile(frame, bg.Schema.infer(frame, timestamp="t"), every=every, sample=False)
    return reference, bg.profile(
        rows_of(days[1], seed=2, **current), like=reference, every=every, sample=False
    )


@pytest.mark.parametrize("every", ["1h", "1d"])
@pytest.mark.parametrize(
    "address",
    [
        *(f'drift.windows_{m}(column="{c}")' for m in ("p_value", "ratio") for c in NAMES),
        *(f'drift.{m}(column="{c}")' for m in ("total_variation", "effect") for c in NAMES),
        "drift.share",
        "drift.inputs_p_value",
    ],
)
def test_windows_together_are_windows_one_by_one(address, every):
    reference, current = sides(every=every, moved=0.4)
    together = evaluate_windows(address, current, reference)
    assert len(together) == len(current.cells)
    for cell, (_, figure) in list(zip(current.cells, together, strict=True))[::7]:
        alone = evaluate(address, current.at(cell), reference)
        assert type(alone) is type(figure)
        if isinstance(figure, Value):
            assert (alone.value, alone.n) == (pytest.approx(figure.value, rel=1e-12), figure.n)
            assert alone.interval == (
                figure.interval and pytest.approx(figure.interval, rel=1e-12, abs=1e-12)
            )


def test_what_is_detected_is_what_a_report_detects():
    for moved in (0.0, 0.1, 0.5):
        reference, current = sides(every="6h", days=(28, 2), moved=moved)
        prepared = prepared_reference(reference)
        found = detected_in_windows(prepared, current.total())
        told, _ = drift_of_columns(reference, current)
        assert {n: bool(f[0]) for n, f in found.items()} == {n: d.verdict.detected for n, d in told.items()}


@pytest.mark.parametrize("an_hour", [40, 80])
def test_an_hour_is_compared_with_its_own_hour(an_hour):
    frame = rows_of(28, seed=1, an_hour=an_hour)
    reference = bg.profile(frame, bg.Schema.infer(frame, timestamp="t"), every="1h", sample=False)
    current = bg.profile(rows_of(3, seed=2, an_hour=an_hour), like=reference, every="1h", sample=False)
    prepared = prepared_reference(reference, every="1h")
    assert prepared.columns["daily"].own.variation.phases.tolist() == list(range(24))
    assert prepared.columns["plain"].own.variation.phases is None
    figures = [
        f.value for _, f in evaluate_windows('drift.windows_p_value(column="daily")', current, reference)
    ]
    assert np.mean(np.array(figures) < 0.05) < 0.15


def test_a_night_at_noon_is_found():
    reference, _ = sides()
    moved = bg.profile(
        rows_of(2, seed=3).with_columns(t=pl.col("t") + pl.duration(hours=12)), like=reference, every="1h", sample=False
    )  # fmt: skip
    figures = [
        f.value for _, f in evaluate_windows('drift.windows_p_value(column="daily")', moved, reference)
    ]
    assert np.median(figures) < 1e-3


def test_days_of_the_week_are_compared_with_their_own():
    reference, current = sides(every="1d", days=(56, 14), weekend=0.5)
    assert prepared_reference(reference, every="1d").columns["plain"].own.variation.phases.tolist() == [
        *range(1, 8)
    ]
    found = dict(evaluate_windows('drift.windows_p_value(column="plain")', current, reference))
    assert min(f.value for f in found.values()) > 1e-3


def test_hours_of_the_reference_are_added_up_to_days():
    reference, current = sides()
    days = bg.profile(rows_of(3, seed=2), like=reference, every="1d", sample=False)
    prepared = prepared_reference(reference, every="1d")
    assert prepared.as_long
    assert prepared.columns["plain"].own.variation.windows == 28
    assert all(isinstance(f, Value) for _, f in evaluate_windows("drift.inputs_p_value", days, reference))
    assert current.rows == days.rows


def test_a_column_of_one_value_has_not_moved():
    reference, current = sides()
    found = evaluate_windows('drift.windows_p_value(column="same")', current, reference)
    assert {f.value for _, f in found} == {1.0}


def test_rare_categories_of_small_windows_are_unknown():
    reference, current = sides()
    found = evaluate_windows('drift.windows_p_value(column="many")', current, reference)[0][1]
    assert found.reason == "too_little_history"
    assert "no change, however large" in found.detail


def test_a_short_reference_says_so():
    reference, current = sides(every="1d", days=(3, 2))
    for address in ('drift.windows_p_value(column="plain")', "drift.inputs_p_value"):
        found = evaluate(address, current, reference)
        assert isinstance(found, Undefined)
        assert found.reason == "too_little_history"
        assert "at least 4 are needed" in found.detail


def test_a_reference_without_windows_says_so():
    reference, current = sides()
    found = evaluate('drift.windows_ratio(column="plain")', current, reference.total())
    assert found.detail == "too little history: the reference has no windows"


def test_an_hour_the_reference_never_had_is_unknown():
    reference, current = sides()
    day = [c for c in reference.cells if c.window is None or c.window // 3_600_000_000 % 24 != 5]
    found = evaluate_windows('drift.windows_p_value(column="daily")', current, reference.at(*day))
    five = [f for at, f in found if at.hour == 5]
    assert {f.reason for f in five} == {"too_little_history"}
    assert Cell("", None) not in reference.cells


@pytest.mark.parametrize(("days", "as_long"), [(35, False), (7 * 26, True)])
def test_weeks_are_compared_with_days_until_there_are_many_of_them(days, as_long):
    frame = rows_of(days, seed=1, an_hour=4, weekend=1.0)
    reference = bg.profile(frame, bg.Schema.infer(frame, timestamp="t"), every="1d", sample=False)
    prepared = prepared_reference(reference, every="1w")
    assert prepared.as_long == as_long
    own = prepared.columns["plain"].own.variation
    assert own.windows == (26 if as_long else days)
    assert (own.phases is None) == as_long


def test_weeks_of_hours_are_compared_with_days():
    frame = rows_of(28, seed=1, an_hour=4)
    reference = bg.profile(frame, bg.Schema.infer(frame, timestamp="t"), every="1h", sample=False)
    assert prepared_reference(reference, every="1w").columns["plain"].own.variation.windows == 28


def test_a_new_value_of_one_day_is_for_days_to_tell():
    frame = rows_of(28, seed=1, an_hour=4)
    reference = bg.profile(frame, bg.Schema.infer(frame, timestamp="t"), every="1d", sample=False)
    holiday = pl.when(pl.col("t").dt.ordinal_day() == 7).then(pl.lit("holiday")).otherwise("kind")
    current = bg.profile(
        rows_of(7, seed=2, an_hour=4).with_columns(kind=holiday), like=reference, every="1d", sample=False
    )
    address = 'drift.windows_p_value(column="kind")'
    by_day = [found.value for _, found in evaluate_windows(address, current, reference)]
    ((_, of_week),) = evaluate_windows(address, coarser(current, "1w"), reference)
    assert min(by_day) < 1e-9
    assert of_week.value > 0.05


def test_a_week_fills_more_cells_than_a_day():
    frame = rows_of(28, seed=1, an_hour=4)
    reference = bg.profile(frame, bg.Schema.infer(frame, timestamp="t"), every="1d", sample=False)
    of_weeks, of_days = (prepared_reference(reference, every=every) for every in ("1w", "1d"))
    cells = [p.columns["many"].own.variation.sums.shape[1] for p in (of_weeks, of_days)]
    assert cells == [60, 1]
