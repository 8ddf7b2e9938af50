"""How well a model did in a span against its reference: figures, segments and diagnostics."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import sqlalchemy as sa

from barograph.locale.said import say
from barograph.metrics.address import parse_address
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import change
from barograph.metrics.registry import metrics
from barograph.metrics.spec import Direction
from barograph.metrics.values import Result, Undefined, Value
from barograph.profile.value import ALL, Profile
from barograph.report.comparison import Comparison, compare_columns
from barograph.server.reading.series import Asked
from barograph.server.reading.windows import LabelAges
from barograph.store.profiles import read
from barograph.store.profiles.part import Grain


def span_profile(
    conn: sa.Connection,
    asked: Asked,
    *,
    columns: tuple[str, ...] | None = None,
    grain: Grain = "window",
    segment: str = ALL,
    as_of: int | None = None,
    outcome: bool = True,
) -> Profile:
    """What is stored of the span that is asked for, its windows kept.

    Parameters
    ----------
    columns : None: all.
    grain : ``day`` for segments.
    segment : of its rows only; they are days then.
    as_of : only what had arrived by the end of this local day.
    outcome : read what labels say, too.

    Returns
    -------
    Profile
        Of whole days for segments; else of the windows that begin in the span. Without cells where nothing came.
    """
    first, last = asked.span.days
    by_day = segment != ALL or grain == "day"
    found = read(
        conn, asked.model, asked.version_id, first_day=first, last_day=last, columns=columns,
        grain="day" if by_day else "window", every=None if by_day else asked.every, as_of=as_of,
        outcome=outcome,
    )  # fmt: skip
    cells = [c for c in found.cells if by_day or (c.window is not None and c.window >= asked.span.first)]
    kept = found.at(*cells) if cells else found
    if segment == ALL:
        return kept
    return kept.of_segment(segment) if segment in kept.segments else replace(kept, cells=())


def reference_of(asked: Asked, segment: str) -> Profile | None:
    """What a segment is compared with: its own rows, or all of them where the reference does not know it."""
    if asked.compared is None:
        return None
    known = segment != ALL and segment in asked.compared.segments
    return asked.compared.profile.of_segment(segment) if known else asked.compared.whole


def outcome_only(reference: Profile, current: Profile) -> Comparison:
    """Compare how well both did, and nothing of their columns."""
    return compare_columns(replace(reference, columns={}), replace(current, columns={}), quality=frozenset())


@dataclass(frozen=True, slots=True, kw_only=True)
class SegmentFigure:
    """How well the model did in one segment.

    Attributes
    ----------
    rows : that came in the span; `current.n` of them are judged.
    verdict : of current against reference, in a word or two.
    """

    name: str
    rows: int
    reference: Result
    current: Result
    verdict: str


def by_segment(reference: Profile | None, current: Profile, address: str) -> tuple[SegmentFigure, ...]:
    """A metric in every segment of a span, the worst first.

    Parameters
    ----------
    reference : None: there is none to compare with.
    current : by day, with segments.
    """
    spec = metrics()[parse_address(address).metric]
    rows = []
    for name in current.segments:
        part = current.of_segment(name)
        now = evaluate(address, part)
        before = _before(reference, name, address)
        verdict = ""
        if isinstance(now, Value) and isinstance(before, Value):
            verdict = change(before, now, spec.direction).verdict
        rows.append(SegmentFigure(name=name, rows=part.rows, reference=before, current=now, verdict=verdict))
    return tuple(sorted(rows, key=lambda row: _badness(row, spec.direction), reverse=True))


def _before(reference: Profile | None, segment: str, address: str) -> Result:
    if reference is None or segment not in reference.segments:
        return Undefined(reason="no_reference", detail=say("the reference does not know this segment"))
    return evaluate(address, reference.of_segment(segment))


def _badness(row: SegmentFigure, direction: Direction) -> tuple[bool, float]:
    """Segments that say nothing come last."""
    if not isinstance(row.current, Value):
        return False, 0.0
    value = row.current.value
    return True, -value if direction == "higher_is_better" else abs(value)


def label_arrival(ages: Sequence[LabelAges], *, days: int = 30) -> tuple[tuple[int, float], ...]:
    """Share of rows that had a label so many days after their own day, by those days.

    Parameters
    ----------
    ages : of the rows of each day; days as young as the age are left out where it is counted.
    days : at the most.

    Examples
    --------
    >>> label_arrival([LabelAges(day=0, rows=10, by_age={0: 5, 1: 4}), LabelAges(day=1, rows=10, by_age={0: 6})])
    ((0, 0.55), (1, 0.9))
    """
    if not ages:
        return ()
    last = max(each.day for each in ages)
    curve = []
    for age in range(min(days, last - min(each.day for each in ages)) + 1):
        old = [each for each in ages if each.day + age <= last] if age else list(ages)
        rows = sum(each.rows for each in old)
        labelled = sum(n for each in old for at, n in each.by_age.items() if at <= age)
        if rows:
            curve.append((age, labelled / rows))
    return tuple(curve)
