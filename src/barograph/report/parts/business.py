"""Metrics and rules that the schema declares: both sides, over windows and by segment."""

from __future__ import annotations

from dataclasses import replace

from barograph.charts.numbers import number
from barograph.locale.said import Said, listed, say, together, word
from barograph.metrics.values import Value
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.pair import Pair
from barograph.report.parts.course import course_reading, metric_over_time
from barograph.report.parts.performance import row_of, scaled, scaled_change
from barograph.report.rows import PerformanceRow
from barograph.report.view import Section
from barograph.schema.custom.model import Ratio


def business_rows(comparison: Comparison) -> tuple[PerformanceRow, ...]:
    """A row a metric of the schema, in its order; those undefined on both sides are listed elsewhere."""
    return tuple(row_of(p) for p in comparison.custom.metrics if _is_shown(p))


def business_note(comparison: Comparison) -> str:
    """What a change of totals is, and the rows that give no number."""
    totals = any(
        not m.per_row and not isinstance(m.formula, Ratio) for m in comparison.reference.schema.metrics
    )
    said = []
    if totals:
        said.append(
            say(
                "The change of a total is against what the reference's mean per row gives for as many rows as the "
                "current ones."
            )
        )
    left = [_left_out(p, p.spec.title) for p in comparison.custom.metrics if any(p.left_out)]
    if left:
        said.append(say("Left out, as they give no finite number: {rows}.", rows=together(left, "; ")))
    return together(said, " ") if said else ""


def _left_out(pair: Pair, of: str) -> Said:
    return say("{rows} for {what}", rows=_in_words(pair.left_out), what=of)


def business_sections(comparison: Comparison) -> tuple[Section, ...]:
    """Each metric over windows and by segment; none where rows have neither time nor segments."""
    sections = []
    for place, pair in enumerate(comparison.custom.metrics):
        course = _course(comparison, pair)
        by_segment = tuple(
            replace(row_of(pairs[place]), title=name)
            for name, pairs in comparison.custom.segments.items()
            if _is_shown(pairs[place])
        )
        if _is_shown(pair) and (course is not None or by_segment):
            reading = say("By segment: {n}.", n=len(by_segment)) if course is None else course[1]
            figures = () if course is None else (course[0],)
            sections.append(
                Section(title=pair.spec.title, reading=reading, figures=figures, metrics=by_segment)
            )
    return tuple(sections)


def rule_rows(comparison: Comparison) -> tuple[PerformanceRow, ...]:
    """A row a rule, in percent of the checked rows."""
    rules = comparison.reference.schema.rules
    pairs = zip(rules, comparison.custom.rules, strict=True)
    return tuple(_in_percent(row_of(p), rule) for rule, p in pairs if _is_shown(p))


def rules_note(comparison: Comparison) -> str:
    """What is counted, and how many rows could not be checked."""
    if not comparison.custom.rules:
        return ""
    rules = comparison.reference.schema.rules
    pairs = zip(rules, comparison.custom.rules, strict=True)
    left = [_left_out(p, rule) for rule, p in pairs if any(p.left_out)]
    said = [say("Share of the checked rows that break a rule.")]
    if left:
        said.append(say("Not checked, as a value is null: {rows}.", rows=together(left, "; ")))
    return together(said, " ")


def _in_percent(row: PerformanceRow, rule: str) -> PerformanceRow:
    before = None if row.reference is None else scaled(row.reference, 100.0)
    difference = scaled_change(row.change, 100.0)
    return replace(
        row, title=rule, unit="%", reference=before, current=scaled(row.current, 100.0), change=difference
    )


def _course(comparison: Comparison, pair: Pair) -> tuple[Figure, str] | None:
    """The metric over windows, and how often it left the band."""
    rows = {(w.side, w.start): w.rows for w in comparison.windows}
    windows = [
        (start, rows[side, start], figures[pair.address], side == "current")
        for (side, start), figures in comparison.custom.windows.items()
    ]
    unit = pair.spec.unit
    series = metric_over_time(pair.spec.title, unit, windows, comparison.current)
    if series is None:
        return None

    def write(x: float) -> str:
        return f"{number(x)} {unit}" if unit else number(x)

    return Figure(title=say("{figure} over time", figure=pair.spec.title), chart=series), course_reading(
        series, write
    )


def _in_words(left_out: tuple[int, int]) -> str:
    """Rows of the sides that have some."""
    sides = zip(("reference", "current"), left_out, strict=True)
    told = [say("{n} {side}", n=f"{rows:,}", side=word(side)) for side, rows in sides if rows]
    return say("{sides} rows", sides=listed(told))


def _is_shown(pair: Pair) -> bool:
    return isinstance(pair.reference, Value) or isinstance(pair.current, Value)
