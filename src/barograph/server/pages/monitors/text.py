"""One monitor as YAML, and what is wrong with it, by the key it is wrong in."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from barograph.errors import MonitorError
from barograph.monitors.document import read_monitor
from barograph.monitors.monitor import Monitor
from barograph.schema.document import read_document
from barograph.schema.yaml_text import flow, scalar

_WHERE: Final = "monitor"
_REQUIRED: Final = ("name", "metric", "when")
#: In place of what is wrong, so that what is wrong beside it is found too.
_STAND_INS: Final = {"name": "a name", "metric": "drift.share", "when": {"above": "0.5"}}
_PLACED: Final = re.compile(r"monitor(?:, line \d+)?: ([a-z_]+)((?:\.[^\s:]+)*): (.*)", re.DOTALL)
_MOST: Final = 12


def monitor_text(document: Mapping[str, Any]) -> str:
    r"""A document as YAML, a key a line.

    Examples
    --------
    >>> monitor_text({"name": "n", "metric": "drift.share", "when": {"above": "20%"}})
    'name: n\nmetric: drift.share\nwhen: {above: 20%}\n'
    """
    return "".join(f"{key}: {_value(value)}\n" for key, value in document.items())


def read_text(text: str) -> dict[str, Any]:
    """The document a text stands for, its scalars as texts; a file with one monitor is read as that.

    Raises
    ------
    MonitorError
        With the line, for text that is no YAML, no mapping, or holds several monitors.

    Examples
    --------
    >>> read_text("monitors: [{name: n, for: 2}]")
    {'name': 'n', 'for': '2'}
    """
    held = read_document(
        text, _WHERE, error=MonitorError, listed="monitors", expected="the keys name, metric and when"
    ).values
    listed = held.get("monitors")
    if listed is None:
        return dict(held)
    if (
        set(held) == {"monitors"}
        and isinstance(listed, list)
        and len(listed) == 1
        and isinstance(listed[0], dict)
    ):
        return dict(listed[0])
    raise MonitorError(
        "monitor: this holds more than one monitor; a page edits one. Apply a file of several with `barograph apply`."
    )


def faults_of(document: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a document by its keys, the empty text where something is missing; none where it can be read.

    Examples
    --------
    >>> faults_of({"name": "n", "metric": "drift.share", "when": {"above": "much"}, "for": "0"})
    {'for': "holds '0'; expected a whole number from 1 on.", 'when': "holds 'much'; expected a number."}
    """
    return dict(_faults(document))


def read(document: Mapping[str, Any]) -> Monitor:
    """The monitor of a document in which nothing is wrong."""
    return read_monitor(document, where=_WHERE)


def _faults(document: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    held: dict[str, Any] = dict(document)
    for key in _REQUIRED:
        if held.get(key) in (None, "", {}):
            yield key, ""
            held[key] = _STAND_INS[key]
    for _ in range(_MOST):
        try:
            read(held)
        except MonitorError as error:
            key, said = placed(str(error))
            yield key, said
            if key not in held:
                return
            del held[key]
            held |= {key: _STAND_INS[key]} if key in _STAND_INS else {}
        else:
            return


def placed(message: str) -> tuple[str, str]:
    """The key that an error of a monitor is about, and what is said of it; no key where it is about the whole.

    Examples
    --------
    >>> placed("monitor: needs.rows: holds 'x'; expected a number. Correct it there.")
    ('needs', "rows: holds 'x'; expected a number.")
    """
    found = _PLACED.fullmatch(message)
    if found is None:
        return "", message.removeprefix(f"{_WHERE}: ")
    key, inner, said = found.groups()
    said = said.removesuffix(" Correct it there.")
    below = ".".join(part for part in inner.split(".") if part)
    if said.startswith("no such key") and below:
        return key, f"no such key {below}{said.removeprefix('no such key')}"
    return key, f"{below}: {said}" if key == "needs" and below else said


def _value(value: object) -> str:
    return scalar(value, within=False) if isinstance(value, str) else flow(value)
