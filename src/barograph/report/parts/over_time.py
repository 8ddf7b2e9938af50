"""The metrics of a task over windows."""

from __future__ import annotations

from barograph.report.comparison import COURSES, Comparison
from barograph.report.figure import Figure
from barograph.report.parts.metric_course import metric_course
from barograph.report.view import Section


def over_time_section(comparison: Comparison) -> Section | None:
    """Every followed metric of the task as a series; None without windows."""
    figures = []
    reading = ""
    for address in COURSES[comparison.reference.schema.task or ""]:
        made = metric_course(comparison, address)
        if made is not None:
            series, said = made
            figures.append(Figure(title=f"{series.name} over time", chart=series, caption=said))
            reading = reading or f"{series.name}: {said[:1].lower()}{said[1:]}"
    if not figures:
        return None
    return Section(title="Over time", reading=reading, figures=tuple(figures), is_open=True)
