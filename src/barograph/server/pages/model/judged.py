"""How well a model did in a span: its metrics beside the reference's, and the pictures that tell why."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from markupsafe import Markup

from barograph.charts.spoken import Speak
from barograph.profile.value import ALL, Profile
from barograph.report.comparison import Comparison
from barograph.report.drawing import draw
from barograph.report.page import task_sections
from barograph.report.parts.performance import performance_note, performance_rows
from barograph.report.rows import PerformanceRow
from barograph.report.view import Section
from barograph.server.pages.model.outcome import outcome_only, reference_of, span_profile
from barograph.server.pages.view import View
from barograph.server.reading.remembered import remembered
from barograph.server.reading.series import Asked


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A picture with what is said of it; address: of its metric, where it is one through time."""

    title: str
    picture: Markup
    caption: str = ""
    address: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """A part of the diagnostics."""

    title: str
    reading: str
    pictures: tuple[Shown, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Judged:
    """The task's metrics in the span, and its diagnostics; nothing where there is nothing to compare."""

    note: str = ""
    rows: tuple[PerformanceRow, ...] = ()
    more: tuple[PerformanceRow, ...] = ()
    parts: tuple[Part, ...] = ()


def judged_of(conn: sa.Connection, view: View, asked: Asked, segment: str) -> Judged:
    """How well it did in the span; of all rows it is held."""

    def told() -> Judged:
        current = span_profile(conn, asked, columns=(), segment=segment)
        compared = _compared(asked, current, segment)
        if compared is None:
            return Judged()
        rows, more = performance_rows(compared)
        parts = (_part(each, view.language.said) for each in task_sections(compared) if each.figures)
        return Judged(note=performance_note(compared), rows=rows, more=more, parts=tuple(parts))

    return told() if segment != ALL else remembered(conn, asked, ("judged", view.language.code), told)


def _compared(asked: Asked, current: Profile, segment: str) -> Comparison | None:
    """The span against the reference; None where there is nothing on either side."""
    reference = reference_of(asked, segment)
    if reference is None or not current.cells:
        return None
    # Its windows are drawn above, for the metric that is chosen.
    return outcome_only(reference.total(), current.total())


def _part(section: Section, speak: Speak) -> Part:
    pictures = tuple(
        Shown(title=each.title, picture=draw(each.chart, speak), caption=each.caption)
        for each in section.figures
    )
    return Part(title=section.title, reading=section.reading, pictures=pictures)
