"""How the time of one profile grows with rows, columns, windows and segments.

    python benchmarks/growth.py [--curves rows,columns,windows,segments,both,both_labelled] [--repeat 2]

Every curve is measured in one run, its points in turn, and read as ratios to its first point.
"""

from __future__ import annotations

import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path
from statistics import median

import data
import fresh
import results
from growth_curves import CURVES, ROWS_NEEDED, Curve

Times = list[dict[str, float]]


def measure(curve: str, *, repeat: int) -> list[Times]:
    """Times of every point of a curve: each in a fresh process, the whole curve `repeat` times over."""
    folder = data.folder(ROWS_NEEDED)
    times: list[Times] = [[] for _ in CURVES[curve].points]
    for _ in range(repeat):
        for number in range(len(times)):
            line = fresh.run_job(Path(sys.executable), "growth_point", curve, str(number), str(folder))
            print(json.dumps({"curve": curve, "point": number, **line}), file=sys.stderr, flush=True)
            times[number] += line["times"]
    return times


def slope(sizes: Sequence[float], seconds: Sequence[float]) -> float:
    """Least-squares slope of log seconds on log size: 1 is linear growth."""
    x, y = [math.log(size) for size in sizes], [math.log(second) for second in seconds]
    x_mean, y_mean = sum(x) / len(x), sum(y) / len(y)
    covariance = sum((a - x_mean) * (b - y_mean) for a, b in zip(x, y, strict=True))
    return covariance / sum((a - x_mean) ** 2 for a in x)


def section(curve: Curve, times: Sequence[Times], *, machine: str) -> str:
    """One curve as a table, with its slope or its target below."""
    cpu = [median(each["cpu_seconds"] for each in point) for point in times]
    wall = [median(each["wall_seconds"] for each in point) for point in times]
    peak = [max(each["peak_bytes"] for each in point) / 1e6 for point in times]
    rows = [
        [curve.name(point), c, w, c / cpu[0], f"{p:,.0f}"]
        for point, c, w, p in zip(curve.points, cpu, wall, peak, strict=True)
    ]
    header = ["profile of", "CPU s", "wall s", "CPU ratio", "peak MB"]
    parts = [
        f"## {curve.title}",
        machine,
        results.table(header, rows),
        _slopes(curve, cpu),
        _target(curve, cpu),
    ]
    return "\n\n".join(part for part in parts if part)


def main() -> None:
    """Measure the curves asked for and keep each in its own section."""
    parser = results.parser(__doc__, repeat=2)
    parser.add_argument("--curves", default=",".join(CURVES), help="comma separated")
    options = parser.parse_args()
    names = options.curves.split(",")
    unknown = [name for name in names if name not in CURVES]
    if unknown:
        raise SystemExit(f"no curves {unknown}; expected some of: {', '.join(CURVES)}.")
    machine = results.machine(results.versions("barograph", "numpy", "polars"), date=options.date)
    for name in names:
        text = section(CURVES[name], measure(name, repeat=options.repeat), machine=machine)
        results.keep(f"growth {name}", text, dry=options.dry)


def _slopes(curve: Curve, cpu: Sequence[float]) -> str:
    if curve.size is None:
        return ""
    sizes = [curve.size(point) for point in curve.points]
    return (
        f"Log-log slope of CPU seconds: {slope(sizes, cpu):.2f} over all points, "
        f"{slope(sizes[-3:], cpu[-3:]):.2f} over the last three."
    )


def _target(curve: Curve, cpu: Sequence[float]) -> str:
    if curve.target is None:
        return ""
    worst = max(c / cpu[0] for point, c in zip(curve.points, cpu, strict=True) if point.cells >= 1000)
    verdict = results.verdict(f"≤ {curve.target:g}", met=worst <= curve.target)
    return f"1,000 cells: {worst:.2f} times the plain profile; target {verdict}."


if __name__ == "__main__":
    main()
