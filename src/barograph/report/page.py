"""A comparison as the view that pages are rendered from."""

from __future__ import annotations

from collections.abc import Sequence

from barograph import __version__
from barograph.explain.since.dated import DatedChange
from barograph.locale.said import say
from barograph.report.comparison import Comparison
from barograph.report.parts.business import (
    business_note,
    business_rows,
    business_sections,
    rule_rows,
    rules_note,
)
from barograph.report.parts.changes import PICTURED, change_rows, changes_note, ranking
from barograph.report.parts.classification import classification_sections
from barograph.report.parts.columns import column_views
from barograph.report.parts.correlations import correlation_rows
from barograph.report.parts.facts import facts, notes, subtitle
from barograph.report.parts.over_time import over_time_section
from barograph.report.parts.performance import performance_note, performance_rows
from barograph.report.parts.quality import quality_rows, table_note
from barograph.report.parts.regression import regression_sections
from barograph.report.parts.segments import segment_metric, segment_rows
from barograph.report.parts.targets import target_sections
from barograph.report.rows import Missing, NotProfiled
from barograph.report.sentences import state_of, verdict_points
from barograph.report.view import ReportView, Section
from barograph.report.why import Why
from barograph.schema.model import REGRESSION_TASKS
from barograph.schema.reasons import said_again


def page(comparison: Comparison, why: Why | None = None, dated: Sequence[DatedChange] = ()) -> ReportView:
    """Fill the view of a whole report; without `why` it has no section on that, without `dated` it says no times."""
    reference, current = comparison.reference, comparison.current
    sides = reference.total(), current.total()
    points = verdict_points(comparison, dated)
    first, more = performance_rows(comparison)
    return ReportView(
        title=current.name or say("Report"),
        subtitle=subtitle(reference, current),
        verdict=points[0],
        points=points[1:],
        verdict_state=state_of(comparison),
        facts=facts(reference, current),
        notes=notes(comparison),
        why=None if why is None else why.view,
        changes=change_rows(comparison, sides),
        changes_note=changes_note(comparison),
        performance=first,
        performance_more=more,
        performance_note=performance_note(comparison),
        performance_sections=task_sections(comparison),
        business=business_rows(comparison),
        business_note=business_note(comparison),
        business_sections=business_sections(comparison),
        targets=target_sections(comparison),
        quality=quality_rows(comparison),
        quality_note=table_note(comparison),
        rules=rule_rows(comparison),
        rules_note=rules_note(comparison),
        columns=column_views(comparison, sides, set(ranking(comparison)[:PICTURED])),
        correlations=correlation_rows(comparison),
        segments=segment_rows(comparison),
        segment_metric=segment_metric(comparison),
        undefined=tuple(
            Missing(address=a, reason=u.reason, detail=u.detail) for a, u in comparison.undefined
        ),
        not_profiled=tuple(
            NotProfiled(column=c, reason=said_again(r)) for c, r in reference.schema.not_profiled.items()
        ),
        footer=(
            say(
                "Barograph {version}. Every figure is computed from the two profiles; no row is in this file.",
                version=__version__,
            ),
            say(
                "Reference {reference}, current {current}, grid {grid}.",
                reference=reference.hash[:16],
                current=current.hash[:16],
                grid=reference.grid.hash[:16],
            ),
        ),
    )


def task_sections(comparison: Comparison) -> tuple[Section, ...]:
    """The sections of the task; none without labels."""
    task = comparison.reference.schema.task
    if task in REGRESSION_TASKS:
        return regression_sections(comparison)
    if task in ("binary", "multiclass", "multilabel"):
        return classification_sections(comparison)
    section = over_time_section(comparison) if comparison.performance else None
    return () if section is None else (section,)
