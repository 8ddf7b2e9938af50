"""Windows that a calendar leaves out: nothing is learned from them."""

from __future__ import annotations

from barograph.store.monitor_series import series_of_model


def test_a_band_learns_nothing_from_windows_that_are_left_out(office, one_monitor):
    model = office.model()
    closed = {"closed": {"weekly": ["mon 13:00-19:00"], "timezone": "UTC"}}
    band = {"when": {"band": 3}, "against": "none"}
    office.monitors(
        one_monitor(name="with", calendars=["closed"], **band), one_monitor(name="without", **band), calendars=closed
    )  # fmt: skip
    for shift in (0.0, *[8.0] * 6, 0.0, 0.0, 0.0, 0.0):
        office.hour(model, shift=shift)
    with office.database.reading() as conn:
        details = [str(series.verdict) for series in series_of_model(conn, model.id, verdicts=True)]
    assert len(details) == 2
    assert details[0] != details[1]
    assert {alert.monitor for alert in office.alerts() if alert.fired_at > 0} == {"without"}
