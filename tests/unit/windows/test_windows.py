from datetime import UTC, datetime, timedelta

import polars as pl
import pytest

from barograph.errors import SchemaError
from barograph.windows import choose_every, parse_every, window_label, window_starts


def starts(times, every, zone):
    series = pl.Series("t", times, dtype=pl.Datetime("us")).dt.replace_time_zone("UTC")
    return window_starts(series, parse_every(every), zone).dt.to_string("%F %R").to_list()


@pytest.mark.parametrize("text", ["1m", "15m", "1h", "6h", "1d", "3d", "1w", "1mo"])
def test_every_is_written_as_it_is_read(text):
    assert parse_every(text).text == text


@pytest.mark.parametrize("text", ["", "h", "0h", "30s", "1y", "-1d", "1.5h", "1 day"])
def test_other_lengths_are_refused(text):
    with pytest.raises(SchemaError, match="is not known; expected a whole number of minutes or more"):
        parse_every(text)


@pytest.mark.parametrize("text", ["7m", "5h", "36h"])
def test_minutes_and_hours_divide_the_day(text):
    with pytest.raises(SchemaError, match="does not divide the day"):
        parse_every(text)


def test_weeks_start_on_monday():
    assert starts([datetime(2024, 3, 31, 12)], "1w", "UTC") == ["2024-03-25 00:00"]


def test_months_are_calendar_months():
    assert starts([datetime(2024, 2, 29)], "1mo", "America/New_York") == ["2024-02-01 05:00"]


def test_days_are_local_and_short_when_clocks_change():
    times = [datetime(2024, 3, 30, 22, 59), datetime(2024, 3, 30, 23), datetime(2024, 3, 31, 22)]
    assert starts(times, "1d", "Europe/Berlin") == [
        "2024-03-29 23:00",
        "2024-03-30 23:00",
        "2024-03-31 22:00",
    ]


def test_an_hour_that_occurs_twice_is_two_windows():
    times = [datetime(2024, 10, 27, 0, 30), datetime(2024, 10, 27, 1, 30)]
    assert starts(times, "1h", "Europe/Berlin") == ["2024-10-27 00:00", "2024-10-27 01:00"]


def test_a_day_without_midnight_starts_when_it_does():
    assert starts([datetime(2018, 11, 4, 12)], "1d", "America/Sao_Paulo") == ["2018-11-04 03:00"]


def test_a_day_with_two_midnights_is_one_window():
    times = [datetime(2018, 11, 4, 4, 30), datetime(2018, 11, 4, 5, 30)]
    assert len(set(starts(times, "1d", "America/Havana"))) == 1


def test_nulls_stay_null():
    assert starts([None, datetime(2024, 1, 1)], "1d", "Europe/Berlin") == [None, "2023-12-31 23:00"]
    assert starts([None], "1d", "Europe/Berlin") == [None]


def test_other_rows_do_not_move_a_window():
    times = [datetime(1969, 5, 3, 1), datetime(2024, 1, 10), datetime(2024, 7, 10)]
    for every in ("3d", "2w", "1mo"):
        alone = [starts([t], every, "Europe/Berlin")[0] for t in times]
        assert starts(times, every, "Europe/Berlin") == alone


@pytest.mark.parametrize(
    ("every", "label"),
    [("1mo", "2024-10"), ("1d", "2024-10-27"), ("1w", "2024-10-27"), ("1h", "2024-10-27 02:00 +0200")],
)
def test_labels_are_local(every, label):
    start = datetime(2024, 10, 27, tzinfo=UTC)
    assert window_label(start, parse_every(every), "Europe/Berlin") == label


@pytest.mark.parametrize(
    ("span", "every"),
    [
        (timedelta(days=365), "1w"),
        (timedelta(days=19, hours=23), "1d"),
        (timedelta(days=6), "6h"),
        (timedelta(days=1), "1h"),
        (timedelta(hours=5), "15m"),
        (timedelta(minutes=10), "1m"),
        (timedelta(0), "1m"),
    ],
)
def test_the_longest_window_that_gives_twenty(span, every):
    assert choose_every(datetime(2024, 1, 1), datetime(2024, 1, 1) + span) == every


@pytest.mark.parametrize("text", ["36526d", "1201mo", "999999999w", "9" * 30 + "d", "9" * 5_000 + "d"])
def test_a_window_longer_than_a_century_is_refused(text):
    with pytest.raises(SchemaError, match=r"longer than a century|is not known"):
        parse_every(text)
