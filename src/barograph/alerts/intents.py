"""What is to be told: messages, each with a key of its own."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from itertools import count

from barograph.alerts.incident_view import IncidentView
from barograph.alerts.routes import Route
from barograph.alerts.told import OPENING, Reason, Told
from barograph.monitors.monitor import Severity


@dataclass(frozen=True, slots=True, kw_only=True)
class Telling:
    """Something to be told: one message a channel.

    Attributes
    ----------
    keys : of the messages, in the order of `channels`; the same each time it is computed.
    told : what is kept of it, once the messages are written down.
    """

    reason: Reason
    step: int
    channels: tuple[str, ...]
    keys: tuple[str, ...]
    not_before: int
    told: Told


def telling(
    incident: IncidentView, route: Route, reason: Reason, *, at: int, not_before: int,
    channels: tuple[str, ...] | None = None, step: int = 0,
) -> Telling:  # fmt: skip
    """Build what is to be told.

    Parameters
    ----------
    channels : None: the route's own.

    Examples
    --------
    >>> incident = IncidentView(id=1, severity="warning", opened_at=0, firing=1, loud=1, loud_severity="warning")
    >>> one, again = (telling(incident, Route(name="r", channels=("mail",)), "new", at=t, not_before=t) for t in (0, 9))
    >>> one.keys == again.keys
    True
    """
    to = route.channels if channels is None else channels
    severity = incident.severity if incident.loud_severity is None else incident.loud_severity
    # The route is no part of the key: two that tell one channel the same are one message.
    if reason in ("unacknowledged", "reminder"):
        others = _others_since(incident.told, route)
    else:
        others = {key for one in incident.told if not _is_shared(one, severity, at) for key in one.keys}
    keys = tuple(_free_key(channel, incident.id, reason, step, others=others) for channel in to)
    return Telling(
        reason=reason,
        step=step,
        channels=to,
        keys=keys,
        not_before=not_before,
        told=Told(
            route=route.name, reason=reason, at=at, not_before=not_before, severity=severity,
            alerts=incident.firing, step=step, keys=keys,
        ),
    )  # fmt: skip


def _is_shared(one: Told, severity: Severity, at: int) -> bool:
    """Whether a message of this severity, told now, is the one that was told: it is still to be sent."""
    return not one.withdrawn and one.severity == severity and one.at <= at <= one.not_before


def _others_since(told: Sequence[Told], route: Route) -> set[str]:
    """Keys of all but what other routes told since this one last told that it fires.

    A step or a reminder is heard once, whichever route comes to it first. What this route has told itself is not told
    again by it: its next reminder is the next message.
    """
    mine = [one.route == route.name for one in told]
    opened = (i for i, one in enumerate(told) if mine[i] and one.reason in OPENING and not one.withdrawn)
    since = max(opened, default=len(told))
    return {key for i, one in enumerate(told) if i < since or mine[i] or one.withdrawn for key in one.keys}


def _free_key(channel: str, incident: int, reason: Reason, step: int, *, others: AbstractSet[str]) -> str:
    """The first key that is of no other message."""
    keys = (message_key(channel, incident, reason, f"{number}/{step}") for number in count())
    return next(key for key in keys if key not in others)


def message_key(channel: str, incident: int, reason: str, sequence: str) -> str:
    """The key of one message, of those to a channel about an incident for one reason.

    Examples
    --------
    >>> len(message_key("mail", 1, "new", "0/0"))
    64
    """
    return hashlib.sha256(json.dumps([channel, incident, reason, sequence]).encode()).hexdigest()
