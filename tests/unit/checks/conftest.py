"""Profiles of small frames."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import polars as pl
import pytest

import barograph as bg
from barograph.profile.value import Profile


@pytest.fixture
def pair() -> Callable[..., tuple[Profile, Profile]]:
    """Profile a reference and current rows on one grid."""

    def make(
        reference: Mapping[str, Any], current: Mapping[str, Any], by: str | None = None, **roles: Any
    ) -> tuple[Profile, Profile]:
        rows = pl.DataFrame(reference)
        before = bg.profile(rows, bg.Schema.infer(rows, **roles), by=by)
        return before, bg.profile(pl.DataFrame(current), like=before)

    return make


@pytest.fixture
def judged(pair: Callable[..., tuple[Profile, Profile]]) -> Callable[..., tuple[Profile, Profile]]:
    """Profiles of a regression whose absolute error is `before` in the reference and `after` now."""

    def make(before: float, after: float, rows: int = 40) -> tuple[Profile, Profile]:
        label = [float(i % 7) for i in range(rows)]

        def side(error: float) -> dict[str, list[float]]:
            return {"y": label, "p": [x + (error if i % 2 else -error) for i, x in enumerate(label)]}

        return pair(side(before), side(after), label="y", prediction="p", task="regression")

    return make
