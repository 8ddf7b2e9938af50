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
