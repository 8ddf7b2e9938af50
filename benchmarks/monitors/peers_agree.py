"""Whether the rules that `restated.py` restates say what the packages say; a table in RESULTS.md.

    nice -n 19 python benchmarks/monitors/peers_agree.py [--windows 20 --dry]

One model of the autocorrelated world with days of 200 rows, and one with days of 1,000; the packages run in their own
environments on the same rows.
"""

from __future__ import annotations

import json
import tempfile
from dataclasses import replace
from pathlib import Path

import numpy as np
import siblings  # noqa: F401

import fresh
import results
from monitors.restated import scored
from monitors.worlds import FEATURES, Floats, World, frame, worlds
from peers.environments import python_of

LIMITS = {"evidently": 0.1, "nannyml": 1.0}
HEADER = (
    "package",
    "rows a window",
    "verdicts",
    "the same",
    "alerts: package, restated",
    "largest difference",
)


def compared(world: World) -> list[list[object]]:
    """Lines of the table for one model of a world."""
    rows = frame(world, np.random.default_rng([3, world.rows]))
    ours = scored(rows, FEATURES)
    lines: list[list[object]] = []
    with tempfile.TemporaryDirectory() as folder:
        rows.drop("at", "prediction", "label").write_parquet(Path(folder) / "rows.parquet")
        (Path(folder) / "features.json").write_text(json.dumps(FEATURES))
        for package, limit in LIMITS.items():
            told = fresh.run_job(python_of(package), f"monitors.said_{package}", folder)
            theirs = np.array([told[name] for name in FEATURES])
            restated = ours.evidently if package == "evidently" else ours.nannyml
            lines.append([package, f"{world.rows:,}", *_line(theirs, restated, limit, package)])
            print(*lines[-1], sep=" | ", flush=True)
    return lines


def _line(theirs: Floats, restated: Floats, limit: float, package: str) -> list[object]:
    said, says = theirs >= limit, restated >= (limit if package == "evidently" else 3.0)
    # NannyML's statistic is held against its threshold, the restated one in standard deviations: not comparable.
    apart = f"{np.abs(theirs - restated).max():.3f}" if package == "evidently" else ""
    same = int((said == says).sum())
    return [
        said.size,
        f"{same:,} ({same / said.size:.1%})",
        f"{int(said.sum()):,}, {int(says.sum()):,}",
        apart,
    ]


def main() -> None:
    """Ask the packages, keep the table."""
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("--windows", type=int, default=20)
    given = asked.parse_args()
    world = next(w for w in worlds() if w.name == "autocorrelated" and w.every == "1d")
    lines = [
        line for size in (200, 1_000) for line in compared(replace(world, rows=size, days=given.windows))
    ]
    said = (
        "Verdicts on 30 features in each of so many windows: those of the packages as they come, and of their rules as "
        "`monitors/restated.py` restates them. The largest difference is that of Evidently's distances."
    )
    parts = [
        "## Monitors: peers' rules restated",
        results.machine(results.versions("barograph", "numpy"), date=given.date),
        said,
        results.table(HEADER, lines),
    ]
    results.keep("monitors: peers agree", "\n\n".join(parts), dry=given.dry)


if __name__ == "__main__":
    main()
