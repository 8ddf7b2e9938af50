"""Silences and maintenance windows: alerts that are seen, and told to nobody for a while."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final, Literal, get_args

from barograph.alerts.labels import Kind
from barograph.alerts.matchers import Matcher, matches
from barograph.alerts.recurrence import Recurrence, hours_a_week, is_within
from barograph.errors import MonitorError, check_known
from barograph.monitors.monitor import SEVERITIES

SilenceKind = Literal["silence", "maintenance"]

_DAY_US: Final = 86_400_000_000
#: A silence that nobody remembers hides what it was not meant for.
_LONGEST_DAYS: Final = 30
#: Weekly hours are planned for longer.
_LONGEST_WEEKLY_DAYS: Final = 366
#: Unless they leave out less than a day's worth of the week: then they hide as much as a silence without hours.
_MOST_HOURS_A_WEEK: Final = 144
_MINUTE_US: Final = 60_000_000
#: Weekly hours have come by then, also where clocks were set forward over them once.
_HOURS_COME_WITHIN_DAYS: Final = 15
_ALL_VALUES: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {"severity": SEVERITIES, "kind": get_args(Kind)}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Silence:
    """Which alerts are told to nobody, and until when; times in µs UTC.

    Attributes
    ----------
    matchers : all of them must hold; at least one that asks for something.
    ends_at : at most 30 days after `starts_at`, of weekly hours 366; see `require_use`.
    recurrence : weekly hours in which it holds; None: all the time.
    comment, created_by : why, and who said so.
    ended_at : where somebody ended it early.

    Raises
    ------
    MonitorError
        Where it matches everything, has no end in time, no comment or no author.

    Examples
    --------
    >>> Silence(
    ...     id=1, matchers=(Matcher(name="model", value="credit"),), starts_at=0, ends_at=1, comment="", created_by="x"
    ... )
    Traceback (most recent call last):
    barograph.errors.MonitorError: a silence has no comment; say why, for those who find it later.
    """

    id: int
    matchers: tuple[Matcher, ...]
    starts_at: int
    ends_at: int
    comment: str
    created_by: str
    kind: SilenceKind = "silence"
    recurrence: Recurrence | None = None
    ended_at: int | None = None

    def __post_init__(self) -> None:
        check_known("a silence", [("kind", self.kind, ("silence", "maintenance"))], MonitorError)
        if not any(matcher.value.strip("*|") and matcher.how in ("=", "=~") for matcher in self.matchers):
            raise MonitorError(
                'a silence matches everything; give a label it is for, such as model="credit" or project="main".'
            )
        longest = _LONGEST_DAYS if self.recurrence is None else _LONGEST_WEEKLY_DAYS
        if self.ends_at <= self.starts_at:
            raise MonitorError("a silence ends before it starts; expected an end after its start.")
        if self.ends_at - self.starts_at > longest * _DAY_US:
            raise MonitorError(
                f"a silence lasts longer than {longest} days; expected an end before that. Make a new one when it is "
                "over, should it still be needed."
            )
        if not self.comment.strip():
            raise MonitorError("a silence has no comment; say why, for those who find it later.")
        if not self.created_by.strip():
            raise MonitorError("a silence has no author; say who made it.")


def require_use(silence: Silence, *, now: int) -> None:
    """Refuse a new silence that would hold for every alert, for nearly all of a year, or never.

    Parameters
    ----------
    now : µs UTC.

    Raises
    ------
    MonitorError
        Says which of them.

    Examples
    --------
    >>> silence = Silence(
    ...     id=1, matchers=(Matcher(name="model", value="credit"),), starts_at=0, ends_at=9, comment="upgrade",
    ...     created_by="ada",
    ... )
    >>> require_use(silence, now=9)
    Traceback (most recent call last):
    barograph.errors.MonitorError: a silence is over before it is made; expected an end that is still to come.
    """
    if all(_holds_for_all(matcher) for matcher in silence.matchers):
        raise MonitorError(
            "a silence matches everything: its conditions leave nothing out; give a label it is for, such as "
            'model="credit".'
        )
    if silence.ends_at <= now:
        raise MonitorError("a silence is over before it is made; expected an end that is still to come.")
    hours = 0.0 if silence.recurrence is None else hours_a_week(silence.recurrence)
    if hours > _MOST_HOURS_A_WEEK and silence.ends_at - silence.starts_at > _LONGEST_DAYS * _DAY_US:
        raise MonitorError(
            f"a silence of {hours:g} hours a week lasts longer than {_LONGEST_DAYS} days; expected an end before that, "
            f"or at most {_MOST_HOURS_A_WEEK} hours a week."
        )
    first = max(now, silence.starts_at)
    last = min(silence.ends_at, first + _HOURS_COME_WITHIN_DAYS * _DAY_US)
    # Hours may come in the last part of a minute.
    if not any(is_active(silence, at) for at in (*range(first, last, _MINUTE_US), last - 1)):
        raise MonitorError(
            "a silence ends before its weekly hours come; expected an end after them, or other days, hours or another "
            "time zone."
        )


def _holds_for_all(matcher: Matcher) -> bool:
    """Whether a condition holds whatever its label is; of labels with few values, for each of them."""
    if matcher.how in ("!=", "!~"):
        return True
    if matcher.name in _ALL_VALUES:
        return all(matcher.holds({matcher.name: value}) for value in _ALL_VALUES[matcher.name])
    return matcher.how == "=~" and any(each and not each.strip("*") for each in matcher.value.split("|"))


def is_active(silence: Silence, now: int) -> bool:
    """Whether a silence holds now, µs UTC.

    Examples
    --------
    >>> silence = Silence(
    ...     id=1, matchers=(Matcher(name="model", value="credit"),), starts_at=5, ends_at=9, comment="upgrade",
    ...     created_by="ada",
    ... )
    >>> [is_active(silence, now) for now in (4, 5, 9)]
    [False, True, False]
    """
    ends_at = silence.ends_at if silence.ended_at is None else min(silence.ends_at, silence.ended_at)
    return silence.starts_at <= now < ends_at and (
        silence.recurrence is None or is_within(silence.recurrence, now)
    )


def silenced_by(labels: Mapping[str, str], silences: Iterable[Silence], now: int) -> tuple[int, ...]:
    """Ids of the silences that hold for an alert now.

    Parameters
    ----------
    labels : with the severity; see `labels.with_severity`.
    now : µs UTC.

    Examples
    --------
    >>> silence = Silence(
    ...     id=3, matchers=(Matcher(name="model", value="credit"),), starts_at=0, ends_at=9, comment="upgrade",
    ...     created_by="ada",
    ... )
    >>> silenced_by({"model": "credit"}, [silence], 5), silenced_by({"model": "rides"}, [silence], 5)
    ((3,), ())
    """
    return tuple(one.id for one in silences if is_active(one, now) and matches(one.matchers, labels))
