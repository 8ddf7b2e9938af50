"""Peak memory and rows per second of profiling a folder of Parquet files.

    python benchmarks/memory.py [--rows 50000000] [--keep]

Fifty million rows take about 6 GB of disk, deleted afterwards unless --keep is given.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path
from typing import Any

import data
import fresh
import results

TARGET_BYTES = 1e9


def section(rows: int, line: dict[str, Any], *, size_bytes: int, date: str | None) -> str:
    """The part of RESULTS.md this run writes."""
    peak, wall = line["peak_bytes"], line["wall_seconds"]
    target = results.verdict(f"≤ {TARGET_BYTES / 1e6:,.0f}", met=peak <= TARGET_BYTES)
    figures = [f"{size_bytes / 1e9:.2f}", f"{peak / 1e6:,.0f}", target, wall, line["cpu_seconds"]]
    header = ["rows", "Parquet GB", "peak MB", "target", "wall s", "CPU s", "rows per second"]
    cells = results.table(header, [[f"{rows:,}", *figures, f"{rows / wall:,.0f}"]])
    title = f"## A folder of {rows:,} × 20 rows, streamed"
    return "\n\n".join([title, results.machine(line["versions"], date=date), cells])


def main() -> None:
    """Make the folder, profile it in fresh processes, keep the figures of the largest peak."""
    parser = results.parser(__doc__, repeat=1)
    parser.add_argument("--rows", type=int, default=50_000_000)
    parser.add_argument("--keep", action="store_true", help="leave the Parquet files on disk")
    options = parser.parse_args()
    folder = data.folder(options.rows)
    size_bytes = sum(file.stat().st_size for file in folder.iterdir())
    try:
        job = ("profile_folder", "folder", str(folder))
        lines = [fresh.run_job(Path(sys.executable), *job) for _ in range(options.repeat)]
    finally:
        if not options.keep:
            shutil.rmtree(folder)
    worst = max(lines, key=lambda line: line["peak_bytes"])
    text = section(options.rows, worst, size_bytes=size_bytes, date=options.date)
    results.keep(f"memory {options.rows}", text, dry=options.dry)


if __name__ == "__main__":
    main()
