"""What an explanation refuses, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import DataError, GridMismatch

from .rows import BINARY, binary_rows, profiles, regression_rows

AT = datetime(2026, 3, 2, tzinfo=UTC)


def sides(rng: np.random.Generator, rows: int = 400) -> tuple[bg.Profile, bg.Profile]:
    return profiles(regression_rows(rng, rows), regression_rows(rng, rows))


def faulty(rng: np.random.Generator) -> tuple[bg.Profile, bg.Profile]:
    """A column in other units in the current rows, which a model is asked about anew."""
    later = regression_rows(rng, 1_000).with_columns(pl.col("x") * 1_000.0)
    return profiles(regression_rows(rng, 1_000), later)


def test_too_few_judged_rows(rng):
    few = profiles(regression_rows(rng, 400), regression_rows(rng, 19))
    with pytest.raises(DataError, match=r"^the current rows have 19 judged rows; .* wait for labels"):
        bg.explain(*few)


def test_a_name_is_one(rng):
    before = sides(rng)[0]
    after = bg.profile(regression_rows(rng, 19), like=before, name="May")
    with pytest.raises(DataError, match=r"^May has 19 judged rows"):
        bg.explain(before, after)


def test_judged_rows_that_the_sample_left_out(rng):
    later = regression_rows(rng, 50_000)
    judged = pl.int_range(pl.len()) % 200 == 0
    before, after = profiles(
        regression_rows(rng, 400), later.with_columns(pl.when(judged).then("y").alias("y"))
    )
    said = (
        r"have 250 judged rows, but \d+ of them in the sample of 2,000 rows; .* profile the judged rows alone"
    )
    with pytest.raises(DataError, match=said):
        bg.explain(before, after)


def test_one_row_many_times(rng):
    one = pl.concat([regression_rows(rng, 1)] * 50)
    with pytest.raises(DataError, match="the reference has 50 judged rows, but 1 distinct"):
        bg.explain(*profiles(one, regression_rows(rng, 400)))


def test_a_segment_is_profiled_alone(rng):
    with pytest.raises(DataError, match="explain takes no segment=; profile that segment's rows"):
        bg.explain(*sides(rng), 'performance.mae(segment="g=b")')


def test_a_class_is_named_where_none_is_positive(rng):
    rows = pl.DataFrame({"x": rng.normal(size=300), "y": rng.choice(["lo", "mid", "hi"], 300)})
    both = profiles(
        rows.with_columns(p="y"),
        rows.with_columns(p="y"),
        {"label": "y", "prediction": "p", "task": "multiclass"},
    )
    with pytest.raises(DataError, match=r'expected one of .*, performance\.precision\(class="hi"\), '):
        bg.explain(*both, "performance.precision")


def test_a_positive_class_needs_no_name(rng):
    both = profiles(binary_rows(rng, 400), binary_rows(rng, 400), BINARY)
    with pytest.raises(DataError, match=r"performance\.roc_auc, performance\.precision, performance\.recall"):
        bg.explain(*both, "performance.mcc")


def test_a_model_that_fails(rng):
    def boom(rows: pl.DataFrame) -> np.ndarray:
        raise ValueError("boom")

    with pytest.raises(DataError, match=r"^predict= raised ValueError: boom on [\d,]+ rows"):
        bg.explain(*faulty(rng), predict=boom)


@pytest.mark.parametrize(("said", "kind"), [(None, "NoneType"), (3, "int"), ("high", "str")])
def test_a_model_that_does_not_answer(rng, said, kind):
    with pytest.raises(DataError, match=rf"^predict= returned {kind} for [\d,]+ rows; expected an array"):
        bg.explain(*faulty(rng), predict=lambda rows: said)


def test_a_model_that_answers_a_number_with_words(rng):
    with pytest.raises(
        DataError, match=r"the model answered \d+ rows with values such as 'high'; expected numbers"
    ):
        bg.explain(*faulty(rng), predict=lambda rows: ["high"] * rows.height)


@pytest.mark.parametrize(
    ("made", "said"),
    [
        (lambda rows, labels: 1 / 0, "^fit= raised ZeroDivisionError: division by zero on"),
        (lambda rows, labels: None, "^fit= returned NoneType for .* expected a function"),
        (lambda rows, labels: lambda later: None, "^the model of fit= returned NoneType"),
        (
            lambda rows, labels: lambda later: later["nowhere"],
            "^the model of fit= raised ColumnNotFoundError",
        ),
    ],
)
def test_a_model_that_cannot_be_made(rng, made, said):
    both = profiles(regression_rows(rng, 1_000), regression_rows(rng, 1_000, concept=3.0))
    with pytest.raises(DataError, match=said):
        bg.explain(*both, fit=made)


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ({"predict": 3}, "predict= takes a function, from features to answers, not int"),
        ({"fit": "forest"}, "fit= takes a function, from features and labels to a model, not str"),
        ({"metric": 3}, "metric= takes an address .* not int"),
        ({"rng": 7}, "rng= takes a numpy Generator, not int"),
        ({"held_out": 3}, "held_out= takes a profile, not int"),
        ({"earlier": [3]}, "earlier= takes a list of Profile; it has a int: 3"),
        ({"earlier": 3}, "earlier= takes a list of Profile, not int"),
        ({"events": ["v7"]}, "events= takes a list of Event; it has a str: 'v7'"),
        ({"events": bg.Event(at=AT, kind="note", name="v7")}, "events= takes a list of Event, not Event"),
        ({"versions": [3]}, "versions= takes a mapping of name to profile, not list"),
        ({"versions": {"v6": 3}}, "versions= takes a mapping of name to profile; it has 'v6': int"),
    ],
)
def test_what_is_brought_is_of_its_type(rng, asked, said):
    with pytest.raises(DataError, match=said):
        bg.explain(*sides(rng, 100), **asked)


@pytest.mark.parametrize(
    ("told", "said"),
    [
        ({"at": datetime(2026, 3, 2)}, "expected a datetime with a time zone"),
        ({"at": "2026-03-02"}, "at= is '2026-03-02'; expected a datetime"),
        ({"kind": "party"}, "kind= is 'party'; expected one of deployment, version"),
        ({"name": " "}, "name= is ' '; expected a text"),
    ],
)
def test_an_event_is_one(told, said):
    with pytest.raises(DataError, match=said):
        bg.Event(**{"at": AT, "kind": "note", "name": "holiday", **told})


def test_held_out_rows_on_another_grid(rng):
    before, after = sides(rng)
    with pytest.raises(
        GridMismatch, match=r"^held_out is on another grid .* than the reference .* like=reference"
    ):
        bg.explain(before, after, held_out=sides(rng)[0])


def test_current_rows_on_another_grid(rng):
    before, after = sides(rng)
    with pytest.raises(GridMismatch, match=r"^current is on another grid"):
        bg.explain(before, sides(rng)[1], held_out=after)


@pytest.mark.parametrize("metric", ["performance.mae", "performance.me", "performance.mse"])
def test_losses_too_large_to_be_squared(metric, rng):
    before, after = (regression_rows(rng, 400).with_columns(pl.col("y", "p") * 1e150) for _ in range(2))
    with pytest.raises(DataError, match=r"a row's loss is .*e\+.* in a larger unit, or leave such rows out"):
        bg.explain(*profiles(before, after), metric)


def test_columns_may_be_called_like_patterns(rng):
    before, after = regression_rows(rng, 400), regression_rows(rng, 400, concept=2.0)
    for rows in (before, after):
        rows.columns = ["^x.*$", "*", "like_x", "g", "p", "y"]
    told = bg.explain(*profiles(before, after))
    assert told.shown
