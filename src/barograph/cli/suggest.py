"""`barograph suggest`: checks that a reference keeps, or monitors for its model, each with its reason."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

from barograph.cli.flags import Counting, Meaning
from barograph.cli.rows import is_profile, profile_of, refuse_flags, writable
from barograph.cli.streams import hint, write_json
from barograph.cli.suggest_flags import Wanted
from barograph.errors import DataError

if TYPE_CHECKING:
    from barograph.checks.check import Check
    from barograph.profile.value import Profile

_WHAT = ("checks", "monitors")


def run_suggest(
    words: Sequence[str],
    wanted: Wanted,
    meaning: Meaning,
    counting: Counting,
    *,
    output: Path | None,
    origin: str | None,
    as_json: bool,
) -> None:
    """Suggest from rows or a saved profile; as YAML on stdout unless a file is named."""
    writable(output, (".yml", ".yaml"))
    what, given = _asked(words)
    if what == "monitors":
        if given is None:
            refuse_flags(meaning)
            reference, readings = _on_server(wanted)
        else:
            reference, readings = _read(given, meaning, counting, origin), ()
        _suggest_monitors(reference, readings, wanted, output=output, as_json=as_json)
        return
    if wanted != Wanted():
        raise DataError(
            "--use-case, --model and the like go with monitors; write `barograph suggest monitors`."
        )
    if given is None:
        raise DataError("there is no reference; name rows or a saved profile.")
    _suggest_checks(_read(given, meaning, counting, origin), output=output, as_json=as_json)


def _asked(words: Sequence[str]) -> tuple[str, Path | None]:
    """What is suggested, and from what; a file may be called as one of the words."""
    if len(words) == 1:
        alone = words[0] in _WHAT and not Path(words[0]).exists()
        return (words[0], None) if alone else ("checks", Path(words[0]))
    if len(words) != 2 or words[0] not in _WHAT:
        raise DataError(
            f"suggest {' '.join(words)}: expected a reference, or checks or monitors and a reference."
        )
    return words[0], Path(words[1])


def _read(reference: Path, meaning: Meaning, counting: Counting, origin: str | None) -> Profile:
    from barograph.api import load_profile

    if is_profile(reference):
        refuse_flags(meaning)
        return load_profile(reference)
    return profile_of(reference, meaning, counting, origin=origin)


def _on_server(wanted: Wanted) -> tuple[Profile, tuple[str, ...]]:
    """The reference a model has on a server, and the readings that are sent of it."""
    from barograph.api import load_profile
    from barograph.cli.http import server_project

    if wanted.model is None:
        raise DataError(
            "there is no reference; name rows or a saved profile, or a server's model with --model."
        )
    server = server_project(wanted.project, wanted.url, wanted.api_key)
    at = f"/models/{quote(wanted.model, safe='')}"
    listed = server.ask("GET", f"{at}/references")["references"]
    name = next((one["name"] for one in listed if one["default"]), None)
    if name is None:
        raise DataError(
            f"model {wanted.model!r} has no reference on the server to suggest from; give it one, or name a file."
        )
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "reference.baro")
        file.write_bytes(server.fetch(f"{at}/references/{quote(name, safe='')}"))
        profile = load_profile(file)
    sent = server.ask("GET", "/readings", query={"name": "latency", "model": wanted.model})
    return profile, tuple(sent["names"])


def _suggest_monitors(
    reference: Profile, readings: tuple[str, ...], wanted: Wanted, *, output: Path | None, as_json: bool
) -> None:
    from barograph.monitors.file import file_document
    from barograph.monitors.suggest import suggest_monitors
    from barograph.monitors.yaml import format_monitors

    file = suggest_monitors(
        reference, use_case=wanted.use_case, operations=not wanted.rows_only, readings=readings, model=wanted.model,
    )  # fmt: skip
    text = format_monitors(file)
    if output is not None:
        output.write_text(text, encoding="utf-8")
    if as_json:
        write_json({"path": None if output is None else str(output), **file_document(file)})
    elif output is None:
        print(text, end="")
        hint(
            "Write them with -o monitors.yml, edit them there, and bring them to a server with `barograph apply`."
        )
    else:
        print(f"{len(file.monitors):,} monitors in")
        print(output)
    if output is not None or as_json:
        # Without either it stands above the monitors.
        hint(file.comment)


def _suggest_checks(reference: Profile, *, output: Path | None, as_json: bool) -> None:
    from barograph.checks.suggest.suggest import suggest_checks

    checks = suggest_checks(reference)
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
