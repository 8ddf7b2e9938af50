"""How long `import barograph` takes, and what `barograph --help` imports.

python benchmarks/start.py [--repeat 11]
"""

from __future__ import annotations

import sys
from collections.abc import Mapping
from pathlib import Path
from statistics import median

import fresh
import results

PYTHON = Path(sys.executable)
TARGET = 1.5
FLOOR, OURS = "import numpy, polars", "import barograph"
#: Names are loaded on first use, so this is what a script that profiles and compares waits for.
USED = "import barograph as bg; bg.Schema, bg.profile, bg.compare"
HELP = "import sys; sys.argv = ['barograph', '--help']; from barograph.cli import main; main()"
HEAVY = ("numpy", "polars", "scipy", "pandas")


def seconds(statement: str) -> float:
    """Wall seconds of a statement in a fresh interpreter, the interpreter's own start left out."""
    # `atexit`, because a command line ends with SystemExit.
    code = (
        "import atexit, sys, time; t = time.perf_counter(); "
        f"atexit.register(lambda: print(time.perf_counter() - t, file=sys.stderr)); {statement}"
    )
    return float(fresh.run(PYTHON, "-c", code).stderr.strip().splitlines()[-1])


def imported_by_help() -> list[str]:
    """Which of the heavy packages `barograph --help` imports."""
    trace = fresh.run(PYTHON, "-X", "importtime", "-c", HELP).stderr
    imported = {line.rpartition("|")[2].strip() for line in trace.splitlines()}
    return [name for name in HEAVY if name in imported]


def section(walls: Mapping[str, float], *, heavy: list[str], date: str | None) -> str:
    """The part of RESULTS.md this run writes."""
    ratios = {statement: wall / walls[FLOOR] for statement, wall in walls.items()}
    targets = {
        OURS: results.verdict(f"≤ {TARGET} times", met=ratios[OURS] <= TARGET),
        USED: results.verdict(f"≤ {TARGET} times", met=ratios[USED] <= TARGET),
        HELP: results.verdict("imports neither", met=not {"numpy", "polars"} & set(heavy)),
    }
    titles = {HELP: "barograph --help"}
    rows = [
        [
            f"`{titles.get(statement, statement)}`",
            f"{wall:.3f}",
            ratios[statement],
            targets.get(statement, ""),
        ]
        for statement, wall in walls.items()
    ]
    machine = results.machine(results.versions("barograph", "numpy", "polars"), date=date)
    cells = results.table(["statement", "wall s", "ratio", "target"], rows)
    said = f"`barograph --help` imports {', '.join(heavy)}." if heavy else ""
    return "\n\n".join(part for part in ("## Start", machine, cells, said) if part)


def main() -> None:
    """Measure in turn, print and keep."""
    options = results.parser(__doc__, repeat=11).parse_args()
    statements = (FLOOR, OURS, USED, HELP)
    # The first round compiles bytecode and warms the disk cache; it is not counted.
    rounds = [[seconds(each) for each in statements] for _ in range(options.repeat + 1)][1:]
    medians = [median(column) for column in zip(*rounds, strict=True)]
    walls = dict(zip(statements, medians, strict=True))
    results.keep("start", section(walls, heavy=imported_by_help(), date=options.date), dry=options.dry)


if __name__ == "__main__":
    main()
