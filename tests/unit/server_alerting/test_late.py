"""Late rows and labels revise what was said; they page nobody."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from barograph.store.monitor_series import evaluations_of, series_of_model

HOUR_US = 3_600_000_000
#: From which on what came late is looked at.
LATER_US = 1_000_000_000


def more(office, model, *, at: int, shift: float, n: int = 400) -> None:
    """More rows of an hour that was judged."""
    office.send(model, office.rows(n, at, shift=shift))
    office.clock.time += LATER_US
    office.judge()


def said(office, model):
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
        return series, evaluations_of(conn, [series.id], first=0, end=office.clock.time)


def test_rows_that_come_late_revise_a_window_and_page_nobody(office, one_monitor):
    model = office.model()
    office.channel()
    office.monitors(one_monitor())
    office.hour(model)
    first = office.clock.time - HOUR_US
    office.hour(model)
    more(office, model, at=first, shift=4.0)
    _, found = said(office, model)
    assert [(e.window_start, e.revision, e.status) for e in found] == [(first, 1, "breach")]
    assert (office.alerts(), office.told()) == ([], [])


def test_the_last_window_may_turn_out_to_be_fine(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    office.hour(model, shift=3.0)
    (alert,) = office.alerts()
    assert alert.is_open
    more(office, model, at=office.clock.time - HOUR_US, shift=-0.5)
    (alert,) = office.alerts()
    assert alert.resolved_why == "revised"
    assert office.kinds(alert_id=alert.id) == ["fired", "revised", "resolved"]
    assert office.incidents()[0].status == "resolved"


def test_what_changes_nothing_is_not_said_again(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor())
    office.hour(model)
    first = office.clock.time - HOUR_US
    office.hour(model, shift=3.0)
    more(office, model, at=first, shift=0.0)
    _, found = said(office, model)
    assert [(e.revision, e.status) for e in found] == [(0, "breach")]


def test_late_labels_are_told_to_the_alert(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(metric="performance.mae", when={"above": 1.0}))
    office.hour(model)
    worse = office.rows(50, office.clock.time).with_columns(y=pl.col("p") + 3.0)
    office.clock.time += HOUR_US
    office.send(model, worse)
    office.judge()
    at = office.clock.time - HOUR_US
    office.hour(model)
    fine = office.rows(10, at).with_columns(y=pl.col("p") + np.float64(2.5))
    office.send(model, fine)
    office.clock.time += LATER_US
    office.judge()
    (alert,) = office.alerts()
    assert "revised" in office.kinds(alert_id=alert.id)


def test_a_good_window_counts_once_however_often_rows_come_late(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(clear=3))
    office.hour(model)
    office.hour(model, shift=3.0)
    office.hour(model)
    good = office.clock.time - HOUR_US
    for _ in range(3):
        more(office, model, at=good, shift=0.0, n=50)
    (alert,) = office.alerts()
    assert (alert.phase, alert.is_open) == ("recovering", True)


def test_rows_that_come_late_take_back_what_would_have_fired(office, one_monitor):
    model = office.model()
    office.monitors(one_monitor(**{"for": 2}))
    office.hour(model)
    office.hour(model, shift=3.0)
    more(office, model, at=office.clock.time - HOUR_US, shift=-0.5)
    series, found = said(office, model)
    assert ([e.status for e in found], series.state["phase"]) == (["breach", "ok"], "ok")
    office.clock.time -= LATER_US
    office.hour(model, shift=3.0)
    assert office.alerts() == []
    office.hour(model, shift=3.0)
    assert [alert.phase for alert in office.alerts()] == ["firing"]


@pytest.mark.parametrize("before", [1, 3])
def test_answers_that_come_late_end_the_alert_of_having_none(office, one_monitor, before):
    model = office.model()
    wants = {"needs": {"rows": 200}, "unknown": "alert", "clear": 2}
    office.monitors(one_monitor(metric="performance.mae", when={"above": 1.0}, **wants))
    office.hour(model, n=300)
    for _ in range(before):
        office.hour(model, n=50)
    assert [(alert.kind, alert.is_open) for alert in office.alerts()] == [("blind", True)]
    more(office, model, at=office.clock.time - HOUR_US, shift=0.0)
    (alert,) = office.alerts()
    assert (alert.resolved_why, office.incidents()[0].status) == ("revised", "resolved")
    assert said(office, model)[0].blind["phase"] == "ok"


def test_answers_that_come_late_take_back_what_was_pending(office, one_monitor):
    model = office.model()
    wants = {"needs": {"rows": 200}, "unknown": "alert", "for": 2}
    office.monitors(one_monitor(metric="performance.mae", when={"above": 1.0}, **wants))
    office.hour(model, n=50)
    more(office, model, at=office.clock.time - HOUR_US, shift=0.0)
    office.clock.time -= LATER_US
    office.hour(model, n=50)
    assert office.alerts() == []


def test_what_a_calendar_leaves_out_stays_so_however_late_its_rows_come(office, one_monitor):
    model = office.model()
    closed = {"closed": {"weekly": ["mon 13:00-23:00"], "timezone": "UTC"}}
    office.monitors(one_monitor(calendars=["closed"]), calendars=closed)
    office.hour(model)
    office.hour(model, shift=3.0)
    before = said(office, model)
    assert "left out" in str(before[0].verdict)
    more(office, model, at=office.clock.time - HOUR_US, shift=3.0)
    assert said(office, model) == before
