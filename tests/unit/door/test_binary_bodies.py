"""Arrow and Parquet are read as they were written; hostile ones are refused, and end nothing."""

from __future__ import annotations

import io
import struct
from contextlib import suppress

import polars as pl
import pyarrow as pa
import pytest

from barograph.server.door.arrow_walk import check_stream
from barograph.server.door.decode import decode
from barograph.server.door.limits import Limits
from barograph.server.errors import RequestRefused

_ROWS = pl.DataFrame({"a": [1, 2, None], "s": ["x", None, "zz"], "f": [0.5, float("nan"), None]})
_LIMITS = Limits()


def stream(frame: pl.DataFrame, compression: str = "lz4") -> bytes:
    out = io.BytesIO()
    frame.write_ipc_stream(out, compression=compression)
    return out.getvalue()


def file(frame: pl.DataFrame, form: str) -> bytes:
    out = io.BytesIO()
    frame.write_parquet(out) if form == "parquet" else frame.write_ipc(out)
    return out.getvalue()


@pytest.mark.parametrize("compression", ["uncompressed", "lz4", "zstd"])
def test_a_stream_is_read_as_written(compression: str) -> None:
    assert decode(stream(_ROWS, compression), "arrow_stream", "none", _LIMITS).equals(_ROWS)


@pytest.mark.parametrize("form", ["parquet", "arrow_file"])
def test_a_file_is_read_as_written(form: str) -> None:
    assert decode(file(_ROWS, form), form, "none", _LIMITS).equals(_ROWS)


def test_pyarrow_writes_the_same_stream_in_many_batches() -> None:
    out = io.BytesIO()
    table = pa.table({"a": list(range(1_000))})
    with pa.ipc.new_stream(out, table.schema) as writer:
        writer.write_table(table, max_chunksize=10)
    assert decode(out.getvalue(), "arrow_stream", "none", _LIMITS)["a"].sum() == 499_500


def test_narrow_types_are_widened_and_codes_become_text() -> None:
    frame = pl.DataFrame(
        {
            "i": pl.Series([1], dtype=pl.UInt8), "f": pl.Series([0.5], dtype=pl.Float32),
            "c": pl.Series(["x"], dtype=pl.Categorical), "d": pl.Series(["1.5"]).str.to_decimal(scale=1),
            "l": [[1, 2]], "big": pl.Series([2**64 - 1], dtype=pl.UInt64),
        }
    )  # fmt: skip
    held = decode(stream(frame), "arrow_stream", "none", _LIMITS)
    assert held.row(0) == (1, 0.5, "x", 1.5, "[1,2]", "18446744073709551615")
    assert held.dtypes == [pl.Int64, pl.Float64, pl.String, pl.Float64, pl.String, pl.String]


@pytest.mark.parametrize("cut", [0, 1, 7, 8, 100, -1, -20])
def test_a_stream_cut_short_is_refused(cut: int) -> None:
    with pytest.raises(RequestRefused, match=r"no whole Arrow IPC stream|no rows") as refused:
        decode(stream(_ROWS)[:cut], "arrow_stream", "none", _LIMITS)
    assert refused.value.status == 400


def test_a_buffer_that_claims_to_unpack_to_anything_is_refused() -> None:
    body = stream(pl.DataFrame({"f": [0.5] * 10_000}))
    told = struct.pack("<q", 80_000)
    assert told in body
    with pytest.raises(RequestRefused, match="unpacks to more than") as refused:
        check_stream(body.replace(told, struct.pack("<q", 2**60)), _LIMITS)
    assert refused.value.status == 413


def test_types_nested_without_end_are_refused() -> None:
    kind = pa.int64()
    for _ in range(40):
        kind = pa.struct([("a", kind)])
    out = io.BytesIO()
    with pa.ipc.new_stream(out, pa.schema([("a", kind)])):
        pass
    with pytest.raises(RequestRefused, match="nested more than 16 deep"):
        check_stream(out.getvalue(), _LIMITS)


def test_rows_beyond_the_limit_are_told_from_the_header() -> None:
    with pytest.raises(RequestRefused, match="has 3 rows; expected at most 2"):
        check_stream(stream(_ROWS), Limits(rows=2))


def test_columns_beyond_the_limit_are_refused() -> None:
    with pytest.raises(RequestRefused, match="has 3 columns; expected at most 2"):
        check_stream(stream(_ROWS), Limits(columns=2))


def test_a_short_text_in_many_rows_counts_as_often() -> None:
    codes = pl.DataFrame({"c": pl.Series(["x" * 60_000] * 2_000, dtype=pl.Categorical)})
    with pytest.raises(RequestRefused, match="120,000,000 bytes of text"):
        decode(stream(codes), "arrow_stream", "none", _LIMITS)


def test_columns_named_twice_are_refused() -> None:
    out = io.BytesIO()
    with pa.ipc.new_stream(out, pa.schema([("a", pa.int64()), ("a", pa.int64())])) as writer:
        writer.write_batch(pa.record_batch([[1], [2]], names=["a", "a"]))
    with pytest.raises(RequestRefused, match="cannot be read"):
        decode(out.getvalue(), "arrow_stream", "none", _LIMITS)


def test_damaged_streams_are_refused_or_read_and_end_nothing() -> None:
    body = stream(_ROWS)
    for at in range(0, len(body), 3):
        damaged = body[:at] + bytes([body[at] ^ 0xFF]) + body[at + 1 :]
        with suppress(RequestRefused):
            decode(damaged, "arrow_stream", "none", _LIMITS)


@pytest.mark.parametrize("body", [b"", b"PAR1", b"PAR1" + bytes(40) + b"PAR1", file(_ROWS, "parquet")[:-9]])
def test_what_is_no_parquet_is_refused(body: bytes) -> None:
    with pytest.raises(RequestRefused, match="cannot be read") as refused:
        decode(body, "parquet", "none", _LIMITS)
    assert refused.value.status == 400


def test_a_small_parquet_of_ten_million_rows_is_refused_by_its_footer() -> None:
    body = file(pl.DataFrame({"x": pl.repeat(0.0, 10_000_000, eager=True)}), "parquet")
    assert len(body) < 100_000
    with pytest.raises(RequestRefused, match="10,000,000 rows") as refused:
        decode(body, "parquet", "none", _LIMITS)
    assert refused.value.status == 413


def test_a_small_parquet_of_gigabytes_of_text_is_refused() -> None:
    body = file(pl.DataFrame({"x": pl.repeat("x" * 60_000, 50_000, eager=True)}), "parquet")
    with pytest.raises(RequestRefused, match="bytes") as refused:
        decode(body, "parquet", "none", _LIMITS)
    assert refused.value.status == 413


def test_a_batch_without_rows_is_refused() -> None:
    with pytest.raises(RequestRefused, match="no rows; expected one"):
        decode(stream(_ROWS.clear()), "arrow_stream", "none", _LIMITS)
