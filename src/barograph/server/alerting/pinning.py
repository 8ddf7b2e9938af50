"""What an alert was judged from is kept as it was: the window's sums, the reference, and all other figures."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import sqlalchemy as sa

from barograph.monitors.addressed import spec_of
from barograph.profile.value import ALL, Profile
from barograph.server.alerting.bulk import Rows, columns_of, read_rows
from barograph.server.alerting.gathered import Gathered
from barograph.server.alerting.judging import JudgedWindow, verdict_document
from barograph.server.alerting.seen_document import seen_document
from barograph.server.reading.series import is_of_readings
from barograph.server.reading.span import Span
from barograph.store.alerts import JUDGED, AlertEvent, add_events
from barograph.store.catalog import Model, reference, reference_file
from barograph.store.pins import pin

WINDOW, REFERENCE = "window", "reference"


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

    Profiles are pinned; the figures, and the hashes of the profiles, are an event of the alert.
    """
    told: list[AlertEvent] = []
    for alert_id, one in fired.items():
        found: dict[str, Any] = {
            "seen": None if one.seen is None else seen_document(one.seen), "verdict": verdict_document(one.verdict),
        }  # fmt: skip
        address = one.watch.monitor.metric
        if one.seen is not None and not is_of_readings(address.metric):
            found |= _profiles(conn, held, alert_id, one, now=now)
        told.append(
            AlertEvent(
                project_id=project_id,
                incident_id=None,
                alert_id=alert_id,
                at=now,
                actor="server",
                kind=JUDGED,
                details=found,
            )
        )
    add_events(conn, told)


def _profiles(
    conn: sa.Connection, held: Gathered, alert_id: int, one: JudgedWindow, *, now: int
) -> dict[str, str]:
    model, address, main = held.place.model, one.watch.monitor.metric, one.watch.main
    span = Span(first=one.window.start, end=one.window.end, timezone=held.place.timezone)
    cite = cited_by(alert_id)
    window = _window_profile(conn, held, one, span)
    found = {
        WINDOW: pin(
            conn, model.id, window, cited_by=cite, now=now, days=span.days, configuration={"is": WINDOW}
        )
    }
    compared = held.references.get(main.reference)
    if compared is not None and spec_of(address, model.schema).needs_reference:
        found[REFERENCE] = pin(
            conn, model.id, compared.profile, cited_by=cite, now=now, configuration={"is": REFERENCE},
            body=lambda: _reference_file(conn, model, main.reference),
        )  # fmt: skip
    return found


def _reference_file(conn: sa.Connection, model: Model, name: str | None) -> bytes:
    """The reference as it is kept: it need not be written anew."""
    if name is not None:
        return reference_file(conn, reference(conn, model.id, name).id)
    assert model.reference is not None
    return reference_file(conn, model.reference)


def _window_profile(conn: sa.Connection, held: Gathered, one: JudgedWindow, span: Span) -> Profile:
    """The window, with the columns that its metric looks at."""
    place, address, version_id = held.place, one.watch.monitor.metric, one.watch.series.version_id
    divided = bool(address.get("segment"))
    rows = held.rows.get((version_id, divided))
    names = columns_of(place.model, address, spec_of(address, place.model.schema))
    if rows is None or not _has(rows, names, outcome=not names):
        rows = read_rows(
            conn, place.model, version_id or None, every=place.every, span=span, addresses=[address],
            grain="day" if divided else "window",
        )  # fmt: skip
    segment = str(address.get("segment") or ALL)
    cells = [c for c in rows.profile.cells if c.window == one.window.start and c.segment == segment]
    return _narrowed(rows.profile, names).at(*cells)


def _has(rows: Rows, names: tuple[str, ...], *, outcome: bool) -> bool:
    held = rows.profile
    return all(name in held.columns for name in names) and (not outcome or held.outcome is not None)


def _narrowed(profile: Profile, names: tuple[str, ...]) -> Profile:
    if not names:
        return replace(profile, columns={})
    return replace(profile, columns={n: c for n, c in profile.columns.items() if n in names}, outcome=None)
