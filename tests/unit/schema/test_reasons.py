"""Reasons of columns, known again from the text that a schema keeps."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import polars as pl
import pytest

import barograph as bg
from barograph.locale.language import language
from barograph.locale.said import Said
from barograph.schema.kinds import cannot_profile
from barograph.schema.reasons import said_again
from barograph.schema.roles import suggest_roles

N = 240
COLUMNS = {
    "integers": list(range(N)),
    "few": [i % 3 + 1 for i in range(N)],
    "flag": [i % 2 for i in range(N)],
    "floats": [i / 7 for i in range(N)],
    "whole": [float(i % 50) for i in range(N)],
    "sentinel": [-999 if i % 9 == 0 else i % 100 for i in range(N)],
    "far": [99999 if i % 9 == 0 else i % 100 - 50 for i in range(N)],
    "since": [1_704_412_800 + i for i in range(N)],
    "truth": [i % 2 == 0 for i in range(N)],
    "true text": ["true" if i % 2 else "false" for i in range(N)],
    "yes": ["yes" if i % 2 else "no" for i in range(N)],
    "zip": [f"0{i:04d}" for i in range(N)],
    "digits": [f"{10**18 + i}" for i in range(N)],
    "numbers": [f"{i}.5" for i in range(N)],
    "mixed": ["-" if i % 40 == 0 else "n/k" if i % 41 == 0 else f"{i}.5" for i in range(N)],
    "comma": [f"{i},5" for i in range(N)],
    "thousands": [f"{i + 1},500.5" for i in range(N)],
    "words": [f"value {i % 5}" for i in range(N)],
    "codes": [f"k{i}" for i in range(N)],
    "prose": [f"this is what customer {i} wrote" for i in range(N)],
    "day first": [f"{i % 28 + 1:02d}/03/2024" for i in range(N)],
    "month first": [f"03/{i % 28 + 1:02d}/2024" for i in range(N)],
    "iso": [f"2024-03-{i % 28 + 1:02d}T10:00" for i in range(N)],
    "zoned": [f"2024-03-{i % 28 + 1:02d}T10:00Z" for i in range(N)],
    "date": [date(2024, 3, 1) + timedelta(days=i) for i in range(N)],
    "moment": [datetime(2024, 3, 1, tzinfo=UTC) + timedelta(hours=i) for i in range(N)],
    "local": [datetime(2024, 3, 1) + timedelta(hours=i) for i in range(N)],
    "lasted": [timedelta(seconds=i) for i in range(N)],
    "clock": [time(i % 24) for i in range(N)],
    "lists": [[i] for i in range(N)],
    "bytes": [b"a"] * N,
}


def unknown(reason: str) -> list[str]:
    """Clauses of a reason that are not known again."""
    said = said_again(reason)
    assert said == reason
    assert isinstance(said, Said)
    return [clause for clause in said.values.values() if not isinstance(clause, Said)]


@pytest.mark.parametrize("name", COLUMNS)
def test_the_reason_of_a_column_is_known_again(name):
    schema = bg.Schema.infer(pl.DataFrame({name: COLUMNS[name]}))
    reason = schema.not_profiled[name] if name in schema.not_profiled else schema.column(name).reason
    assert unknown(reason) == []
    assert not language("zh-CN").said(said_again(reason)).isascii()


@pytest.mark.parametrize(
    "given",
    [
        {"label": "numbers", "prediction": "floats"},
        {"label": "yes", "score": "flag", "positive": "yes"},
        {"timestamp": "iso", "id": "codes"},
        {"timestamp": "since"},
        {"kinds": {"few": "categorical"}},
        {"readings": {"day first": "day_first"}},
    ],
)
def test_that_of_a_role_or_a_kind_somebody_set_too(given):
    rows = pl.DataFrame({name: COLUMNS[name] for name in COLUMNS if name not in ("lists", "bytes")})
    schema = bg.Schema.infer(rows, **given)
    assert [unknown(column.reason) for column in schema.columns if unknown(column.reason)] == []


def test_that_of_a_role_that_is_proposed_too():
    rows = pl.DataFrame(
        {"y_pred": [1.0, 2.0], "outcome": [1.0, 3.0], "row": ["a", "b"], "at": [datetime(2024, 1, 1)] * 2}
    )
    proposed = suggest_roles(rows, bg.Schema.infer(rows))
    assert proposed
    assert [each.reason for each in proposed if unknown(each.reason)] == []


@pytest.mark.parametrize("values", [[None], [object()]])
def test_that_of_what_cannot_be_profiled_too(values):
    reason = cannot_profile(pl.Series(values))
    assert reason is not None
    assert unknown(reason) == []


def test_what_a_person_wrote_stays():
    assert said_again("as agreed with the owner") == "as agreed with the owner"
    assert said_again("") == ""


def test_a_clause_longer_than_any_of_ours_is_not_looked_for():
    reason = "several words a value and " + "1 different ones in " * 200 + "3 rows: prose"
    assert said_again(f"{reason}; whole numbers").values == {"p0": reason, "p1": "whole numbers"}
