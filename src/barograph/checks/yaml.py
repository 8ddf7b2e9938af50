"""The written form of checks: `checks.yml`."""

from __future__ import annotations

import math
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import yaml

from barograph.checks.check import SEVERITIES, STATUSES, Check
from barograph.checks.collection import Checks
from barograph.errors import CheckError, did_you_mean
from barograph.schema.yaml_text import composed, read_file, scalar

_TOP: Final = ("defaults", "checks")
_SETTINGS: Final = ("severity", "unknown", "confident")
_CHECK: Final = ("check", "name", *_SETTINGS, "reason")
#: What a check has that says nothing else.
_STANDARD: Final = {
    "name": "''",
    "severity": "critical",
    "unknown": "unknown",
    "confident": "false",
    "reason": "''",
}
_PERCENT = re.compile(r"[0-9]+(\.[0-9]+)?%")
_NULLS: Final = ("", "~", "null")


def read_checks(path: str | Path) -> Checks:
    """Read `checks.yml`.

    Raises
    ------
    CheckError
        Where the file cannot be read, is no YAML, or holds something that is not expected, with its line.

    Examples
    --------
    >>> import tempfile
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     write_checks(Checks((Check("drift.share <= 0.2"),)), f"{folder}/checks.yml")
    ...     len(read_checks(f"{folder}/checks.yml"))
    1
    """
    path = Path(path)
    text = read_file(path, CheckError, "checks", "barograph suggest REFERENCE")
    return parse_checks(text, origin=path.name)


def write_checks(checks: Checks, path: str | Path) -> None:
    """Write `checks.yml`; see `format_checks`."""
    Path(path).write_text(format_checks(checks), encoding="utf-8")


def parse_checks(text: str, origin: str = "checks.yml") -> Checks:
    r"""Parse the YAML form of checks; every scalar is taken as it is written.

    Parameters
    ----------
    text : a mapping with the list `checks`, each a condition or a mapping of its settings; settings for
        those that do not say are in `defaults`.
    origin : named in errors.

    Raises
    ------
    CheckError
        With the line, where something is not as expected.

    Examples
    --------
    >>> [c.severity for c in parse_checks("checks:\n  - check: drift.share <= 0.2\n    severity: info")]
    ['info']
    """
    root = composed(text, origin, CheckError, "Put single quotes about the condition.")
    if root is None:
        raise CheckError(f"{origin}: the file is empty; expected the key checks with a list of conditions.")
    top = _mapping(root, origin, _TOP)
    if "checks" not in top:
        raise _wrong(root, origin, "there is no key checks", "the key checks with a list of conditions")
    listed = top["checks"]
    if not isinstance(listed, yaml.SequenceNode):
        raise _wrong(listed, origin, "checks is no list", "a line such as `- drift.share <= 0.2` each")
    defaults = _settings(top["defaults"], origin, _SETTINGS) if "defaults" in top else {}
    return Checks(tuple(_check(node, origin, defaults) for node in listed.value))


def format_checks(checks: Checks) -> str:
    """Write checks as YAML; the settings of most of them are written once.

    Examples
    --------
    >>> print(format_checks(Checks((Check("drift.share <= 0.2", severity="info", reason="why not"),))), end="")
    defaults: {severity: info}
    checks:
      - check: drift.share <= 0.2
        reason: why not
    """
    lines = [f"# {line}".rstrip() for line in checks.comment.splitlines()]
    written = [_entries(check) for check in checks]
    usual = {key: _most_common([entries[key] for entries in written]) for key in _SETTINGS if written}
    defaults = {key: value for key, value in usual.items() if value != _STANDARD[key]}
    if defaults:
        lines.append(f"defaults: {{{', '.join(f'{k}: {v}' for k, v in defaults.items())}}}")
    lines.append("checks:" if written else "checks: []")
    for entries in written:
        own = {k: v for k, v in entries.items() if v != (_STANDARD | defaults).get(k)}
        if own.keys() == {"check"}:
            lines.append(f"  - {own['check']}")
        else:
            lines += [f"  {'-' if k == 'check' else ' '} {k}: {v}" for k, v in own.items()]
    return "\n".join(lines) + "\n"


def _check(node: yaml.Node, origin: str, defaults: dict[str, Any]) -> Check:
    if isinstance(node, yaml.ScalarNode):
        settings: dict[str, Any] = {"check": node.value}
    else:
        settings = _settings(node, origin, _CHECK)
    if not settings.get("check"):
        raise _wrong(node, origin, "no condition", "check: and a condition such as drift.share <= 0.2")
    condition = settings.pop("check")
    try:
        return replace(Check(condition), **(defaults | settings))
    except CheckError as error:
        raise CheckError(f"{_at(node, origin)}: {error}") from None


def _settings(node: yaml.Node, origin: str, allowed: tuple[str, ...]) -> dict[str, Any]:
    """The keys of a mapping and their values, each known to be allowed."""
    out: dict[str, Any] = {}
    for key, value in _mapping(node, origin, allowed).items():
        if not isinstance(value, yaml.ScalarNode):
            raise _wrong(value, origin, f"{key} holds several values", "one")
        if value.style is None and value.value in _NULLS:
            continue
        text = str(value.value)
        choices = {"severity": SEVERITIES, "unknown": STATUSES}.get(key)
        if choices is not None and text not in choices:
            hint = did_you_mean(text, choices) or ";"
            raise _wrong(value, origin, f"{key} {text!r} is not known{hint}", f"one of {', '.join(choices)}")
        out[key] = _level(value, origin) if key == "confident" else text
    return out


def _level(node: yaml.ScalarNode, origin: str) -> bool | float:
    text = str(node.value)
    if text in ("true", "false"):
        return text == "true"
    try:
        level = round(float(text.removesuffix("%")) / 100.0, 15) if _PERCENT.fullmatch(text) else float(text)
    except ValueError:
        level = math.nan
    if not 0.5 <= level < 1.0:
        raise _wrong(node, origin, f"confident is {text!r}", "true, false, or a level such as 99.9%")
    return level


def _mapping(node: yaml.Node, origin: str, allowed: tuple[str, ...]) -> dict[str, yaml.Node]:
    if not isinstance(node, yaml.MappingNode):
        raise _wrong(node, origin, "this is no mapping", f"keys among {', '.join(allowed)}")
    out: dict[str, yaml.Node] = {}
    for key_node, value in node.value:
        key = str(key_node.value)
        if key not in allowed:
            hint = did_you_mean(key, allowed) or ";"
            raise _wrong(key_node, origin, f"no such key {key!r}{hint}", f"one of {', '.join(allowed)}")
        if key in out:
            raise _wrong(key_node, origin, f"the key {key!r} is there twice", "it once")
        out[key] = value
    return out


def _wrong(node: yaml.Node, origin: str, what: str, expected: str) -> CheckError:
    joint = " " if what[-1] in "?;" else "; "
    return CheckError(f"{_at(node, origin)}: {what}{joint}expected {expected}. Correct it there.")


def _at(node: yaml.Node, origin: str) -> str:
    return f"{origin}, line {node.start_mark.line + 1}"


def _entries(check: Check) -> dict[str, str]:
    """All that can be written of a check."""
    return {
        "check": scalar(check.condition, within=False),
        "name": scalar(check.name, within=False),
        "severity": check.severity,
        "unknown": check.unknown,
        "confident": _written_level(check.confident),
        "reason": scalar(check.reason, within=False),
    }


def _most_common(values: list[str]) -> str:
    """What most of the values are; the first where several are as common."""
    return max(dict.fromkeys(values), key=values.count)


def _written_level(confident: bool | float) -> str:
    return str(confident).lower() if isinstance(confident, bool) else f"{100.0 * confident:.12g}%"
