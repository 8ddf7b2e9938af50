"""How long an explanation takes from stored profiles; a table in RESULTS.md.

    python benchmarks/why/speed.py [--repeat 7] [--dry]

100 columns, 100,000 rows a side, 28 daily windows; both profiles are saved and loaded before the clock starts. The
middle of the repeats is shown, after one that nobody counts.
"""

from __future__ import annotations

import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import polars as pl
import siblings  # noqa: F401
from plants import UNSEEN, Rng
from tables import Table, orders

import barograph as bg
import results
from barograph.explain.column_causes import column_causes, column_splits
from barograph.explain.evidence import evidence_of
from barograph.profile.value import Profile

ROWS, COLUMNS = 100_000, 100
METRIC = "performance.mae"
#: Seconds.
VIEWS_TARGET, WHOLE_TARGET = 0.25, 5.0


def wide(table: Table, rows: pl.DataFrame, rng: Rng) -> pl.DataFrame:
    """Answered rows with as many more columns as make 100 features."""
    answered = table.answered(rows).drop(UNSEEN)
    more = COLUMNS - len(table.schema.with_role("feature"))
    return answered.with_columns(
        pl.Series(f"more_{i:02d}", rng.normal(size=rows.height)) for i in range(more)
    )


def stored() -> tuple[Profile, Profile]:
    """Both sides, as they come back from disk."""
    table, rng = orders(), np.random.default_rng(5)
    before, after = (wide(table, rows, rng) for rows in table.draw(rng, ROWS, ROWS))
    schema = bg.Schema.infer(
        before, label="y", prediction="prediction", timestamp="at",
        kinds={"num_09": "numeric", "num_13": "numeric"},
    )  # fmt: skip
    reference = bg.profile(before, schema, every="1d")
    with tempfile.TemporaryDirectory() as folder:
        sides = (reference, bg.profile(after, like=reference))
        paths = [Path(folder) / name for name in ("reference.baro", "current.baro")]
        for side, path in zip(sides, paths, strict=True):
            bg.save_profile(side, path)
        return bg.load_profile(paths[0]), bg.load_profile(paths[1])


def views(reference: Profile, current: Profile) -> object:
    """The change along every column, with intervals, in its groups."""
    evidence = evidence_of(reference, current, METRIC)
    return column_causes(evidence, column_splits(evidence), by_concept=False)


def whole(reference: Profile, current: Profile) -> object:
    """Everything that is said."""
    return bg.explain(reference, current, metric=METRIC).to_dict()


def timed(
    work: Callable[[Profile, Profile], object], sides: tuple[Profile, Profile], repeat: int
) -> tuple[float, float]:
    """Wall and CPU seconds."""
    work(*sides)
    walls, cpus = [], []
    for _ in range(repeat):
        wall, cpu = time.perf_counter(), time.process_time()
        work(*sides)
        walls.append(time.perf_counter() - wall)
        cpus.append(time.process_time() - cpu)
    return float(np.median(walls)), float(np.median(cpus))


def main() -> None:
    """Time, print and keep."""
    options = results.parser(__doc__, repeat=7).parse_args()
    sides, lines = stored(), []
    for name, work, target in (
        (f"views along {COLUMNS} columns", views, VIEWS_TARGET),
        ("the whole explanation", whole, WHOLE_TARGET),
    ):
        wall, cpu = timed(work, sides, options.repeat)
        lines.append((name, wall, cpu, results.verdict(f"≤ {target:g} s", met=wall <= target)))
    facts = results.machine(
        results.versions("barograph", "numpy", "polars", "scikit-learn"), date=options.date
    )
    told = f"{COLUMNS} columns, {ROWS:,} rows a side, daily windows; from stored profiles."
    table = results.table(("what", "wall s", "CPU s", "target"), lines)
    results.keep("why speed", "\n\n".join(("## Why: speed", facts, told, table)), dry=options.dry)


if __name__ == "__main__":
    main()
