"""An objective's error budget that burns too fast."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from barograph.charts.numbers import number, share
from barograph.locale.said import Said, say
from barograph.metrics.intervals import wilson
from barograph.metrics.values import Value
from barograph.monitors.condition import Burn
from barograph.monitors.judge.answers import unknown
from barograph.monitors.judge.words import is_beyond, scored
from barograph.monitors.monitor import Severity
from barograph.monitors.verdict import Figure, Seen, Verdict

_MICROSECONDS: Final = 1_000_000.0
_DAY, _HOUR, _MINUTE = 86_400.0, 3_600.0, 60.0
#: With fewer bad events than this at the limit, chance alone may burn as fast: the interval's lower end is taken.
_FEW_BAD: Final = 10.0
#: Severity by burn rate: a budget of 30 days gone in 3 days, or in 10.
_SEVERITIES: Final[tuple[tuple[float, Severity], ...]] = ((10.0, "critical"), (3.0, "warning"))


@dataclass(frozen=True, slots=True, kw_only=True)
class _Span:
    """Bad events among all of some windows."""

    bad: float
    events: float

    @property
    def share(self) -> float:
        return self.bad / self.events if self.events else 0.0

    def least(self, limit: float) -> float:
        """The share, or the lower end of its interval where few bad events are expected at a limit."""
        if not self.events or limit * self.events >= _FEW_BAD:
            return self.share
        return wilson(self.bad, self.events)[0]


def judge_burn(condition: Burn, figure: Value, seen: Seen) -> Verdict:
    """Breached where the budget burns faster than a rate over its long and its short span at once.

    ``burn rate = share of bad events / (1 − objective)``: at 1 the budget lasts exactly its days. The long span shows
    that it is no blip, the short one that it still goes on, so that the alert ends soon after the trouble. Where a
    limit stands for fewer than 10 bad events the long span's share is the lower end of Wilson's 95 % interval.

    Parameters
    ----------
    figure : share of bad events of the window and their number `n`; of good ones where higher is better.

    Notes
    -----
    Spans end with the window; one shorter than a window is the window. Severity: critical from a rate of 10, warning
    from 3, else info; the monitor's where that is worse. Source: The Site Reliability Workbook (2018), chapter 5.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> bad = Value(value=0.02, n=100_000)
    >>> seen = Seen(spec=metric("quality.null_share"), current=Figure(start=0, end=3_600_000_000, result=bad))
    >>> judge_burn(Burn(objective=0.999), bad, seen).severity
    'critical'
    """
    if not 0.0 <= figure.value <= 1.0:
        return unknown(
            say("a burn rate needs a share of events; the figure is {figure}", figure=number(figure.value)),
            figure,
        )
    budget = 1.0 - condition.objective
    spans = {s: _span(seen, s) for _, long, short in condition.rates for s in (long, short)}
    rates = [(rate, spans[long], spans[short], long) for rate, long, short in condition.rates]
    burning = next((r for r in rates if _burns(r, budget)), None)
    lasting = max(rates, key=lambda r: r[1].least(r[0] * budget) / r[0]) if burning is None else burning
    rate, long, _, seconds = lasting
    found = long.share / budget if budget > 0.0 else math.inf
    bad = say(
        "{share} of {n} events in {span} were bad",
        share=share(long.share),
        n=number(long.events),
        span=_length(max(seconds, (seen.current.end - seen.current.start) / _MICROSECONDS)),
    )
    speed = (
        say(
            "the budget of {days} days burns {times} times too fast, the limit is {limit} times",
            days=number(condition.days), times=number(found), limit=number(rate),
        ) if found > 1.0 else say("within the budget")
    )  # fmt: skip
    limit = rate * budget
    lower_is_worse = seen.spec.direction == "higher_is_better"
    return Verdict(
        status="ok" if burning is None else "breach", detail=say("{bad}: {speed}", bad=bad, speed=speed),
        value=figure.value, interval=figure.interval, n=figure.n,
        limits=(1.0 - limit, None) if lower_is_worse else (None, limit),
        score=scored(long.least(limit) / limit) if limit > 0.0 else None,
        severity=None if burning is None else _severity(rate),
    )  # fmt: skip


def _burns(rate: tuple[float, _Span, _Span, float], budget: float) -> bool:
    limit = rate[0] * budget
    return is_beyond(rate[1].least(limit), limit, 1) and is_beyond(rate[2].share, limit, 1)


def _span(seen: Seen, seconds: float) -> _Span:
    """The windows that begin within a span before the current one's end; always the current one."""
    begin = seen.current.end - seconds * _MICROSECONDS
    figures = [seen.current]
    for figure in reversed(seen.history):
        if figure.start < begin:
            break
        figures.append(figure)
    return _summed(figures, good=seen.spec.direction == "higher_is_better")


def _summed(figures: Iterable[Figure], *, good: bool) -> _Span:
    held = [f.result for f in figures if isinstance(f.result, Value)]
    bad = sum(v.n * (1.0 - v.value if good else v.value) for v in held)
    return _Span(bad=float(bad), events=float(sum(v.n for v in held)))


def _severity(rate: float) -> Severity:
    return next((severity for least, severity in _SEVERITIES if rate >= least), "info")


def _length(seconds: float) -> Said:
    """A span as people say it: `6 hours`."""
    if seconds >= _DAY:
        return say("1 day") if seconds == _DAY else say("{n} days", n=number(seconds / _DAY))
    if seconds >= _HOUR:
        return say("1 hour") if seconds == _HOUR else say("{n} hours", n=number(seconds / _HOUR))
    if seconds >= _MINUTE:
        return say("1 minute") if seconds == _MINUTE else say("{n} minutes", n=number(seconds / _MINUTE))
    return say("{n} seconds", n=number(seconds))
