"""A bare `pip install barograph pandas` has no PyArrow: tried in a process that cannot import it."""

import subprocess
import sys

SCRIPT = """
import sys
sys.modules["pyarrow"] = None
import pandas as pd, polars as pl
from barograph.frames.source import source
frame = pd.DataFrame({
    "o": pd.Series(["a", None, "a"], dtype=object), "s": pd.Series(["a", None, "a"], dtype="str"),
    "p": pd.Series(["a", None, "a"], dtype="string[python]"), "f": [1.5, None, 2.0],
    "i": pd.Series([1, None, 2], dtype="Int64"),
    "c": pd.Series(["x", "y", None], dtype="category"),
    "t": pd.to_datetime(["2024-01-01", None, "2024-01-02"], utc=True),
})
rows = source(frame)
assert rows.sample(3)["s"].to_list() == ["a", None, "a"]
batch = next(rows.batches(3))
assert batch["o"].to_list() == batch["s"].to_list() == batch["p"].to_list() == ["a", None, "a"]
assert batch["i"].to_list() == [1, None, 2] and batch["c"].to_list() == ["x", "y", None]
print("read")
"""


def test_pandas_without_pyarrow():
    done = subprocess.run(
        [sys.executable, "-c", SCRIPT], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.stdout == "read\n", done.stderr


def test_reading_other_frames_imports_neither_pandas_nor_pyarrow():
    script = (
        "import sys, polars as pl; from barograph.frames.source import source; "
        "source(pl.DataFrame({'x': [1]})); print({'pandas', 'pyarrow', 'duckdb'} & set(sys.modules))"
    )
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False, timeout=600
    )
    assert done.stdout == "set()\n", done.stderr
