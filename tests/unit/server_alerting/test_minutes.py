"""Windows of a minute: a month of them is more than one answer holds, and is looked at all the same."""

from __future__ import annotations

import polars as pl
import pytest

import barograph as bg
from barograph.metrics.address import parse_address
from barograph.server.alerting.known import Known
from barograph.server.alerting.windows import season_before, windows_between
from barograph.server.errors import RequestRefused
from barograph.server.reading.edges import MOST_WINDOWS, check_windows
from barograph.server.reading.span import Span
from barograph.store import catalog

MINUTE_US = 60_000_000
DAY_US = 1_440 * MINUTE_US


def test_a_server_that_was_down_for_a_month_knows_all_the_windows_it_missed():
    windows = windows_between(0, 30 * DAY_US, every="1m", timezone="UTC")
    assert len(windows) == 30 * 1_440 > MOST_WINDOWS
    assert (windows[-1].start, windows[-1].end) == (30 * DAY_US - MINUTE_US, 30 * DAY_US)


def test_a_minute_has_the_same_minute_a_week_before():
    assert season_before(8 * DAY_US, "1w", every="1m", timezone="UTC") == DAY_US


def test_one_answer_holds_no_month_of_minutes():
    with pytest.raises(RequestRefused, match="window=1m: the span holds more than 10,000 windows"):
        check_windows(Span(first=0, end=30 * DAY_US, timezone="UTC"), "1m")


def test_a_reference_of_a_month_in_minutes_has_own_figures(office):
    schema = office.model().schema
    start = office.clock.time - 30 * DAY_US
    frame = pl.concat([office.rows(40, start + day * DAY_US) for day in range(30)])
    with office.database.writing() as conn:
        made = catalog.create_model(conn, "bank", "payments", schema, now=0)
        catalog.add_reference(conn, made.id, "a month", bg.profile(frame, schema, every="1m"), now=0)
    with office.database.reading() as conn:
        known = Known()
        model = catalog.model(conn, "bank", "payments")
        compared = known.compared(conn, model, None, now=office.clock.time)
        figures = known.own(compared, parse_address('quality.mean(column="x")'), "1m")
    assert len(figures) == 30 * 40
    assert {figure.end - figure.start for figure in figures} == {MINUTE_US}
