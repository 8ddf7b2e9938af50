"""What people were told of an incident: kept with it, since what is told next depends on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Any, Final, Literal

from barograph.monitors.monitor import Severity

#: `acknowledged` is for channels that keep an acknowledgement of their own, when somebody makes it here.
Reason = Literal[
    "new", "escalated", "regressed", "resolved", "reminder", "flapping", "lifted", "unsnoozed", "unacknowledged",
    "acknowledged",
]  # fmt: skip
#: What tells of a firing incident, and from which the steps of the route are counted.
OPENING: Final[frozenset[Reason]] = frozenset(
    ("new", "regressed", "lifted", "unsnoozed", "flapping", "escalated")
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """Something that was told by a route; times in µs UTC.

    Attributes
    ----------
    at : when it was decided; not_before: when it may be sent.
    severity, alerts : of the incident as people were told.
    step : of the route that it reached; 0 are the route's own channels.
    keys : of its messages.
    withdrawn : taken back before it was sent.
    """

    route: str
    reason: Reason
    at: int
    not_before: int
    severity: Severity
    alerts: int
    step: int = 0
    keys: tuple[str, ...] = ()
    withdrawn: bool = False

    def taken_back(self) -> Told:
        """The same, withdrawn."""
        return replace(self, withdrawn=True)


def told_document(told: Told) -> dict[str, Any]:
    """What `read_told` reads; JSON-able."""
    return asdict(told) | {"keys": list(told.keys)}


def read_told(document: Mapping[str, Any]) -> Told:
    """What was told, as it was written.

    Examples
    --------
    >>> told = Told(route="default", reason="new", at=0, not_before=30, severity="warning", alerts=1)
    >>> read_told(told_document(told)) == told
    True
    """
    return Told(**{**document, "keys": tuple(document["keys"])})
