from datetime import UTC, datetime

import polars as pl
import pytest

from barograph.schema.readings import (
    canonical_numbers,
    canonical_text,
    localised,
    read_epoch,
    read_numbers,
    read_times,
)


@pytest.mark.parametrize(
    ("text", "reading", "expected"),
    [
        (" 5 ", "plain", 5.0),
        ("1e3", "plain", 1000.0),
        ("1,5", "plain", None),
        ("1_000", "plain", None),
        ("1.234,5", "decimal_comma", 1234.5),
        ("12.34", "decimal_comma", None),
        ("-1,234.5", "thousands_comma", -1234.5),
        ("12,34", "thousands_comma", None),
    ],
)
def test_numbers(text, reading, expected):
    assert read_numbers(pl.Series([text]), reading).to_list() == [expected]


@pytest.mark.parametrize(
    ("text", "reading", "expected"),
    [
        ("2024-01-05", "year_first", datetime(2024, 1, 5)),
        ("2024/1/5 10:00", "year_first", datetime(2024, 1, 5, 10)),
        ("2024-01-05T10:11:12.5", "year_first", datetime(2024, 1, 5, 10, 11, 12, 500_000)),
        ("2024-01-05T10:11:12Z", "year_first", datetime(2024, 1, 5, 10, 11, 12)),
        ("2024-01-05 10:11:12+02:00", "year_first", datetime(2024, 1, 5, 8, 11, 12)),
        ("2024-01-05T10:11:12-0500", "year_first", datetime(2024, 1, 5, 15, 11, 12)),
        ("24-01-05", "year_first", None),
        ("2024-02-30", "year_first", None),
        ("05.01.24", "day_first", datetime(2024, 1, 5)),
        ("5/1/2024 2:30 PM", "day_first", datetime(2024, 1, 5, 14, 30)),
        ("1/5/2024", "month_first", datetime(2024, 1, 5)),
        ("soon", "day_first", None),
    ],
)
def test_times(text, reading, expected):
    found = read_times(pl.Series([text]), reading, "UTC").to_list()
    assert found == [expected.replace(tzinfo=UTC) if expected else None]


def test_a_time_reads_alike_whatever_stands_beside_it():
    texts = ["2024-01-05", "2024-01-05T10:00:00Z", "x", "2024/01/05 10:00", None, "2024-01-05 10:00:00.25"]
    together = read_times(pl.Series(texts), "year_first", "Europe/Berlin").to_list()
    alone = [read_times(pl.Series([t], dtype=pl.String), "year_first", "Europe/Berlin")[0] for t in texts]
    assert together == alone


def test_a_local_time_that_occurs_twice_is_the_earlier():
    assert localised(pl.Series([datetime(2024, 10, 27, 2, 30)]), "Europe/Berlin")[0].hour == 0


def test_a_local_time_that_never_occurs_lands_after_the_gap():
    assert localised(pl.Series([datetime(2024, 3, 31, 2, 30)]), "Europe/Berlin")[0] == datetime(
        2024, 3, 31, 1, 30, tzinfo=UTC
    )


@pytest.mark.parametrize("reading", ["epoch_s", "epoch_ms"])
def test_epoch_beyond_the_calendar_is_null(reading):
    assert read_epoch(pl.Series([2**62, 10**18, -(2**63)]), reading).null_count() == 3


@pytest.mark.parametrize("text", ["9999-12-31T23:59:59-14:00", "0001-01-01T00:00:00+14:00"])
def test_an_offset_that_leads_out_of_the_calendar_is_no_time(text):
    assert read_times(pl.Series([text]), "year_first", "UTC").to_list() == [None]


def test_epoch_fractions_are_kept():
    assert read_epoch(pl.Series([1.5]), "epoch_s")[0].microsecond == 500_000


def test_whole_numbers_have_one_name():
    names = canonical_numbers(pl.Series([1.0, 2.5, -0.0, float("nan"), 2.0**60]))
    assert names.to_list()[:4] == ["1", "2.5", "0", None]


def test_booleans_have_one_name():
    assert canonical_text(pl.Series(["True", "1", "FALSE", "maybe"]), "boolean").to_list() == [
        "true", "true", "false", "maybe",
    ]  # fmt: skip
