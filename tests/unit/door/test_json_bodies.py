"""JSON bodies are read exactly, or refused with the place of the fault."""

from __future__ import annotations

import json

import polars as pl
import pytest

from barograph.server.door.json_rows import json_frame, ndjson_frame
from barograph.server.door.limits import Limits
from barograph.server.errors import RequestRefused

_LIMITS = Limits()


def lines(*rows: object) -> bytes:
    return "\n".join(json.dumps(row) for row in rows).encode()


@pytest.mark.parametrize(
    "body", [b'[{"a": 1}, {"a": 2}]', b'{"rows": [{"a": 1}, {"a": 2}]}', b'{"columns": {"a": [1, 2]}}']
)
def test_three_forms_of_json_are_one_frame(body: bytes) -> None:
    assert json_frame(body, _LIMITS).equals(pl.DataFrame({"a": [1, 2]}))


def test_ndjson_takes_blank_lines_and_windows_line_ends() -> None:
    assert ndjson_frame(b'{"a": 1}\r\n\n  \n{"a": 2}\r\n', _LIMITS)["a"].to_list() == [1, 2]


def test_keys_that_come_and_go_are_null() -> None:
    frame = ndjson_frame(lines({"a": 1}, {"b": "x"}, {}), _LIMITS)
    assert frame.rows() == [(1, None), (None, "x"), (None, None)]


def test_of_a_key_twice_in_a_row_the_last_value_counts() -> None:
    assert ndjson_frame(b'{"a": 1, "a": 2}', _LIMITS)["a"].to_list() == [2]


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (b'{"a": NaN}', "unexpected character"),
        (b'{"a": 1e999}', "infinity"),
        (b'{"a": "\\ud800"}', "surrogate"),
        (b'{"a": "\xff"}', "UTF-8"),
        (b'{"a": 1', "unexpected end"),
        (b'{"a": 1}{"a": 2}', "unexpected content"),
        (b"[" * 100_000, "depth limit"),
    ],
)
def test_a_malformed_line_is_told_with_its_place(line: bytes, told: str) -> None:
    with pytest.raises(RequestRefused, match=rf"line 3, column \d+: .*{told}") as refused:
        ndjson_frame(b'{"a": 1}\n{"a": 2}\n' + line, _LIMITS)
    assert refused.value.status == 400
    assert refused.value.details[0]["line"] == 3


def test_lines_that_are_json_only_together_are_refused() -> None:
    with pytest.raises(RequestRefused, match="line 1"):
        ndjson_frame(b'{"a":[1\n2]}', _LIMITS)


@pytest.mark.parametrize(("row", "what"), [(b"3", "a number"), (b"null", "null"), (b"[1]", "an array")])
def test_a_line_that_is_no_object_says_what_it_is(row: bytes, what: str) -> None:
    with pytest.raises(RequestRefused, match=f"line 2 is {what}; expected an object"):
        ndjson_frame(b'{"a": 1}\n' + row, _LIMITS)


def test_a_byte_order_mark_is_refused() -> None:
    with pytest.raises(RequestRefused, match="byte order mark"):
        ndjson_frame(b'\xef\xbb\xbf{"a": 1}', _LIMITS)


@pytest.mark.parametrize("body", [b"3", b"null", b'{"a": 1}', b'{"rows": 3}', b'{"rows": [], "x": 1}'])
def test_json_of_another_form_says_which_there_are(body: bytes) -> None:
    with pytest.raises(RequestRefused, match=r"neither \[rows\]"):
        json_frame(body, _LIMITS)


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(RequestRefused, match="column 'b' has 1 values, the first has 2"):
        json_frame(b'{"columns": {"a": [1, 2], "b": [1]}}', _LIMITS)


def test_too_many_rows_are_refused_before_they_are_read() -> None:
    with pytest.raises(RequestRefused, match="has 4 rows; expected at most 3") as refused:
        ndjson_frame(b"no json\n" * 4, Limits(rows=3))
    assert refused.value.status == 413


def test_too_many_columns_in_different_rows_are_refused() -> None:
    with pytest.raises(RequestRefused, match="5 columns; expected at most 4"):
        ndjson_frame(lines(*({f"c{i}": 1} for i in range(5))), Limits(columns=4))


def test_rows_that_would_fill_the_memory_by_being_sparse_are_refused() -> None:
    rows = [{f"c{i}": 1} for i in range(900)]
    with pytest.raises(RequestRefused, match="cells; expected at most 1,000"):
        ndjson_frame(lines(*rows), Limits(cells=1_000))


def test_a_million_empty_arrays_are_refused() -> None:
    with pytest.raises(RequestRefused, match="objects and arrays") as refused:
        json_frame(b"[" + b"[]," * 1_100_000 + b"[]]", _LIMITS)
    assert refused.value.status == 413


@pytest.mark.parametrize("body", [b'[{"x": %s}]', b'{"columns": {"x": [%s]}}', b'[{"x": 1}, {"x": %s}]'])
def test_values_nested_deeper_than_is_written_are_refused(body: bytes) -> None:
    with pytest.raises(RequestRefused, match="at most 250 inside each other") as refused:
        json_frame(body % (b"[" * 300 + b"]" * 300), _LIMITS)
    assert refused.value.status == 400
