"""All monitors of a project, and what belongs to them: `monitors.yml`, and the body of a request."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any, Final

from barograph.errors import MonitorError, did_you_mean
from barograph.monitors import entries
from barograph.monitors.document import KEYS, LONGEST_NAME, kept_monitor_at, monitor_at, written
from barograph.monitors.monitor import Monitor
from barograph.schema.document import Document, Path

#: What a file holds beside monitors, by name.
SETTINGS: Final = ("routes", "calendars", "inhibitions")
TOP: Final = ("defaults", "monitors", *SETTINGS)
#: What `defaults` may say for monitors that do not.
DEFAULTS: Final = tuple(key for key in KEYS if key not in ("name", "metric", "when", "reason"))
_DEEPEST: Final = 8

Settings = Mapping[str, Mapping[str, Any]]
Reader = Callable[[Document, Path, object], Monitor]


def _none() -> Settings:
    return MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorFile:
    """Monitors and what they are told by.

    Attributes
    ----------
    routes, calendars, inhibitions : documents by name, their scalars texts or None; read by whoever uses them.
    comment : lines at the top of the file; they say nothing, so that files which differ in them are equal.
    """

    monitors: tuple[Monitor, ...] = ()
    routes: Settings = field(default_factory=_none)
    calendars: Settings = field(default_factory=_none)
    inhibitions: Settings = field(default_factory=_none)
    comment: str = field(default="", compare=False)


def read_file_document(
    document: Mapping[str, Any], *, where: str = "monitors", is_kept: bool = False
) -> MonitorFile:
    """Read all of it from JSON.

    Parameters
    ----------
    where : named in errors.
    is_kept : it was taken once: monitors that are refused by now are read all the same.

    Raises
    ------
    MonitorError
        For anything that is not known, and for two monitors of one name.

    Examples
    --------
    >>> one = {"name": "rows", "metric": "operations.volume", "when": {"band": 3}}
    >>> read_file_document({"monitors": [one], "defaults": {"severity": "info"}}).monitors[0].severity
    'info'
    """
    try:
        # Python's reader of JSON takes halves of characters, which no answer could be written with.
        json.dumps(document, ensure_ascii=False).encode()
    except (UnicodeEncodeError, RecursionError) as error:
        raise MonitorError(
            f"{where}: a text holds half a character, or lists stand deep inside each other ({error}); expected "
            "monitors as they are written in a file."
        ) from None
    return file_at(
        Document(origin=where, values=document, lines={}, error=MonitorError),
        read=kept_monitor_at if is_kept else monitor_at,
    )


def file_document(file: MonitorFile) -> dict[str, Any]:
    """A file as JSON, which `read_file_document` reads back.

    Examples
    --------
    >>> file_document(MonitorFile())
    {'monitors': []}
    """
    out: dict[str, Any] = {"monitors": [written(m) for m in file.monitors]}
    for key in SETTINGS:
        if held := getattr(file, key):
            out[key] = {name: dict(value) for name, value in held.items()}
    return out


def file_at(document: Document, *, read: Reader = monitor_at) -> MonitorFile:
    """Read a whole document.

    Parameters
    ----------
    read : of one monitor.
    """
    held = entries.mapping(document, (), document.values, TOP)
    defaults = entries.mapping(document, ("defaults",), held.get("defaults"), DEFAULTS)
    listed = held.get("monitors", ())
    if not isinstance(listed, list | tuple):
        raise document.wrong(("monitors",), listed, "a list of monitors, [] for none")
    places = ((("monitors", str(i)), one) for i, one in enumerate(listed, 1))
    monitors = tuple(read(document, path, _whole(document, path, one, defaults)) for path, one in places)
    _check_names(document, monitors)
    routes, calendars, inhibitions = (_settings(document, key, held.get(key)) for key in SETTINGS)
    file = MonitorFile(monitors=monitors, routes=routes, calendars=calendars, inhibitions=inhibitions)
    _check_named(document, file)
    return file


def _whole(document: Document, path: Path, value: object, defaults: Mapping[str, Any]) -> Mapping[str, Any]:
    own = entries.mapping(document, path, value, KEYS)
    return {**defaults, **{key: v for key, v in own.items() if v is not None}}


def _check_names(document: Document, monitors: tuple[Monitor, ...]) -> None:
    first: dict[str, int] = {}
    for i, monitor in enumerate(monitors, 1):
        if monitor.name in first:
            where = document.at(("monitors", str(i)))
            raise document.error(
                f"{where}: the name {monitor.name!r} is there twice, first as number {first[monitor.name]}. "
                "Give one of the two another name."
            )
        first[monitor.name] = i


def _check_named(document: Document, file: MonitorFile) -> None:
    """Calendars are of the file; routes may also be channels of the project, which is known there."""
    for i, monitor in enumerate(file.monitors, 1):
        for name in monitor.calendars:
            if name not in file.calendars:
                hint = did_you_mean(name, file.calendars) or "."
                raise document.error(
                    f"{document.at(('monitors', str(i)))}: no calendar {name!r}{hint} "
                    f"Calendars of the file: {', '.join(file.calendars) or 'none'}."
                )


def _settings(document: Document, key: str, value: object) -> Settings:
    held = entries.mapping(document, (key,), value)
    out = {}
    for name, one in held.items():
        path = (key, name)
        if not name.strip() or not name.isprintable() or len(name) > LONGEST_NAME:
            raise document.wrong(path, name, f"a name of at most {LONGEST_NAME} printable characters")
        out[name] = MappingProxyType(dict(_plain(document, path, entries.mapping(document, path, one), 0)))
    return MappingProxyType(out)


def _plain(document: Document, path: Path, value: object, depth: int) -> Any:
    """The value with its scalars as text, as a file has them."""
    if depth > _DEEPEST:
        raise document.wrong(path, "more", f"at most {_DEEPEST} levels")
    if isinstance(value, Mapping):
        return {str(k): _plain(document, (*path, str(k)), v, depth + 1) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(document, (*path, str(i)), v, depth + 1) for i, v in enumerate(value, 1)]
    if isinstance(value, bool):
        return str(value).lower()
    return value if value is None or isinstance(value, str) else repr(value)
