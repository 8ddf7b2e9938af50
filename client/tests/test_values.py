"""Values on their way to JSON."""

from __future__ import annotations

import datetime as dt
import enum
import json
import math
import uuid
from collections import Counter
from decimal import Decimal
from pathlib import PurePosixPath

import numpy as np
import pandas as pd
import pytest

from barograph_client.wire.columns import columns_of, encode_columns
from barograph_client.wire.times import microseconds, time_text
from barograph_client.wire.values import is_unreadable, plain, sayable


class Colour(enum.Enum):
    RED = "red"


class Count(int):
    pass


UTC = dt.timezone.utc


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (1, 1),
        (Count(3), 3),
        (True, True),
        (None, None),
        (Colour.RED, "red"),
        (Decimal("1.25"), 1.25),
        (uuid.UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (PurePosixPath("a/b"), "a/b"),
        (dt.date(2026, 1, 31), "2026-01-31"),
        (dt.datetime(2026, 1, 31, tzinfo=UTC), "2026-01-31T00:00:00+00:00"),
        (dt.timedelta(minutes=1), 60.0),
        (np.float64(1.5), 1.5),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (np.bool_(True), True),
        (np.str_("a"), "a"),
        (np.datetime64("2026-01-31T00:00:00.000000001", "ns"), "2026-01-31T00:00:00"),
        (np.array([[1, 2], [3, 4]]), [[1, 2], [3, 4]]),
        (np.array(5.0), 5.0),
        (pd.Timestamp("2026-01-31T01:00:00"), "2026-01-31T01:00:00"),
        (pd.NaT, None),
        (pd.NA, None),
        ({"a": (1, {2})}, {"a": [1, [2]]}),
    ],
)
def test_value_is_read(value, expected):
    assert plain(value) == expected
    assert type(plain(value)) is type(expected)


def test_array_of_one_value_does_not_make_scalars_of_all():
    assert [plain(np.array(5.0)), plain(np.array([1, 2])), plain(np.float32(0.5))] == [5.0, [1, 2], 0.5]


@pytest.mark.parametrize("value", [object(), b"bytes", 1j, lambda: 1, [object()], {"a": {"b": open}}])
def test_what_json_cannot_hold_is_marked(value):
    assert is_unreadable(plain(value))


def test_value_that_holds_itself_is_marked():
    endless: list[object] = []
    endless.append(endless)
    assert is_unreadable(plain(endless))


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (math.nan, "NaN"),
        (math.inf, "Infinity"),
        (-math.inf, "-Infinity"),
        (2**63, str(2**63)),
        (-(2**63), -(2**63)),
        ("a\x00b", "a\ufffdb"),
        ("\ud83d", "\ufffd"),
        ("\U0001f600", "\U0001f600"),
        ({"\x00": math.nan}, {"\ufffd": "NaN"}),
    ],
)
def test_words_of_the_wire(value, expected):
    assert sayable(value) == expected


def encoded(columns, left_out=None):
    raw = encode_columns(columns, lambda: None, Counter() if left_out is None else left_out)
    return json.loads(raw, parse_constant=pytest.fail)["columns"]


def test_columns_survive_hostile_values():
    values = [1.5, math.nan, 2**70, "\ud800", "\x00", None, True, [1, math.inf], {"a": 1}, "\U0001f600"]
    expected = [
        1.5,
        "NaN",
        str(2**70),
        "\ufffd",
        "\ufffd",
        None,
        True,
        [1, "Infinity"],
        {"a": 1},
        "\U0001f600",
    ]
    assert encoded({"x": values}) == {"x": expected}


def test_unreadable_values_are_counted_by_column():
    left_out: Counter[str] = Counter()
    assert encoded({"x": [1, object(), b"a"], "y": [1, 2, 3]}, left_out) == {
        "x": [1, None, None],
        "y": [1, 2, 3],
    }
    assert left_out == {"x": 2}


def test_encoder_offers_the_lock_within_long_columns():
    pauses = []
    encode_columns({"x": [0.1] * 1000}, lambda: pauses.append(1), Counter())
    assert len(pauses) > 30


def test_rows_with_other_names_share_columns():
    assert columns_of([{"a": 1}, {"b": 2}, {"a": 3, "b": 4}]) == {"a": [1, None, 3], "b": [None, 2, 4]}


def test_time_keeps_its_microseconds():
    moment = dt.datetime(2026, 1, 31, 12, 0, 0, 7, tzinfo=dt.timezone(dt.timedelta(hours=2)))
    assert time_text(microseconds(moment)) == "2026-01-31T10:00:00.000007Z"


def test_time_before_1970():
    assert time_text(-1) == "1969-12-31T23:59:59.999999Z"
