"""What every metric keeps: a full declaration, a golden figure, its place on the page, and the laws of figures."""

import csv
import importlib.util
import inspect
import math
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from barograph.frames.typed import typed
from barograph.metrics.address import Address, parse_address
from barograph.metrics.arguments import PARAMETERS, required_parameters
from barograph.metrics.evaluate import evaluate
from barograph.metrics.registry import BUILT_IN, metrics
from barograph.metrics.values import Undefined, Value
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.schema.model import KINDS, NUMERIC_TASKS, REGRESSION_TASKS, TASKS, Column, Schema

ROOT = Path(__file__).parents[2]
EXAMPLES = {"q": 0.3, "k": 0.5, "rule": "x is small"}
#: Figures of the logged rows themselves, whatever rows they stand for.
OF_LOGGED_ROWS = {
    "quality.distinct_count", "quality.distinct_share", "quality.duplicate_share", "performance.coverage",
}  # fmt: skip
#: Figures in which the number of rows has a part; with weights they rest on the effective rows.
OF_EFFECTIVE_ROWS = {
    "drift.effect", "drift.p_value", "drift.psi", "drift.kl", "drift.chi2", "drift.g_test", "drift.anderson",
    "drift.cramer_von_mises", "drift.welch_t", "drift.z",
    "performance.me_sd", "performance.mae_sd", "performance.mape_sd",
}  # fmt: skip

specs = pytest.mark.parametrize("spec", BUILT_IN, ids=[s.name for s in BUILT_IN])


@specs
def test_declares_what_a_reader_needs(spec):
    assert all(len(text) > 8 for text in (spec.definition, spec.misleads, spec.source))
    assert spec.title
    assert spec.compute.__doc__ or spec.family == "drift"
    assert parse_address(spec.name).family == spec.family


def test_names_are_unique():
    assert len({s.name for s in BUILT_IN}) == len(BUILT_IN)
    assert [s.name for s in BUILT_IN] == list(metrics())[: len(BUILT_IN)]


@specs
def test_applies_to_known_kinds_or_tasks(spec):
    known = {"table": (), "outcome": TASKS}.get(spec.scope, KINDS)
    assert set(spec.applies_to) <= set(known)
    assert bool(spec.applies_to) == (spec.scope not in ("table", "custom"))


@specs
def test_parameters_are_keywords_of_its_function(spec):
    taken = inspect.signature(spec.compute).parameters
    assert {PARAMETERS.get(p, p) for p in spec.parameters} <= set(taken)
    assert set(required_parameters(spec)) <= {"column", *spec.parameters}


@specs
def test_has_a_golden_figure(spec):
    assert spec.name in golden_names(), f"add a row for {spec.name} to a table in tests/golden/"


def golden_names():
    names = set()
    for table in (ROOT / "tests" / "golden").glob("*.csv"):
        for row in csv.reader(table.read_text("utf-8").splitlines()[1:]):
            names.add(row[0] if "." in row[0] else f"{table.stem}.{row[0]}")
    return names


def test_reference_page_is_fresh():
    spec = importlib.util.spec_from_file_location("generate_metrics", ROOT / "docs" / "generate_metrics.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.PAGE.read_text("utf-8") == module.render(), "run: uv run python docs/generate_metrics.py"


seeds = st.integers(0, 2**32 - 1)
sizes = st.integers(1, 40)
laws = settings(max_examples=8)
each_task = pytest.mark.parametrize("task", TASKS)


def labels_of(task):
    """Classes with a label column of their own; one without a class for all other tasks."""
    return ["a", "b", "c"] if task == "multilabel" else [""]


def schema_of(task, *, weighted=False):
    answer = "numeric" if task in NUMERIC_TASKS else "categorical"
    scores = {"binary": ["b"], "multiclass": ["a", "b", "c"], "multilabel": ["a", "b", "c"]}.get(task, [])
    columns = [
        Column(name="x", range=(0.0, None)),
        Column(name="c", kind="categorical"),
        Column(name="t", kind="datetime"),
        Column(name="w", kind="text"),
        *(Column(name=f"y{c}", role="label", kind=answer, class_name=c or None) for c in labels_of(task)),
        *(
            Column(name=f"p{c}", role="prediction", kind=answer, class_name=c or None)
            for c in labels_of(task)
        ),
        *(Column(name=f"s_{c}", role="score", class_name=c) for c in scores),
    ]
    if task == "forecast":
        columns += [Column(name="ahead", role="horizon"), Column(name="naive", role="baseline")]
    if task == "ranking":
        columns += [Column(name="q", role="group", kind="categorical"), Column(name="place", role="rank")]
    if weighted:
        columns.append(Column(name="weight", role="weight"))
    schema = Schema(columns=tuple(columns), task=task, positive="b" if task == "binary" else None)
    return schema.with_rules({EXAMPLES["rule"]: "x < 2 OR c = 'a'"})


def rows_of(task, rng, n):
    classes = ["a", "b"] if task == "binary" else ["a", "b", "c"]
    x = np.round(rng.normal(1, 2, n), int(rng.integers(0, 3)))
    x[rng.random(n) < 0.1] = rng.choice([np.nan, np.inf, -np.inf, 0.0, 1e9])
    days = pl.Series(rng.integers(0, 10**6, n) * 3_600_000_000).cast(pl.Datetime("us", "UTC"))
    out = {"x": pl.Series(x), "c": rng.choice([*"abcdef"], n).tolist(), "t": days}
    out["w"] = ["word " * int(k) for k in rng.integers(0, 5, n)]
    if task in REGRESSION_TASKS:
        out["y"] = np.round(rng.normal(3, 2, n), 1)
        out["p"] = out["y"] + np.round(rng.normal(0, 1, n), 1)
        out["naive"], out["ahead"] = np.round(rng.normal(3, 2, n), 1), rng.integers(1, 4, n)
    elif task == "ranking":
        out["y"], out["p"] = rng.choice([0.0, 0.0, 1.0, 3.0], n), rng.normal(0, 1, n)
        out["q"], out["place"] = rng.integers(0, n // 3 + 1, n).astype(str), rng.integers(1, 12, n)
    elif task == "multilabel":
        for c in labels_of(task):
            out[f"y{c}"], out[f"p{c}"] = (rng.choice(["0", "1"], n).tolist() for _ in range(2))
            out[f"s_{c}"] = rng.random(n)
    else:
        out["y"], out["p"] = (rng.choice(classes, n).tolist() for _ in range(2))
        scores = rng.dirichlet(np.ones(len(classes)), n)
        out |= {f"s_{c}": scores[:, i] for i, c in enumerate(classes)}
    frame = pl.DataFrame(out)
    gone = {
        c: pl.Series(rng.random(n) < rng.choice([0.0, 0.2]))
        for c in ("x", "c", "w", f"y{labels_of(task)[0]}")
    }
    return frame.with_columns(pl.when(~gone[c]).then(pl.col(c)).alias(c) for c in gone)


def grid_of(frame, schema, *, weighted=False):
    return learn_grid(typed(frame, schema), schema, weighted=weighted)


def profiled(frame, schema, grid):
    return profile_block(typed(frame, schema), Plan(schema=schema, grid=grid))


def figures(current, reference, *, families=("quality", "performance", "drift")):
    for spec in BUILT_IN:
        if spec.family not in families:
            continue
        needed = required_parameters(spec)
        columns = [c.name for c in current.schema.with_role("feature") if c.kind in spec.applies_to]
        for column in columns if "column" in needed else [None]:
            given = {p: EXAMPLES[p] for p in needed if p != "column"} | ({"column": column} if column else {})
            address = Address(spec.name, tuple(given.items()))
            yield spec, address, evaluate(address, current, reference)


@each_task
@laws
@given(seed=seeds, n=sizes)
def test_a_figure_is_finite_within_its_range_and_its_interval(task, seed, n):
    rng, schema = np.random.default_rng(seed), schema_of(task)
    reference = rows_of(task, rng, 40)
    grid = grid_of(reference, schema)
    sides = profiled(rows_of(task, rng, n), schema, grid), profiled(reference, schema, grid)
    for spec, address, result in figures(*sides):
        if isinstance(result, Undefined):
            assert result.detail, address
            continue
        low, high = (-math.inf if spec.range[0] is None else spec.range[0], spec.range[1])
        assert low - 1e-12 <= result.value <= (math.inf if high is None else high) + 1e-12, address
        assert isinstance(result.n, int), address
        if result.interval is not None:
            slack = 1e-9 * max(1.0, abs(result.value))
            assert result.interval[0] - slack <= result.value <= result.interval[1] + slack, (address, result)


@each_task
@laws
@given(seed=seeds, n=sizes)
def test_the_order_and_the_division_of_rows_change_nothing(task, seed, n):
    rng, schema = np.random.default_rng(seed), schema_of(task)
    reference, rows = rows_of(task, rng, 40), rows_of(task, rng, n)
    grid = grid_of(reference, schema)
    turned = rows[rng.permutation(n).tolist()]
    first = (
        pl.Series(rng.random(n) < 0.5)
        if task != "ranking"
        else turned["q"].is_in([str(q) for q in range(0, n, 2)])  # parts share no query
    )
    in_parts = profiled(turned.filter(first), schema, grid) + profiled(turned.filter(~first), schema, grid)
    compared = profiled(reference, schema, grid)
    whole = figures(profiled(rows, schema, grid), compared)
    for (_, address, a), (_, _, b) in zip(whole, figures(in_parts, compared), strict=True):
        assert a == b, address


@each_task
@laws
@given(seed=seeds, n=sizes)
def test_a_weight_counts_as_so_many_equal_rows(task, seed, n):
    rng = np.random.default_rng(seed)
    weight = pl.Series("weight", rng.integers(1, 4, n).astype(np.float64))
    rows = rows_of(task, rng, n)
    if task == "ranking":  # a query has one weight
        weight = (rows["q"].cast(pl.Float64) % 3 + 1).alias("weight")
    schema, plain = schema_of(task, weighted=True), schema_of(task)
    weighted = profiled(rows.with_columns(weight), schema, grid_of(rows, schema, weighted=True))
    times = pl.int_ranges(weight.cast(pl.Int64), eager=True)
    repeated = rows.with_columns(times.alias("copy")).explode("copy")
    if task == "ranking":
        repeated = repeated.with_columns(pl.concat_str("q", pl.lit("-"), "copy").alias("q"))
    replicated = profiled(repeated, plain, grid_of(rows, plain))
    pairs = zip(figures(weighted, weighted), figures(replicated, replicated), strict=True)
    for (spec, address, a), (_, _, b) in pairs:
        if spec.name in OF_LOGGED_ROWS | OF_EFFECTIVE_ROWS or not (
            isinstance(a, Value) and isinstance(b, Value)
        ):
            continue
        assert a.value == pytest.approx(b.value, rel=1e-6, abs=1e-9), address


@each_task
def test_of_no_rows_nothing_is_said_but_their_number(task):
    schema, rows = schema_of(task), rows_of(task, np.random.default_rng(0), 40)
    grid = grid_of(rows, schema)
    none = profiled(rows[:0], schema, grid)
    for spec, address, result in figures(none, profiled(rows, schema, grid)):
        if spec.minimum_rows > 0:
            assert isinstance(result, Undefined), address
    assert evaluate("quality.row_count", none) == Value(value=0.0, n=0)
