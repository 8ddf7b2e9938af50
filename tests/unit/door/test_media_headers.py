"""What a request's headers say is read, or refused with what was expected."""

from __future__ import annotations

import pytest

from barograph.server.door.headers import read_headers, read_version
from barograph.server.door.media import form_of, packing_of
from barograph.server.errors import RequestRefused


@pytest.mark.parametrize(
    "kind", [None, "", "text/plain", "application/xml", "multipart/form-data; boundary=x"]
)
def test_other_content_types_name_those_there_are(kind: str | None) -> None:
    with pytest.raises(RequestRefused, match="Expected one of: application/x-ndjson") as refused:
        form_of(kind)
    assert refused.value.status == 415


def test_a_charset_other_than_utf8_is_refused() -> None:
    assert form_of('application/json; charset="UTF-8"') == "json"
    with pytest.raises(RequestRefused, match="charset 'utf-16' is not read"):
        form_of("application/json; charset=utf-16")


@pytest.mark.parametrize("encoding", ["br", "deflate", "gzip, gzip", "gzip,zstd"])
def test_other_encodings_and_nested_ones_are_refused(encoding: str) -> None:
    with pytest.raises(RequestRefused, match="expected gzip, zstd or none") as refused:
        packing_of(encoding)
    assert refused.value.status == 415


def test_without_a_key_every_batch_has_an_id_of_its_own() -> None:
    one, other = read_headers({}), read_headers({})
    assert one.batch_id != other.batch_id
    assert not one.retried


@pytest.mark.parametrize("key", ["", "a b", "a\nb", "ü", "x" * 201])
def test_a_key_that_no_log_line_holds_is_refused(key: str) -> None:
    with pytest.raises(RequestRefused, match="Idempotency-Key") as refused:
        read_headers({"idempotency-key": key})
    assert refused.value.status == 422


@pytest.mark.parametrize("text", ["1300000000000000", "2011-03-13T07:06:40Z", "2011-03-13T08:06:40+01:00"])
def test_the_senders_clock_is_read(text: str) -> None:
    assert read_headers({"barograph-sent-at": text}).sent_at == 1_300_000_000_000_000


@pytest.mark.parametrize("text", ["yesterday", "-1", "2011-03-13T07:06:40", "9" * 30])
def test_a_clock_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(RequestRefused, match="Barograph-Sent-At"):
        read_headers({"barograph-sent-at": text})


def test_dropped_rows_are_read_by_reason() -> None:
    told = "overflow=120, sampling=0.25, values=3, from=1700000000000000, to=1700000001000000, dead=0"
    dropped = read_headers({"barograph-dropped": told}).dropped
    assert dict(dropped.rows) == {"overflow": 120}
    assert dropped.at == 1_700_000_000_000_000


@pytest.mark.parametrize("text", ["overflow", "a=b", "a=1;b=2", "x=" + "9" * 40, ",".join(["a=1"] * 40)])
def test_a_report_that_cannot_be_read_is_refused(text: str) -> None:
    with pytest.raises(RequestRefused, match="Barograph-Dropped"):
        read_headers({"barograph-dropped": text})


def test_a_version_is_one_line_of_text() -> None:
    assert read_version("2026-01") == "2026-01"
    with pytest.raises(RequestRefused, match="version"):
        read_version("a\nb")
