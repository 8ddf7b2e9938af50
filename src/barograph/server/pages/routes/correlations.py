"""What goes together: a model's figures with each other, with operations and with business; its columns, too."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations
from typing import Annotated, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.errors import BarographError, message_of
from barograph.locale.said import word
from barograph.metrics.correlation import Association, target_associations
from barograph.metrics.figures_together import spearman_of_windows
from barograph.metrics.values import Result, Value
from barograph.profile.value import ALL
from barograph.report.comparison import COURSES
from barograph.server.pages.model.course import in_segment, read_courses
from barograph.server.pages.model.head import Head, asked_for, head_of
from barograph.server.pages.view import View, Viewing, page
from barograph.server.reading.counted import profile_of_rows
from barograph.server.reading.series import Asked, Series
from barograph.server.routes.parameters import ModelName, ProjectName
from barograph.store.catalog import model, reference_profile
from barograph.store.tables.readings import reading_series

router = APIRouter(include_in_schema=False)

_MOST_PAIRS: Final = 60
_MOST_COLUMNS: Final = 40
#: Of operations, those that a model may have, by the name of the readings they are of.
_OPERATIONS: Final[Mapping[str, str]] = {
    "latency": "operations.latency(q=0.95)", "requests": "operations.throughput", "errors": "operations.error_rate",
}  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class PairRow:
    """Two figures over the windows that have both; left and right: titles, and addresses without the segment."""

    left: str
    left_address: str
    right: str
    right_address: str
    together: Value


@dataclass(frozen=True, slots=True, kw_only=True)
class ColumnRow:
    """A feature and an answer or label, in the reference's rows and in those of the span."""

    column: str
    target: str
    method: str
    reference: Result | None
    current: Result | None


@dataclass(frozen=True, slots=True, kw_only=True)
class CorrelationsPage:
    """What the page shows; figures are those of the segment that is chosen, but of operations; columns are of all rows.

    Attributes
    ----------
    figures : titles of those that were looked at; silent: of those without enough windows.
    pairs : the strongest first; those whose interval holds 0 come last.
    columns : the strongest in the reference first; counted: whether rows of the span were counted for them.
    fault : why they could not be.
    """

    head: Head
    figures: tuple[str, ...]
    silent: tuple[str, ...]
    pairs: tuple[PairRow, ...]
    columns: tuple[ColumnRow, ...]
    counted: bool
    fault: str
    template: str = "correlations"


@page(router, "/models/{project}/{model}/correlations")
def get_correlations(
    project: ProjectName, model_name: ModelName, view: Viewing, count: Annotated[bool, Query()] = False
) -> Response:
    """Show what goes together.

    Parameters
    ----------
    count : count the rows of the span for its columns, which takes seconds.
    """
    with view.here.database.reading() as conn:
        asked = asked_for(conn, view, model(conn, project, model_name), own_span="90d")
        head = head_of(conn, view, asked)
        segment = view.selection.segment or ALL
        where = _addresses(conn, asked, segment) if asked.model.grid is not None else {}
        columns, fault = _columns(conn, view, asked, count=count)
    read = read_courses(view, asked, list(where.values())) if where else {}
    found = {address: read[each] for address, each in where.items()}
    told = {address: _known(each) for address, each in found.items()}
    loud = [address for address, figures in told.items() if len(figures) > 1]
    pairs = sorted(
        _pairs(found, told, loud), key=lambda pair: (_may_be_none(pair), -abs(pair.together.value))
    )
    return view.show(
        CorrelationsPage(
            head=head, figures=tuple(word(found[a].spec.title) for a in loud), pairs=tuple(pairs[:_MOST_PAIRS]),
            silent=tuple(word(found[a].spec.title) for a in told if a not in loud), columns=columns, counted=count,
            fault=fault,
        )
    )  # fmt: skip


def _addresses(conn: sa.Connection, asked: Asked, segment: str) -> dict[str, str]:
    """Performance, drift, business and operations, as far as the model may have them; by each, where it is read.

    Those of operations are of all rows, whatever the segment.
    """
    schema = asked.model.schema
    judged = schema.task is not None and schema.one("label") is not None
    performance = COURSES[schema.task] if schema.task is not None and judged else ()
    drift = ("drift.share",) if asked.compared is not None else ()
    business = tuple(metric.address for metric in schema.metrics)
    of_model = sa.select(reading_series.c.name).where(reading_series.c.model_id == asked.model.id).distinct()
    sent = set(conn.scalars(of_model))
    operations = tuple(address for name, address in _OPERATIONS.items() if name in sent)
    divided = {address: in_segment(address, segment) for address in (*performance, *drift, *business)}
    return divided | {address: address for address in ("operations.volume", *operations)}


def _known(found: Series) -> dict[int, float]:
    return {start: each.value for start, each in found.points if isinstance(each, Value)}


def _pairs(
    found: Mapping[str, Series], told: Mapping[str, Mapping[int, float]], loud: Sequence[str]
) -> Iterator[PairRow]:
    for left, right in combinations(loud, 2):
        both = sorted(told[left].keys() & told[right].keys())
        together = spearman_of_windows([told[left][s] for s in both], [told[right][s] for s in both])
        if isinstance(together, Value):
            yield PairRow(
                left=word(found[left].spec.title), left_address=left, right=word(found[right].spec.title),
                right_address=right, together=together,
            )  # fmt: skip


def _may_be_none(pair: PairRow) -> bool:
    interval = pair.together.interval
    return interval is not None and interval[0] <= 0.0 <= interval[1]


def _columns(
    conn: sa.Connection, view: View, asked: Asked, *, count: bool
) -> tuple[tuple[ColumnRow, ...], str]:
    """Features with answer and label; of the reference's sampled rows, and where asked for of the span's."""
    if asked.model.reference is None:
        return (), ""
    kept = reference_profile(conn, asked.model.reference)
    before = {_key(each): each for each in target_associations(None, kept)}
    now: dict[tuple[str, str, str], Association] = {}
    fault = ""
    if count:
        try:
            rows = profile_of_rows(
                conn, view.here.store, asked.model, asked.span, every=asked.every, version_id=asked.version_id
            )
            now = {_key(each): each for each in target_associations(kept, rows)}
        except BarographError as error:
            fault = message_of(error)
    rows_of = [
        ColumnRow(
            column=each.left, target=each.right, method=each.method, reference=each.current,
            current=now[key].current if key in now else None,
        )
        for key, each in before.items()
    ]  # fmt: skip
    rows_of.sort(key=lambda row: -abs(row.reference.value) if isinstance(row.reference, Value) else 0.0)
    return tuple(rows_of[:_MOST_COLUMNS]), fault


def _key(each: Association) -> tuple[str, str, str]:
    return each.left, each.right, each.method
