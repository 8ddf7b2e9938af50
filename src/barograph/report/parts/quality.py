"""The state of each column's values."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from barograph.charts.numbers import count, measured_share
from barograph.locale.said import say, together, word
from barograph.metrics.values import Result, Value
from barograph.profile.sketch import SmallestHashes
from barograph.report.comparison import Comparison
from barograph.report.rows import QualityRow

#: Metrics of which a rise is told, what rises, and from which rise on.
NOTABLE: Final = (
    ("null_share", "nulls", 0.01), ("unseen_share", "values never seen in the reference", 0.0),
    ("beyond_range_share", "values beyond the reference's range", 0.01),
    ("mismatch_share", "values of another type", 0.0), ("nan_share", "NaN", 0.0),
    ("infinite_share", "infinities", 0.0), ("out_of_range_share", "values outside the declared range", 0.0),
)  # fmt: skip


def quality_rows(comparison: Comparison) -> tuple[QualityRow, ...]:
    """A row a column of the grid, in its order."""
    return tuple(_quality(comparison, name) for name in comparison.quality)


def table_note(comparison: Comparison) -> str:
    """Duplicate rows on both sides, and where they are counted in a sample; empty where they are unknown."""
    duplicates = comparison.table.get("duplicate_share")
    if duplicates is None:
        return ""
    before, now = duplicates
    if not isinstance(before, Value) or not isinstance(now, Value):
        return ""
    figures = {
        "before": measured_share(before.value, before.interval),
        "now": measured_share(now.value, now.interval),
    }
    if before.interval is None and now.interval is None:
        return say("Duplicate rows: {before} → {now}.", **figures)
    return say(
        "Duplicate rows: {before} → {now}, estimated from {n} different rows of a side.",
        n=count(SmallestHashes.K), **figures,
    )  # fmt: skip


def both_sides(
    quality: Mapping[str, tuple[Result, Result]], metric: str
) -> tuple[float | None, float | None]:
    """A figure of one column on both sides; None where it is undefined."""
    pair = quality.get(metric)
    if pair is None:
        return (None, None)
    return (_number(pair[0]), _number(pair[1]))


def _quality(comparison: Comparison, name: str) -> QualityRow:
    q = comparison.quality[name]
    nulls, new = both_sides(q, "null_share"), both_sides(q, "unseen_share")
    missing = name in comparison.current.missing
    notable = say("missing from the current rows") if missing else notable_of(q)
    is_time = comparison.reference.schema.column(name).kind == "datetime"
    return QualityRow(
        column=name,
        state="unknown" if missing else ("changed" if notable else "ok"),
        null_share=nulls,
        new_share=new if new != (None, None) else both_sides(q, "beyond_range_share"),
        out_of_range_share=both_sides(q, "out_of_range_share"),
        distinct=both_sides(q, "distinct_count"),
        low=(None, None) if is_time else both_sides(q, "minimum"),
        high=(None, None) if is_time else both_sides(q, "maximum"),
        notable=notable,
    )


def notable_of(quality: Mapping[str, tuple[Result, Result]]) -> str:
    """What rose enough to be told; empty where nothing did."""
    said = []
    for metric, words, least in NOTABLE:
        before, now = both_sides(quality, metric)
        if now is not None and now - (before or 0.0) > least:
            figures = f"{100 * (before or 0.0):.3g} → {100 * now:.3g}"
            said.append(say("{figures} % {what}", figures=figures, what=word(words)))
    return together(said, "; ") if said else ""


def _number(result: Result) -> float | None:
    return result.value if isinstance(result, Value) else None
