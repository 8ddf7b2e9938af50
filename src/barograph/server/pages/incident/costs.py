"""What an incident cost beyond what its models' references make one expect, as tiles."""

from __future__ import annotations

from collections.abc import Iterator

import sqlalchemy as sa

from barograph.charts.numbers import NARROW, count
from barograph.locale.language import Language
from barograph.server.pages.incident.shown import Tile
from barograph.server.reading.breached import breached_stretches
from barograph.server.reading.costs import Cost, costs_of
from barograph.store import catalog


def cost_tiles(conn: sa.Connection, incident_id: int, *, now: int, language: Language) -> tuple[Tile, ...]:
    """A tile for each figure of a schema's own; none where none is declared, or no window was breached.

    Parameters
    ----------
    now : µs UTC.
    """
    return tuple(_tiles(conn, incident_id, now=now, language=language))


def _tiles(conn: sa.Connection, incident_id: int, *, now: int, language: Language) -> Iterator[Tile]:
    say = language.gettext
    for (_, model_id), stretch in breached_stretches(conn, ids=[incident_id]).items():
        model = catalog.model_by_id(conn, model_id)
        for cost in costs_of(conn, model, [stretch], now=now):
            lasted = language.lasted((stretch[1] - stretch[0]) / 1e6)
            yield Tile(
                name=say("Extra cost"), value=_written(cost, language),
                note=" · ".join((say("over %(time)s") % {"time": lasted}, _rows(cost, language))),
                tone="is-bad" if cost.is_shown else "",
            )  # fmt: skip


def _written(cost: Cost, language: Language) -> str:
    """The amount with its interval, no more digits than it deserves."""
    ends = cost.harm.interval
    between = "" if ends is None else f" ({language.interval(ends)})"
    return f"{language.number(cost.harm.value)}{between}{NARROW}{cost.unit}"


def _rows(cost: Cost, language: Language) -> str:
    if cost.harm.n >= cost.rows:
        return f"n = {count(cost.rows)}"
    told = {"n": count(cost.harm.n), "rows": count(cost.rows)}
    return language.gettext("of %(n)s of %(rows)s rows: the others have no label yet") % told
