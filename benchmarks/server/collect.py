"""Keeps in RESULTS.md what the other scripts of this folder print.

uv run python benchmarks/server/collect.py [ndjson arrow ids apply backup] [--dry]

One after the other, each in a process of its own; half a minute to two minutes each.
"""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import results

HERE = Path(__file__).resolve().parent
#: What is run under which heading.
_RUNS = {
    "ndjson": ("Rows a second through the door, NDJSON", "throughput.py --form ndjson --half 50000 --worker"),
    "arrow": ("Rows a second through the door, Arrow", "throughput.py --form arrow --half 50000 --worker"),
    "ids": ("Ids among millions, and the lake", "ids.py"),
    "apply": ("What the worker costs", "apply.py --small"),
    "backup": ("Backup and restore", "backup.py"),
}


def main() -> None:
    asked = results.parser(__doc__, repeat=1)
    asked.add_argument("runs", nargs="*", default=list(_RUNS))
    given = asked.parse_args()
    for name in given.runs:
        heading, words = _RUNS[name]
        script, *options = words.split()
        before, began = os.getloadavg()[0], time.perf_counter()
        done = subprocess.run(
            [sys.executable, str(HERE / script), *options], capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{words} ended with {done.returncode}:\n{done.stdout}\n{done.stderr}")
        body = (
            f"## {heading}\n\n{results.machine(results.versions('barograph'), date=given.date)} `{words}`, "
            f"{time.perf_counter() - began:.0f} s; load of the machine when it began: {before:.1f}.\n\n"
            f"```text\n{done.stdout.strip()}\n```"
        )
        results.keep(f"server {name}", body, dry=given.dry)


if __name__ == "__main__":
    main()
