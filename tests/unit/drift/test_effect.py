import numpy as np
import polars as pl

import barograph as bg
from barograph.metrics.address import parse_address
from barograph.metrics.drift.effect import ColumnCounts, effects, effects_of_columns
from barograph.metrics.evaluate import evaluate_columns, evaluate_windows, of_columns


def test_columns_computed_together_are_what_each_is_by_itself():
    rng = np.random.default_rng(3)
    columns = []
    for cells, windows in ((2, 3), (27, 1), (30, 2), (70, 4), (300, 2)):
        reference = rng.multinomial(5_000, np.full(cells, 1 / cells)).astype(float)
        current = rng.multinomial(400, np.full(cells, 1 / cells), windows).astype(float)
        columns.append(ColumnCounts(reference=reference, current=current))
    unseen = np.zeros(70, bool)
    unseen[60:] = True
    columns.append(
        ColumnCounts(reference=np.where(unseen, 0.0, 40.0), current=np.ones((2, 70)), unseen=unseen)
    )
    for column, together in zip(columns, effects_of_columns(columns), strict=True):
        alone = effects(column.reference, column.current, unseen=column.unseen)
        for name in ("effect", "low", "high", "total_variation", "noise"):
            assert np.array_equal(getattr(alone, name), getattr(together, name)), name


def test_a_metric_of_several_columns_gives_what_each_column_gives():
    rng = np.random.default_rng(4)
    rows = pl.DataFrame(
        {
            "t": pl.Series(np.arange(400) * 864_000_000 + 1_700_000_000_000_000).cast(
                pl.Datetime("us", "UTC")
            ),
            "x": rng.normal(size=400),
            "c": rng.choice(["a", "b"], 400),
            "y": rng.normal(size=400),
        }
    )
    schema = bg.Schema.infer(rows, timestamp="t", label="y")
    reference = bg.profile(rows[:200], schema, every="1d")
    current = bg.profile(rows[200:].drop("y"), like=reference, every="1d")
    addresses = [parse_address(f'drift.total_variation(column="{column}")') for column in ("x", "c", "y")]
    found = evaluate_columns(of_columns(addresses, current.schema), current, reference)
    for column, each in found.items():
        alone = evaluate_windows(f'drift.total_variation(column="{column}")', current, reference)
        assert [(at, repr(result)) for at, result in each] == [(at, repr(result)) for at, result in alone]
    assert {result.reason for _, result in found["y"]} == {"column_missing"}
