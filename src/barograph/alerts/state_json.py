"""The state of a series as a document: what stands in the store between two windows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

from barograph.alerts.machine import State


def state_document(state: State) -> dict[str, Any]:
    """What `read_state` reads; JSON-able.

    Examples
    --------
    >>> state_document(State(phase="firing", turns=(3,)))["turns"]
    [3]
    """
    return asdict(state) | {"turns": list(state.turns)}


def read_state(document: Mapping[str, Any]) -> State:
    """The state that was written; an empty document is a series that has seen nothing.

    Examples
    --------
    >>> read_state({}) == State(), read_state(state_document(State(phase="pending"))).phase
    (True, 'pending')
    """
    return State(**{**document, "turns": tuple(document.get("turns", ()))})
