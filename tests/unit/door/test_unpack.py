"""Packed bodies come out whole, or are refused before they fill the memory."""

from __future__ import annotations

import gzip
import tracemalloc

import pytest
import zstandard

from barograph.server.door.limits import Limits
from barograph.server.door.unpack import unpack
from barograph.server.errors import RequestRefused

_LIMITS = Limits()
_MOST = 10 << 20


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_a_packed_body_comes_out_whole(packing: str, pack: object) -> None:
    body = bytes(range(256)) * 3_000
    assert unpack(pack(body), packing, _LIMITS, _MOST) == body


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_members_follow_each_other(packing: str, pack: object) -> None:
    assert unpack(pack(b"one,") + pack(b"two"), packing, _LIMITS, _MOST) == b"one,two"


def test_zeros_after_a_gzip_member_are_padding() -> None:
    assert unpack(gzip.compress(b"one") + b"\0" * 9, "gzip", _LIMITS, _MOST) == b"one"


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_a_bomb_is_refused_without_filling_the_memory(packing: str, pack: object) -> None:
    bomb = pack(bytes(200_000_000))
    tracemalloc.start()
    with pytest.raises(RequestRefused, match="unpacks to more than") as refused:
        unpack(bomb, packing, _LIMITS, _MOST)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert refused.value.status == 413
    assert peak < 3 * _MOST


def test_the_ratio_is_refused_below_the_size() -> None:
    bomb = gzip.compress(bytes(8_000_000))
    with pytest.raises(RequestRefused, match="100 times its packed size"):
        unpack(bomb, "gzip", _LIMITS, _MOST)


def test_equal_rows_pack_beyond_the_ratio_and_are_taken() -> None:
    body = b'{"a": 1}\n' * 50_000
    assert len(gzip.compress(body)) * 100 < len(body)
    assert unpack(gzip.compress(body), "gzip", _LIMITS, _MOST) == body


def test_members_of_many_bombs_count_together() -> None:
    bomb = gzip.compress(bytes(900_000)) * 20
    with pytest.raises(RequestRefused, match="unpacks to more than"):
        unpack(bomb, "gzip", Limits(ratio=1), _MOST)


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_a_body_cut_short_says_so(packing: str, pack: object) -> None:
    with pytest.raises(RequestRefused, match=f"{packing} body ends early"):
        unpack(pack(b"row " * 1_000)[:-5], packing, _LIMITS, _MOST)


@pytest.mark.parametrize("packing", ["gzip", "zstd"])
def test_what_is_no_packing_says_what_was_expected(packing: str) -> None:
    with pytest.raises(RequestRefused, match=f"no {packing}.*what Content-Encoding says"):
        unpack(b"plain rows", packing, _LIMITS, _MOST)


@pytest.mark.parametrize(("packing", "pack"), [("gzip", gzip.compress), ("zstd", zstandard.compress)])
def test_endless_members_are_refused(packing: str, pack: object) -> None:
    with pytest.raises(RequestRefused, match=r"more than 100 (members|frames)"):
        unpack(pack(b"") * 5_000, packing, _LIMITS, _MOST)


def test_a_frame_that_asks_for_a_huge_window_is_refused() -> None:
    header = b"\x28\xb5\x2f\xfd\x00\xff" + bytes(8)
    with pytest.raises(RequestRefused, match="no zstd") as refused:
        unpack(header, "zstd", _LIMITS, _MOST)
    assert refused.value.status == 400
