"""A worker may end between any two statements: what a window did is written whole, or not at all."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from barograph.store.tables.alerts import alert_events, alerts, incidents, outbox
from barograph.store.tables.monitors import evaluations, monitor_series
from barograph.store.tables.pins import pins
from barograph.store.tables.tallies import tallies

TABLES = (alerts, alert_events, incidents, outbox, evaluations, pins, tallies, monitor_series)


class KilledError(Exception):
    """The worker is no more."""


@contextmanager
def killed_at(database, statement: int) -> Iterator[list[int]]:
    """Ends at a statement that writes; tells how many there were."""
    seen = [0]

    def before(_conn, _cursor, text, *_rest):
        if text.split(None, 1)[0] in ("INSERT", "UPDATE", "DELETE"):
            seen[0] += 1
            if seen[0] == statement:
                raise KilledError

    sa.event.listen(database.engine, "before_cursor_execute", before)
    try:
        yield seen
    finally:
        sa.event.remove(database.engine, "before_cursor_execute", before)


def contents(database) -> list[list[tuple[object, ...]]]:
    with database.reading() as conn:
        return [sorted(tuple(map(str, row)) for row in conn.execute(sa.select(t))) for t in TABLES]


def test_nothing_of_a_window_is_left_behind(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0, judged=False)
    office.clock.time += 1
    before, ended = contents(office.database), 0
    for statement in range(1, 100):
        with killed_at(office.database, statement) as seen:
            try:
                office.evaluator.step(now=office.clock.time)
            except KilledError:
                assert contents(office.database) == before, statement
                ended += 1
                office.clock.time += 20_000_000
                continue
        break
    assert ended > 8, seen
    assert office.told() == [("new", "waiting")]
    (alert,) = office.alerts()
    assert office.kinds(alert_id=alert.id) == ["fired"]
