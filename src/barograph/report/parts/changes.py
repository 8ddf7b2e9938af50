"""Every compared column in the order to look at it: how far it moved, and how that was judged."""

from __future__ import annotations

from typing import Final

from barograph.locale.said import say, together, word
from barograph.metrics.values import Value
from barograph.profile.value import Profile
from barograph.report.column_sentences import column_sentence, column_state
from barograph.report.comparison import Comparison
from barograph.report.parts.course import column_course
from barograph.report.parts.distribution import distribution_of
from barograph.report.parts.quality import notable_of
from barograph.report.rows import ChangeRow

#: Columns told with pictures; a wider table keeps the rest in its tables.
PICTURED: Final = 200


def ranking(comparison: Comparison) -> list[str]:
    """Columns in the order to look at them: detected first, then by how far they moved beyond noise."""

    def weight(name: str) -> tuple[bool, bool, float, float]:
        v = comparison.drift[name].verdict
        return (not v.detected, not v.significant, -v.effect, v.q_value)

    return sorted(comparison.drift, key=weight)


def change_rows(comparison: Comparison, sides: tuple[Profile, Profile]) -> tuple[ChangeRow, ...]:
    """A row a column, ranked; the first `PICTURED` of them with pictures."""
    return tuple(
        _change(comparison, name, sides, pictured=i < PICTURED) for i, name in enumerate(ranking(comparison))
    )


def changes_note(comparison: Comparison) -> str:
    """What the changes were judged against, column by column."""
    if not comparison.drift:
        return say("No column could be compared.")
    bases = [d.verdict.basis for d in comparison.drift.values()]
    windows, total = bases.count("windows"), len(bases)
    by_windows = say("what the reference's own windows differ from each other")
    by_rows = say("independent draws of as many rows")
    if windows == total:
        against = by_windows
    elif windows == 0:
        against = by_rows
    else:
        rows = [n for n, d in comparison.drift.items() if d.verdict.basis != "windows"]
        named = together(rows[:3], ", ")
        if len(rows) > 3:
            named = say("{names} and {n} more", names=named, n=len(rows) - 3)
        against = say(
            "{windows}; {columns}, whose windows do not suffice for that, against {rows}",
            windows=by_windows, columns=named, rows=by_rows,
        )  # fmt: skip
    return say("Judged against {what}. False discovery rate 3 % over {n} columns.", what=against, n=total)


def _change(
    comparison: Comparison, name: str, sides: tuple[Profile, Profile], *, pictured: bool
) -> ChangeRow:
    drift = comparison.drift[name]
    v = drift.verdict
    course = column_course(comparison.reference, comparison.current, name) if pictured else None
    notable = notable_of(comparison.quality[name])
    return ChangeRow(
        column=name,
        kind=_kind(comparison, name),
        effect=Value(value=v.effect, n=round(v.n[1]), interval=v.effect_interval),
        size=word(v.size) if v.size else "",
        q_value=v.q_value,
        n_reference=round(v.n[0]),
        n_current=round(v.n[1]),
        state=column_state(drift),
        sentence=column_sentence(drift, comparison.quality[name], notable),
        is_notable=bool(notable),
        picture=distribution_of(name, sides) if pictured else None,
        course=course,
    )


def _kind(comparison: Comparison, name: str) -> str:
    column = comparison.reference.schema.column(name)
    kind = word(column.kind)
    return kind if column.role == "feature" else together([word(column.role), kind], ", ")
