"""Why a model does otherwise in B than in A."""

from __future__ import annotations

from dataclasses import dataclass

import sqlalchemy as sa
from markupsafe import Markup

from barograph.errors import BarographError, message_of
from barograph.metrics.address import parse_address
from barograph.metrics.registry import metrics
from barograph.profile.value import Profile
from barograph.server.pages.incident.why import waterfall_of
from barograph.server.pages.model.sides import Side
from barograph.server.pages.view import View
from barograph.server.reading.counted import profile_of_rows
from barograph.server.reading.series import Asked
from barograph.store.catalog import reference_profile, references


@dataclass(frozen=True, slots=True, kw_only=True)
class Why:
    """An explanation, or why there is none.

    Attributes
    ----------
    sentences : what to read first.
    parts : what the change is made of, as a picture.
    """

    sentences: tuple[str, ...] = ()
    parts: Markup | None = None
    fault: str = ""


def why_of(conn: sa.Connection, view: View, asked: Asked, was: Side, now: Side) -> Why:
    """Explain the change from one side to the other.

    Notes
    -----
    Counts the rows of both sides anew: seconds, which is why it is asked for.
    """
    # What explains is large, and most who compare do not ask for it.
    from barograph.api import explain

    try:
        before = _rows(conn, view, asked, was)
        current = _rows(conn, view, asked, now)
        told = explain(before, current, view.selection.metric).to_dict()
    except BarographError as error:
        return Why(fault=message_of(error))
    spec = metrics()[parse_address(told["metric"]).metric]
    return Why(
        sentences=tuple(told["summary"]),
        parts=waterfall_of(
            told, higher_is_better=spec.direction == "higher_is_better", speak=view.language.said
        ),
    )


def _rows(conn: sa.Connection, view: View, asked: Asked, side: Side) -> Profile:
    """The rows of a side, with the sample that explanations need."""
    if side.span is None:
        assert asked.compared is not None
        kept = next(each for each in references(conn, asked.model.id) if each.name == asked.compared.name)
        return reference_profile(conn, kept.id)
    return profile_of_rows(
        conn, view.here.store, asked.model, side.span, every=asked.every, version_id=side.version_id
    )
