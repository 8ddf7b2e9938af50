"""Limits of a container (cgroup v2): what the machine has is not what the process may use."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cgroup:
    """What the process's group uses and may use; None: not known, or no limit.

    Attributes
    ----------
    memory_bytes : in use, without files that can be dropped from the cache.
    memory_limit_bytes : killed beyond it.
    cpu_seconds : processor time used so far.
    processors : processors' worth of time it may use.
    """

    memory_bytes: int | None = None
    memory_limit_bytes: int | None = None
    cpu_seconds: float | None = None
    processors: float | None = None


def read_cgroup(root: Path = _ROOT, own: Path = Path("/proc/self/cgroup")) -> Cgroup:
    """The group of this process; empty where there is none of version 2.

    Examples
    --------
    >>> read_cgroup(Path("/nowhere"))
    Cgroup(memory_bytes=None, memory_limit_bytes=None, cpu_seconds=None, processors=None)
    """
    folder = _folder(root, own)
    cached = _fields(folder / "memory.stat").get("inactive_file", 0)
    used = _number(_text(folder / "memory.current"))
    quota, _, period = _text(folder / "cpu.max").partition(" ")
    share, slot = _number(quota), _number(period)
    usage = _fields(folder / "cpu.stat").get("usage_usec")
    return Cgroup(
        memory_bytes=None if used is None else max(used - cached, 0),
        memory_limit_bytes=_number(_text(folder / "memory.max")),
        cpu_seconds=None if usage is None else usage / 1e6,
        processors=share / slot if share is not None and slot else None,
    )


def _folder(root: Path, own: Path) -> Path:
    for line in _text(own).splitlines():
        if line.startswith("0::"):
            folder = root / line[3:].strip().lstrip("/")
            if (folder / "memory.current").exists():
                return folder
    return root


def _text(path: Path) -> str:
    try:
        return path.read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        return ""


def _number(text: str) -> int | None:
    return int(text) if text.isdecimal() else None


def _fields(path: Path) -> dict[str, int]:
    pairs = (line.split() for line in _text(path).splitlines())
    return {pair[0]: int(pair[1]) for pair in pairs if len(pair) == 2 and pair[1].isdecimal()}
