"""A model's budget of false alarms, shared by those of its monitors that spend it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from barograph.monitors.budget import budget_level
from barograph.monitors.condition import Budget, Calibrated, Composite, Condition
from barograph.monitors.monitor import Monitor
from barograph.windows import parse_every


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """Into how many parts a budget goes: each monitor that is told to people has one, and its series share that.

    One that is only for the digest spends by itself what it is given.

    Attributes
    ----------
    monitors : of the model that spend of the budget.
    series : of each monitor, by name.
    """

    monitors: int
    series: Mapping[str, int]

    def level(self, monitor: Monitor) -> float | None:
        """The p-value that spends the budget, for one window of one series of a monitor; None where it needs none.

        Conditions of which any is a breach share it: the least of k p-values, times k, is one itself. Where they name
        several budgets it is the smallest.
        """
        budget = min(_budgets(monitor.when), key=lambda each: each.count / each.days, default=None)
        if budget is None:
            return None
        others = self.monitors if is_budgeted(monitor) else 1
        level = budget_level(
            budget, window_seconds=parse_every(monitor.window).approximate_seconds,
            series=max(others, 1) * self.series.get(monitor.name, 1), in_a_row=monitor.for_windows,
        )  # fmt: skip
        return level / _chances(monitor.when)


def shares_of(series: Iterable[Monitor]) -> Shares:
    """Shares of all series of a model, each the monitor written out.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> def moved(name, *columns):
    ...     of = [parse_address(f'drift.total_variation(column="{column}")') for column in columns]
    ...     return [Monitor(name=name, metric=each, when=Calibrated()) for each in of]
    >>> answers, inputs = moved("answers", "p"), moved("inputs", "x", "y", "z")
    >>> shares = shares_of([*answers, *inputs])
    >>> shares.monitors, dict(shares.series)
    (2, {'answers': 1, 'inputs': 3})
    >>> round(shares.level(answers[0]) / shares.level(inputs[0]), 6)
    3.0
    """
    held = list(series)
    return Shares(
        monitors=len({each.name for each in held if is_budgeted(each)}),
        series=Counter(each.name for each in held),
    )


def is_budgeted(monitor: Monitor) -> bool:
    """Whether it spends of a model's budget of false alarms: calibrated by it, and told to people."""
    return monitor.severity != "info" and any(_budgets(monitor.when))


def _budgets(when: Condition) -> Iterator[Budget]:
    """Those that a condition, or its parts, are calibrated by."""
    match when:
        case Calibrated(level=None):
            yield when.budget
        case Composite():
            for part in when.parts:
                yield from _budgets(part.when)


def _chances(when: Condition) -> int:
    """How often one window of a condition can spend what it is given.

    Where all have to be breached, chance of one of them does nothing alone.
    """
    match when:
        case Calibrated(level=None):
            return 1
        case Composite(how="any"):
            return sum(_chances(part.when) for part in when.parts)
        case Composite():
            return max(_chances(part.when) for part in when.parts)
        case _:
            return 0
