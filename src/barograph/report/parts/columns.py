"""Everything about each column, shown on demand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Final

from barograph.locale.said import say, together, word
from barograph.metrics.drift.columns import ColumnDrift
from barograph.metrics.values import Result, Value
from barograph.profile.value import Profile
from barograph.report.column_sentences import column_sentence, column_state
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure, State
from barograph.report.parts.course import column_course
from barograph.report.parts.distribution import distribution_of
from barograph.report.parts.quality import both_sides, notable_of
from barograph.report.rows import ColumnView, Distance, Statistic
from barograph.schema.model import Column
from barograph.schema.reasons import said_again

#: Metrics of quality that are told of a column, and what they are called.
STATISTICS: Final = (
    ("mean", "mean"), ("standard_deviation", "standard deviation"), ("median", "median"), ("minimum", "smallest"),
    ("maximum", "largest"), ("distinct_count", "distinct values"), ("null_share", "share of nulls"),
    ("zero_share", "share of zeros"), ("beyond_range_share", "share beyond the reference's range"),
    ("top_share", "share of the most frequent value"),
)  # fmt: skip
#: Statistics of a datetime column that are times themselves.
_TIMES: Final = frozenset({"minimum", "maximum"})


def column_views(
    comparison: Comparison, sides: tuple[Profile, Profile], pictured: set[str]
) -> tuple[ColumnView, ...]:
    """Each column of the grid that is pictured or could not be compared."""
    return tuple(
        _column(comparison, name, sides)
        for name in comparison.quality
        if name in pictured or name not in comparison.drift
    )


def _column(comparison: Comparison, name: str, sides: tuple[Profile, Profile]) -> ColumnView:
    quality, drift = comparison.quality[name], comparison.drift.get(name)
    column = comparison.reference.schema.column(name)
    told = (
        (word(title), _told(quality, m, column)) for m, title in STATISTICS if _is_held(quality, m, column)
    )
    notable = notable_of(quality)
    about = (word(column.role), column.unit or "", column.description or "", said_again(column.reason))
    return ColumnView(
        name=name,
        kind=word(column.kind),
        state=_state(drift, column),
        sentence=say("Not compared.") if drift is None else column_sentence(drift, quality, notable),
        is_compared=drift is not None,
        is_notable=bool(notable),
        about=together([p for p in about if p], ", "),
        figures=_figures(comparison, name, sides),
        statistics=tuple(Statistic(name=t, reference=pair[0], current=pair[1]) for t, pair in told),
        distances=() if drift is None else _distances(comparison, name, drift),
    )


def _state(drift: ColumnDrift | None, column: Column) -> State:
    if drift is not None:
        return column_state(drift)
    return "ok" if column.role == "timestamp" else "unknown"


def _figures(comparison: Comparison, name: str, sides: tuple[Profile, Profile]) -> tuple[Figure, ...]:
    picture = distribution_of(name, sides)
    if picture is None:
        return ()
    course = column_course(comparison.reference, comparison.current, name)
    over_time = () if course is None else (Figure(title=say("Over time"), chart=course),)
    return (Figure(title=say("Distribution"), chart=picture), *over_time)


def _is_held(quality: Mapping[str, tuple[Result, Result]], metric: str, column: Column) -> bool:
    return both_sides(quality, metric) != (None, None) and (
        metric != "top_share" or column.kind == "categorical"
    )


def _told(
    quality: Mapping[str, tuple[Result, Result]], metric: str, column: Column
) -> tuple[float | str | None, float | str | None]:
    """Both sides of a statistic; times as people read them."""
    before, now = both_sides(quality, metric)
    if column.kind != "datetime" or metric not in _TIMES:
        return before, now
    return _time(before), _time(now)


def _time(micros: float | None) -> str | None:
    return None if micros is None else datetime.fromtimestamp(micros / 1e6, UTC).isoformat(" ", "minutes")


def _distances(comparison: Comparison, name: str, drift: ColumnDrift) -> tuple[Distance, ...]:
    v = drift.verdict
    n = round(v.n[1])
    head = Distance(
        name=say("effect"),
        result=Value(value=v.effect, n=n, interval=v.effect_interval),
        definition=say("share of rows that moved, less chance"),
    )
    p_value = Distance(
        name="q-value",
        result=Value(value=v.q_value, n=n),
        definition=say("p = {p}, against {basis}", p=f"{v.p_value:.2g}", basis=word(v.basis)),
    )
    rest = tuple(
        Distance(name=m, result=Value(value=x, n=n)) for m, x in comparison.statistics.get(name, {}).items()
    )
    return (head, p_value, *rest)
