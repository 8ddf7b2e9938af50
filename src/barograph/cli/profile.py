"""`barograph profile`: rows into one small file."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from barograph.cli.faults import faults
from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import profile_of, writable
from barograph.cli.streams import hint, stdout, write_json

if TYPE_CHECKING:
    from barograph.profile.value import Profile


def run_profile(
    file: Path,
    meaning: Meaning,
    counting: Counting,
    *,
    output: Path,
    like: Path | None,
    as_json: bool,
    kept: dict[str, Any],
) -> None:
    """Profile a file or folder, save the profile and say what it holds."""
    from barograph.api import load_profile, save_profile

    writable(output)
    reference = None if like is None else load_profile(like)
    profile = profile_of(file, meaning, counting, like=reference, **kept)
    for line in faults(profile, file, reference):
        hint(f"warning: {line}")
    save_profile(profile, output)
    if as_json:
        write_json(_as_dict(profile, output))
    else:
        _print(profile, output)


def _as_dict(profile: Profile, output: Path) -> dict[str, Any]:
    return {
        "path": str(output),
        "bytes": output.stat().st_size,
        "rows": profile.rows,
        "columns": list(profile.columns),
        "missing": list(profile.missing),
        "not_profiled": dict(profile.schema.not_profiled),
        "task": profile.schema.task,
        "origin": profile.origin,
        "name": profile.name,
        "every": profile.grid.every,
        "windows": len(profile.windows),
        "segments": list(profile.segments),
        "hash": profile.hash,
        "grid": profile.grid.hash,
    }


def _print(profile: Profile, output: Path) -> None:
    from rich.markup import escape

    counts = [f"{profile.rows:,} rows", f"{len(profile.columns):,} columns"]
    if profile.windows:
        counts.append(f"{len(profile.windows):,} windows of {profile.grid.every}")
    if profile.segments:
        counts.append(f"{len(profile.segments):,} segments")
    console = stdout()
    console.print(f"[bold]{', '.join(counts)}[/]; origin {escape(profile.origin)}")
    if profile.missing:
        console.print(f"[yellow]missing columns:[/] {escape(', '.join(profile.missing))}")
    console.print(f"{output.stat().st_size:,} bytes in", end=" ")
    print(output)
