"""Since when something is so, in words: no closer than the windows tell that it was seen in."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Final
from zoneinfo import ZoneInfo

from barograph.alerts.message import AlertSaid
from barograph.locale.said import Said, say, word

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY_US: Final = 86_400_000_000
_WEEK_DAYS: Final = 7


def since(started_at: int, alerts: Sequence[AlertSaid], timezone: str) -> Said:
    """Since when an incident lasts.

    Parameters
    ----------
    started_at : start of the first of its windows, µs UTC. It is told where no alert is there that starts so early.
    alerts : of the incident. That whose first window is over first says when it had begun.
    timezone : in which days and hours are told.

    Examples
    --------
    >>> week = AlertSaid(
    ...     id=1, monitor="moved", model="credit", address="drift.share", severity="warning", title="", summary="",
    ...     started_at=4 * 86_400_000_000, window_us=7 * 86_400_000_000,
    ... )
    >>> since(week.started_at, [week], "UTC")
    'Since the week that began on Monday 5 January 1970, 00:00 UTC: its rows were judged together.'
    """
    first, days = _seen_first(started_at, alerts)
    begun = _begun(first, days, timezone)
    if days > 1:
        return say("Since {moment}: its rows were judged together.", moment=begun)
    return say("Since {moment}.", moment=begun)


def from_to(started_at: int, resolved_at: int, alerts: Sequence[AlertSaid], timezone: str) -> Said:
    """From when to when an incident lasted; see `since`."""
    begun = _begun(*_seen_first(started_at, alerts), timezone)
    return say("From {first} to {last}.", first=begun, last=moment(resolved_at, timezone))


def moment(at: int, timezone: str) -> Said:
    """A time in words.

    Parameters
    ----------
    at : µs UTC.

    Examples
    --------
    >>> moment(0, "UTC")
    'Thursday 1 January 1970, 00:00 UTC'
    """
    local = (_EPOCH + timedelta(microseconds=at)).astimezone(ZoneInfo(timezone))
    return say(
        "{weekday} {day} {month} {year}, {time} {zone}", weekday=word(f"{local:%A}"), day=local.day,
        month=word(f"{local:%B}"), year=local.year, time=f"{local:%H:%M}", zone=timezone,
    )  # fmt: skip


def _seen_first(started_at: int, alerts: Sequence[AlertSaid]) -> tuple[int, int]:
    """Start of the window by whose end it had begun, and the days of that window."""
    if all(alert.started_at > started_at for alert in alerts):
        return started_at, 0
    first = min(alerts, key=lambda alert: (alert.started_at + alert.window_us, -alert.started_at))
    return first.started_at, round(first.window_us / _DAY_US)


def _begun(start: int, days: int, timezone: str) -> Said:
    at = moment(start, timezone)
    if days == _WEEK_DAYS:
        return say("the week that began on {moment}", moment=at)
    if days > 1:
        return say("the {days} days that began on {moment}", days=days, moment=at)
    return at
