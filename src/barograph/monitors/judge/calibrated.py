"""More than noise, more than the reference's own windows differ, and enough to matter."""

from __future__ import annotations

import math
from typing import Final

from barograph.charts.numbers import number
from barograph.locale.said import Said, say, together, word
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Undefined, Value
from barograph.monitors.budget import budget_level
from barograph.monitors.condition import Calibrated, Side
from barograph.monitors.judge.answers import unknown
from barograph.monitors.judge.matters import MATTERS, smallest_change
from barograph.monitors.judge.of_shares import compare_share
from barograph.monitors.judge.of_values import Tested, compare_value
from barograph.monitors.judge.window_figures import reference_figures, window_figures
from barograph.monitors.judge.words import amount, chance, scored, times, told, windows_word
from barograph.monitors.monitor import Monitor
from barograph.monitors.needed import is_p_value, needed, window_seconds
from barograph.monitors.verdict import Seen, Status, Verdict

#: A firing alert recovers once the p-value is ten times the level, or this, whichever is less.
_NEAR_TIMES: Final = 10.0
_NEAR_MOST: Final = 0.05


def judge_calibrated(condition: Calibrated, figure: Value, monitor: Monitor, seen: Seen) -> Verdict:
    """Breached where the p-value is no more than the level and the change no less than what matters.

    The level is the condition's, or what spends the budget. The p-value is that of

    - a metric that is a p-value: the figure itself;
    - a drift metric of a column: the window against the reference's own windows (`drift.windows_p_value`);
    - a share: a beta-binomial tail; other figures: Student's t, both against the reference's own windows, or where it
      has none the good windows before (`of_shares`, `of_values`).

    From there to ten times the level (at most .05) it is *near*.

    Notes
    -----
    Smallest change that matters where the monitor does not say: .005 of a share and of total variation, 2 % of a metric
    that cannot be below 0. Source: design/003, design/005.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.metrics.registry import metric
    >>> from barograph.monitors.verdict import Figure
    >>> income = parse_address('drift.total_variation(column="income")')
    >>> monitor = Monitor(name="moved", metric=income, when=Calibrated(level=0.01))
    >>> now = Value(value=0.19, n=800, interval=(0.17, 0.21))
    >>> seen = Seen(
    ...     spec=metric(income.metric), current=Figure(start=0, end=1, result=now),
    ...     p_value=Value(value=1 / 12_000, n=800), ratio=Value(value=3.2, n=800),
    ... )
    >>> judge_calibrated(Calibrated(level=0.01), now, monitor, seen).detail.partition("; ")[0]
    '0.19 (0.17–0.21), 3.2 times what reference days differ from each other'
    """
    level = condition.level or seen.level or budget_level(
        condition.budget, window_seconds=window_seconds(monitor), series=1, in_a_row=monitor.for_windows
    )  # fmt: skip
    if is_p_value(monitor.metric):
        return _of_p_value(figure, level)
    if needed(monitor).p_value:
        return _of_drift(condition, figure, monitor, seen, level=level)
    return _of_figures(condition, figure, monitor, seen, level=level)


def _of_p_value(figure: Value, level: float) -> Verdict:
    p_value = figure.value
    return Verdict(
        status=_status(p_value, level, matters=True), detail=_odds(p_value, level), value=p_value,
        interval=figure.interval, n=figure.n, limits=(level, None), p_value=p_value, score=_score(p_value, level),
    )  # fmt: skip


def _of_drift(condition: Calibrated, figure: Value, monitor: Monitor, seen: Seen, *, level: float) -> Verdict:
    tested = seen.p_value
    if not isinstance(tested, Value):
        why = (
            tested.detail
            if isinstance(tested, Undefined)
            else say("there is no p-value against the reference's windows")
        )
        return unknown(why, figure)
    is_default = condition.matters is None
    smallest = (
        (MATTERS if monitor.metric.metric == "drift.total_variation" else 0.0)
        if is_default
        else condition.matters
    )
    matters = abs(figure.value) >= (smallest or 0.0)
    told_figure = told(figure, seen.spec)
    if isinstance(seen.ratio, Value):
        differ = say(
            "{times} what reference {windows} differ from each other",
            times=times(seen.ratio.value), windows=windows_word(monitor.window),
        )  # fmt: skip
        told_figure = say("{figure}, {ratio}", figure=told_figure, ratio=differ)
    parts = [told_figure, _odds(tested.value, level)]
    if not matters:
        parts.append(say("below {smallest} it does not matter", smallest=amount(smallest or 0.0, seen.spec)))
    return Verdict(
        status=_status(tested.value, level, matters=matters), detail=together(parts, "; "), value=figure.value,
        interval=figure.interval, n=figure.n, p_value=tested.value,
        score=_score(tested.value, level) if matters else 0.0,
    )  # fmt: skip


def _of_figures(
    condition: Calibrated, figure: Value, monitor: Monitor, seen: Seen, *, level: float
) -> Verdict:
    good = [f for f in seen.history if f.start not in seen.breached]
    own = reference_figures(seen.reference) if seen.reference else window_figures(good)
    side = condition.side or _harmful(seen.spec)
    is_share = seen.spec.range == (0.0, 1.0) and not seen.spec.needs_reference
    tested = (compare_share if is_share else compare_value)(figure, own, seen, side=side, level=level)
    if isinstance(tested, str):
        return unknown(tested, figure)
    smallest = smallest_change(seen.spec, tested.expected) if condition.matters is None else condition.matters
    matters = abs(figure.value - tested.expected) >= smallest
    usual = _usual(tested, seen, monitor.window)
    parts = [
        say("{figure}, {usual}", figure=told(figure, seen.spec), usual=usual),
        _odds(tested.p_value, level),
    ]
    if not matters:
        parts.append(say("less than {smallest} does not matter", smallest=amount(smallest, seen.spec)))
    return Verdict(
        status=_status(tested.p_value, level, matters=matters), detail=together(parts, "; "),
        value=figure.value, interval=figure.interval, n=figure.n, expected=tested.expected,
        limits=_widened(tested, smallest), p_value=tested.p_value,
        score=_score(tested.p_value, level) if matters else 0.0,
    )  # fmt: skip


def _status(p_value: float, level: float, *, matters: bool) -> Status:
    if not matters:
        return "ok"
    if p_value <= level:
        return "breach"
    return "near" if p_value <= max(level, min(_NEAR_TIMES * level, _NEAR_MOST)) else "ok"


def _harmful(spec: MetricSpec) -> Side:
    """The side on which a change does harm; both where the metric has no such side."""
    sides: dict[str, Side] = {"lower_is_better": "above", "higher_is_better": "below"}
    return sides.get(spec.direction, "both")


def _widened(tested: Tested, smallest: float) -> tuple[float | None, float | None]:
    """The limits, no nearer to what is expected than what matters."""
    low, high = tested.limits
    return (
        None if low is None else min(low, tested.expected - smallest),
        None if high is None else max(high, tested.expected + smallest),
    )


def _usual(tested: Tested, seen: Seen, window: str) -> Said:
    own = tested.own
    among = say(
        "{n} reference {windows}" if seen.reference else "{n} earlier {windows}",
        n=number(own.windows), windows=windows_word(window),
    )  # fmt: skip
    expected = amount(tested.expected, seen.spec)
    if own.season == "none":
        return say("{expected} expected from {among}", expected=expected, among=among)
    return say(
        "{expected} expected in this {season} from {among}",
        expected=expected,
        season=word(own.season),
        among=among,
    )


def _odds(p_value: float, level: float) -> Said:
    limit = say("the limit is 1 in {n}", n=number(1.0 / level, significant=2))
    return say("{chance}, {limit}", chance=chance(p_value), limit=limit)


def _score(p_value: float, level: float) -> float:
    """1 at the level, 2 at its square."""
    if p_value <= 0.0:
        return scored(math.inf)
    return scored(math.log(p_value) / math.log(level)) if level < 1.0 else scored(1.0)
