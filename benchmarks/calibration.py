"""False alarms and power of the drift verdict, simulated; writes a Markdown table.

    python benchmarks/calibration.py [--datasets 2000] [--quick] [--workers 2] > table.md

Rows are drawn, binned by the reference and counted up to 10,000; beyond, counts are drawn from the
multinomial with the columns' true shares, which is the same.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Callable, Mapping
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import cache, partial
from typing import Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray

from barograph.metrics.drift.multiplicity import benjamini_hochberg
from barograph.metrics.drift.significance import drift_p_value
from barograph.metrics.drift.verdict import DriftVerdict, Matters, judge, weigh_evidence
from calibration_variation import variation_table
from frames import DRIFTED, MOVED, NUMERIC, STILL, numeric_columns, zipf

Counts = NDArray[np.float64]
T = TypeVar("T")
ROWS = (200, 500, 1_000, 10_000, 100_000, 1_000_000)
#: Above this many rows counts are drawn instead of rows.
DRAWN_ROWS = 10_000
BUCKETS = 64
ROWS_PER_BIN = 50
#: Hash bucket of each category, as fixed as a hash is.
HASHED = np.random.default_rng(64).integers(0, BUCKETS, 5_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Cells:
    """One column's test cells on both sides."""

    reference: Counts
    current: Counts
    unseen: NDArray[np.bool_] | None = None


def numeric_cells(reference: NDArray[np.generic], current: NDArray[np.generic]) -> Cells:
    """Count by the reference's quantiles; below its range, above it and null are cells of their own."""
    r, c = reference.astype(np.float64), current.astype(np.float64)
    seen = np.sort(r[~np.isnan(r)])
    bins = int(min(20, max(len(r) // ROWS_PER_BIN, 1)))
    inner = seen[(np.arange(1, bins) * len(seen)) // bins]
    edges = np.unique(np.concatenate([[seen[0]], inner, [np.nextafter(seen[-1], np.inf)]]))

    def counted(x: NDArray[np.float64]) -> Counts:
        null = np.isnan(x)
        where = np.searchsorted(edges, x[~null], side="right")
        return np.append(np.bincount(where, minlength=len(edges) + 1), null.sum()).astype(np.float64)

    return Cells(reference=counted(r), current=counted(c))


def category_cells(reference: Counts, current: Counts) -> Cells:
    """Cells of the reference's categories, then hash buckets of the rest."""
    known = reference > 0
    rest = np.bincount(HASHED[: len(known)][~known], weights=current[~known], minlength=BUCKETS)
    return Cells(
        reference=np.concatenate([reference[known], np.zeros(BUCKETS)]),
        current=np.concatenate([current[known], rest]),
        unseen=np.arange(known.sum() + BUCKETS) >= known.sum(),
    )


def dataset(n: int, rng: np.random.Generator, *, drift: bool) -> dict[str, Cells]:
    """Test cells of the 20 columns of one reference and one current of n rows each."""
    cells = {}
    if n <= DRAWN_ROWS:
        old, new = numeric_columns(n, rng, drift=False), numeric_columns(n, rng, drift=drift)
        cells = {name: numeric_cells(old[name], new[name]) for name in NUMERIC}
    else:
        still, moved = numeric_shares()
        for name in NUMERIC:
            current = rng.multinomial(n, moved[name] if drift else still[name])
            cells[name] = Cells(
                reference=rng.multinomial(n, still[name]).astype(np.float64),
                current=current.astype(np.float64),
            )
    for name, p in STILL.items():
        q = MOVED[name] if drift else p
        cells[name] = category_cells(*(rng.multinomial(n, s).astype(np.float64) for s in (p, q)))
    return cells


@cache
def numeric_shares() -> tuple[dict[str, Counts], dict[str, Counts]]:
    """Shares of the numeric columns' test bins without and with drift, from a million rows each."""
    rng = np.random.default_rng(20)
    old, new = (numeric_columns(1_000_000, rng, drift=drift) for drift in (False, True))
    still, moved = {}, {}
    for name in NUMERIC:
        cells = numeric_cells(old[name], new[name])
        still[name], moved[name] = (
            cells.reference / cells.reference.sum(),
            cells.current / cells.current.sum(),
        )
    return still, moved


def verdicts(cells: Mapping[str, Cells]) -> dict[str, DriftVerdict]:
    """The verdict on every column; none where nothing is significant, which needs no effect."""
    p = [drift_p_value(c.reference, c.current, unseen=c.unseen) for c in cells.values()]
    if benjamini_hochberg(p).min() > Matters().level:
        return {}
    return judge({name: weigh_evidence(c.reference, c.current, unseen=c.unseen) for name, c in cells.items()})


def detected(seed: int, *, n: int, drift: bool) -> list[str]:
    """Names of the columns detected in one simulated data set."""
    rng = np.random.default_rng([seed, n, int(drift)])
    return [name for name, v in verdicts(dataset(n, rng, drift=drift)).items() if v.detected]


def rare_class(seed: int, *, n: int, categories: int, among: int) -> bool:
    """Whether a class going from 1 % to 2 % is found, among so many columns tested together."""
    rng = np.random.default_rng([seed, n, categories, among])
    rest = zipf(categories - 1, 0.8)
    sides = [rng.multinomial(n, np.append(rest * (1 - s), s)).astype(np.float64) for s in (0.01, 0.02)]
    columns = {"rare": category_cells(*sides)}
    still = dataset(n, rng, drift=False) if among > 1 else {}
    columns |= {name: still[name] for name in list(still)[: among - 1]}
    found = verdicts(columns).get("rare")
    return found is not None and found.detected


def nulls(seed: int, *, n: int) -> bool:
    """Whether a numeric column that turns 90 % null is found."""
    rng = np.random.default_rng([seed, n, 90])
    reference, current = rng.normal(size=n), rng.normal(size=n)
    current[rng.random(n) < 0.9] = np.nan
    return verdicts({"x": numeric_cells(reference, current)})["x"].detected


class Run(Protocol):
    """Runs a task for the seeds 0 to count − 1."""

    def __call__(self, task: Callable[[int], T], count: int) -> list[T]: ...


def false_alarm_table(datasets: int, rows: tuple[int, ...], run: Run) -> list[str]:
    """Share of data sets without drift in which any column is detected."""
    lines = ["| rows a side | data sets | any column detected | most often |", "|---|---|---|---|"]
    for n in rows:
        found = run(partial(detected, n=n, drift=False), datasets)
        most = Counter(name for names in found for name in names).most_common(1)
        worst = f"{most[0][0]} ({most[0][1] / datasets:.2%})" if most else "none"
        share = np.mean([bool(names) for names in found])
        lines.append(f"| {n:,} | {datasets:,} | {share:.2%} | {worst} |")
    return lines


def power_table(datasets: int, rows: tuple[int, ...], run: Run) -> list[str]:
    """Share of data sets with planted drift in which each moved column is detected."""
    lines = [
        f"| rows a side | {' | '.join(DRIFTED)} | all seven | any other |",
        "|---" * (len(DRIFTED) + 3) + "|",
    ]
    for n in rows:
        found = run(partial(detected, n=n, drift=True), datasets)
        shares = [np.mean([name in names for names in found]) for name in DRIFTED]
        every = np.mean([set(DRIFTED) <= set(names) for names in found])
        other = np.mean([bool(set(names) - set(DRIFTED)) for names in found])
        lines.append(f"| {n:,} | {' | '.join(f'{s:.1%}' for s in (*shares, every, other))} |")
    return lines


def rare_table(datasets: int, run: Run) -> list[str]:
    """Power for one class of many that doubles, and for a column that turns null."""
    lines = ["| change, 10,000 rows a side | tested alone | among 20 columns |", "|---|---|---|"]
    for categories in (2, 5, 50, 500):
        alone, among = (
            np.mean(run(partial(rare_class, n=10_000, categories=categories, among=k), datasets))
            for k in (1, 20)
        )
        lines.append(f"| a class 1 → 2 % inside {categories} | {alone:.1%} | {among:.1%} |")
    lines.append(f"| 90 % null (at 200 rows) | {np.mean(run(partial(nulls, n=200), datasets)):.1%} | |")
    return lines


def main() -> None:
    """Print the tables."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument(
        "--datasets", type=int, default=2_000, help="data sets without drift at each number of rows"
    )
    parser.add_argument("--quick", action="store_true", help="200 data sets, up to 10,000 rows")
    parser.add_argument("--models", type=int, help="only the reference's own variation, by so many models")
    parser.add_argument("--workers", type=int, default=2, help="processes")
    options = parser.parse_args()
    datasets = 200 if options.quick else options.datasets
    rows = ROWS[:4] if options.quick else ROWS
    power = max(datasets // 10, 20)
    with ProcessPoolExecutor(options.workers) as pool:

        def run(task: Callable[[int], T], count: int) -> list[T]:
            return list(pool.map(task, range(count), chunksize=max(count // 20, 1)))

        if options.models is not None:
            print(*variation_table(options.models, run), sep="\n")
            return
        for title, lines in (
            ("No drift: share of data sets that raise anything (at most 5 % is due)",
             false_alarm_table(datasets, rows, run)),
            ("Planted drift: share of data sets in which each moved column is found",
             power_table(power, tuple(n for n in rows if n >= 1_000), run)),
            ("Rare changes", rare_table(max(datasets // 5, 20), run)),
            ("The reference's own variation", variation_table(max(datasets // 10, 10), run)),
        ):  # fmt: skip
            print(f"### {title}\n", *lines, "", sep="\n", flush=True)


if __name__ == "__main__":
    main()
