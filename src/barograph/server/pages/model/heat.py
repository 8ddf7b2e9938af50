"""The heat map of a model's features: each figure over what is allowed, by window."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from urllib.parse import quote_plus

import sqlalchemy as sa

from barograph.charts.heat_map import HeatCell, HeatRow
from barograph.charts.numbers import number, share
from barograph.locale.said import say
from barograph.metrics.address import Address, parse_address
from barograph.metrics.drift.roles import COMPARED_ROLES
from barograph.metrics.evaluate import evaluate
from barograph.metrics.values import Result, Value
from barograph.profile.value import ALL
from barograph.server.pages.model.course import Axis, axis_of, in_segment, read_courses
from barograph.server.pages.model.head import address_of_model
from barograph.server.pages.model.outcome import reference_of
from barograph.server.pages.view import View
from barograph.server.reading.series import Asked, Series
from barograph.server.times import as_datetime
from barograph.store.alerts import StoredAlert, list_alerts
from barograph.store.catalog import project

#: Rows from which on a figure is shown without a warning.
_FEWEST: Final = 10
_MOST_ALERTS: Final = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Mode:
    """What the map shows.

    Attributes
    ----------
    metric : of a column.
    limit : that a cell's colour is measured by; of the share of nulls, above the reference's own.
    kinds : of the columns that have it; empty: all.
    alerts : beginnings of the addresses whose alerts are outlined.
    """

    name: str
    metric: str
    limit: float
    kinds: tuple[str, ...] = ()
    alerts: tuple[str, ...]
    is_share: bool = False


MODES: Final[dict[str, Mode]] = {
    each.name: each
    for each in (
        Mode(name="drift", metric="drift.windows_ratio", limit=2.0, alerts=("drift.",)),
        Mode(
            name="nulls", metric="quality.null_share", limit=0.02, alerts=("quality.null_share",), is_share=True
        ),
        Mode(
            name="range", metric="quality.beyond_range_share", limit=0.02, kinds=("numeric",),
            alerts=("drift.beyond", "quality.beyond_range_share"), is_share=True,
        ),
        Mode(
            name="new values", metric="quality.unseen_share", limit=0.01, kinds=("categorical",),
            alerts=("quality.unseen_share",), is_share=True,
        ),
    )
}  # fmt: skip
#: Of a reference without windows it is not known what its windows differ; then this says how far a column moved.
MOVED: Final = Mode(
    name="drift", metric="drift.total_variation", limit=0.1, alerts=("drift.",), is_share=True
)


def heat_map(
    view: View, asked: Asked, mode: Mode, held: Mapping[str, Series] | None = None
) -> tuple[tuple[HeatRow, ...], Axis, Mode] | None:
    """Rows and axis of the map in the segment that is chosen, and what it shows; None where it has nothing to show.

    Parameters
    ----------
    held : its metrics by their address, read before; None: they are read.
    """
    if asked.model.grid is None or (asked.compared is None and mode.metric.startswith("drift.")):
        return None
    segment = view.selection.segment or ALL
    wanted = list(addresses_of(mode, asked, segment).values())
    found = read_courses(view, asked, wanted) if held is None else {each: held[each] for each in wanted}
    if mode.name == "drift" and not any(isinstance(r, Value) for s in found.values() for _, r in s.points):
        mode = MOVED
        found = read_courses(view, asked, list(addresses_of(mode, asked, segment).values()))
    axis = axis_of(asked)
    with view.here.database.reading() as conn:
        alerts = outlined(conn, asked, mode, segment)
    base = address_of_model(asked.model.project, asked.model.name)

    # A query is written once a column, not once a cell.
    root = view.request.scope.get("root_path", "")
    of_column = {
        name: f"{root}{base}/feature{view.selection.query(column=name)}" for name in addresses_of(mode, asked)
    }

    def address(column: str, at: str | None) -> str:
        return of_column[column] if at is None else f"{of_column[column]}&at={at}"

    figures = {name: found[where].points for name, where in addresses_of(mode, asked, segment).items()}
    limits = limits_of(mode, asked, segment)
    rows = heat_rows(figures, axis, mode=mode, limits=limits, alerts=alerts, address=address)
    return rows, axis, mode


def addresses_of(mode: Mode, asked: Asked, segment: str = ALL) -> dict[str, str]:
    """By column the address of what the map shows of it."""
    return {
        column.name: in_segment(str(Address(mode.metric, (("column", column.name),))), segment)
        for column in asked.model.schema.columns
        if column.role in COMPARED_ROLES and (not mode.kinds or column.kind in mode.kinds)
    }


def limits_of(mode: Mode, asked: Asked, segment: str) -> dict[str, float]:
    """By column what a figure is measured by."""
    reference = reference_of(asked, segment) if mode.metric == "quality.null_share" else None
    if reference is None:
        return dict.fromkeys(addresses_of(mode, asked), mode.limit)
    own = {name: evaluate(address, reference) for name, address in addresses_of(mode, asked).items()}
    return {name: mode.limit + (each.value if isinstance(each, Value) else 0.0) for name, each in own.items()}


def outlined(
    conn: sa.Connection, asked: Asked, mode: Mode, segment: str
) -> dict[str, list[tuple[int, int | None]]]:
    """By column the times in which alerts on it were open, µs UTC; None: it still is.

    Parameters
    ----------
    segment : only alerts on it; of all rows, those on segments too.
    """
    project_id = project(conn, asked.model.project).id
    held = list_alerts(conn, project_id, chosen={"model_id": asked.model.id}, limit=_MOST_ALERTS)
    found: dict[str, list[tuple[int, int | None]]] = {}
    for alert in held:
        if segment != ALL and parse_address(alert.address).get("segment") != segment:
            continue
        if alert.address.startswith(mode.alerts) and (alert.is_open or alert.window_end > asked.span.first):
            for name in _columns(alert):
                end = None if alert.is_open else alert.window_end
                found.setdefault(name, []).append((alert.started_at, end))
    return found


def heat_rows(
    figures: Mapping[str, Sequence[tuple[int, Result]]],
    axis: Axis,
    *,
    mode: Mode,
    limits: Mapping[str, float],
    alerts: Mapping[str, Sequence[tuple[int, int | None]]],
    address: Callable[[str, str | None], str],
) -> tuple[HeatRow, ...]:
    """Rows of the map, those that went farthest over their limit first.

    Parameters
    ----------
    figures : by column, start of the window and figure.
    address : where a column, and a column in the window that starts at a time (written for a query), lead.
    """
    rows, starts = [], [quote_plus(as_datetime(start).isoformat()) for start in axis.starts]
    for name, points in figures.items():
        by_start = dict(points)
        cells = tuple(
            _cell(
                by_start.get(start), mode, limits[name], address=address(name, at),
                alerted=_is_in(start, alerts.get(name, ())),
            )
            for start, at in zip(axis.starts, starts, strict=True)
        )  # fmt: skip
        rows.append(HeatRow(name=name, cells=cells, address=address(name, None)))
    return tuple(sorted(rows, key=lambda row: (-weight(row), row.name)))


def weight(row: HeatRow) -> float:
    """How far a row went: its cells over the limit, each counted up to eight times."""
    return sum(min(cell.ratio or 0.0, 8.0) for cell in row.cells if cell is not None)


def written(mode: Mode, value: float) -> str:
    """A figure of the map in its unit."""
    if mode.is_share:
        return share(value)
    return f"{number(value)} {'×' if mode.metric == 'drift.windows_ratio' else 'sd'}"


def _cell(result: Result | None, mode: Mode, limit: float, *, address: str, alerted: bool) -> HeatCell | None:
    if result is None:
        return None
    if not isinstance(result, Value):
        return HeatCell(ratio=None, said=result.detail, address=address, few=True, alerted=alerted)
    said = say(
        "{value}, limit {limit}, n = {n}",
        value=written(mode, result.value), limit=written(mode, limit), n=f"{result.n:,}",
    )  # fmt: skip
    return HeatCell(
        ratio=result.value / limit, said=said, address=address, few=result.n < _FEWEST, alerted=alerted
    )


def _is_in(start: int, times: Sequence[tuple[int, int | None]]) -> bool:
    return any(first <= start and (end is None or start < end) for first, end in times)


def _columns(alert: StoredAlert) -> set[str]:
    """Columns an alert is about."""
    own = parse_address(alert.address).get("column")
    named = {str(each["column"]) for each in alert.details.get("columns", ())}
    return named | ({own} if isinstance(own, str) else set())
