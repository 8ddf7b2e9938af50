"""Label, prediction and score: whether they moved, and how they go with the features."""

from __future__ import annotations

from typing import Final

from barograph.charts.numbers import number, probability
from barograph.locale.said import capitalised, listed, say, together, word
from barograph.profile.grid import NumericGrid
from barograph.profile.value import Profile
from barograph.report.column_sentences import column_sentence, column_state
from barograph.report.comparison import Comparison
from barograph.report.figure import Figure
from barograph.report.parts.correlations import (
    changed,
    correlation_reading,
    is_changed,
    moved,
    signed_bars,
    with_target,
)
from barograph.report.parts.course import class_course, column_course, course_reading
from barograph.report.parts.distribution import distribution_of
from barograph.report.parts.joint import density
from barograph.report.parts.pictured import pictured
from barograph.report.view import Section

_ROLES: Final = ("label", "prediction", "score")
_MOST_TARGETS: Final = 6


def target_sections(comparison: Comparison) -> tuple[Section, ...]:
    """A section for each of label, prediction and score that was compared, then the features against them."""
    schema = comparison.reference.schema
    names = [c.name for role in _ROLES for c in schema.with_role(role) if c.name in comparison.drift]
    if not names:
        return ()
    sides = comparison.reference.total(), comparison.current.total()
    sections = [_target(comparison, name, sides) for name in names[:_MOST_TARGETS]]
    against = _features_against(comparison, names[:2], sides)
    return tuple(sections) if against is None else (*sections, against)


def _target(comparison: Comparison, name: str, sides: tuple[Profile, Profile]) -> Section:
    drift = comparison.drift[name]
    column = comparison.reference.schema.column(name)
    ks = comparison.statistics.get(name, {}).get("ks_p_value")
    said = column_sentence(drift, comparison.quality[name])
    if ks is not None:
        tested = say("Kolmogorov–Smirnov p {p}, for rows drawn independently.", p=_p(ks))
        said = together([said, tested], " ")
    figures = []
    picture = distribution_of(name, sides)
    if picture is not None:
        n = f"n = {round(drift.verdict.n[0]):,} → {round(drift.verdict.n[1]):,}."
        figures.append(Figure(title=say("Distribution"), chart=picture, caption=n))
    course = column_course(comparison.reference, comparison.current, name)
    if course is None and column.role != "score":
        course = class_course(comparison.reference, comparison.current, name, schema_positive(comparison))
    if course is not None:
        title = (
            say("Mean over time")
            if column.kind == "numeric"
            else capitalised(say("{figure} over time", figure=course.name))
        )
        figures.append(Figure(title=title, chart=course, caption=course_reading(course, number)))
    held = with_target(comparison, name)
    bars = signed_bars(held, name)
    if bars is not None:
        figures.append(
            Figure(
                title=say("Correlation with {column}", column=name),
                chart=bars,
                caption=correlation_reading(held),
            )
        )
    return Section(
        title=name if name == column.role else say("{what} ({detail})", what=name, detail=word(column.role)),
        reading=said,
        state=column_state(drift),
        figures=tuple(figures),
    )


def schema_positive(comparison: Comparison) -> str:
    """The positive class; empty where there is none."""
    return comparison.reference.schema.positive or ""


def _p(p: float) -> str:
    return probability(p) if p < 1e-4 else f"= {probability(p)}"


def _features_against(
    comparison: Comparison, targets: list[str], sides: tuple[Profile, Profile]
) -> Section | None:
    """Grids of each numeric feature against the numeric targets, the changed ones first."""
    grid = comparison.reference.grid.columns
    numeric = [t for t in targets if isinstance(grid[t], NumericGrid)]
    if not numeric:
        return None
    held = with_target(comparison, numeric[0])
    names = [a.left for a in held if isinstance(grid[a.left], NumericGrid)]
    parts = []
    for feature in names[: pictured(len(names))]:
        charts = [(t, density(*sides, (feature, t))) for t in numeric]
        figures = tuple(
            Figure(title=say("{y} against {x}", y=t, x=feature), chart=c) for t, c in charts if c is not None
        )
        if figures:
            own = [a for t in numeric for a in with_target(comparison, t) if a.left == feature]
            largest = max(own, key=lambda a: moved(a.reference, a.current))
            said = (
                say("with {column}, {change}.", column=largest.right, change=changed(largest))
                if is_changed(largest)
                else ""
            )
            parts.append(Section(title=feature, reading=said, figures=figures))
    if not parts:
        return Section(
            title=say("Features against them"),
            reading=say("Not drawn: the profiles hold no sample of rows."),
        )
    more = len(names) - len(parts)
    told = [correlation_reading(held)]
    if more > 0:
        told.append(say("{n} more features changed less and are not drawn.", n=more))
    return Section(
        title=say("Features against {columns}", columns=listed(numeric)), reading=together(told, " "),
        parts=tuple(parts),
    )  # fmt: skip
