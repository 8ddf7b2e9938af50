import json

import numpy as np
import polars as pl
import pytest

import barograph as bg
from barograph.errors import DataError, GridMismatch
from barograph.profile.codec import load, save

from .conftest import ROLES, explained, made


def test_loss_is_told_beside_the_reference_s(explain, reference):
    found = explain(p=-0.1, y=40.0)
    assert found.loss == pytest.approx(40.1)
    assert found.smaller == 1.0
    assert found.verdict.startswith(
        "Its p is −0.1 and its y 40: under-estimated by 40.1. Its absolute error is 40.1"
    )
    assert found.reference == "before"


def test_row_without_a_label_is_explained_too(explain):
    found = explain(y=None)
    assert (found.loss, found.smaller) == (None, None)
    assert found.verdict == "Its p is −0.1; its label is not known."


def test_row_with_features_alone_says_so(reference):
    assert (
        explained(reference, {"x": 0.0, "z": 0.0}).verdict == "Neither its prediction nor its label is known."
    )


def test_features_not_given_are_noted_and_left_out(reference):
    found = explained(reference, {"x": 0.0, "z": 0.0})
    assert found.notes == ("Not given, and left out of every comparison: twin, g.",)
    assert set(found.novelty.parts) == {"x", "z"}


def test_weights_are_said_not_to_count(rows):
    weighted = rows.with_columns(w=pl.lit(2.0))
    reference = bg.profile(weighted, bg.Schema.infer(weighted, weight="w", **ROLES))
    assert "every row counts alike" in explained(reference, rows.row(0, named=True)).notes[-1]


def test_text_is_the_summary(explain, current):
    found = explain(x=40.0, current=current)
    assert str(found) == "\n".join(found.summary)
    assert "x 40 is higher than in all 600 rows" in str(found)


def test_document_can_be_written_as_json(explain, current):
    found = explain(current=current, predict=lambda frame: frame["x"].to_numpy())
    document = json.loads(json.dumps(found.to_dict()))
    assert document["summary"] == list(found.summary)
    assert document["novelty"]["p_value"] == found.novelty.p_value
    assert [side["side"] for side in document["like_rows"]] == ["reference", "current"]
    assert document["values"][0]["column"] == found.places[0].column


def test_saved_profiles_say_the_same(explain, reference, current):
    again = [load(save(profile), "saved") for profile in (reference, current)]
    assert explain(by=again[0], current=again[1]).to_dict() == explain(current=current).to_dict()


def test_profile_by_window_says_what_one_of_all_rows_says(rng, rows):
    day = pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 25, 23), "1h", eager=True)
    timed = rows.with_columns(when=day)
    schema = bg.Schema.infer(timed, timestamp="when", **ROLES)
    row = rows.row(0, named=True) | {"x": 0.3}
    by_day, whole = (explained(bg.profile(timed, schema, every=every), row) for every in ("1d", None))
    assert by_day.places == whole.places
    assert by_day.likes == whole.likes


def test_reference_without_a_sample_is_refused(rows):
    reference = bg.profile(rows, bg.Schema.infer(rows, **ROLES), sample=False)
    with pytest.raises(DataError, match=r"the reference profile keeps no sample.*sample=True"):
        explained(reference, {"x": 1.0})


def test_too_few_rows_are_refused(rng):
    rows = made(rng, 9)
    with pytest.raises(DataError, match="has 9 sampled rows besides the row itself; 10 or more"):
        explained(bg.profile(rows, bg.Schema.infer(rows, **ROLES)), {"x": 1.0})


def test_row_without_features_is_refused(reference):
    with pytest.raises(DataError, match="none of the reference's features: x, z, twin, g"):
        explained(reference, {"y": 1.0})


def test_current_rows_on_another_grid_are_refused(rng, explain):
    rows = made(rng, 50)
    with pytest.raises(GridMismatch, match="like=the same reference"):
        explain(current=bg.profile(rows, bg.Schema.infer(rows, **ROLES)))


def test_every_kind_of_column_is_compared(rng):
    n = 200
    rows = pl.DataFrame({
        "number": rng.normal(size=n), "text": ["a" * int(k) for k in rng.integers(1, 9, n)],
        "when": pl.datetime_range(pl.datetime(2024, 1, 1), pl.datetime(2024, 1, 9, 7), "1h", eager=True),
        "flag": rng.random(n) < 0.5, "p": np.zeros(n), "y": rng.normal(size=n),
    })  # fmt: skip
    reference = bg.profile(rows, bg.Schema.infer(rows, kinds={"text": "text"}, **ROLES))
    found = explained(reference, rows.row(5, named=True), predict=lambda frame: frame["number"].to_numpy())
    assert set(found.novelty.parts) == {"number", "text", "when", "flag"}
    assert {c for e in found.attributions[0].effects for c in e.columns} == {"number", "when", "flag"}
