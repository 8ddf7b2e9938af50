"""Profiles from clients: read with limits, and never more than a clear refusal."""

from __future__ import annotations

import hashlib
import zlib
from contextlib import suppress

import polars as pl
import pytest

import barograph as bg
from barograph.errors import BarographError, ProfileError
from barograph.profile.codec import _HEAD, MAGIC, content, save
from barograph.server.catalog.profiles import received_profile


def small() -> bg.Profile:
    frame = pl.DataFrame({"x": [float(i % 7) for i in range(200)], "c": ["a", "b"] * 100})
    return bg.profile(frame, bg.Schema.infer(frame))


def signed(body: bytes) -> bytes:
    """A file whose checksum holds, whatever is in it."""
    return _HEAD.pack(MAGIC, 1, hashlib.sha256(body).digest()) + zlib.compress(body)


def head(text: bytes) -> bytes:
    """Content of a head and no arrays."""
    return len(text).to_bytes(8, "little") + text


def test_a_profile_comes_as_it_was_saved():
    sent = small()
    assert received_profile(save(sent), largest_bytes=10**8) == sent


def test_a_profile_that_unpacks_to_too_much_is_refused():
    with pytest.raises(ProfileError, match="unpacks to more than"):
        received_profile(signed(bytes(10**7)), largest_bytes=10**6)


@pytest.mark.parametrize("data", [b"", b"BAROGRAPH", b"PK\x03\x04", signed(b""), signed(b"\xff" * 100)])
def test_what_is_no_profile_is_refused(data):
    with pytest.raises(ProfileError):
        received_profile(data, largest_bytes=10**8)


def test_a_file_made_to_deceive_is_at_most_refused(rng):
    body = content(small())
    for _ in range(60):
        changed = bytearray(body)
        for at in rng.integers(8, len(body), 3):
            changed[at] = rng.integers(256)
        with suppress(BarographError):
            assert received_profile(signed(bytes(changed)), largest_bytes=10**8).rows >= 0


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"[]",
        head(b"no json"),
        head(b'[{},{"l":[' * 20_000),
        head(b'[{},{"r":["os.system","x"]}]'),
        head(b'[{},{"o":[[1000000000000000],[]]}]'),
        head(b'[{},{"r":["Profile"]}]'),
        head(b'[{"q8":9},{"a":["q8",[9]]}]'),
    ],
    ids=["empty", "short", "no JSON", "nested", "another class", "huge", "without fields", "without arrays"],
)
def test_a_strangers_file_is_told_to_be_damaged_by_the_library_too(body, tmp_path):
    path = tmp_path / "week.baro"
    path.write_bytes(signed(body))
    with pytest.raises(ProfileError, match=r"'week\.baro' is damaged"):
        bg.load_profile(path)
