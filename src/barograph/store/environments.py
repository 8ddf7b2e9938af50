"""Environments: what a version runs in, and whether that changed without a deployment."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from barograph.locale.said import say
from barograph.operations.view import HOUR_US
from barograph.store.events import read_events, record
from barograph.store.tables.catalog import models
from barograph.store.tables.events import environments
from barograph.store.upsert import upsert

#: A deployment so long before or after explains a change of environment.
_NEAR_US = 6 * HOUR_US
_KEYS = ("model_id", "version", "host", "stage")


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


def add_environment(conn: sa.Connection, given: Environment) -> int | None:
    """Keep the latest environment of a version on a host; a change of it is an event.

    Returns
    -------
    The event's id; None where nothing changed, or nothing was known before.
    """
    flat = flattened(given.details)
    fingerprint = hashlib.sha256(json.dumps(flat, sort_keys=True).encode()).hexdigest()
    place = {"model_id": given.model_id, "version": given.version, "host": given.host, "stage": given.stage}
    same = [environments.c[name] == value for name, value in place.items()]
    before = conn.execute(sa.select(environments).where(*same).with_for_update()).one_or_none()
    if before is not None and before.seen_at > given.at:
        return None
    changed = before is not None and before.fingerprint != fingerprint
    row = {
        **place, "fingerprint": fingerprint, "details": dict(given.details), "seen_at": given.at,
        "since": before.since if before is not None and not changed else given.at,
    }  # fmt: skip
    upsert(conn, environments, [row], _KEYS)
    return _tell(conn, given, differences(before.details, given.details)) if before and changed else None


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


def _tell(conn: sa.Connection, given: Environment, changed: Mapping[str, list[Any]]) -> int | None:
    project = conn.execute(sa.select(models.c.project_id).where(models.c.id == given.model_id)).scalar_one()
    near = read_events(
        conn, model_id=given.model_id, project_id=project, first=given.at - _NEAR_US, end=given.at + _NEAR_US,
        kinds=("deployment", "version"), limit=1,
    )  # fmt: skip
    what = ", ".join(list(changed)[:5]) + (" …" if len(changed) > 5 else "")
    name = (
        say("{what} changed on {host}", what=what, host=given.host)
        if given.host
        else say("{what} changed", what=what)
    )
    if not near:
        name = say("{change} without a deployment", change=name)
    return record(
        conn, model_id=given.model_id, kind="environment_change", at=given.at,
        name=name, version=given.version or None,
        details={
            "host": given.host, "stage": given.stage, "changed": dict(changed), "deployment": bool(near),
        },
    )  # fmt: skip
