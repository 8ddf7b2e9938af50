"""All models: how each stands, and its last figures."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Annotated, Any, Final

import sqlalchemy as sa
from fastapi import APIRouter, Query
from starlette.responses import Response

from barograph.metrics.registry import metrics
from barograph.metrics.values import Value
from barograph.report.comparison import HEADLINES
from barograph.server.pages.model.head import Standing, address_of_model, standing_of
from barograph.server.pages.view import View, Viewing, page
from barograph.store.catalog import Model, models
from barograph.store.latest_points import Latest, latest_points
from barograph.store.open_alerts import AlertInShort, open_by_model
from barograph.store.points import Course
from barograph.store.series_counts import SeriesCounts, count_series
from barograph.windows import parse_every

router = APIRouter()

_WORDS: Final = ("firing", "unknown", "unwatched", "waiting", "well")
#: Whose models, or incidents, are shown; empty: everybody's.
WHOSE: Final = ("mine", "nobody")
_DRIFT: Final = "drift.share"
_DAY_SECONDS: Final = 86_400


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelRow:
    """One model.

    Attributes
    ----------
    metric : title of the task's first metric; None without a task.
    performance, drift : its last figure, and the last share of inputs that drifted.
    window : start of the last window with a figure, µs UTC; every: its length.
    """

    project: str
    name: str
    address: str
    owner: str | None
    task: str | None
    standing: Standing
    metric: str | None
    performance: Value | None
    drift: Value | None
    window: int | None
    every: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ModelsPage:
    """What the list shows.

    Attributes
    ----------
    state : only models that stand so; None: all.
    whose : mine, or nobody: only models of that owner; empty: all.
    counts : models by how they stand, before that choice.
    """

    models: tuple[ModelRow, ...]
    counts: dict[str, int]
    state: str | None
    whose: str
    sort: str
    now: int
    template: str = "models"


_SORTS: Final[dict[str, Callable[[ModelRow], Any]]] = {
    "state": lambda row: (_WORDS.index(row.standing.word), row.project, row.name),
    "name": lambda row: (row.name, row.project),
    "owner": lambda row: (row.owner is None, row.owner or "", row.name),
    "drift": lambda row: -(row.drift.value if row.drift is not None else -1.0),
    "window": lambda row: row.window or 0,
}


@page(router, "/models")
def get_models(
    view: Viewing,
    state: Annotated[str | None, Query(max_length=20)] = None,
    sort: Annotated[str, Query(max_length=20)] = "state",
    whose: Annotated[str, Query(max_length=20)] = "",
) -> Response:
    """List the models that may be seen.

    Parameters
    ----------
    whose : mine (one's own and one's team's), or nobody: only such models.
    """
    with view.here.database.reading() as conn:
        rows = [row for row in _rows(conn, view) if is_of(row.owner, whose, view.visitor.names)]
    counts = {word: sum(row.standing.word == word for row in rows) for word in _WORDS}
    order = sort if sort in _SORTS else "state"
    shown = sorted((row for row in rows if state in (None, "", row.standing.word)), key=_SORTS[order])
    return view.show(
        ModelsPage(
            models=tuple(shown),
            counts=counts,
            state=state if state in _WORDS else None,
            whose=whose if whose in WHOSE else "",
            sort=order,
            now=view.now,
        )
    )


def is_of(owner: str | None, whose: str, names: Collection[str]) -> bool:
    """Whether a model is one of those asked for.

    Parameters
    ----------
    whose : mine, nobody, or something else for all.
    names : of the person who asks, and of their team.

    Examples
    --------
    >>> is_of("risk", "mine", {"ann", "risk"}), is_of("risk", "nobody", ()), is_of(None, "", ())
    (True, False, True)
    """
    return owner in names if whose == "mine" else owner is None if whose == "nobody" else True


def _rows(conn: sa.Connection, view: View) -> list[ModelRow]:
    chosen = view.selection.project
    seen = [
        each
        for each in models(conn)
        if view.visitor.principal.sees(each.project) and chosen in (None, each.project)
    ]
    alerts = open_by_model(conn)
    series = count_series(conn)
    wanted = {each.id: _courses(each) for each in seen}
    latest = {
        (found.course.model_id, found.course.address): found
        for found in latest_points(conn, [(c, view.now) for courses in wanted.values() for c in courses])
    }
    return [_row(each, alerts.get(each.id, []), series.get(each.id, SeriesCounts()), latest) for each in seen]


def _courses(model: Model) -> list[Course]:
    addresses, every = (_headline(model), _DRIFT), _windows(model.every)
    return [Course(model_id=model.id, address=each, every=every) for each in addresses if each is not None]


def _windows(every: str) -> str:
    """Length of the windows that are shown: days, or what is longer."""
    own = parse_every(every)
    return own.text if own.approximate_seconds > _DAY_SECONDS else "1d"


def _headline(model: Model) -> str | None:
    return None if model.schema.task is None else HEADLINES[model.schema.task][0]


def _row(
    model: Model, alerts: list[AlertInShort], series: SeriesCounts, latest: dict[tuple[int, str], Latest]
) -> ModelRow:
    address = _headline(model)
    performance, drift = latest.get((model.id, address or "")), latest.get((model.id, _DRIFT))
    return ModelRow(
        project=model.project, name=model.name, address=address_of_model(model.project, model.name),
        owner=model.owner, task=model.schema.task, standing=standing_of(model, alerts, series),
        metric=None if address is None else metrics()[address.partition("(")[0]].title,
        performance=None if performance is None else performance.value,
        drift=None if drift is None else drift.value,
        window=max((each.window for each in (performance, drift) if each is not None), default=None),
        every=_windows(model.every),
    )  # fmt: skip
