"""Intervals of the user's own figures hold the truth about as often as they say."""

import numpy as np
import pytest

from barograph.metrics.custom.arrays import profile_of
from barograph.metrics.evaluate import evaluate

DRAWS, ROWS = 150, 300
DECLARED = {
    "rare": {"sum": "CASE WHEN prediction = 'no' AND label = 'yes' THEN amount ELSE 0 END", "per": "row"},
    "mean": {"sum": "amount", "per": "row"},
    "ratio": {"ratio": ["amount", "hours"]},
    "costs": {"cost_matrix": {"yes": {"no": 500}, "no": {"yes": 40}}, "per": "row"},
}


def decisions(rng, n):
    label = np.where(rng.random(n) < 0.3, "yes", "no")
    other = np.where(label == "yes", "no", "yes")
    return {
        "label": label.tolist(), "prediction": np.where(rng.random(n) < 0.8, label, other).tolist(),
        "amount": rng.lognormal(0, 0.8, n), "hours": rng.gamma(3, 1, n),
    }  # fmt: skip


def errors(rng, n):
    label = rng.gamma(2, 2, n)
    return {"label": label, "prediction": label + rng.normal(0.3, 1, n) * (0.5 + 0.3 * label)}


@pytest.mark.parametrize(
    ("drawn", "declared", "task"),
    [
        (decisions, DECLARED, "binary"),
        (errors, {"cost": {"over": 2, "under": 5, "per": "row"}}, "regression"),
    ],
)
def test_an_interval_of_95_percent_holds_the_truth(drawn, declared, task):
    rng = np.random.default_rng(11)
    truth = profile_of(drawn(rng, 300_000), declared, task=task)
    held = dict.fromkeys(declared, 0)
    for _ in range(DRAWS):
        rows = profile_of(drawn(rng, ROWS), like=truth)
        for name in declared:
            low, high = evaluate(f"custom.{name}", rows).interval
            held[name] += low <= evaluate(f"custom.{name}", truth).value <= high
    assert all(0.90 <= count / DRAWS <= 0.995 for count in held.values()), held
