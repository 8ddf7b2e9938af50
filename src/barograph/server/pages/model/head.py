"""What stands at the top of every page of a model: which one, how it stands, what may be chosen."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import quote

import sqlalchemy as sa

from barograph.monitors.monitor import SEVERITIES
from barograph.server.pages.view import View
from barograph.server.reading.asked import asked_of
from barograph.server.reading.series import Asked
from barograph.store.alerts import StoredAlert, open_alerts
from barograph.store.catalog import Model, references, versions
from barograph.store.open_alerts import AlertInShort
from barograph.store.series_counts import SeriesCounts, count_series
from barograph.store.users import all_users

#: Segments offered for a click; others are reached by their address.
_MOST_SEGMENTS: Final = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class Standing:
    """How a model stands, as its monitors say.

    Attributes
    ----------
    word : firing, unknown, well, unwatched or waiting (nothing is counted yet).
    severity : the highest of its open alerts; None where none is open.
    firing : open alerts; unknown: series without an answer; watched: all series.
    judged_at : when a window was judged last, µs UTC.
    """

    word: str
    severity: str | None
    firing: int
    unknown: int
    watched: int
    judged_at: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A model, and what of it is looked at.

    Attributes
    ----------
    address : of its pages, below which the others are.
    task : None where the schema names neither label nor prediction.
    every : length of the windows that are shown.
    reference : name of what figures are compared with.
    segments : that the reference knows.
    people : names of people and teams that may be its owner.
    first, end : the span, µs UTC.
    """

    project: str
    name: str
    address: str
    task: str | None
    owner: str | None
    timezone: str
    every: str
    reference: str | None
    references: tuple[str, ...]
    versions: tuple[str, ...]
    segments: tuple[str, ...]
    standing: Standing
    people: tuple[str, ...]
    first: int
    end: int
    now: int


def asked_for(conn: sa.Connection, view: View, found: Model, *, own_span: str = "28d") -> Asked:
    """What a page of a model asks for, as its address says.

    Raises
    ------
    RequestRefused, NotFound
        As `asked_of`.
    """
    chosen = view.selection
    base = asked_of(
        conn, found, span=(None, None), window=chosen.window, version=chosen.version, reference=chosen.reference,
        as_of=None, now=view.now,
    )  # fmt: skip
    span = chosen.read_span(timezone=found.schema.timezone, now=view.now, default=own_span)
    return replace(base, span=span, store=view.here.store.of(found))


def head_of(conn: sa.Connection, view: View, asked: Asked) -> Head:
    """The head of a model's page."""
    of, compared = asked.model, asked.compared
    watched = count_series(conn, model_id=of.id).get(of.id, SeriesCounts())
    known = () if compared is None else compared.profile.segments
    return Head(
        project=of.project, name=of.name, address=address_of_model(of.project, of.name), task=of.schema.task,
        owner=of.owner, timezone=of.schema.timezone, every=asked.every,
        reference=None if compared is None else compared.name,
        references=tuple(each.name for each in references(conn, of.id)),
        versions=tuple(each.name for each in versions(conn, of.id)),
        segments=known[:_MOST_SEGMENTS],
        standing=standing_of(of, open_alerts(conn, model_id=of.id), watched), people=people_and_teams(conn),
        first=asked.span.first, end=asked.span.end, now=view.now,
    )  # fmt: skip


def people_and_teams(conn: sa.Connection) -> tuple[str, ...]:
    """Names of whoever may own something: people who have an account, and their teams."""
    people = [user for user in all_users(conn) if user.disabled_at is None]
    return tuple(sorted({user.name for user in people} | {user.team for user in people if user.team}))


def standing_of(
    of: Model, alerts: Sequence[StoredAlert] | Sequence[AlertInShort], series: SeriesCounts
) -> Standing:
    """How a model stands by its open alerts and its watched series."""
    firing = sum(alert.kind == "breach" for alert in alerts)
    if firing:
        word = "firing"
    elif of.grid is None:
        word = "waiting"
    elif series.unanswered or alerts:
        word = "unknown"
    else:
        word = "well" if series.watched else "unwatched"
    severities = [alert.severity for alert in alerts]
    return Standing(
        word=word, severity=max(severities, key=SEVERITIES.index) if severities else None, firing=firing,
        unknown=series.unanswered, watched=series.watched, judged_at=series.judged_at,
    )  # fmt: skip


def address_of_model(project: str, name: str) -> str:
    """Where a model's pages are.

    Examples
    --------
    >>> address_of_model("shop", "demand 2")
    '/models/shop/demand%202'
    """
    return f"/models/{quote(project, safe='')}/{quote(name, safe='')}"
