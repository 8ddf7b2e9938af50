"""What applying a file of monitors would do to those there are, key by key."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from barograph.monitors.document import written
from barograph.monitors.file import SETTINGS, MonitorFile
from barograph.schema.yaml_text import flow

#: What one entry is called.
_KINDS: Final[Mapping[str, str]] = {"routes": "route", "calendars": "calendar", "inhibitions": "inhibition"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """One key of an entry: before and after, as they are written; None where it said nothing."""

    key: str
    before: Any
    after: Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A monitor, route, calendar or inhibition.

    Attributes
    ----------
    kind : monitor, route, calendar or inhibition.
    differences : of one that is changed.
    """

    kind: str
    name: str
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What would be done: nothing else is touched."""

    added: tuple[Entry, ...] = ()
    changed: tuple[Entry, ...] = ()
    removed: tuple[Entry, ...] = ()
    same: int = 0

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to do."""
        return not (self.added or self.changed or self.removed)


def plan(present: MonitorFile, wanted: MonitorFile) -> Plan:
    """Compare what there is with what is wanted.

    Parameters
    ----------
    present : of the project now.
    wanted : the file; what it does not hold is removed.

    Examples
    --------
    >>> from barograph.monitors.yaml import parse_monitors
    >>> before = parse_monitors("monitors: [{name: moved, metric: drift.share, when: {above: 0.2}}]")
    >>> after = parse_monitors("monitors: [{name: moved, metric: drift.share, when: {above: 0.3}, for: 2}]")
    >>> print(told(plan(before, after)))
    ~ monitor moved
        when: {above: 0.2} → {above: 0.3}
        for: 1 → 2
    """
    before, after = _entries(present), _entries(wanted)
    changed = tuple(
        Entry(kind=kind, name=name, differences=tuple(_differences(before[kind, name], entry)))
        for (kind, name), entry in after.items()
        if (kind, name) in before and before[kind, name] != entry
    )
    return Plan(
        added=tuple(Entry(kind=kind, name=name) for kind, name in after if (kind, name) not in before),
        changed=changed,
        removed=tuple(Entry(kind=kind, name=name) for kind, name in before if (kind, name) not in after),
        same=sum(before.get(key) == entry for key, entry in after.items()),
    )


def merged(present: MonitorFile, wanted: MonitorFile) -> MonitorFile:
    """What there is, with what is wanted in place of entries of the same name.

    Examples
    --------
    >>> from barograph.monitors.yaml import parse_monitors
    >>> one = parse_monitors("monitors: [{name: moved, metric: drift.share, when: {above: 0.2}}]")
    >>> two = parse_monitors("monitors: [{name: rows, metric: operations.volume, when: {band: 3}}]")
    >>> [monitor.name for monitor in merged(one, two).monitors]
    ['moved', 'rows']
    """
    monitors = {m.name: m for m in (*present.monitors, *wanted.monitors)}
    return MonitorFile(
        monitors=tuple(monitors.values()),
        routes={**present.routes, **wanted.routes},
        calendars={**present.calendars, **wanted.calendars},
        inhibitions={**present.inhibitions, **wanted.inhibitions},
    )


def told(found: Plan) -> str:
    """A plan as lines: ``+`` added, ``~`` changed, ``-`` removed.

    Examples
    --------
    >>> told(Plan(same=3))
    'nothing changes; 3 as they are'
    """
    if found.is_empty:
        return f"nothing changes; {found.same:,} as they are"
    lines = [f"+ {e.kind} {e.name}" for e in found.added]
    for entry in found.changed:
        lines.append(f"~ {entry.kind} {entry.name}")
        lines += [f"    {d.key}: {_word(d.before)} → {_word(d.after)}" for d in entry.differences]
    return "\n".join([*lines, *(f"- {e.kind} {e.name}" for e in found.removed)])


def plan_document(found: Plan) -> dict[str, Any]:
    """A plan as JSON.

    Examples
    --------
    >>> plan_document(Plan(same=3))
    {'added': [], 'changed': [], 'removed': [], 'same': 3}
    """
    return {
        "added": [_plain(e) for e in found.added],
        "changed": [
            {
                **_plain(e),
                "differences": [{"key": d.key, "before": d.before, "after": d.after} for d in e.differences],
            }
            for e in found.changed
        ],
        "removed": [_plain(e) for e in found.removed],
        "same": found.same,
    }


def _plain(entry: Entry) -> dict[str, str]:
    return {"kind": entry.kind, "name": entry.name}


def _entries(file: MonitorFile) -> dict[tuple[str, str], Mapping[str, Any]]:
    out: dict[tuple[str, str], Mapping[str, Any]] = {
        ("monitor", m.name): written(m, whole=True) for m in file.monitors
    }
    for key in SETTINGS:
        out |= {(_KINDS[key], name): dict(held) for name, held in getattr(file, key).items()}
    return out


def _differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterator[Difference]:
    for key in dict.fromkeys((*before, *after)):
        if before.get(key) != after.get(key):
            yield Difference(key=key, before=before.get(key), after=after.get(key))


def _word(value: object) -> str:
    return "nothing" if value in (None, [], {}, "") else flow(value)
