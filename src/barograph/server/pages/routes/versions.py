"""Versions of a model side by side: their metrics on the rows of one span, and decisions that flip between them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.errors import BarographError
from barograph.locale.said import word
from barograph.metrics.evaluate import evaluate
from barograph.metrics.intervals import change
from barograph.metrics.registry import metrics
from barograph.metrics.values import Result, Value
from barograph.profile.value import Profile
from barograph.report.comparison import COURSES
from barograph.server.pages.model.head import Head, asked_for, head_of
from barograph.server.pages.model.outcome import span_profile
from barograph.server.pages.view import View, Viewing, page
from barograph.server.reading.asked import version_of
from barograph.server.reading.counted import refuse_uncounted
from barograph.server.reading.flips import Flips, flips
from barograph.server.reading.remembered import remembered
from barograph.server.reading.series import Asked
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import Version, model, versions

router = APIRouter()

_MOST: Final = 12


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionColumn:
    """One version.

    Attributes
    ----------
    created_at : when a row first named it, µs UTC.
    rows, judged : of the span; first, last: starts of its windows in the span, µs UTC.
    """

    name: str
    created_at: int
    rows: int
    judged: int
    first: int | None
    last: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class MetricRow:
    """One metric of all versions, in their order; verdicts are against the first of them.

    Attributes
    ----------
    best : index of the version that does best; None where it cannot be told.
    """

    address: str
    title: str
    direction: str
    figures: tuple[Result, ...]
    verdicts: tuple[str, ...]
    best: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class VersionsPage:
    """What the page shows.

    Attributes
    ----------
    pair : the two versions whose answers are compared; flips: how many differ; fault: why that is not known.
    hidden : older versions that are not shown.
    """

    head: Head
    columns: tuple[VersionColumn, ...]
    rows: tuple[MetricRow, ...]
    pair: tuple[str, str] | None
    flips: Flips | None
    fault: str
    hidden: int
    template: str = "versions"


@page(router, "/models/{project}/{model}/versions")
def get_versions(
    project: ProjectName,
    model_name: ModelName,
    view: Viewing,
    first: Annotated[str | None, Query(max_length=200)] = None,
    second: Annotated[str | None, Query(max_length=200)] = None,
) -> Response:
    """Show versions side by side."""
    with view.here.database.reading() as conn:
        asked = replace(
            asked_for(conn, view, model(conn, project, model_name), own_span="90d"), version_id=None
        )
        head = head_of(conn, view, asked)
        known = versions(conn, asked.model.id)
        shown = known[-_MOST:]
        sides = [] if asked.model.grid is None else [_of(conn, asked, each) for each in shown]
        pair = _pair(first, second, known)
        found, fault = (None, "") if pair is None or not sides else _flips(conn, view, asked, pair)
    return view.show(
        VersionsPage(
            head=head, columns=tuple(column for column, _ in sides), rows=_rows(asked, [total for _, total in sides]),
            pair=pair, flips=found, fault=fault, hidden=len(known) - len(shown),
        )
    )  # fmt: skip


def _of(conn: sa.Connection, asked: Asked, version: Version) -> tuple[VersionColumn, Profile]:
    """What is told of a version, and all its rows of the span added up."""
    own = replace(asked, version_id=version.id)

    def added() -> tuple[VersionColumn, Profile]:
        found = span_profile(conn, own, columns=())
        return _column(version, found), found.total() if found.cells else found

    return remembered(conn, own, ("version", version.name, version.created_at), added)


def _pair(first: str | None, second: str | None, known: Sequence[Version]) -> tuple[str, str] | None:
    """The versions that are asked for, else the last two."""
    if first and second:
        return first, second
    return None if len(known) < 2 else (known[-2].name, known[-1].name)


def _flips(conn: sa.Connection, view: View, asked: Asked, pair: tuple[str, str]) -> tuple[Flips | None, str]:
    try:
        for name in pair:
            refuse_uncounted(conn, asked.model, asked.span, version_of(conn, asked.model, name).id)
        return flips(conn, view.here.store, asked.model, asked.span, pair), ""
    except BarographError as error:
        return None, str(error)


def _column(version: Version, profile: Profile) -> VersionColumn:
    outcome = profile.outcome
    starts = profile.windows
    return VersionColumn(
        name=version.name, created_at=version.created_at, rows=profile.rows,
        judged=0 if outcome is None or not profile.cells else int(outcome.judged.sum()),
        first=starts[0] if starts else None, last=starts[-1] if starts else None,
    )  # fmt: skip


def _rows(asked: Asked, totals: Sequence[Profile]) -> tuple[MetricRow, ...]:
    """The task's metrics; none where the schema has no label."""
    schema = asked.model.schema
    if schema.task is None or schema.one("label") is None or not totals:
        return ()
    return tuple(_row(address, totals) for address in COURSES[schema.task])


def _row(address: str, totals: Sequence[Profile]) -> MetricRow:
    spec = metrics()[address.partition("(")[0]]
    figures = tuple(evaluate(address, each) for each in totals)
    base = figures[0]
    verdicts = tuple(
        change(base, each, spec.direction).verdict
        if i and isinstance(base, Value) and isinstance(each, Value)
        else ""
        for i, each in enumerate(figures)
    )
    return MetricRow(
        address=address, title=word(spec.title), direction=spec.direction, figures=figures, verdicts=verdicts,
        best=_best(figures, spec.direction),
    )  # fmt: skip


def _best(figures: Sequence[Result], direction: str) -> int | None:
    known = [(each.value, i) for i, each in enumerate(figures) if isinstance(each, Value)]
    if len(known) < 2 or direction == "neutral":
        return None
    if direction == "higher_is_better":
        return max(known)[1]
    return min((abs(value), i) for value, i in known)[1]
