"""YAML as text: read without a guess at what a scalar means, and written so that it is read back the same."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Final

import yaml

from barograph.errors import BarographError

_LONGEST_KEY: Final = 1_000


def read_file(path: Path, error: type[BarographError], what: str, command: str) -> str:
    """The text of a file of `what`, such as checks, which the command writes; raises `error` where there is none."""
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as found:
        raise error(
            f"cannot read {what} {str(path)!r}: {found}. Expected a UTF-8 file; `{command}` writes one for your data."
        ) from found


def composed(text: str, origin: str, error: type[BarographError], mend: str) -> yaml.Node | None:
    """The nodes of a document, None of an empty one; raises `error` with the line for text that is no YAML.

    Examples
    --------
    >>> composed("positive: yes", "schema.yml", BarographError, "Quote it.").value[0][1].value
    'yes'
    """
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=yaml.BaseLoader)
    except yaml.YAMLError as found:
        mark = getattr(found, "problem_mark", None)
        where = f"{origin}, line {mark.line + 1}" if mark else origin
        told = getattr(found, "problem", None) or str(found).splitlines()[0]
        raise error(f"{where}: this is no YAML: {told}. {mend}") from found
    return root


def scalar(text: str, *, within: bool) -> str:
    """One text on one line, quoted where YAML would read something else.

    Parameters
    ----------
    within : it stands within brackets or braces, where commas and brackets are read as such.

    Examples
    --------
    >>> scalar("a, b", within=False), scalar("a, b", within=True), scalar("yes", within=False)
    ('a, b', "'a, b'", "'yes'")
    """
    if not text.isprintable():
        # YAML breaks lines at more characters than a newline, and folds what it breaks.
        return str(yaml.safe_dump(text, default_style='"', width=math.inf)).removesuffix("\n")
    if within:
        listed = str(yaml.safe_dump([text], default_flow_style=True, width=math.inf, allow_unicode=True))
        return listed.strip()[1:-1]
    dumped = str(yaml.safe_dump(text, width=math.inf, allow_unicode=True))
    return dumped.removesuffix("...\n").removesuffix("\n")


def flow(value: object) -> str:
    """One value in YAML's flow style; numbers bare, text quoted where YAML would read something else.

    Examples
    --------
    >>> flow({"a": [1.0, "2.5", None, "yes"]})
    "{a: [1, 2.5, null, 'yes']}"
    """
    if isinstance(value, list):
        return f"[{', '.join(flow(v) for v in value)}]"
    if isinstance(value, Mapping):
        return f"{{{', '.join(f'{flow(k)}: {flow(v)}' for k, v in value.items())}}}"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if value is None or (isinstance(value, str) and re.fullmatch(r"-?(0|[1-9]\d*)(\.\d+)?", value)):
        return "null" if value is None else str(value)
    if isinstance(value, str):
        return scalar(value, within=True)
    return str(yaml.safe_dump([value], default_flow_style=True)).strip()[1:-1]


def entry(name: str, written: str) -> str:
    """One line of a mapping; YAML reads a key beyond 1,024 characters only where it is announced.

    Examples
    --------
    >>> entry("a b", "1")
    '  a b: 1'
    """
    key = flow(name)
    return f"  {key}: {written}" if len(key) < _LONGEST_KEY else f"  ? {key}\n  : {written}"
