"""Roles suggested by the ends of names, where values are like those of the role."""

from __future__ import annotations

import numpy as np
import polars as pl

from barograph.schema.infer import infer
from barograph.schema.roles import suggest_roles


def suggested(frame: pl.DataFrame) -> dict[str, str]:
    return {each.column: each.role for each in suggest_roles(frame, infer(frame))}


def test_a_score_and_an_id_by_the_ends_of_their_names(rng):
    frame = pl.DataFrame(
        {"churn_score": rng.random(50), "customer_id": [*range(1000, 1049), 1000], "calls": range(50)}
    )
    assert suggested(frame) == {"churn_score": "score", "customer_id": "id"}


def test_a_score_of_another_kind_and_a_code_are_features(rng):
    frame = pl.DataFrame({"credit_score": rng.integers(300, 400, 200), "branch_id": rng.integers(0, 9, 200)})
    assert suggested(frame) == {}


def test_of_two_columns_that_may_be_the_score_neither_is_suggested(rng):
    frame = pl.DataFrame({"risk_score": rng.random(50), "mood_score": rng.random(50)})
    assert suggested(frame) == {}


def test_text_is_a_score_where_it_is_numbers():
    frame = pl.DataFrame({"p_score": [f"{x:.2f}" for x in np.linspace(0.0, 1.0, 40)]})
    assert suggested(frame) == {"p_score": "score"}
    assert suggested(frame.with_columns(p_score=pl.lit("high"))) == {}
