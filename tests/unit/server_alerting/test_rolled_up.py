"""Once hours have become days, a day is no hour: nothing is learned from it, and what was said of its hours stays."""

from __future__ import annotations

import polars as pl
import pytest

from barograph.server.worker.nightly import roll_up_old
from barograph.store.catalog import model_by_id
from barograph.store.monitor_series import evaluations_of, series_of_model

HOUR_US = 3_600_000_000
DAY_US = 24 * HOUR_US
#: From which on what came late is looked at.
LATER_US = 1_000_000_000


def day_of_hours(office, model, rows, *, shift=0.0):
    """A day passes, with so many rows an hour; it is judged at its end."""
    start = office.clock.time
    hours = [office.rows(rows, start + hour * HOUR_US, shift=shift) for hour in range(24)]
    office.clock.time += DAY_US
    office.send(model, pl.concat(hours))
    office.clock.time += 1_000_000
    office.judge()
    office.clock.time -= 1_000_000


def roll_up(office, model):
    """All days before today become days."""
    with office.database.reading() as conn:
        learned = model_by_id(conn, model.id)
    roll_up_old(office.store, learned, before=office.clock.time // DAY_US)


def said(office, model):
    with office.database.reading() as conn:
        (series,) = series_of_model(conn, model.id)
        found = evaluations_of(conn, [series.id], first=0, end=office.clock.time)
    return series, [(e.window_start, e.revision, e.status) for e in found]


@pytest.fixture
def at_midnight(office):
    """The clock is set to the next midnight."""
    office.clock.time += DAY_US // 2
    return office.clock.time


def test_a_day_is_no_like_window_of_its_first_hour(office, one_monitor, at_midnight):
    model = office.model()
    band = {"band": {"width": 3, "side": "below", "season": "hour of day", "fewest": 2}}
    office.monitors(one_monitor(metric="quality.row_count", when=band))
    for _ in range(3):
        day_of_hours(office, model, 40)
    roll_up(office, model)
    for _ in range(2):
        day_of_hours(office, model, 40)
    office.hour(model, n=4)
    series, _ = said(office, model)
    assert (series.status, series.verdict["expected"]) == ("breach", 40)


def test_the_evidence_of_what_is_watched_for_ever_stays(office, one_monitor, at_midnight):
    model = office.model()
    ever = {"anytime": {"tolerance": 0.01}}
    office.monitors(one_monitor(metric='quality.null_share(column="x")', when=ever))
    for rolled in (False, True):
        start = office.clock.time
        nulls = office.rows(20, start).with_columns(x=pl.when(pl.int_range(20) > 0).then("x"))
        office.clock.time += HOUR_US
        office.send(model, nulls)
        office.clock.time = start + DAY_US
        office.judge()
        if not rolled:
            roll_up(office, model)
    office.hour(model)
    assert "over 3 windows" in str(said(office, model)[0].verdict["detail"])


def test_what_was_said_of_hours_stays_once_they_are_a_day(office, one_monitor, at_midnight):
    model = office.model()
    office.monitors(one_monitor())
    day_of_hours(office, model, 10, shift=3.0)
    day_of_hours(office, model, 10)
    roll_up(office, model)
    before = said(office, model)
    office.send(model, office.rows(3, at_midnight + 10 * HOUR_US))
    office.clock.time += LATER_US
    office.judge()
    assert said(office, model) == before


def test_windows_of_days_are_judged_again_all_the_same(office, one_monitor, at_midnight):
    model = office.model()
    office.monitors(one_monitor(window="1d"))
    day_of_hours(office, model, 10)
    day_of_hours(office, model, 10)
    roll_up(office, model)
    office.send(model, office.rows(900, at_midnight + 10 * HOUR_US, shift=3.0))
    office.clock.time += LATER_US
    office.judge()
    assert said(office, model)[1] == [(at_midnight, 1, "breach")]
