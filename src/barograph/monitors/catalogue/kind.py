"""One type of monitor: a question, how it is asked, a series that fires and one that does not."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from barograph.monitors.arrays import Course, Number
from barograph.monitors.document import read_monitor
from barograph.monitors.monitor import Monitor

#: How figures wander that mean nothing: no trend, no repetition.
_WANDER: Final = (0.1, -0.9, 0.5, 1.0, -0.4, -1.1, 0.8, 0.2, -0.6, 0.7, -0.1, -0.8, 0.9, 0.3, -0.5, 0.4)


@dataclass(frozen=True, slots=True, kw_only=True)
class MonitorType:
    """A type of monitor.

    Attributes
    ----------
    group : heading it stands under.
    question : which it answers, and no other does.
    monitor : an example.
    fires, quiet : figures of one of its series that become an alert, and that do not.
    """

    name: str
    group: str
    question: str
    monitor: Monitor
    fires: Course
    quiet: Course


Made = Callable[..., MonitorType]


def types_of(group: str) -> Made:
    """A function that makes types of a group.

    Examples
    --------
    >>> made = types_of("Drift")
    >>> one = made("many moved", "Have many?", {"metric": "drift.share", "when": {"above": 0.3}}, (0.4,), (0.1,))
    >>> one.monitor.name, one.fires.values
    ('many moved', (0.4,))
    """

    def made(
        name: str,
        question: str,
        document: Mapping[str, Any],
        fires: tuple[Number, ...] | Course,
        quiet: tuple[Number, ...] | Course,
    ) -> MonitorType:
        return MonitorType(
            name=name,
            group=group,
            question=question,
            monitor=read_monitor({"name": name, **document}, where=f"catalogue: {name}"),
            fires=_course(fires),
            quiet=_course(quiet),
        )

    return made


def usual(middle: float, wander: float, windows: int = 12) -> tuple[float, ...]:
    """Figures that wander about a middle as if by chance, always the same ones.

    Examples
    --------
    >>> usual(10.0, 1.0, 3)
    (10.1, 9.1, 10.5)
    """
    return tuple(round(middle + wander * _WANDER[i % len(_WANDER)], 6) for i in range(windows))


def _course(given: tuple[Number, ...] | Course) -> Course:
    return given if isinstance(given, Course) else Course(values=given)
