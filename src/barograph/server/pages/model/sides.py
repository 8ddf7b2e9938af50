"""Two selections of a model's rows that are compared: A, what was, and B, what is looked at."""

from __future__ import annotations

from dataclasses import dataclass, replace

import sqlalchemy as sa

from barograph.locale.said import say, together
from barograph.profile.value import ALL, Profile
from barograph.server.errors import RequestRefused
from barograph.server.pages.model.outcome import span_profile
from barograph.server.pages.selection import Selection
from barograph.server.pages.view import View
from barograph.server.reading.asked import version_of
from barograph.server.reading.series import Asked
from barograph.server.reading.span import Span
from barograph.server.times import as_datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Before:
    """A, as the address of a page says it; with neither span nor version it is the reference.

    Attributes
    ----------
    span, version, segment : as in `Selection`; None: the same as B's.
    """

    span: str | None = None
    version: str | None = None
    segment: str | None = None

    @property
    def is_reference(self) -> bool:
        """Whether A is a kept reference."""
        return self.span is None and self.version is None

    def query(self) -> dict[str, str | None]:
        """Its part of the query string."""
        return {"a_span": self.span, "a_version": self.version, "a_segment": self.segment}


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """One side.

    Attributes
    ----------
    name : in words.
    span : None of a kept reference.
    version_id : None: of all versions.
    """

    name: str
    profile: Profile
    span: Span | None = None
    version_id: int | None = None
    version: str | None = None


def current_side(conn: sa.Connection, view: View, asked: Asked) -> Side:
    """B: the rows of the span, version and segment that are chosen.

    Raises
    ------
    RequestRefused
        422 where there are none.
    """
    segment = view.selection.segment or ALL
    found = span_profile(conn, asked, segment=segment)
    if not found.cells:
        raise RequestRefused(
            422, f"no row came in {_name(asked.span, None, segment)}; choose a span in which rows came."
        )
    name = _name(asked.span, view.selection.version, segment)
    return Side(
        name=name, profile=found, span=asked.span, version_id=asked.version_id, version=view.selection.version
    )


def earlier_side(conn: sa.Connection, view: View, asked: Asked, before: Before) -> Side:
    """A: the reference, or the rows of another span, version or segment.

    Raises
    ------
    RequestRefused
        409 where the model has no reference and A names nothing else; 422 where A holds no row.
    """
    segment = before.segment or view.selection.segment or ALL
    if before.is_reference:
        if asked.compared is None:
            raise RequestRefused(
                409,
                "the model has no reference to compare with; choose a span for A, such as "
                "a_span=2011-01-01/2011-01-28.",
            )
        known = asked.compared.profile
        if segment == ALL:
            return Side(name=asked.compared.name, profile=known)
        if segment not in known.segments:
            return Side(name=say("{reference}, all rows", reference=asked.compared.name), profile=known)
        return Side(name=together([asked.compared.name, segment], ", "), profile=known.of_segment(segment))
    span = asked.span
    if before.span is not None:
        of_a = Selection(span=before.span)
        span = of_a.read_span(timezone=asked.span.timezone, now=view.now)
    version = asked.version_id
    if before.version is not None:
        version = version_of(conn, asked.model, before.version).id
    found = span_profile(conn, replace(asked, span=span, version_id=version), segment=segment)
    name = _name(span, before.version or view.selection.version, segment)
    if not found.cells:
        raise RequestRefused(422, f"A holds no row: none came in {name}.")
    return Side(
        name=name,
        profile=found,
        span=span,
        version_id=version,
        version=before.version or view.selection.version,
    )


def _words(span: Span) -> str:
    first, end = (as_datetime(time).isoformat(" ", "minutes")[:16] for time in (span.first, span.end))
    return say("{first} to {end} UTC", first=first, end=end)


def _name(span: Span, version: str | None, segment: str) -> str:
    of_version = [say("version {version}", version=version)] if version else []
    return together([_words(span), *of_version, *([segment] if segment else [])], ", ")
