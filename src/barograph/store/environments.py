"""Environments: what a version runs in, and whether that changed without a deployment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from barograph.locale.said import say
from barograph.operations.view import HOUR_US
from barograph.store.events import read_events, record
from barograph.store.tables.catalog import models
from barograph.store.tables.events import environments
from barograph.store.upsert import upsert

#: A deployment so long before or after explains a change of environment.
EXPLAINS_US: Final = 6 * HOUR_US
#: Events that deploy something.
DEPLOYED: Final = ("deployment", "version")
_KEYS = ("model_id", "version", "host", "stage")
#: What must be alike for answers to be: not the machine, nor what only one side has.
_ALIKE: Final = ("python", "model_hash", "libraries.")


@dataclass(frozen=True, slots=True, kw_only=True)
class Environment:
    """What a host said of itself.

    Attributes
    ----------
    stage : `serving` or `training`.
    details : such as `python`, `model_hash`, `image`, `host_type` and `libraries` by name.
    at : µs UTC.
    """

    model_id: int
    at: int
    details: Mapping[str, Any]
    version: str = ""
    host: str = ""
    stage: str = "serving"


def add_environment(conn: sa.Connection, given: Environment) -> list[int]:
    """Keep the latest environment of a version on a host; what it is not any more, or not as elsewhere, is an event.

    Compared are the host's own environment before, of a host that is new those of the version's other hosts, none of
    which is like it, and the environment in which the version was trained with that in which it is served.

    Returns
    -------
    list of int
        The events' ids; none where nothing differs, or nothing was known before.
    """
    flat = flattened(given.details)
    fingerprint = hashlib.sha256(json.dumps(flat, sort_keys=True).encode()).hexdigest()
    place = {"model_id": given.model_id, "version": given.version, "host": given.host, "stage": given.stage}
    same = [environments.c[name] == value for name, value in place.items()]
    before = conn.execute(sa.select(environments).where(*same).with_for_update()).one_or_none()
    if before is not None and before.seen_at > given.at:
        return []
    changed = before is not None and before.fingerprint != fingerprint
    of_version = [one for one in read_environments(conn, given.model_id) if one["version"] == given.version]
    row = {
        **place, "fingerprint": fingerprint, "details": dict(given.details), "seen_at": given.at,
        "since": before.since if before is not None and not changed else given.at,
    }  # fmt: skip
    upsert(conn, environments, [row], _KEYS)
    if before is not None and not changed:
        return []
    told = [] if before is None else _changed(conn, given, differences(before.details, given.details))
    alike = [one for one in of_version if one["stage"] == given.stage]
    if before is None and alike and all(unlike(one["details"], given.details) for one in alike):
        told += _elsewhere(conn, given, max(alike, key=lambda one: (one["seen_at"], one["host"])))
    others = [one for one in of_version if one["stage"] != given.stage]
    return told + _against_training(conn, given, others)


def read_environments(conn: sa.Connection, model_id: int) -> list[dict[str, Any]]:
    """The latest environment of every version, host and stage of a model."""
    asked = sa.select(environments).where(environments.c.model_id == model_id)
    ordered = asked.order_by(environments.c.version, environments.c.stage, environments.c.host)
    return [dict(row) for row in conn.execute(ordered).mappings()]


def differences(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What differs between two environments: old and new value by name, null where there is none.

    Examples
    --------
    >>> differences({"libraries": {"numpy": "1.26"}}, {"libraries": {"numpy": "2.1"}, "image": "a"})
    {'image': [None, 'a'], 'libraries.numpy': ['1.26', '2.1']}
    """
    old, new = flattened(before), flattened(after)
    return {
        name: [old.get(name), new.get(name)]
        for name in sorted(old.keys() | new.keys())
        if old.get(name) != new.get(name)
    }


def unlike(before: Mapping[str, Any], after: Mapping[str, Any]) -> dict[str, list[Any]]:
    """What both environments have, and answers may hang on, and is not alike: Python, the model's file, libraries.

    Examples
    --------
    >>> unlike({"python": "3.11", "libraries": {"jupyter": "1"}}, {"python": "3.12", "host_type": "small"})
    {'python': ['3.11', '3.12']}
    """
    return {
        name: both
        for name, both in differences(before, after).items()
        if name.startswith(_ALIKE) and None not in both
    }


def flattened(details: Mapping[str, Any]) -> dict[str, Any]:
    """Details by one name each: those of an inner object follow its name and a dot.

    Examples
    --------
    >>> flattened({"python": "3.11", "libraries": {"numpy": "2.1"}})
    {'python': '3.11', 'libraries.numpy': '2.1'}
    """
    flat: dict[str, Any] = {}
    for name, value in details.items():
        if isinstance(value, Mapping):
            flat |= {f"{name}.{inner}": held for inner, held in flattened(value).items()}
        else:
            flat[name] = value
    return flat


def _changed(conn: sa.Connection, given: Environment, changed: Mapping[str, list[Any]]) -> list[int]:
    """Tell that an environment is not what it was."""
    what, deployed = _named(changed), _is_deployed(conn, given)
    name = (
        say("{what} changed on {host}", what=what, host=given.host)
        if given.host
        else say("{what} changed", what=what)
    )
    if not deployed:
        name = say("{change} without a deployment", change=name)
    details = {"changed": dict(changed), "deployment": deployed}
    return _record(conn, given, "environment_change", name, details)


def _elsewhere(conn: sa.Connection, given: Environment, other: Mapping[str, Any]) -> list[int]:
    """Tell that a new host runs a version with something else than another host of it."""
    changed = unlike(other["details"], given.details)
    if not changed:
        return []
    name = say(
        "{what} on {host} is not what it is on {other}", what=_named(changed), host=given.host or "?",
        other=other["host"] or "?",
    )  # fmt: skip
    details = {"changed": changed, "deployment": _is_deployed(conn, given), "other": other["host"]}
    return _record(conn, given, "environment_change", name, details)


def _against_training(
    conn: sa.Connection, given: Environment, others: Sequence[Mapping[str, Any]]
) -> list[int]:
    """Tell what a version is not served with that it was trained with, each difference once."""
    told: list[int] = []
    for other in others:
        pair = (other["details"], given.details)
        changed = unlike(*pair) if given.stage == "serving" else unlike(*reversed(pair))
        if changed:
            name = say("{what} not as in training", what=_named(changed))
            once = json.dumps([given.version, changed], sort_keys=True)
            told += _record(conn, given, "training_difference", name, {"changed": changed}, once=once)
    return told


def _is_deployed(conn: sa.Connection, given: Environment) -> bool:
    """Whether something was deployed about then, as far as it has been told."""
    return bool(
        read_events(
            conn, model_id=given.model_id, project_id=_project(conn, given), first=given.at - EXPLAINS_US,
            end=given.at + EXPLAINS_US, kinds=DEPLOYED, limit=1,
        )
    )  # fmt: skip


def _project(conn: sa.Connection, given: Environment) -> int:
    asked = sa.select(models.c.project_id).where(models.c.id == given.model_id)
    return int(conn.execute(asked).scalar_one())


def _record(
    conn: sa.Connection,
    given: Environment,
    kind: str,
    name: str,
    details: Mapping[str, Any],
    *,
    once: str | None = None,
) -> list[int]:
    """The event's id; none where it was told before."""
    made = record(
        conn, model_id=given.model_id, kind=kind, at=given.at, name=name, version=given.version or None, once=once,
        details={"host": given.host, "stage": given.stage, **details},
    )  # fmt: skip
    return [] if made is None else [made]


def _named(changed: Mapping[str, list[Any]]) -> str:
    return ", ".join(list(changed)[:5]) + (" …" if len(changed) > 5 else "")
