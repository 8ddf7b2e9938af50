from __future__ import annotations

import numpy as np
import polars as pl

from .planted import day, faults_of, some, where

CHANNEL = pl.col("channel")


def test_names_in_another_spelling_are_renamed(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(some(0.1), CHANNEL.str.to_uppercase()))
    assert fault.kind == "categories"
    assert fault.repair is not None
    assert dict(fault.repair.renamed) == {"BRANCH": "branch", "WEB": "web", "BROKER": "broker"}


def test_a_name_in_the_place_of_one_that_is_gone_is_renamed(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(7) & (CHANNEL == "web"), pl.lit("internet").alias("channel")))
    assert fault.name == "channel 'web' renamed 'internet'"
    assert "'web' is gone" in fault.evidence


def test_a_new_category_beside_the_known_ones_is_none(rng: np.random.Generator) -> None:
    assert faults_of(rng, where(some(0.2), pl.lit("phone").alias("channel"))) == ()


def test_names_none_of_which_is_known_are_one(rng: np.random.Generator) -> None:
    (fault,) = faults_of(rng, where(day(7), pl.format("code {}", pl.col("visits")).alias("channel")))
    assert fault.name == "channel full of unknown names"
