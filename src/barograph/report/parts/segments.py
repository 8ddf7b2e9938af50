"""Segments: their rows, headline metric, and how many of their inputs moved."""

from __future__ import annotations

from barograph.locale.said import say, word
from barograph.report.comparison import Comparison
from barograph.report.rows import SegmentRow


def segment_metric(comparison: Comparison) -> str:
    """Title of the metric in the table; empty without labels."""
    first = next((s.performance[0] for s in comparison.segments if s.performance), None)
    return "" if first is None else word(first.spec.title)


def segment_rows(comparison: Comparison) -> tuple[SegmentRow, ...]:
    """A row a segment."""
    rows = []
    for s in comparison.segments:
        pair = s.performance[0] if s.performance else None
        worse = pair is not None and pair.change is not None and pair.change.verdict == "worse"
        inputs = comparison.inputs
        found = sum(n in inputs for n in s.detected)
        rows.append(
            SegmentRow(
                name=s.name,
                n_reference=s.rows[0] or None,
                n_current=s.rows[1],
                reference=None if pair is None else pair.reference,
                current=None if pair is None else pair.current,
                moved=""
                if s.drift_share is None
                else say("{k} of {n} {inputs}", k=found, n=len(inputs), inputs=word(comparison.input_word)),
                state="worse" if worse else ("changed" if s.detected else "ok"),
            )
        )
    return tuple(rows)
