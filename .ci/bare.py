"""Profile and compare pandas frames where PyArrow is not installed."""

from __future__ import annotations

import importlib.util

import pandas as pd

import barograph as bg

assert importlib.util.find_spec("pyarrow") is None, "this check is about an environment without PyArrow"

rows = pd.DataFrame(
    {
        "income": [20.0 + i % 37 for i in range(600)],
        "country": ["DE", "FR", None] * 200,
        "when": pd.date_range("2024-01-01", periods=600, freq="h"),
        "label": [i % 2 for i in range(600)],
        "prediction": [i % 3 % 2 for i in range(600)],
    }
)
schema = bg.Schema.infer(rows, label="label", prediction="prediction", timestamp="when")
reference = bg.profile(rows, schema, origin="hold-out")
current = bg.profile(rows.assign(income=rows["income"] + 30), like=reference)
told = bg.compare(reference, current).to_dict()
assert told["drift"]["columns"]["income"]["detected"], told["drift"]
assert not told["drift"]["columns"]["country"]["detected"], told["drift"]
assert told["performance"]["accuracy"]["current"]["n"] == 600, told["performance"]
print(bg.compare(reference, current).verdict)
