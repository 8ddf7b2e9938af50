"""How long the search for slices takes: 1,000,000 rows × 20 columns to three predicates.

``python benchmarks/why/slices.py`` prints one line; ``--rows`` and ``--columns`` make it smaller.
"""

from __future__ import annotations

import argparse
import resource
import time
from collections.abc import Callable
from functools import partial
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from barograph.explain.slices.columns import CellColumn, cell_columns, cells_of_rows
from barograph.explain.slices.search import find_slices
from barograph.explain.slices.worst import worst_segments
from barograph.frames.batch import Batch
from barograph.profile.learn import learn_grid
from barograph.schema.model import Column, Schema

Floats = NDArray[np.float64]

#: Cells of a column in the search alone, with all ranges of them as predicates.
CELLS = 10


def main() -> None:
    """Print seconds, processor seconds and peak memory of the search, with and without something to find."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--rows", type=int, default=1_000_000)
    asked.add_argument("--columns", type=int, default=20)
    given = asked.parse_args()
    rng = np.random.default_rng(4)
    parts = []
    for name, factor in (("nothing", 1.0), ("planted", 2.0)):
        cells = rng.integers(0, CELLS, (given.rows, given.columns)).astype(np.uint8)
        loss = rng.exponential(size=given.rows)
        loss[(cells[:, :3] >= 6).all(axis=1)] *= factor
        parts.append(f"{name} {_timed(partial(_search, cells, loss))}")
    print(
        f"find_slices, {given.rows:,} × {given.columns}, {CELLS} cells and their ranges: {', '.join(parts)}"
    )
    columns, loss = _table(given.rows, given.columns, rng)
    print(f"worst_segments, {given.rows:,} × {given.columns}: {_timed(partial(_worst, columns, loss))}")
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"peak memory of the process, data included: {peak:,.0f} MB")


def _search(cells: NDArray[np.uint8], loss: Floats) -> object:
    ends = [(i, j) for i in range(CELLS) for j in range(i, CELLS) if j - i < CELLS - 1]
    ranges = np.array([[i <= c <= j for c in range(CELLS)] for i, j in ends])
    sigma = 0.01 * len(loss)
    return find_slices(cells, loss, predicates=[ranges] * cells.shape[1], sigma=sigma, alpha=0.99, k=10)[:1]


def _worst(columns: tuple[CellColumn, ...], loss: Floats) -> object:
    return [s.expression for s in worst_segments(columns, loss, rng=np.random.default_rng(0))]


def _table(rows: int, columns: int, rng: np.random.Generator) -> tuple[tuple[CellColumn, ...], Floats]:
    values: dict[str, NDArray[Any]] = {f"x{i}": rng.normal(size=rows) for i in range(columns - 2)}
    values["country"] = rng.choice(["DE", "FR", "GB", "US"], rows)
    values["age"] = rng.integers(18, 90, rows)
    frame = pl.DataFrame(values)
    schema = Schema(
        columns=tuple(Column(name=n, kind="categorical" if n == "country" else "numeric") for n in values)
    )
    grid = learn_grid(Batch(frame=frame.head(100_000), mismatched={}), schema)
    loss = rng.exponential(size=rows)
    loss[(values["country"] == "DE") & (values["age"] < 32)] *= 2.0
    return cell_columns(cells_of_rows(frame, schema, grid), grid), loss


def _timed(work: Callable[[], object]) -> str:
    start, processor = time.perf_counter(), time.process_time()
    found = work()
    return f"{time.perf_counter() - start:.1f} s ({time.process_time() - processor:.1f} s of processor), found {found}"


if __name__ == "__main__":
    main()
