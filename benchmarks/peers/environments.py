"""One environment per peer, made on demand from its locked requirements."""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ENVIRONMENTS = HERE.parent / ".peers"
PEERS = ("evidently", "nannyml", "whylogs", "alibi-detect", "popmon", "deepchecks")
PYTHON = "3.11"


def python_of(peer: str) -> Path:
    """Interpreter of the peer's environment, which is made anew where its requirements have changed."""
    if peer not in PEERS:
        raise SystemExit(f"peer {peer!r} is not known; expected one of: {', '.join(PEERS)}.")
    environment = ENVIRONMENTS / peer
    wanted = (HERE / f"{peer}.txt").read_text()
    installed = environment / "installed.txt"
    if not installed.exists() or installed.read_text() != wanted:
        _make(peer, environment)
        installed.write_text(wanted)
    return environment / "bin" / "python"


def _make(peer: str, environment: Path) -> None:
    uv = shutil.which("uv")
    if uv is None:
        raise SystemExit(
            f"the environment of {peer} cannot be made: uv is not on the PATH. "
            "Install it (https://docs.astral.sh/uv/) or leave this peer out with --peers."
        )
    print(f"making the environment of {peer} in {environment}", file=sys.stderr, flush=True)
    python = str(environment / "bin" / "python")
    for command in (
        ["venv", "--quiet", "--clear", "--python", PYTHON, str(environment)],
        ["pip", "install", "--quiet", "--python", python, "--requirement", str(HERE / f"{peer}.txt")],
    ):
        if subprocess.run([uv, *command], check=False).returncode:
            raise SystemExit(f"the environment of {peer} cannot be made: `uv {' '.join(command)}` failed.")
