"""A YAML document read as text, mappings and lists, which remembers the line of every key.

YAML turns `yes` into true, `no` (Norway) into false and `007` into 7; a schema means what is written.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from typing import Any, Final

import yaml

from barograph.errors import BarographError, SchemaError, did_you_mean
from barograph.schema.yaml_text import composed

Path = tuple[str, ...]
_NULLS: Final = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """What a YAML file says: scalars as text (unquoted null as None), and the line of every key.

    Attributes
    ----------
    origin : named in errors.
    lines : by the path of a key; items of a list are counted from 1.
    error : what is raised.
    """

    origin: str
    values: Mapping[str, Any]
    lines: Mapping[Path, int]
    error: type[BarographError] = SchemaError

    def wrong(self, path: Path, found: object, expected: str) -> BarographError:
        """Build the error for a value that is not as expected."""
        return self.error(f"{self.at(path)}: holds {found!r}; expected {expected}. Correct it there.")

    def at(self, path: Path) -> str:
        """Say where a key stands: file, line and key path; the line of what holds it, where it is not there."""
        line = next((self.lines[path[:n]] for n in range(len(path), 0, -1) if path[:n] in self.lines), None)
        where = f"{self.origin}, line {line}" if line else self.origin
        return f"{where}: {'.'.join(path)}" if path else where

    def check_keys(self, path: Path, held: Iterable[str], allowed: Iterable[str]) -> None:
        """Refuse a key that is not known, with the nearest one that is."""
        known = tuple(allowed)
        for key in held:
            if key not in known:
                hint = did_you_mean(key, known) or "."
                raise self.error(
                    f"{self.at((*path, key))}: no such key{hint} Expected one of: {', '.join(known)}."
                )


def read_document(
    text: str,
    origin: str,
    *,
    error: type[BarographError] = SchemaError,
    expected: str = "the key columns; `barograph schema FILE` writes one",
    listed: str | None = None,
) -> Document:
    """Read a YAML mapping.

    Parameters
    ----------
    expected : what the mapping holds, for the error where there is none.
    listed : the key that a document which is a list is read as the value of; None: a list is refused.

    Raises
    ------
    SchemaError
        Or the `error` asked for: for text that is no YAML, is no mapping, or names a key twice.

    Examples
    --------
    >>> read_document("positive: yes", "schema.yml").values
    {'positive': 'yes'}
    """
    root = composed(text, origin, error, "Correct the line, or quote its text.")
    document = Document(origin=origin, values={}, lines={}, error=error)
    lines: dict[Path, int] = {}
    if listed is not None and isinstance(root, yaml.SequenceNode):
        return replace(document, values={listed: _value(root, (listed,), lines, document)}, lines=lines)
    if root is None or not isinstance(root, yaml.MappingNode):
        raise error(f"{origin}: expected a mapping with {expected}.")
    return replace(document, values=_value(root, (), lines, document), lines=lines)


def _value(node: yaml.Node, path: Path, lines: dict[Path, int], document: Document) -> Any:
    if isinstance(node, yaml.ScalarNode):
        return None if node.style is None and node.value in _NULLS else node.value
    if isinstance(node, yaml.SequenceNode):
        for i, item in enumerate(node.value, 1):
            lines[(*path, str(i))] = item.start_mark.line + 1
        return [_value(item, (*path, str(i)), lines, document) for i, item in enumerate(node.value, 1)]
    values: dict[str, Any] = {}
    for key_node, value_node in node.value:
        key = str(key_node.value)
        line = key_node.start_mark.line + 1
        if key in values:
            raise document.error(
                f"{document.origin}, line {line}: {'.'.join((*path, key))}: this key is there twice, first in line "
                f"{lines[(*path, key)]}. Keep one of the two."
            )
        lines[(*path, key)] = line
        values[key] = _value(value_node, (*path, key), lines, document)
    return values
