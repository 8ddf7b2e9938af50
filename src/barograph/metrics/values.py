"""What a metric returns: a value with its rows and interval, or the reason why there is none."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

Reason = Literal[
    "too_few_rows", "column_missing", "constant", "no_labels", "no_predictions", "no_scores", "no_reference",
    "too_little_history", "score_resolution", "too_many_categories", "overflow", "not_applicable", "no_sample",
    "evaluation_error",
]  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A finite figure, the rows it rests on, and its 95 % interval (None where none is defined)."""

    value: float
    n: int
    interval: tuple[float, float] | None = None

    def __post_init__(self) -> None:
        low, high = self.interval or (0.0, 0.0)
        if not (math.isfinite(self.value) and math.isfinite(low) and math.isfinite(high)):
            raise ValueError(f"a Value is finite; got {self.value!r} with interval {self.interval!r}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Undefined:
    """No figure, and why: `reason` for programs, `detail` for people."""

    reason: Reason
    detail: str


Result = Value | Undefined
