"""The metrics of a task over windows."""

from __future__ import annotations

from barograph.locale.said import say, within
from barograph.report.comparison import COURSES, Comparison
from barograph.report.figure import Figure
from barograph.report.parts.metric_course import metric_course
from barograph.report.view import Section


def over_time_section(comparison: Comparison) -> Section | None:
    """Every followed metric of the task as a series; None without windows."""
    figures = []
    reading: str = ""
    for address in COURSES[comparison.reference.schema.task or ""]:
        made = metric_course(comparison, address)
        if made is not None:
            series, said = made
            figures.append(
                Figure(title=say("{figure} over time", figure=series.name), chart=series, caption=said)
            )
            if said and not reading:
                reading = say("{figure}: {said}", figure=series.name, said=within(said))
    if not figures:
        return None
    return Section(title=say("Over time"), reading=reading, figures=tuple(figures), is_open=True)
