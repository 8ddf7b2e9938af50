"""Why the last week went wrong, as the product says it unasked, and what retraining would have saved."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any, Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.api import explain, profile
from barograph.demo.bike.forest import answered, train
from barograph.demo.bike.rides import LABEL, TRAINING, Period, load_rides, rows_of
from barograph.demo.bike.run import Profiles
from barograph.explain.actions.answers import Predict
from barograph.explain.explanation import Action, Explanation

#: Each day once, between training and the days that are explained.
BETWEEN: Final = Period(name="29 January to 14 February", first=date(2011, 1, 29), last=date(2011, 2, 14))
WARM: Final = Period(name="15 to 20 February", first=date(2011, 2, 15), last=date(2011, 2, 20))


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """The explanation, and the action of retraining after week one, judged on the days explained."""

    explanation: Explanation
    retraining: Action

    def to_dict(self) -> dict[str, Any]:
        """Plain values."""
        gain = self.retraining.gain
        return self.explanation.to_dict() | {
            "retraining_after_week_1": {
                "gain": getattr(gain, "value", None),
                "sentence": self.retraining.sentence,
            }
        }


def explain_warm_days(profiles: Profiles) -> Why:
    """Explain 15 to 20 February against the out-of-bag reference.

    Raises
    ------
    MissingExtra
        Without scikit-learn.
    """
    rides = load_rides()
    forest = train(rows_of(rides, TRAINING))
    between, warm = (
        profile(answered(rows, forest.predict(rows)), like=profiles.out_of_bag, name=period.name)
        for period in (BETWEEN, WARM)
        for rows in (rows_of(rides, period),)
    )
    told = explain(profiles.in_sample, warm, held_out=profiles.out_of_bag, earlier=(between,))
    tried = explain(
        profiles.in_sample, warm, held_out=profiles.out_of_bag, earlier=profiles.weeks[:1], fit=_fit
    )
    return Why(explanation=told, retraining=next(a for a in tried.actions if a.action == "retrain"))


def _fit(features: pl.DataFrame, label: NDArray[Any]) -> Predict:
    """The story's forest, made of other rows."""
    forest = train(features.with_columns(pl.Series(LABEL, np.asarray(label, np.float64))))
    return forest.predict
