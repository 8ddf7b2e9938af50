"""A monitor as a document: what a request carries, and one entry of `monitors.yml`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any, Final, get_args

from barograph.errors import MonitorError, SchemaError
from barograph.monitors import entries
from barograph.monitors.addressed import read_against, read_metric
from barograph.monitors.against_text import against_text
from barograph.monitors.monitor import FROM_IMPACT, SEVERITIES, Monitor, Needs, Policy
from barograph.monitors.possible import require_possible
from barograph.monitors.when_read import read_when
from barograph.monitors.when_written import written_when
from barograph.schema.document import Document, Path
from barograph.windows import parse_every

#: In the order they are written.
KEYS: Final = (
    "name", "metric", "models", "version", "window", "against", "when", "for", "clear", "needs", "lateness", "no_data",
    "error", "unknown", "severity", "notify", "calendars", "labels", "runbook", "owner", "reason", "enabled",
)  # fmt: skip
_NEEDS: Final = ("rows", "label_age", "coverage")
LONGEST_NAME: Final = 200


def read_monitor(document: Mapping[str, Any], *, where: str) -> Monitor:
    """Read a monitor; scalars may be JSON's, or texts as a file has them.

    Parameters
    ----------
    where : named in errors.

    Raises
    ------
    MonitorError
        For a key, metric or value that is not known, with the nearest one that is, and for what could never be an
        alert.

    Examples
    --------
    >>> given = {"name": "many nulls", "metric": "quality.null_share(column=*)", "when": {"above": "5%"}}
    >>> read_monitor(given, where="request").when.above
    0.05
    """
    return monitor_at(Document(origin=where, values=document, lines={}, error=MonitorError), (), document)


def read_kept_monitor(document: Mapping[str, Any], *, where: str) -> Monitor:
    """Read a monitor that was taken once: where what it asks for is refused by now, it is read all the same.

    Raises
    ------
    MonitorError
        For a key, metric or value that is not known, as where a later version wrote it.
    """
    return kept_monitor_at(
        Document(origin=where, values=document, lines={}, error=MonitorError), (), document
    )


def monitor_at(document: Document, path: Path, value: object) -> Monitor:
    """Read the monitor that stands at a place of a document."""
    monitor = kept_monitor_at(document, path, value)
    require_possible(document, path, monitor)
    return monitor


def kept_monitor_at(document: Document, path: Path, value: object) -> Monitor:
    """Read the monitor that stands at a place of a document; see `read_kept_monitor`."""
    held = entries.mapping(document, path, value, KEYS)
    for key in ("name", "metric", "when"):
        if held.get(key) is None:
            raise document.wrong(path, dict(held), f"a monitor with name, metric and when; it has no {key}")
    name = entries.text(document, (*path, "name"), held["name"])
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable() or "/" in name:
        expected = f"a name of at most {LONGEST_NAME} printable characters, without /"
        raise document.wrong((*path, "name"), name, expected)
    read = {
        field: reader(document, (*path, key), held[key])
        for key, (field, reader) in _READ.items()
        if held.get(key) is not None
    }
    return Monitor(
        name=name,
        metric=read_metric(document, (*path, "metric"), held["metric"]),
        when=read_when(document, (*path, "when"), held["when"]),
        **read,
    )


def written(monitor: Monitor, *, whole: bool = False) -> dict[str, Any]:
    """A monitor as JSON; `read_monitor` reads it back.

    Parameters
    ----------
    whole : write what is usual too.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.monitors.condition import Band
    >>> written(Monitor(name="rows", metric=parse_address("operations.volume"), when=Band(), for_windows=2))
    {'name': 'rows', 'metric': 'operations.volume', 'when': {'band': 3}, 'for': 2}
    """
    told = _told(monitor)
    if whole:
        return told
    usual = _told(Monitor(name=monitor.name, metric=monitor.metric, when=monitor.when))
    return {key: v for key, v in told.items() if key in ("name", "metric", "when") or v != usual[key]}


def _told(monitor: Monitor) -> dict[str, Any]:
    return {
        "name": monitor.name,
        "metric": str(monitor.metric),
        "models": list(monitor.models),
        "version": monitor.version,
        "window": monitor.window,
        "against": against_text(monitor.against),
        "when": written_when(monitor.when),
        "for": monitor.for_windows,
        "clear": monitor.clear_windows,
        "needs": _needs_written(monitor.needs),
        "lateness": entries.written_seconds(monitor.lateness_seconds),
        "no_data": monitor.no_data,
        "error": monitor.error,
        "unknown": monitor.unknown,
        "severity": monitor.severity,
        "notify": list(monitor.notify),
        "calendars": list(monitor.calendars),
        "labels": dict(sorted(monitor.labels.items())),
        "runbook": monitor.runbook,
        "owner": monitor.owner,
        "reason": str(monitor.reason),
        "enabled": monitor.enabled,
    }


def _needs_written(needs: Needs) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if needs.rows:
        out["rows"] = needs.rows
    if needs.label_age_seconds:
        out["label_age"] = entries.written_seconds(needs.label_age_seconds)
    if needs.coverage:
        out["coverage"] = entries.percent(needs.coverage) or needs.coverage
    return out


def _needs(document: Document, path: Path, value: object) -> Needs:
    held = entries.mapping(document, path, value, _NEEDS)
    read: dict[str, Any] = {}
    if held.get("rows") is not None:
        read["rows"] = entries.whole(document, (*path, "rows"), held["rows"])
    if held.get("label_age") is not None:
        read["label_age_seconds"] = _seconds(document, (*path, "label_age"), held["label_age"])
    if held.get("coverage") is not None:
        read["coverage"] = entries.share(document, (*path, "coverage"), held["coverage"])
    return Needs(**read)


def _window(document: Document, path: Path, value: object) -> str:
    try:
        return parse_every(entries.text(document, path, value)).text
    except SchemaError as error:
        raise document.error(f"{document.at(path)}: {error}") from None


def _models(document: Document, path: Path, value: object) -> tuple[str, ...]:
    found = entries.names(document, path, value)
    if not found:
        raise document.wrong(path, value, "a model, or a pattern such as credit-*; * for all")
    return found


def _seconds(document: Document, path: Path, value: object) -> int:
    found = entries.seconds(document, path, value)
    if not found.is_integer():
        raise document.wrong(path, value, "whole seconds")
    return int(found)


def _count(document: Document, path: Path, value: object) -> int:
    return entries.whole(document, path, value, least=1)


def _policy(document: Document, path: Path, value: object) -> Policy:
    found: Policy = entries.choice(document, path, value, get_args(Policy))
    return found


def _severity(document: Document, path: Path, value: object) -> Any:
    return entries.choice(document, path, value, (*SEVERITIES, FROM_IMPACT))


def _version(document: Document, path: Path, value: object) -> str:
    found = entries.text(document, path, value)
    if not found:
        raise document.wrong(path, value, "all, each, latest, or a version's name")
    return found


def _labels(document: Document, path: Path, value: object) -> Mapping[str, str]:
    held = entries.mapping(document, path, value)
    return MappingProxyType({k: entries.text(document, (*path, k), v) for k, v in sorted(held.items())})


Reader = Callable[[Document, Path, object], Any]
_READ: Final[Mapping[str, tuple[str, Reader]]] = {
    "models": ("models", _models),
    "version": ("version", _version),
    "window": ("window", _window),
    "against": ("against", read_against),
    "for": ("for_windows", _count),
    "clear": ("clear_windows", _count),
    "needs": ("needs", _needs),
    "lateness": ("lateness_seconds", _seconds),
    "no_data": ("no_data", _policy),
    "error": ("error", _policy),
    "unknown": ("unknown", _policy),
    "severity": ("severity", _severity),
    "notify": ("notify", entries.names),
    "calendars": ("calendars", entries.names),
    "labels": ("labels", _labels),
    "runbook": ("runbook", entries.text),
    "owner": ("owner", entries.text),
    "reason": ("reason", entries.text),
    "enabled": ("enabled", entries.flag),
}
