"""A fixed limit, with another one at which a firing alert recovers."""

from __future__ import annotations

from barograph.locale.said import say
from barograph.metrics.spec import MetricSpec
from barograph.metrics.values import Value
from barograph.monitors.condition import Limit
from barograph.monitors.judge.words import amount, is_beyond, scored, told
from barograph.monitors.verdict import Status, Verdict


def judge_limit(condition: Limit, figure: Value, spec: MetricSpec) -> Verdict:
    """Breached beyond the limit; *near* from there to `clear`.

    ``breach: v > above or v < below``. With one limit ``near: v > clear`` (or ``v < clear``), with both ``near: v >
    above − clear or v < below + clear``. A value at a limit keeps it.

    Notes
    -----
    Source: hysteresis, as in Schmitt's trigger and Grafana's recovery threshold.

    Examples
    --------
    >>> from barograph.metrics.registry import metric
    >>> psi = metric("drift.psi")
    >>> judge_limit(Limit(above=0.1), Value(value=0.19, n=800, interval=(0.17, 0.21)), psi).detail
    '0.19 (0.17–0.21), above the limit 0.1'
    >>> judge_limit(Limit(above=0.1, clear=0.08), Value(value=0.09, n=800), psi).status
    'near'
    """
    side = _broken(figure.value, (condition.below, condition.above))
    limit = condition.above if side > 0 else condition.below
    inner = _inner(condition)
    near = side == 0 and _broken(figure.value, inner) != 0
    status: Status = "breach" if side else "near" if near else "ok"
    if limit is not None and side:
        words = say(
            "above the limit {limit}" if side > 0 else "below the limit {limit}", limit=amount(limit, spec)
        )
    else:
        words = say("within the limit {limit}", limit=_limits(condition, spec))
    if near:
        past = say("not yet past {value}", value=_past(figure.value, inner, spec))
        words = say("{within}, {past}", within=words, past=past)
    return Verdict(
        status=status, detail=say("{figure}, {words}", figure=told(figure, spec), words=words), value=figure.value,
        interval=figure.interval, n=figure.n, limits=(condition.below, condition.above),
        score=_score(condition, figure.value),
    )  # fmt: skip


def _broken(value: float, limits: tuple[float | None, float | None]) -> int:
    """1 above the upper limit, −1 below the lower, else 0."""
    below, above = limits
    if above is not None and is_beyond(value, above, 1):
        return 1
    return -1 if below is not None and is_beyond(value, below, -1) else 0


def _inner(condition: Limit) -> tuple[float | None, float | None]:
    """The limits past which a firing alert recovers."""
    below, above, clear = condition.below, condition.above, condition.clear
    if clear is None:
        return below, above
    if below is not None and above is not None:
        return below + clear, above - clear
    return (None, clear) if above is not None else (clear, None)


def _limits(condition: Limit, spec: MetricSpec) -> str:
    first, *second = (amount(x, spec) for x in (condition.below, condition.above) if x is not None)
    return say("{low} to {high}", low=first, high=second[0]) if second else first


def _past(value: float, inner: tuple[float | None, float | None], spec: MetricSpec) -> str:
    """The value an alert recovers at, of the side the figure is on."""
    below, above = inner
    end = above if above is not None and value > above else below
    return "—" if end is None else amount(end, spec)


def _score(condition: Limit, value: float) -> float | None:
    """The figure as a multiple of the limit; between two, of the way from the middle. None without a scale."""
    below, above = condition.below, condition.above
    if below is not None and above is not None:
        half = (above - below) / 2.0
        return scored(abs(value - (above + below) / 2.0) / half) if half > 0.0 else None
    if above is not None:
        return scored(value / above) if above > 0.0 else None
    if below is None or below <= 0.0:
        return None
    return scored(below / value) if value > 0.0 else scored(float("inf"))
