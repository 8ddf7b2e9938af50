"""How long `import barograph` takes, and what `barograph --help` imports.

python benchmarks/start.py [--repeat 11]
"""

from __future__ import annotations

import sys
from pathlib import Path
from statistics import median

import fresh
import results

PYTHON = Path(sys.executable)
TARGET = 1.5
FLOOR, OURS = "import numpy, polars", "import barograph"
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


def section(floor: float, ours: float, helping: float, *, heavy: list[str], date: str | None) -> str:
    """The part of RESULTS.md this run writes."""
    fast = results.verdict(f"≤ {TARGET} times", met=ours <= TARGET * floor)
    light = results.verdict("imports neither", met=not {"numpy", "polars"} & set(heavy))
    rows = [
        [f"`{FLOOR}`", floor, 1.0, ""],
        [f"`{OURS}`", ours, ours / floor, fast],
        ["`barograph --help`", helping, helping / floor, light],
    ]
    machine = results.machine(results.versions("barograph", "numpy", "polars"), date=date)
    cells = results.table(["statement", "wall s", "ratio", "target"], rows)
    said = f"`barograph --help` imports {', '.join(heavy)}." if heavy else ""
    return "\n\n".join(part for part in ("## Start", machine, cells, said) if part)


def main() -> None:
    """Measure in turn, print and keep."""
    options = results.parser(__doc__, repeat=11).parse_args()
    # The first round compiles bytecode and warms the disk cache; it is not counted.
    rounds = [[seconds(each) for each in (FLOOR, OURS, HELP)] for _ in range(options.repeat + 1)][1:]
    floor, ours, helping = (median(column) for column in zip(*rounds, strict=True))
    text = section(floor, ours, helping, heavy=imported_by_help(), date=options.date)
    results.keep("start", text, dry=options.dry)


if __name__ == "__main__":
    main()
