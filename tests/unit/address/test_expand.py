"""What * stands for."""

import polars as pl
import pytest

from barograph.errors import AddressError
from barograph.frames.typed import typed
from barograph.metrics.evaluate import evaluate
from barograph.metrics.expand import expand
from barograph.profile.count import Plan, profile_block
from barograph.profile.learn import learn_grid
from barograph.profile.segments import partition
from barograph.schema.model import Column, Schema

SCHEMA = Schema(
    columns=(
        Column(name="x"),
        Column(name="land", kind="categorical", role="segment"),
        Column(name="y", kind="categorical", role="label"),
        Column(name="p", kind="categorical", role="prediction"),
        Column(name="id", role="id"),
        Column(name="note", kind="categorical", role="metadata"),
    ),
    task="multiclass",
    not_profiled={"photo": "binary values"},
)
ROWS = pl.DataFrame(
    {
        "x": [1.0, 2.0],
        "land": ["DE", "FR"],
        "y": ["a", "b"],
        "p": ["a", "a"],
        "id": ["1", "2"],
        "note": ["n", "m"],
    }
)


def profiled(frame=ROWS):
    grid = learn_grid(typed(ROWS, SCHEMA), SCHEMA)
    return profile_block(typed(frame, SCHEMA), Plan(schema=SCHEMA, grid=grid, by=(partition("land"),)))


def written(address, *profiles):
    return [str(a) for a in expand(address, *profiles)]


def test_an_address_without_a_star_is_itself():
    assert written('quality.mean(column="x")', profiled()) == ['quality.mean(column="x")']


def test_columns_are_those_the_metric_is_defined_for():
    assert written("quality.mean(column=*)", profiled()) == ['quality.mean(column="x")']


def test_columns_of_drift_metrics_are_those_that_are_compared():
    found = [a.get("column") for a in expand("drift.psi(column=*)", profiled())]
    assert found == ["x", "land", "y", "p"]


def test_classes_are_the_grid_s():
    found = [a.get("class") for a in expand("performance.recall(class=*)", profiled())]
    assert found == ["a", "b"]


def test_segments_are_those_of_either_side():
    current = profiled(ROWS.with_columns(land=pl.Series(["FR", "ES"])))
    found = [a.get("segment") for a in expand("quality.row_count(segment=*)", current, profiled())]
    assert sorted(found[:2]) == ["land=ES", "land=FR"]
    assert found[2:] == ["land=DE"]


def test_two_stars_name_every_pair():
    found = written("performance.recall(class=*, segment=*)", profiled())
    assert len(found) == 4
    assert found[0] == 'performance.recall(class="a", segment="land=DE")'


def test_every_address_can_be_evaluated():
    assert [evaluate(a, profiled()).value for a in expand("quality.null_share(column=*)", profiled())] == [
        0.0
    ] * 5


def test_nothing_to_name_is_no_address():
    assert expand("quality.row_count(segment=*)", profile_without_segments()) == ()


def profile_without_segments():
    return profile_block(
        typed(ROWS, SCHEMA), Plan(schema=SCHEMA, grid=learn_grid(typed(ROWS, SCHEMA), SCHEMA))
    )


def test_a_number_has_no_list():
    with pytest.raises(
        AddressError, match="q has no list that \\* could stand for; only column, class, rule and segment"
    ):
        expand('quality.quantile(column="x", q=*)', profiled())


def test_a_wrong_name_beside_a_star_is_refused():
    with pytest.raises(AddressError, match="no column 'xx' in the schema"):
        expand('quality.mean(column="xx", segment=*)', profiled())
