"""The form of a monitor, and the document it stands for: each can be made of the other, whatever was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, fields
from typing import Any, Final

from barograph.errors import AddressError, MonitorError
from barograph.metrics.address import ANY, Address, Argument, parse_address
from barograph.monitors.document import KEYS
from barograph.schema.document import read_document
from barograph.schema.yaml_text import flow

#: Ways to say when a window is breached, in the order of the form; `written`: as YAML, what the others cannot say.
CONDITIONS: Final = ("calibrated", "limit", "outside", "change", "band", "anytime", "burn", "written")
_WORDS: Final = {
    "name": "name", "version": "version", "window": "window", "against": "against", "for": "for_windows",
    "clear": "clear_windows", "lateness": "lateness", "no_data": "no_data", "error": "error", "unknown": "unknown",
    "severity": "severity", "runbook": "runbook", "owner": "owner", "reason": "reason", "enabled": "enabled",
}  # fmt: skip
_NEEDS: Final = ("rows", "label_age", "coverage")


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorFields:
    """What stands in the form, as it was typed; the usual where nothing was.

    Attributes
    ----------
    metric, column, segment, arguments : the address in parts; `arguments` are the others, as an address has them.
    models, notify, calendars : names; of models with commas between them.
    condition : one of `CONDITIONS`, which says which of the following fields count.
    labels, rest : mappings in YAML; `rest` is what a monitor has no such key for.
    """

    name: str = ""
    metric: str = ""
    column: str = ""
    segment: str = ""
    arguments: str = ""
    models: str = "*"
    version: str = "all"
    window: str = "1d"
    against: str = "reference"
    condition: str = "calibrated"
    level: str = ""
    budget: str = ""
    side: str = ""
    matters: str = ""
    above: str = ""
    below: str = ""
    clear: str = ""
    outside_low: str = ""
    outside_high: str = ""
    outside_clear: str = ""
    change: str = ""
    band: str = "3"
    band_side: str = ""
    anytime: str = ""
    objective: str = ""
    written: str = ""
    for_windows: str = "1"
    clear_windows: str = "2"
    rows: str = ""
    label_age: str = ""
    coverage: str = ""
    lateness: str = "0s"
    no_data: str = "keep"
    error: str = "alert"
    unknown: str = "keep"
    severity: str = "warning"
    notify: tuple[str, ...] = ()
    calendars: tuple[str, ...] = ()
    labels: str = ""
    runbook: str = ""
    owner: str = ""
    reason: str = ""
    enabled: str = "true"
    rest: str = ""


_USUAL: Final = MonitorFields()


def fields_sent(sent: Mapping[str, Iterable[str]]) -> MonitorFields:
    """What a browser sent: every value of each name; of a box that is not ticked it sends nothing.

    Examples
    --------
    >>> fields_sent({"name": ["nulls "], "notify": ["ops", "mail"]}).notify
    ('ops', 'mail')
    """
    given: dict[str, Any] = {}
    for field in fields(MonitorFields):
        values = [value.replace("\r\n", "\n").strip() for value in sent.get(field.name, ())]
        if field.name in ("notify", "calendars"):
            given[field.name] = tuple(value for value in values if value)
        elif values:
            given[field.name] = values[-1]
    return MonitorFields(**given | {"enabled": "true" if "enabled" in sent else "false"})


def document_of(held: MonitorFields) -> dict[str, Any]:
    """The document a form stands for, what is usual left out; scalars are texts, as they were typed.

    Examples
    --------
    >>> document_of(MonitorFields(name="n", metric="drift.psi", column="age", condition="limit", above="0.2"))
    {'name': 'n', 'metric': 'drift.psi(column="age")', 'when': {'above': '0.2'}}
    """
    found: dict[str, Any] = {
        key: value
        for key, field in _WORDS.items()
        if (value := getattr(held, field)) and value != getattr(_USUAL, field)
    }
    if held.metric:
        found["metric"] = address_text(held)
    if (models := [each.strip() for each in held.models.split(",") if each.strip()]) != ["*"]:
        found["models"] = models
    if (when := _when(held)) not in ({}, ""):
        found["when"] = when
    if needs := {name: value for name in _NEEDS if (value := getattr(held, name))}:
        found["needs"] = needs
    for name in ("notify", "calendars"):
        if names := getattr(held, name):
            found[name] = list(names)
    if held.labels:
        found["labels"] = yaml_value(held.labels)
    if held.rest and isinstance(rest := yaml_value(held.rest), Mapping):
        found |= rest
    return {key: found[key] for key in (*KEYS, *found) if key in found}


def fields_of(document: Mapping[str, Any]) -> MonitorFields:
    """The form that stands for a document, however wrong.

    Examples
    --------
    >>> found = fields_of({"metric": 'drift.psi(column="age")', "when": {"above": 0.2}, "for": 3})
    >>> found.column, found.condition, found.above, found.for_windows
    ('age', 'limit', '0.2', '3')
    """
    given: dict[str, Any] = {
        field: _text(document[key]) for key, field in _WORDS.items() if document.get(key) is not None
    }
    given |= _address_fields(_text(document.get("metric", "")))
    if "models" in document:
        given["models"] = ", ".join(_names(document["models"]))
    given |= {name: tuple(_names(document[name])) for name in ("notify", "calendars") if name in document}
    needs = document.get("needs") or {}
    rest = {key: value for key, value in document.items() if key not in KEYS}
    if isinstance(needs, Mapping) and set(needs) <= set(_NEEDS):
        given |= {name: _text(value) for name, value in needs.items()}
    else:
        rest["needs"] = needs
    if "labels" in document:
        given["labels"] = _mapping_text(document["labels"])
    given |= _condition_fields(document.get("when"))
    return MonitorFields(**given, rest=_mapping_text(rest) if rest else "")


def address_text(held: MonitorFields) -> str:
    """The metric with its column and segment, as an address is written; what is no address stays as it was typed."""
    parts = [f"column={_argument(held.column)}"] if held.column else []
    parts += [held.arguments] if held.arguments else []
    parts += [f"segment={_argument(held.segment)}"] if held.segment else []
    text = f"{held.metric}({', '.join(parts)})" if parts else held.metric
    try:
        return str(parse_address(text))
    except AddressError:
        return text


def yaml_value(text: str) -> Any:
    """A mapping or list written in YAML, its scalars as texts; the text itself where it is neither.

    Examples
    --------
    >>> yaml_value("team: risk"), yaml_value("risk")
    ({'team': 'risk'}, 'risk')
    """
    try:
        return dict(read_document(text, "monitor", error=MonitorError).values)
    except MonitorError:
        return text


def _argument(text: str) -> str:
    return str(Address("a.b", (("c", ANY if text == "*" else text),)))[len("a.b(c=") : -1]


def _address_fields(text: str) -> dict[str, str]:
    try:
        address = parse_address(text)
    except AddressError:
        return {"metric": text}
    held = dict(address.arguments)
    own = {"metric": address.metric}
    own |= {
        name: _bare(held.pop(name))
        for name in ("column", "segment")
        if isinstance(held.get(name), str | type(ANY))
    }
    others = str(Address(address.metric, tuple(held.items())))
    return own | ({"arguments": others[len(address.metric) + 1 : -1]} if held else {})


def _bare(value: Argument) -> str:
    return "*" if value is ANY else str(value)


def _when(held: MonitorFields) -> Any:
    return _SAID.get(held.condition, _as_written)(held)


def _calibrated(held: MonitorFields) -> Any:
    told = {n: v for n in ("level", "budget", "side", "matters") if (v := getattr(held, n))}
    return {"calibrated": told or "true"}


def _limit(held: MonitorFields) -> Any:
    return {name: value for name in ("above", "below", "clear") if (value := getattr(held, name))}


def _outside(held: MonitorFields) -> Any:
    if not held.outside_low and not held.outside_high:
        return {}
    told: dict[str, Any] = {"outside": [held.outside_low, held.outside_high]}
    return told | ({"clear": held.outside_clear} if held.outside_clear else {})


def _band(held: MonitorFields) -> Any:
    return {"band": {"width": held.band, "side": held.band_side} if held.band_side else held.band}


def _as_written(held: MonitorFields) -> Any:
    return yaml_value(held.written)


_SAID: Final[Mapping[str, Callable[[MonitorFields], Any]]] = {
    "calibrated": _calibrated,
    "limit": _limit,
    "outside": _outside,
    "change": lambda held: {"change": held.change} if held.change else {},
    "band": _band,
    "anytime": lambda held: {"anytime": {"level": held.anytime} if held.anytime else "true"},
    "burn": lambda held: {"burn": {"objective": held.objective}} if held.objective else {},
    "written": _as_written,
}


def _condition_fields(when: object) -> dict[str, str]:
    """The condition's own fields; `written` where they cannot say all of it."""
    if when is None:
        return {}
    if isinstance(when, Mapping):
        for name, told in _told(when):
            if all(isinstance(value, str) for value in told.values()):
                return {"condition": name, **told}
    return {"condition": "written", "written": _mapping_text(when)}


def _told(when: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, Any]]]:
    keys = set(when)
    if keys and keys <= {"above", "below", "clear"}:
        yield "limit", {key: _scalar(value) for key, value in when.items()}
    if "outside" in keys <= {"outside", "clear"} and isinstance(pair := when["outside"], list | tuple):
        ends = (
            {"outside_low": _scalar(pair[0]), "outside_high": _scalar(pair[-1])}
            if len(pair) == 2
            else {"": None}
        )
        yield "outside", ends | ({"outside_clear": _scalar(when["clear"])} if "clear" in keys else {})
    if len(keys) != 1:
        return
    ((key, value),) = when.items()
    inner = value if isinstance(value, Mapping) else None
    if key == "change":
        yield "change", {"change": _scalar(value)}
    elif key == "band":
        own = {"width": "band", "side": "band_side"}
        yield "band", {"band": _scalar(value)} if inner is None else _renamed(inner, own)
    elif key == "calibrated":
        own = {name: name for name in ("level", "budget", "side", "matters")}
        yield "calibrated", _flag(value) if inner is None else _renamed(inner, own)
    elif key == "anytime":
        yield "anytime", _flag(value) if inner is None else _renamed(inner, {"level": "anytime"})
    elif key == "burn" and inner is not None:
        yield "burn", _renamed(inner, {"objective": "objective"})


def _renamed(inner: Mapping[str, Any], own: Mapping[str, str]) -> dict[str, Any]:
    """Values under the names of fields; None, which no field can hold, for a key that has none."""
    return {own.get(key, key): _scalar(value) if key in own else None for key, value in inner.items()}


def _flag(value: object) -> dict[str, Any]:
    return {} if value in (True, "true") else {"": None}


def _scalar(value: object) -> str | None:
    return None if isinstance(value, Mapping | list | tuple) or value is None else _text(value)


def _text(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return value if isinstance(value, str) else flow(value)


def _names(value: object) -> list[str]:
    return [_text(each) for each in value] if isinstance(value, list | tuple) else [_text(value)]


def _mapping_text(value: object) -> str:
    if isinstance(value, Mapping):
        return "\n".join(f"{flow(str(key))}: {flow(each)}" for key, each in value.items())
    return _text(value)
