"""The state of a series as a document: what stands in the store between two windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any, Final

from barograph.alerts.machine import State

_NAMES: Final = tuple(field.name for field in fields(State))


def state_document(state: State) -> dict[str, Any]:
    """What `read_state` reads; JSON-able.

    Examples
    --------
    >>> state_document(State(phase="firing", turns=(3,)))["turns"]
    [3]
    """
    # `asdict` copies deeply, and this is done twice a window of each series.
    document: dict[str, Any] = {name: getattr(state, name) for name in _NAMES}
    document["turns"] = list(state.turns)
    return document


def read_state(document: Mapping[str, Any]) -> State:
    """The state that was written; an empty document is a series that has seen nothing.

    Examples
    --------
    >>> read_state({}) == State(), read_state(state_document(State(phase="pending"))).phase
    (True, 'pending')
    """
    return State(**{**document, "turns": tuple(document.get("turns", ()))})
