"""What is said of a window before any condition is asked: whether there is an answer at all."""

from __future__ import annotations

from typing import Final

from barograph.charts.numbers import count, share
from barograph.locale.said import say
from barograph.metrics.values import Reason, Result, Undefined, Value
from barograph.monitors.condition import Composite
from barograph.monitors.monitor import Monitor
from barograph.monitors.verdict import Seen, Status, Verdict

_TOO_EARLY: Final[Reason] = "too_little_history"
#: Reasons for which a figure could not be computed; for all others it cannot be told.
_ERRORS: Final[frozenset[Reason]] = frozenset(("evaluation_error", "overflow", "column_missing"))
#: Of no rows none has a column.
_ERRORS_WITHOUT_ROWS: Final = _ERRORS - {"column_missing"}


def no_answer(monitor: Monitor, seen: Seen) -> Verdict | None:
    """Why a window cannot be judged; None where it can.

    A window without rows has *no data*; with fewer rows or labels than the monitor needs, or before there is enough
    history, it is *unknown*; a metric that could not be computed is an *error*, also
    where no rows are known of. None of these is fine.

    Examples
    --------
    >>> from barograph.metrics.address import parse_address
    >>> from barograph.metrics.registry import metric
    >>> from barograph.monitors.condition import Limit
    >>> from barograph.monitors.monitor import Needs
    >>> from barograph.monitors.verdict import Figure
    >>> monitor = Monitor(
    ...     name="m", metric=parse_address("drift.share"), when=Limit(above=0.2), needs=Needs(rows=500)
    ... )
    >>> day = Figure(start=0, end=86_400_000_000, result=Value(value=0.3, n=212))
    >>> no_answer(monitor, Seen(spec=metric("drift.share"), current=day, rows=212)).detail
    'too few rows: 212, at least 500 needed'
    """
    result = seen.current.result
    composed = isinstance(monitor.when, Composite)
    if isinstance(result, Undefined) and not composed and not seen.rows:
        return Verdict(status=_without_rows(result.reason, seen), detail=result.detail)
    if seen.rows < monitor.needs.rows:
        if not seen.rows:
            return Verdict(status="no_data", detail=say("there are no rows"))
        return _told(
            say(
                "too few rows: {rows}, at least {fewest} needed",
                rows=count(seen.rows), fewest=count(monitor.needs.rows),
            ), result,
        )  # fmt: skip
    if (lacking := _labels_lacking(monitor, seen)) is not None:
        return _told(lacking, result)
    if isinstance(result, Undefined) and not composed:
        return Verdict(status="error" if result.reason in _ERRORS else "unknown", detail=result.detail)
    return None


def unknown(detail: str, figure: Value) -> Verdict:
    """There is a figure, and it cannot be told what it means."""
    return Verdict(status="unknown", detail=detail, value=figure.value, interval=figure.interval, n=figure.n)


def _without_rows(reason: Reason, seen: Seen) -> Status:
    # A segment or a version that is gone has no data, whatever its metric says.
    if reason in _ERRORS_WITHOUT_ROWS and not seen.missing:
        return "error"
    # Of readings, which are not counted in rows, a history that is too short says nothing of the window.
    return "unknown" if reason == _TOO_EARLY else "no_data"


def _labels_lacking(monitor: Monitor, seen: Seen) -> str | None:
    if monitor.needs.coverage <= 0.0 or seen.spec.scope != "outcome":
        return None
    fewest = share(monitor.needs.coverage)
    if seen.coverage is None:
        return say("it is not known how many rows have a label, at least {fewest} needed", fewest=fewest)
    if seen.coverage < monitor.needs.coverage:
        return say(
            "too few labels: {share} of the rows, at least {fewest} needed",
            share=share(seen.coverage),
            fewest=fewest,
        )
    return None


def _told(detail: str, result: Result) -> Verdict:
    return unknown(detail, result) if isinstance(result, Value) else Verdict(status="unknown", detail=detail)
