"""Run one module in a fresh process and read the JSON line it ends with."""

from __future__ import annotations

import json
import os
import subprocess
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
#: Some peers report their use to their makers unless told not to; a benchmark must not.
NO_TELEMETRY = {
    "DO_NOT_TRACK": "1",
    "NML_DISABLE_USAGE_LOGGING": "1",
    "WHYLOGS_NO_ANALYTICS": "1",
    "DISABLE_DEEPCHECKS_ANONYMOUS_TELEMETRY": "1",
}


def run(python: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run `python *arguments` in the benchmarks folder; stops with the end of stderr where it fails."""
    # The caller must stay small: on Linux a child's peak memory starts from its parent's.
    done = subprocess.run(
        [str(python), *arguments],
        cwd=HERE,
        env={**os.environ, **NO_TELEMETRY},
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode:
        tail = "\n".join(done.stderr.strip().splitlines()[-15:])
        raise SystemExit(f"{python.name} {' '.join(arguments)} failed with code {done.returncode}:\n{tail}")
    return done


def run_job(python: Path, module: str, *arguments: str) -> dict[str, Any]:
    """Run `python -m module *arguments`; the JSON object on its last line of output."""
    done = run(python, "-W", "ignore", "-m", module, *arguments)
    answer: dict[str, Any] = json.loads(done.stdout.strip().splitlines()[-1])
    return answer
