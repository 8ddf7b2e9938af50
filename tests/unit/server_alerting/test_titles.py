"""What an incident is called."""

from __future__ import annotations

from dataclasses import replace

from barograph.server.worker import Worker
from barograph.server.worker.limits import Limits

DAY_US = 86_400_000_000


def test_a_title_counts_no_alert_that_was_forgotten(office, one_monitor):
    model = office.model()
    other = one_monitor(name="many", metric="quality.row_count", when={"above": 300}, clear=1)
    office.monitors(one_monitor(), other)
    office.hour(model, shift=3.0, n=400)
    (incident,) = office.incidents()
    assert incident.title.endswith("and 1 more alert")
    office.hour(model, shift=3.0)
    assert sorted(alert.phase for alert in office.alerts()) == ["firing", "ok"]
    office.clock.time += 2 * DAY_US
    worker = Worker(office.store, office.clock, limits=replace(Limits(), history_days=1))
    while worker.step():
        pass
    (after,) = office.incidents()
    assert after == replace(
        incident, title="credit: Mean of x", changed_at=after.changed_at, status=after.status
    )
