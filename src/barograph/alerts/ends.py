"""How an incident ended, where nobody has seen that it is over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Final

from barograph.alerts.message import AlertSaid
from barograph.locale.said import Said, listed, say, word

_BY_HAND: Final = "resolved by hand"
#: By what ended an alert, other than windows that were fine again.
_WHY: Final[Mapping[str, str]] = MappingProxyType(
    {
        "missing_segment": "its segment has no rows any more",
        "missing_version": "its version has no rows any more",
        "model deleted": "its model was deleted",
        "monitor changed": "its monitor was changed",
        "monitor removed": "its monitor was removed",
        "monitor switched off": "its monitor was switched off",
        "no longer watched": "no monitor watches it any more",
        _BY_HAND: "somebody ended it",
    }
)


def unseen_end(alerts: Sequence[AlertSaid]) -> Said | None:
    """Say why the alerts that ended last did, where that is not because windows were fine again.

    Parameters
    ----------
    alerts : of an incident that is over.

    Returns
    -------
    None where one of those was seen to recover.

    Examples
    --------
    >>> alert = AlertSaid(
    ...     id=1, monitor="m", model="credit", address="drift.share", severity="warning", started_at=0, title="",
    ...     summary="", resolved_at=9, resolved_why="monitor removed",
    ... )
    >>> unseen_end([alert])
    'Nobody has seen it recover: its monitor was removed.'
    """
    ended = _ended(alerts)
    if not ended or not all(why in _WHY for why in ended):
        return None
    if is_by_hand(alerts):
        return say("Somebody ended it by hand; no window has shown that it recovered.")
    return say("Nobody has seen it recover: {why}.", why=listed([word(_WHY[why]) for why in ended]))


def is_by_hand(alerts: Sequence[AlertSaid]) -> bool:
    """Whether somebody ended the alerts that ended last, and nothing else did: that person need not be told to look.

    Examples
    --------
    >>> is_by_hand([])
    False
    """
    return _ended(alerts) == (_BY_HAND,)


def _ended(alerts: Sequence[AlertSaid]) -> tuple[str, ...]:
    """What ended the alerts that ended last, each once."""
    last = max((alert.resolved_at or 0 for alert in alerts), default=0)
    return tuple(dict.fromkeys(alert.resolved_why for alert in alerts if alert.resolved_at == last))
