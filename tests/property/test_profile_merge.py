"""`profile(a) + profile(b)` equals `profile(a ∥ b)`, byte for byte, whatever the rows and however they are cut."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from functools import cache

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import barograph as bg
from barograph import api
from barograph.errors import ProfileError
from barograph.frames.typed import typed
from barograph.profile.codec import content
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.segments import partition
from barograph.schema.model import Column, Schema

TASKS = (None, "regression", "binary", "threshold", "multiclass", "multilabel")
NUMBERS = [0.0, -0.0, np.nan, -np.nan, np.inf, -np.inf, 1e308, -1e308, 1.7e308, 5e-324, None, 1.0, 2.5, -7.0]
CATEGORIES = ["a", "b", "c", None, "", "unseen", "new too", "🦜", "A" * 70]
POOL = 300


def answers(task: str | None, rng: np.random.Generator) -> tuple[list[Column], dict[str, object]]:
    """Columns and raw values of label, prediction and scores."""
    if task is None:
        return [], {}
    if task == "multilabel":
        values = {
            n: rng.choice(np.array(["0", "1", "?", None], object), POOL).tolist() for n in ("y", "p", "yb")
        }
        values["sb"] = rng.choice(np.array([0.0, 0.5, 0.9, np.nan, None], object), POOL).tolist()
        return [
            Column(name="y", role="label", kind="categorical", class_name="a"),
            Column(name="yb", role="label", kind="categorical", class_name="b"),
            Column(name="p", role="prediction", kind="categorical", class_name="a"),
            Column(name="sb", role="score", class_name="b"),
        ], values
    if task == "regression":
        values = {
            "y": rng.choice(np.array([1.0, 2.0, -3.5, 1e200, np.nan, np.inf, None], object), POOL).tolist(),
            "p": rng.choice(np.array([1.0, 1.5, 0.0, -1e308, None], object), POOL).tolist(),
        }
        kind = "numeric"
    else:
        classes = ["no", "yes"] if task in ("binary", "threshold") else ["no", "yes", "who"]
        values = {name: rng.choice(np.array([*classes, None], object), POOL).tolist() for name in ("y", "p")}
        values["y"][7] = "never seen"
        kind = "categorical"
    columns = [Column(name="y", role="label", kind=kind), Column(name="p", role="prediction", kind=kind)]
    if task in ("binary", "threshold"):
        values["s"] = rng.choice(
            np.array([0.0, 1.0, 0.3, 0.999999, np.nan, None, *rng.random(50)], object), POOL
        ).tolist()
        columns.append(Column(name="s", role="score", class_name="yes"))
    if task == "multiclass":
        for c in ("no", "yes", "who"):
            values[f"s_{c}"] = rng.random(POOL).tolist()
            columns.append(Column(name=f"s_{c}", role="score", class_name=c))
    if task == "threshold":
        columns = [c for c in columns if c.role != "prediction"]
    return columns, values


@cache
def pool(task: str | None) -> tuple[Schema, pl.DataFrame]:
    """Three hundred hostile rows and their schema."""
    rng = np.random.default_rng(TASKS.index(task))
    columns, values = answers(task, rng)
    start = datetime(2024, 3, 30)
    values |= {
        "x": [*NUMBERS * 4, *rng.pareto(1.0, POOL - 4 * len(NUMBERS)).tolist()],
        "whole": rng.choice(np.array([0, 1, 2, 40, -3, 10**15, None], object), POOL).tolist(),
        "read": rng.choice(["1.5", "-0.0", "NA", "many", "1e308", "inf"], POOL).tolist(),
        "group": rng.choice(np.array(CATEGORIES, object), POOL).tolist(),
        "said": rng.choice(np.array(["", "hello", "🦜" * 40, None], object), POOL).tolist(),
        "when": [None if i % 17 == 0 else start + timedelta(minutes=11 * i) for i in range(POOL)],
        "weight": rng.choice([0.0, 0.5, 1.0, 3.7, 123.456, 2_000.0], POOL).tolist(),
        "id": [None if i % 23 == 0 else i // 2 for i in range(POOL)],
    }
    columns += [
        Column(name="x", range=(-1.0, 100.0)), Column(name="whole"), Column(name="read"),
        Column(name="group", kind="categorical"), Column(name="said", kind="text"),
        Column(name="when", kind="datetime", role="timestamp"),
        Column(name="weight", role="weight"), Column(name="id", role="id", kind="categorical"),
    ]  # fmt: skip
    schema = Schema(
        columns=tuple(columns), task="binary" if task == "threshold" else task, timezone="Europe/Berlin",
        positive="yes" if task in ("binary", "threshold") else None, threshold=0.5 if task == "threshold" else None,
    )  # fmt: skip
    of_label = "y - p" if task == "regression" else "CASE WHEN y = 'yes' THEN x ELSE whole END"
    own = {"product": {"sum": "x * whole"}, "each": {"ratio": ["x", "whole"]}}
    schema = schema.with_metrics(own if task is None else own | {"late": {"sum": of_label}})
    schema = schema.with_rules({"small": "x <= whole OR group = 'a'", "still": "whole > 0"})
    types = {"whole": pl.Int64, "id": pl.Int64, "when": pl.Datetime("us")}
    return schema, pl.DataFrame(values, schema_overrides=types, strict=False)


def without(schema: Schema, *roles: str) -> Schema:
    return replace(schema, columns=tuple(c for c in schema.columns if c.role not in roles))


@cache
def plan(task: str | None, every: str | None, weighted: bool, identified: bool, divided: bool) -> Plan:
    """A grid learned from a third of the rows, so that the rest brings values it never saw."""
    schema, rows = pool(task)
    schema = without(schema, *(() if weighted else ("weight",)), *(() if identified else ("id",)))
    grid = learn_grid(
        typed(rows.filter(pl.col("group") != "unseen")[::3], schema), schema, every=every, weighted=weighted
    )
    by = (partition("group"), partition(("whole > 1", "group"))) if divided else ()
    return Plan(schema=schema, grid=grid, by=by)


cases = st.tuples(
    st.sampled_from(TASKS), st.sampled_from([None, "1h", "1d"]), st.booleans(), st.booleans(), st.booleans()
)
picks = st.lists(st.integers(0, POOL - 1), max_size=50)
every_case = settings(max_examples=30)


def counted(rows: list[int], case: tuple[object, ...]) -> bg.Profile:
    """The profile of these rows of the pool, in this order."""
    how = plan(*case)
    return profile_block(typed(pool(case[0])[1][rows], how.schema), how)


@every_case
@given(cases, picks, picks)
def test_parts_add_up_to_the_whole(case, a, b):
    assert content(counted(a, case) + counted(b, case)) == content(counted(a + b, case))


@every_case
@given(cases, picks, st.randoms(use_true_random=False))
def test_the_order_of_rows_is_nothing(case, rows, random):
    shuffled = random.sample(rows, len(rows))
    assert content(counted(shuffled, case)) == content(counted(rows, case))


@every_case
@given(cases, picks, picks)
def test_addition_commutes(case, a, b):
    one, other = counted(a, case), counted(b, case)
    assert content(one + other) == content(other + one)


@every_case
@given(cases, picks, picks, picks)
def test_addition_associates(case, a, b, c):
    x, y, z = counted(a, case), counted(b, case), counted(c, case)
    assert content((x + y) + z) == content(x + (y + z))


@every_case
@given(
    cases,
    picks,
    picks,
    st.sets(st.sampled_from(["x", "group", "said", "y", "s", "when", "id"])),
    st.sampled_from(["x", "group", "y"]),
)
def test_parts_that_lack_columns_commute_and_associate(case, a, b, lacking, other_lacking):
    how = plan(*case)
    rows = pool(case[0])[1]
    x = profile_block(typed(rows[a].drop(lacking, strict=False), how.schema), replace(how, by=()))
    y = profile_block(typed(rows[b].drop(other_lacking, strict=False), how.schema), replace(how, by=()))
    z = profile_block(typed(rows[a + b], how.schema), replace(how, by=()))
    assert content(x + y) == content(y + x)
    assert content((x + y) + z) == content(x + (y + z))


@pytest.mark.parametrize("task", TASKS)
@pytest.mark.parametrize("threads", [1, 2, 3])
def test_batches_and_threads_are_nothing(task, threads, monkeypatch):
    schema, rows = pool(task)
    reference = bg.profile(rows, schema, every="1h")
    whole = content(bg.profile(rows, like=reference, by="group"))
    monkeypatch.setattr(api, "_block_rows", lambda columns: 7 * threads)
    assert content(bg.profile(rows, like=reference, by="group", threads=threads)) == whole


@pytest.mark.parametrize("every", [None, "1h", "1d"])
def test_the_cells_of_all_rows_do_not_depend_on_segments(every):
    case = ("binary", every, True, True)
    divided, plain = counted(list(range(POOL)), (*case, True)), counted(list(range(POOL)), (*case, False))
    assert content(divided.at(*plain.cells)) == content(plain.at(*plain.cells))


def test_segments_of_a_division_add_up_to_all_rows():
    profile = counted(list(range(POOL)), ("regression", "1d", False, True, True))
    groups = [profile.total(s) for s in profile.segments if s.startswith("group=")]
    assert sum(int(g.table.rows[0]) for g in groups) == profile.rows == POOL


@every_case
@given(st.sampled_from(TASKS[1:]), picks, picks)
def test_a_corrected_label_equals_counting_again(task, kept, corrected):
    case = (task, "1d", False, True, False)
    how, rows = plan(*case), pool(task)[1]
    given_labels = rows.get_column("y").reverse()
    before = profile_block(typed(rows[kept + corrected], how.schema), how)
    after = rows[corrected].with_columns(given_labels[corrected].alias("y"))
    new, old = (profile_block(typed(r, how.schema), how) for r in (after, rows[corrected]))
    again = profile_block(typed(pl.concat([rows[kept], after]), how.schema), how)
    outcome = (before - old + new).outcome
    assert content(replace(again, outcome=outcome)) == content(again)


def test_subtraction_needs_the_cells_it_takes_from():
    case = ("regression", "1h", False, False, False)
    with pytest.raises(ProfileError, match="cannot take away outcomes of cells that are not held"):
        counted([1], case) - counted([200], case)


def test_another_grid_is_refused():
    one, other = (counted([1, 2], (task, None, False, False, False)) for task in ("binary", "regression"))
    with pytest.raises(ValueError, match="like=the same reference"):
        one + other


def test_rows_of_no_reference_windows_are_not_added_to_windows():
    hours, days = (counted(list(range(50)), ("binary", every, False, False, False)) for every in ("1h", "1d"))
    with pytest.raises(ValueError, match=r"1h.*1d"):
        hours + days


@pytest.mark.parametrize("twins", [(0.0, -0.0), (float("nan"), -float("nan"))])
def test_two_zeros_or_two_nans_make_duplicate_rows(twins):
    schema = Schema(columns=(Column(name="x"),))
    rows = pl.DataFrame({"x": twins})
    profile = bg.profile(rows, schema)
    assert content(profile) == content(bg.profile(rows.reverse(), like=profile, origin=profile.origin))
    assert profile.duplicates.counts.tolist() == [2]
    assert profile.sample.counts.to_list() == [2]


@pytest.mark.parametrize("task", TASKS)
def test_adding_no_rows_changes_nothing(task):
    schema, rows = pool(task)
    reference = bg.profile(rows, schema, every="1d")
    some, none = bg.profile(rows, like=reference), bg.profile(rows.clear(), like=reference)
    assert content(some + none) == content(none + some) == content(some)
    assert none.missing == ()
