"""Hours without rows: what comes after is judged alike, one by one or together; silence that is over pages nobody."""

from __future__ import annotations

import pytest

from barograph.store.monitor_series import evaluations_of, series_of_model


@pytest.mark.parametrize("judged", [True, False], ids=["each in its hour", "all at once"])
def test_the_window_before_is_the_one_before_and_no_earlier_one(office, one_monitor, judged):
    model = office.model()
    office.monitors(one_monitor(against="previous", when={"change": {"above": 0.5, "relative": False}}))
    for n, shift in ((50, 0.0), (50, 0.0), (0, 0.0), (50, 3.0), (50, 3.0)):
        office.hour(model, n=n, shift=shift, judged=judged)
    office.clock.time += 1_000_000
    office.judge()
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
        found = evaluations_of(conn, [series.id], first=0, end=office.clock.time)
    # The first has none before it, and the last is as the one before.
    assert [e.status for e in found] == ["unknown", "no_data", "unknown"]


def test_that_there_were_no_rows_pages_nobody_once_they_are_back(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor(name="few", metric="operations.volume", when={"below": 10}))
    office.hour(model)
    silent = office.clock.time
    for _ in range(6):
        office.hour(model, n=0)
    office.hour(model)
    assert [(alert.started_at, alert.backfilled) for alert in office.alerts()] == [(silent, True)]
    office.hour(model)
    assert [alert.is_open for alert in office.alerts()] == [False]
    assert office.told() == []
