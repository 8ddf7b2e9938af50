"""`barograph suggest`: checks that a reference keeps, each with its reason."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from barograph.checks.check import Check
from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import is_profile, profile_of, refuse_flags, writable
from barograph.cli.streams import hint, write_json


def run_suggest(
    reference: Path,
    meaning: Meaning,
    counting: Counting,
    *,
    output: Path | None,
    origin: str | None,
    as_json: bool,
) -> None:
    """Suggest checks from rows or a saved profile; as YAML on stdout unless a file is named."""
    from barograph.api import load_profile
    from barograph.checks.suggest.suggest import suggest_checks

    writable(output, (".yml", ".yaml"))
    if is_profile(reference):
        refuse_flags(meaning)
        profile = load_profile(reference)
    else:
        profile = profile_of(reference, meaning, counting, origin=origin)
    checks = suggest_checks(profile)
    if output is not None:
        checks.to_yaml(output)
    if as_json:
        write_json({"path": None if output is None else str(output), "checks": [_plain(c) for c in checks]})
    elif output is None:
        print(checks.to_yaml(), end="")
        hint(
            "Write them with -o checks.yml, edit them there, and run `barograph check` with --checks checks.yml."
        )
    else:
        print(f"{len(checks):,} checks in")
        print(output)


def _plain(check: Check) -> dict[str, Any]:
    return {
        "check": check.condition,
        "severity": check.severity,
        "unknown": check.unknown,
        "confident": check.confident,
        "reason": check.reason,
    }
