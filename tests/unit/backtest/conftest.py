"""A reference, and days that have changed."""

from __future__ import annotations

from datetime import timedelta

import numpy as np
import pytest

import barograph as bg
from barograph.profile.value import Profile

from .rows import START, rows


@pytest.fixture(scope="session")
def both() -> tuple[Profile, Profile]:
    """A reference of 30 days, and 20 days of which the last 8 have changed."""
    rng = np.random.default_rng(5)
    before = rows(rng, 30, quiet=30, start=START - timedelta(days=40))
    schema = bg.Schema.infer(before, task="regression", label="y", prediction="p", timestamp="ts")
    reference = bg.profile(before, schema, every="1d", by=["country"])
    return bg.profile(rows(rng, 20, quiet=12), like=reference, every="1d", by=["country"]), reference
