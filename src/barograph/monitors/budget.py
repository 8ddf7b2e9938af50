"""The budget of false alarms, as a p-value for one window."""

from __future__ import annotations

from typing import Final

from barograph.monitors.condition import Budget

_DAY_SECONDS: Final = 86_400.0
#: However few windows there are, chance of more than 1 in 20 is no alarm.
_HIGHEST_LEVEL: Final = 0.05


def budget_level(budget: Budget, *, window_seconds: float, series: int) -> float:
    """The p-value from which a window is breached, so that all series together spend the budget.

    ``count · (window / days) / series``, at most .05: the expected number of breached windows of valid p-values is the
    sum of their levels, whatever depends on what. Breached windows in a row are one episode, and some monitors ask for
    several in a row, so episodes are fewer; `barograph.alerts.replayed` counts them.

    Parameters
    ----------
    window_seconds : length of the windows.
    series : of one model that share the budget.

    Examples
    --------
    >>> round(budget_level(Budget(), window_seconds=86_400.0, series=1), 5)
    0.01095
    >>> round(budget_level(Budget(), window_seconds=3_600.0, series=4), 7)
    0.0001141
    """
    share = window_seconds / _DAY_SECONDS / budget.days
    return min(budget.count * share / max(series, 1), _HIGHEST_LEVEL)
