"""The stretches of time the story looks at, and when it looks."""

from __future__ import annotations

from dataclasses import dataclass, fields
from datetime import datetime
from typing import Final

from barograph.demo.credit.scenario import Scenario, Span
from barograph.errors import DataError

_WEEK: Final = 7
#: Days after the change of concept whose loans stand for it in the last report.
_AFTER: Final = 35


@dataclass(frozen=True, slots=True, kw_only=True)
class Period:
    """Applications of a span, with the labels that were known at a time."""

    name: str
    span: Span
    known: datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Periods:
    """What the story looks at in production.

    Attributes
    ----------
    quiet : the weeks before that of the fault, as known at their end.
    quiet_now : the same, as known at the end of the story.
    fault_day, fault_week : the first day of the fault and its calendar week, as known at their ends.
    fault_now : the days of the fault, as known at the end of the story.
    repaired : the week after the fault, as known at its end.
    risen : two weeks from the change of concept on, as known at their end.
    risen_now : five, as known at the end of the story.
    """

    quiet: Period
    quiet_now: Period
    fault_day: Period
    fault_week: Period
    fault_now: Period
    repaired: Period
    risen: Period
    risen_now: Period

    def all(self) -> dict[str, Period]:
        """The periods by attribute."""
        return {f.name: getattr(self, f.name) for f in fields(self)}


def periods_of(scenario: Scenario) -> Periods:
    """Find the periods of a scenario.

    Raises
    ------
    DataError
        Where the scenario does not hold what the story tells of.
    """
    week = scenario.fault_day // _WEEK * _WEEK
    repaired = -(-(scenario.fault_day + scenario.fault_days) // _WEEK) * _WEEK
    risen = scenario.concept_day
    held = week >= _WEEK and repaired + _WEEK <= risen and risen + _AFTER <= scenario.days
    if not held or scenario.fault_kind == "none" or scenario.fault_days < 1:
        raise DataError(
            f"the story needs a data fault after a week in production, a week between it and the change of concept, "
            f"and {_AFTER} days from there; got fault_kind={scenario.fault_kind!r}, fault_day={scenario.fault_day}, "
            f"fault_days={scenario.fault_days}, concept_day={risen}, days={scenario.days}."
        )

    def period(name: str, first: int, days: int, known: int | None = None) -> Period:
        at = scenario.at(first + days if known is None else known)
        return Period(name=name, span=scenario.between(first, days), known=at)

    end = scenario.days
    return Periods(
        quiet=period("quiet weeks", 0, week),
        quiet_now=period("quiet weeks, as known now", 0, week, end),
        fault_day=period("first day of the fault", scenario.fault_day, 1),
        fault_week=period("fault week", week, _WEEK),
        fault_now=period("days of the fault", scenario.fault_day, scenario.fault_days, end),
        repaired=period("week after the fault", repaired, _WEEK),
        risen=period("two weeks after the rise", risen, 2 * _WEEK),
        risen_now=period("after the rise", risen, _AFTER, end),
    )


def looks_of(scenario: Scenario) -> tuple[datetime, ...]:
    """When the story looks at new labels: every week of production, at its end."""
    return tuple(scenario.at(day) for day in range(_WEEK, scenario.days + 1, _WEEK))
