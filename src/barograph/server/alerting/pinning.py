"""What an alert was judged from is kept as it was: the window's sums, the reference, and all other figures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Self

import sqlalchemy as sa

from barograph.monitors.addressed import spec_of
from barograph.profile.coarser import fits
from barograph.profile.value import ALL, Cell, Profile
from barograph.server.alerting.alike import verdict_document
from barograph.server.alerting.bulk import Rows, columns_of, read_rows
from barograph.server.alerting.gathered import Gathered, Place
from barograph.server.alerting.judging import JudgedWindow
from barograph.server.alerting.seen_document import seen_document
from barograph.server.reading.series import is_of_readings
from barograph.server.reading.span import Span
from barograph.store.alerts import JUDGED, AlertEvent, add_events
from barograph.store.catalog import Model, reference, reference_file
from barograph.store.pins import pin
from barograph.store.profiles.counting import DAY
from barograph.windows import parse_every

WINDOW, REFERENCE = "window", "reference"


@dataclass(frozen=True, slots=True, kw_only=True)
class _Window:
    """Rows that alerts were judged from.

    Attributes
    ----------
    start, end : µs UTC.
    version_id : 0: of all versions.
    divided : by segment.
    """

    start: int
    end: int
    version_id: int
    divided: bool

    @classmethod
    def of(cls, one: JudgedWindow) -> Self:
        return cls(
            start=one.window.start, end=one.window.end, version_id=one.watch.series.version_id,
            divided=bool(one.watch.monitor.metric.get("segment")),
        )  # fmt: skip


def cited_by(alert_id: int) -> str:
    """How an alert is called where profiles are pinned.

    Examples
    --------
    >>> cited_by(17)
    'alert/17'
    """
    return f"alert/{alert_id}"


def pin_alerts(
    conn: sa.Connection, held: Gathered, fired: Mapping[int, JudgedWindow], *, project_id: int, now: int
) -> None:
    """Pin what new alerts were judged from, in the transaction that writes them.

    Profiles are pinned, once for all alerts of one window; the figures, and the hashes of the profiles, are an event
    of each alert.
    """
    pinned = _profiles(conn, held, fired, now=now)
    told: list[AlertEvent] = []
    for alert_id, one in fired.items():
        found: dict[str, Any] = {
            "seen": None if one.seen is None else seen_document(one.seen), "verdict": verdict_document(one.verdict),
        }  # fmt: skip
        told.append(
            AlertEvent(
                project_id=project_id,
                incident_id=None,
                alert_id=alert_id,
                at=now,
                actor="server",
                kind=JUDGED,
                details=found | pinned.get(alert_id, {}),
            )
        )
    add_events(conn, told)


def _profiles(
    conn: sa.Connection, held: Gathered, fired: Mapping[int, JudgedWindow], *, now: int
) -> dict[int, dict[str, str]]:
    """By alert the hashes of what was pinned for it."""
    model = held.place.model
    windows: dict[_Window, list[int]] = {}
    compared: dict[str | None, list[int]] = {}
    for alert_id, one in fired.items():
        address = one.watch.monitor.metric
        if one.seen is None or is_of_readings(address.metric) or not held.has_windows(one.watch.main):
            continue
        windows.setdefault(_Window.of(one), []).append(alert_id)
        name = one.watch.main.reference
        if held.references.get(name) is not None and spec_of(address, model.schema).needs_reference:
            compared.setdefault(name, []).append(alert_id)
    found: dict[int, dict[str, str]] = {}
    for window, ids in windows.items():
        span = Span(first=window.start, end=window.end, timezone=held.place.timezone)
        profile = _window_profile(conn, held, window, span, [fired[i] for i in ids])
        kept = pin(
            conn, model.id, profile, cited_by=[cited_by(i) for i in ids], now=now, days=span.days,
            configuration={"is": WINDOW},
        )  # fmt: skip
        found |= {i: {WINDOW: kept} for i in ids}
    for name, ids in compared.items():
        given = held.references[name]
        assert given is not None
        kept = pin(
            conn, model.id, given.profile, cited_by=[cited_by(i) for i in ids], now=now,
            configuration={"is": REFERENCE}, body=partial(_reference_file, conn, model, name),
        )  # fmt: skip
        for i in ids:
            found[i][REFERENCE] = kept
    return found


def _reference_file(conn: sa.Connection, model: Model, name: str | None) -> bytes:
    """The reference as it is kept: it need not be written anew."""
    if name is not None:
        return reference_file(conn, reference(conn, model.id, name).id)
    assert model.reference is not None
    return reference_file(conn, model.reference)


def _window_profile(
    conn: sa.Connection, held: Gathered, window: _Window, span: Span, cited: Sequence[JudgedWindow]
) -> Profile:
    """The window, with the columns and segments that the metrics look at; a longer one by the days it is made of."""
    place, every = held.place, _kept_in(held.place)
    rows = held.rows.get((window.version_id, window.divided)) if every == place.every else None
    addresses = list(dict.fromkeys(one.watch.monitor.metric for one in cited))
    by_address = [columns_of(place.model, each, spec_of(each, place.model.schema)) for each in addresses]
    names, outcome = {name for found in by_address for name in found}, not all(by_address)
    if rows is None or not _has(rows, names, outcome=outcome):
        rows = read_rows(
            conn, place.model, window.version_id or None, every=every, span=span, addresses=addresses,
            grain="day" if window.divided else "window",
        )  # fmt: skip
    segments = {str(each.get("segment") or ALL) for each in addresses}
    whole = rows.profile
    cells = [c for c in whole.cells if _is_within(c, window) and c.segment in segments]
    columns = {name: column for name, column in whole.columns.items() if name in names}
    return replace(whole, columns=columns, outcome=whole.outcome if outcome else None).at(*cells)


def _kept_in(place: Place) -> str:
    """Length of the windows that are kept: days of weeks and months, where the model has them."""
    longer, day = parse_every(place.every), parse_every(DAY)
    if longer.approximate_seconds <= day.approximate_seconds or not fits(parse_every(place.model.every), day):
        return place.every
    return DAY


def _is_within(cell: Cell, window: _Window) -> bool:
    return cell.window is not None and window.start <= cell.window < window.end


def _has(rows: Rows, names: Collection[str], *, outcome: bool) -> bool:
    held = rows.profile
    return all(name in held.columns for name in names) and (not outcome or held.outcome is not None)
