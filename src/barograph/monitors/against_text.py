"""What a window is compared with, as it is written: ``previous(7)``, ``season(1w)``, ``segment("country=DE")``."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Final

from barograph.errors import MonitorError, SchemaError, did_you_mean
from barograph.monitors.against import Against
from barograph.schema.halves import has_half
from barograph.windows import parse_every

_FORM = re.compile(r'\s*([a-z]+)\s*(?:\(\s*("(?:[^"\\]|\\.)*"|[^()"]*?)\s*\))?\s*', re.DOTALL)
_FEW_DIGITS = re.compile(r"[0-9]{1,9}")
_BARE = re.compile(r"[A-Za-z_][\w.-]*")
#: Words in brackets that name nothing of the user's.
_USUAL: Final[Mapping[str, str]] = {"segment": "rest", "version": "previous"}
_EXAMPLES: Final = (
    'none, reference, reference(name), previous, previous(7), season(1w), segment(rest), segment("country=DE"), '
    'version(previous), version("1")'
)


def parse_against(text: str) -> Against:
    """Read what a monitor is compared with.

    Raises
    ------
    MonitorError
        For anything else.

    Examples
    --------
    >>> parse_against("previous(7)").windows, parse_against('segment("country=DE")').name
    (7, 'country=DE')
    """
    found = _FORM.fullmatch(text)
    if found is None:
        raise _unknown(text)
    kind, given = found[1], found[2] or None
    if kind not in _READ:
        raise _unknown(text, did_you_mean(kind, _READ))
    return _READ[kind](text, given)


def against_text(against: Against) -> str:
    """The form `parse_against` reads.

    Examples
    --------
    >>> against_text(Against(kind="segment")), against_text(Against(kind="reference", name="2024 Q1"))
    ('segment(rest)', 'reference("2024 Q1")')
    """
    match against.kind:
        case "previous":
            return "previous" if against.windows == 1 else f"previous({against.windows})"
        case "season":
            return f"season({against.season or '1w'})"
        case "segment" | "version" if against.name is None:
            return f"{against.kind}({_USUAL[against.kind]})"
        case "reference" | "segment" | "version" if against.name is not None:
            return f"{against.kind}({_name_text(against.kind, against.name)})"
        case _:
            return against.kind


def _alone(text: str, given: str | None) -> Against:
    if given is not None:
        raise _unknown(text)
    return Against(kind="none")


def _previous(text: str, given: str | None) -> Against:
    if given is None:
        return Against(kind="previous")
    if not _FEW_DIGITS.fullmatch(given) or not 1 <= int(given) <= 10_000:
        raise _unknown(text)
    return Against(kind="previous", windows=int(given))


def _season(text: str, given: str | None) -> Against:
    length = given or "1w"
    try:
        return Against(kind="season", season=parse_every(length).text)
    except SchemaError:
        raise _unknown(text) from None


def _named(kind: str) -> Callable[[str, str | None], Against]:
    def read(text: str, given: str | None) -> Against:
        found = Against(kind=kind)  # type: ignore[arg-type]
        if given is None or given == _USUAL.get(kind):
            return found
        if not given.startswith('"'):
            return replace(found, name=given)
        try:
            name = str(json.loads(given, strict=False))
        except json.JSONDecodeError:
            raise _unknown(text) from None
        if not name or has_half(name):
            raise _unknown(text)
        return replace(found, name=name)

    return read


_READ: Final[Mapping[str, Callable[[str, str | None], Against]]] = {
    "none": _alone,
    "reference": _named("reference"),
    "previous": _previous,
    "season": _season,
    "segment": _named("segment"),
    "version": _named("version"),
}


def _name_text(kind: str, name: str) -> str:
    return (
        name if _BARE.fullmatch(name) and name != _USUAL.get(kind) else json.dumps(name, ensure_ascii=False)
    )


def _unknown(text: str, hint: str = "") -> MonitorError:
    return MonitorError(f"against {text!r} is not known{hint or '.'} Expected one of: {_EXAMPLES}.")
