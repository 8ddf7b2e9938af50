"""CPU seconds, wall seconds and peak memory of one piece of work, printed as one JSON line.

Standard library only: this file also runs inside every peer's own environment.
"""

from __future__ import annotations

import gc
import json
import resource
import sys
import time
from collections.abc import Callable, Mapping
from importlib.metadata import version
from pathlib import Path

Work = Callable[[], object]
Jobs = Mapping[str, Callable[[Path], Work]]


def cpu_seconds() -> float:
    """CPU time of all threads of this process and of the processes it has waited for."""
    children = resource.getrusage(resource.RUSAGE_CHILDREN)
    return time.process_time() + children.ru_utime + children.ru_stime


def peak_bytes() -> int:
    """Largest resident memory of this process so far."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def timed(work: Work) -> dict[str, float]:
    """Run `work` once; its CPU seconds, wall seconds and the process's peak memory."""
    gc.collect()
    cpu, wall = cpu_seconds(), time.perf_counter()
    kept = work()
    figures = {"cpu_seconds": cpu_seconds() - cpu, "wall_seconds": time.perf_counter() - wall}
    del kept
    return {**figures, "peak_bytes": float(peak_bytes())}


def main(jobs: Jobs, *, packages: tuple[str, ...]) -> None:
    """Command line of a runner, `RUNNER JOB PATH`: load from the path untimed, time the job, print JSON."""
    if len(sys.argv) != 3 or sys.argv[1] not in jobs:
        raise SystemExit(f"expected JOB PATH, with JOB one of: {', '.join(jobs)}; got {sys.argv[1:]}.")
    job, path = sys.argv[1], Path(sys.argv[2])
    figures = timed(jobs[job](path))
    versions = {name: version(name) for name in packages}
    print(json.dumps({"job": job, "path": path.name, **figures, "versions": versions}))
