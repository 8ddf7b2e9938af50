"""Situations that other tools were measured to get wrong: what this one does.

The page `docs/explanation/comparison.md` lists them, with the tests elsewhere that belong to the list.
"""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd
import polars as pl
import pytest

import barograph as bg
from barograph.checks.run import run_checks
from barograph.errors import DataError
from barograph.metrics.drift.columns import ColumnDrift, drift_of_columns
from barograph.metrics.registry import metrics

SOURCES = Path(bg.__file__).parent
DRAWS = 60
#: At most 5 % of draws without drift may be called drifted; of 60, more than 8 come once in 300 times.
MOST_ALARMS = 8


def categories(k: int, n: int, rng: np.random.Generator) -> pl.DataFrame:
    """Rows of k categories whose shares fall with their rank."""
    share = 1.0 / np.arange(1, k + 1) ** 0.8
    names = np.array([f"s{i:03}" for i in range(k)])
    return pl.DataFrame({"c": names[rng.choice(k, n, p=share / share.sum())]})


def drift(reference: pl.DataFrame, current: pl.DataFrame) -> ColumnDrift:
    """What is said of the column c."""
    before = bg.profile(reference, bg.Schema.infer(reference), threads=1)
    after = bg.profile(current, like=before, threads=1)
    return drift_of_columns(before, after)[0]["c"]


def report(reference: object, current: object, **roles: object) -> bg.Report:
    before = bg.profile(reference, bg.Schema.infer(reference, **roles))
    return bg.compare(before, bg.profile(current, like=before))


@pytest.mark.parametrize("rows", [200, 1_000, 1_001])
@pytest.mark.parametrize("k", [3, 50, 500])
def test_categories_without_drift_raise_few_alarms(k, rows):
    rng = np.random.default_rng([k, rows])
    alarms = sum(
        drift(categories(k, rows, rng), categories(k, rows, rng)).verdict.detected for _ in range(DRAWS)
    )
    assert alarms <= MOST_ALARMS


@pytest.mark.parametrize("k", [3, 50])
def test_nothing_jumps_at_a_thousand_rows(k, rng):
    reference, current = categories(k, 1_003, rng), categories(k, 1_003, rng)
    moved = pl.Series(rng.random(1_003) < 0.1)
    current = current.with_columns(pl.when(moved).then(pl.lit("s002")).otherwise("c").alias("c"))
    said = [drift(reference.head(n), current.head(n)).verdict for n in range(997, 1_004)]
    assert max(abs(np.diff([v.effect for v in said]))) < 0.005
    assert max(abs(np.diff([v.p_value for v in said]))) < 0.005
    assert len({v.detected for v in said}) == 1


@pytest.mark.parametrize("n", [999, 1_000, 1_001])
def test_a_large_change_is_found_around_a_thousand_rows(n, rng):
    current = categories(3, n, rng).with_columns(pl.col("c").replace("s002", "s000"))
    assert drift(categories(3, n, rng), current).verdict.detected


@pytest.mark.parametrize("n", [10_000, 100_000])
def test_a_rare_class_that_doubles_is_found(n):
    found = 0
    for seed in range(10):
        rng = np.random.default_rng([seed, n])
        before, after = (
            pl.DataFrame({"c": rng.choice(["usual", "other", "rare"], n, p=[0.7, 0.3 - rare, rare])})
            for rare in (0.01, 0.02)
        )
        found += drift(before, after).verdict.detected
    assert found == 10


@pytest.mark.parametrize("kind", ["numbers", "text"])
def test_nine_nulls_in_ten_are_drift(kind, rng):
    drawn = rng.normal(size=(2, 2_000)) if kind == "numbers" else rng.choice(["a", "b"], (2, 2_000))
    lost = pl.Series(rng.random(2_000) < 0.9)
    current = pl.DataFrame({"c": drawn[1]}).with_columns(pl.when(~lost).then("c").alias("c"))
    said = drift(pl.DataFrame({"c": drawn[0]}), current)
    assert said.verdict.detected
    assert said.verdict.effect == pytest.approx(0.9, abs=0.03)


@pytest.mark.parametrize(
    "dtype",
    ["Int64", "Int8", "UInt16", "uint8", "uint64", "bool", "boolean", "timedelta64[s]", "Float64", "float32"],
)
def test_a_column_of_any_type_is_compared(dtype, rng):
    before, after = rng.integers(0, 100, (2, 2_000))
    before, after = (before % 2, after % 3 % 2) if dtype.startswith("bool") else (before, after + 20)
    sides = [pd.DataFrame({"c": pd.Series(values).astype(dtype)}) for values in (before, after)]
    assert report(*sides).to_dict()["drift"]["columns"]["c"]["detected"]


def test_a_model_that_gets_better_passes_its_suggested_checks(rng):
    label = rng.normal(20.0, 5.0, (2, 2_000))
    sides = [
        pl.DataFrame({"y": y, "p": y + rng.normal(0.0, error, y.size)})
        for y, error in zip(label, (2.0, 0.2), strict=True)
    ]
    before = bg.profile(sides[0], bg.Schema.infer(sides[0], label="y", prediction="p", task="regression"))
    results = run_checks(before, bg.profile(sides[1], like=before), [bg.suggest_checks(before)])
    judged = [r for r in results if str(r.address).startswith("performance.")]
    assert judged
    assert {r.status for r in judged} == {"pass"}


def test_relative_errors_of_negative_labels_are_relative(rng):
    label = -rng.uniform(1.0, 10.0, 1_000)
    rows = pl.DataFrame({"y": label, "p": label * 1.1})
    said = report(rows, rows, label="y", prediction="p", task="regression").to_dict()
    assert said["performance"]["mape"]["current"]["value"] == pytest.approx(0.1)


@pytest.fixture
def mae_that(monkeypatch):
    """Replace the computation of the mean absolute error."""

    def replaced(compute):
        known = dict(metrics())
        known["performance.mae"] = replace(known["performance.mae"], compute=compute)
        monkeypatch.setattr("barograph.metrics.registry._all_metrics", lambda: known)

    return replaced


def judged_mae() -> object:
    rows = pl.DataFrame({"y": [1.0, 2.0, 4.0], "p": [1.0, 3.0, 3.0]})
    before = bg.profile(rows, bg.Schema.infer(rows, label="y", prediction="p", task="regression"))
    return run_checks(before, before, ["performance.mae <= 10"])


def test_a_figure_that_cannot_be_computed_is_unknown_and_fails(mae_that):
    def refuses(view):
        raise DataError("these rows cannot be judged")

    mae_that(refuses)
    results = judged_mae()
    assert (results[0].status, results.exit_code, results.passed) == ("unknown", 1, False)
    assert results[0].undefined.detail == "these rows cannot be judged"


def test_a_fault_of_the_program_is_not_hidden(mae_that):
    def breaks(view):
        raise ZeroDivisionError("a fault")

    mae_that(breaks)
    with pytest.raises(ZeroDivisionError, match="a fault"):
        judged_mae()


def page(n: int, rng: np.random.Generator) -> tuple[str, pl.DataFrame]:
    """A report on rows of ten digits each, so that one of their values is not met by chance."""
    rows = pl.DataFrame({"x": rng.uniform(2e9, 8e9, n), "id": pl.arange(n, eager=True) + 7_123_456_789})
    rows = rows.with_columns(y=pl.col("x") + rng.normal(0.0, 1e8, n), p=pl.col("x"))
    roles = {"label": "y", "prediction": "p", "id": "id", "task": "regression"}
    return report(rows, rows, **roles).to_html(), rows


def test_a_page_holds_no_value_of_a_row(rng):
    text, rows = page(5_000, rng)
    long = re.compile(r"\d[\d,]{8,}")
    assert len(long.findall(rows.write_json())) == 20_000
    assert long.findall(text) == []


def test_a_page_does_not_grow_with_the_rows(rng):
    few, many = (len(page(n, rng)[0]) for n in (2_000, 40_000))
    assert many <= 1.1 * few
    assert many < 300_000


OFFLINE = """
import sys
asked = []
sys.addaudithook(lambda event, _: asked.append(event) if event.startswith(("socket.", "urllib.", "http.")) else None)
import polars as pl, barograph as bg
rows = pl.DataFrame({"x": [1.0, 2.0, 3.0] * 20, "g": ["a", "b", "c"] * 20})
known = bg.profile(rows, bg.Schema.infer(rows))
said = bg.compare(known, known)
said.to_html(), said.to_json(), bg.suggest_checks(known)
print(asked)
"""


def test_nothing_is_asked_of_the_network():
    done = subprocess.run(
        [sys.executable, "-c", OFFLINE], capture_output=True, text=True, check=True, timeout=600
    )
    assert done.stdout.strip() == "[]"


def imported(path: Path) -> set[str]:
    tree = ast.parse(path.read_text("utf-8"))
    whole = {a.name for n in ast.walk(tree) if isinstance(n, ast.Import) for a in n.names}
    parts = {
        f"{n.module}.{a.name}"
        for n in ast.walk(tree)
        if isinstance(n, ast.ImportFrom) and n.module and not n.level
        for a in n.names
    }
    return whole | parts


def test_no_private_part_of_another_package_is_imported():
    found = {name for path in SOURCES.rglob("*.py") for name in imported(path)}
    others = {name for name in found if not name.startswith(("barograph", "__future__"))}
    assert {"numpy", "polars"} <= {name.partition(".")[0] for name in others}
    assert [name for name in others if any(part.startswith("_") for part in name.split("."))] == []
    assert [name for name in others if name.startswith(("pandas.core", "numpy.core"))] == []


def test_every_test_named_on_the_page_is_there():
    root = Path(__file__).parents[2]
    named = re.findall(r"`(test_\w+)`", (root / "docs" / "explanation" / "comparison.md").read_text("utf-8"))
    written = "\n".join(path.read_text("utf-8") for path in (root / "tests").rglob("test_*.py"))
    assert len(named) > 10
    assert [name for name in named if f"def {name}(" not in written] == []
