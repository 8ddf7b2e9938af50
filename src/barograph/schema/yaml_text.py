"""YAML as text: read without a guess at what a scalar means, and written so that it is read back the same."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from barograph.errors import BarographError
from barograph.schema.halves import has_half, joined

_LONGEST_KEY: Final = 1_000
#: What a document may be at the most: its characters, lists and mappings inside each other, values.
_LONGEST: Final = 32_000_000
_DEEPEST: Final = 40
_MOST_VALUES: Final = 1_000_000


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
    if len(text) > _LONGEST:
        raise error(
            f"{origin}: {len(text):,} characters; expected at most {_LONGEST:,}. Write several files."
        )
    try:
        root: yaml.Node | None = yaml.compose(text, Loader=_Bounded)
    except (yaml.YAMLError, ValueError, OverflowError) as found:
        mark = getattr(found, "problem_mark", None)
        where = f"{origin}, line {mark.line + 1}" if mark else origin
        told = getattr(found, "problem", None) or str(found).splitlines()[0]
        raise error(f"{where}: this is no YAML: {told}. {mend}") from found
    return root


class _Bounded(yaml.BaseLoader):
    """Composes no more than a person writes: a value that stands in many places by its alias counts in each."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self._depth = 0
        self._sizes: dict[yaml.Node, int] = {}

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        begun = self.peek_event()  # type: ignore[no-untyped-call]
        if self._depth > _DEEPEST:
            raise _beyond(begun, f"more than {_DEEPEST} lists and mappings inside each other")
        self._depth += 1
        node = super().compose_node(parent, index)
        self._depth -= 1
        if node is None:
            return None
        if isinstance(begun, yaml.AliasEvent):
            if node not in self._sizes:
                raise _beyond(begun, f"*{begun.anchor} stands within what it stands for")
            return node
        if isinstance(node, yaml.ScalarNode) and has_half(node.value):
            node.value = joined(node.value)
        if isinstance(node, yaml.ScalarNode) and has_half(node.value):
            raise _beyond(begun, "an escape such as \\ud83d is half a character")
        held = node.value if isinstance(node, yaml.CollectionNode) else ()
        parts = [part for each in held for part in (each if isinstance(each, tuple) else (each,))]
        self._sizes[node] = 1 + sum(self._sizes[part] for part in parts)
        if self._sizes[node] > _MOST_VALUES:
            raise _beyond(begun, f"more than {_MOST_VALUES:,} values, those of aliases among them")
        return node


def _beyond(event: yaml.Event, problem: str) -> yaml.composer.ComposerError:
    return yaml.composer.ComposerError(None, None, problem, event.start_mark)  # type: ignore[arg-type]


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
