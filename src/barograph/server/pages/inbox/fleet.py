"""All models in a table: how each stands, from figures that are kept."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import cache
from itertools import pairwise
from typing import Final

import sqlalchemy as sa
from markupsafe import Markup

from barograph.charts.series import Series
from barograph.charts.sparkline import sparkline_svg
from barograph.charts.spoken import Speak
from barograph.locale.said import word
from barograph.metrics.drift.roles import COMPARED_ROLES
from barograph.metrics.registry import metrics
from barograph.metrics.values import Value
from barograph.report.comparison import HEADLINES
from barograph.server.pages.inbox.shown import FleetRow
from barograph.server.pages.model.head import Standing, address_of_model, standing_of
from barograph.store.catalog import Model
from barograph.store.latest_points import Latest, latest_points, points_between
from barograph.store.open_alerts import open_by_model
from barograph.store.points import Course
from barograph.store.series_counts import SeriesCounts, count_series
from barograph.windows import parse_every

_DRIFT: Final = "drift.share"
_DAY_SECONDS: Final = 86_400
_DAY_US: Final = 86_400_000_000
#: Days of a sparkline, and models that have some.
_DAYS: Final = 28
_MOST_PICTURED: Final = 8
Figures = Mapping[tuple[int, str], Latest]


def fleet_rows(
    conn: sa.Connection, seen: Iterable[Model], *, now: int, speak: Speak = str, most: int | None = None
) -> tuple[FleetRow, ...]:
    """Models, those that need a look first.

    Parameters
    ----------
    now : microseconds UTC.
    speak : says the words of pictures.
    most : of those that need a look, and of those that are well, only so many have more figures than their traffic,
        and the first have sparklines. None: all have figures, and none has a sparkline.

    Notes
    -----
    Cost: 50 µs a model, and 1 ms for each of the first that need a look.
    """
    models = list(seen)
    alerts = open_by_model(conn)
    series = count_series(conn)
    courses = {model.id: _courses(model) for model in models}
    standings = {
        model.id: standing_of(model, alerts.get(model.id, []), series.get(model.id, SeriesCounts()))
        for model in models
    }
    models.sort(key=lambda model: (_NEED.index(standings[model.id].word), model.project, model.name))
    troubled, well = (
        [m for m in models if (standings[m.id].word == "well") == is_well] for is_well in (False, True)
    )
    figured = {model.id for those in (troubled, well) for model in those[:most]}
    # The window that lasts has not all its rows yet.
    asked = [
        (course, now - _length(course.every) + 1)
        for model_id, each in courses.items()
        for name, course in each.items()
        if name == "traffic" or model_id in figured
    ]
    latest = {(found.course.model_id, found.course.address): found for found in latest_points(conn, asked)}
    few = models if len(models) <= _MOST_PICTURED else troubled
    drawn = [] if most is None else few[:_MOST_PICTURED]
    pictures = _pictures(conn, {model.id: courses[model.id] for model in drawn}, speak, now=now)
    none = SeriesCounts()
    return tuple(
        _row(m, standings[m.id], (courses[m.id], latest), series.get(m.id, none), pictures.get(m.id, {}))
        for m in models
    )


def _courses(model: Model) -> dict[str, Course]:
    """Of each column of the table, the figures that are kept for it."""
    first = next((c.name for c in model.schema.columns if c.role in COMPARED_ROLES), None)
    addresses = {
        "performance": None if model.schema.task is None else HEADLINES[model.schema.task][0],
        "drift": _DRIFT,
        # The rows it rests on are all there were.
        "traffic": None if first is None else f'quality.null_share(column="{first}")',
    }
    every = _windows(model.every)
    return {
        name: Course(model_id=model.id, address=address, every=every)
        for name, address in addresses.items()
        if address is not None
    }


@cache
def _windows(every: str) -> str:
    """Length of the windows that are shown: days, or what is longer."""
    own = parse_every(every)
    return own.text if own.approximate_seconds > _DAY_SECONDS else "1d"


def _row(
    model: Model,
    standing: Standing,
    figures: tuple[Mapping[str, Course], Figures],
    series: SeriesCounts,
    pictures: Mapping[str, Markup],
) -> FleetRow:
    courses, latest = figures
    found = {name: latest.get((model.id, course.address)) for name, course in courses.items()}
    performance, drift, traffic = (found.get(name) for name in ("performance", "drift", "traffic"))
    headline = None if model.schema.task is None else HEADLINES[model.schema.task][0].partition("(")[0]
    metric = None if headline is None else metrics()[headline].title
    return FleetRow(
        project=model.project, name=model.name, address=address_of_model(model.project, model.name),
        owner=model.owner, standing=standing, metric=metric,
        performance=None if performance is None else performance.value, drift=None if drift is None else drift.value,
        traffic=None if traffic is None else traffic.value.n, window=None if traffic is None else traffic.window,
        every=_windows(model.every), quality=(series.quality, series.breached), pictures=pictures,
    )  # fmt: skip


def _pictures(
    conn: sa.Connection, courses: Mapping[int, Mapping[str, Course]], speak: Speak, *, now: int
) -> dict[int, dict[str, Markup]]:
    """Sparklines by model and what they show."""
    asked = [(of, name, course) for of, each in courses.items() for name, course in each.items()]
    ends = [now - _length(course.every) + 1 for _, _, course in asked]
    points = points_between(conn, [course for _, _, course in asked], first=now - _DAYS * _DAY_US, ends=ends)
    found: dict[int, dict[str, Markup]] = {}
    for (of, name, _), known in zip(asked, points, strict=True):
        drawn = _picture(name, known, speak)
        if drawn is not None:
            found.setdefault(of, {})[name] = drawn
    return found


def _picture(name: str, points: Mapping[int, Value], speak: Speak) -> Markup | None:
    """A figure over its last windows; of traffic the rows, from 0."""
    known = dict(sorted(points.items()))
    if len(known) < 2:
        return None
    first, step = min(known), max(min(_steps(known)), 1)
    drawn = Series(
        name=word(name), labels=("",) * len(known), positions=tuple((start - first) // step for start in known),
        values=tuple(float(value.n) if name == "traffic" else value.value for value in known.values()),
        rows=(0,) * len(known), current=(True,) * len(known),
    )  # fmt: skip
    return Markup(sparkline_svg(drawn, width=84, height=22, speak=speak))  # noqa: S704 - a chart of our own


@cache
def _length(every: str) -> int:
    return round(parse_every(every).approximate_seconds * 1_000_000)


def _steps(known: Mapping[int, Value]) -> list[int]:
    starts = list(known)
    return [after - before for before, after in pairwise(starts)]


#: Models in the order in which they need a look.
_NEED: Final = ("firing", "unknown", "waiting", "unwatched", "well")
