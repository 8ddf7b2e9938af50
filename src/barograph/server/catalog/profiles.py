"""Profiles that someone else wrote: read with limits, and tried before they are kept."""

from __future__ import annotations

import zlib
from typing import Final

import polars as pl

from barograph.api import profile
from barograph.errors import ProfileError
from barograph.profile.codec import load
from barograph.profile.damaged import told_as_damaged
from barograph.profile.value import Profile

_HEAD_BYTES: Final = 43


def received_profile(data: bytes, *, largest_bytes: int) -> Profile:
    """Read a profile from a client.

    Parameters
    ----------
    data : a file as `barograph.save_profile` writes it.
    largest_bytes : of its content, once unpacked.

    Raises
    ------
    ProfileError
        Where it is no profile, is damaged, too large, or does not work.
    """
    unpacked = zlib.decompressobj()
    try:
        content = unpacked.decompress(data[_HEAD_BYTES:], largest_bytes + 1)
    except zlib.error:
        content = b""
    if len(content) > largest_bytes:
        raise ProfileError(
            f"the profile unpacks to more than {largest_bytes:,} bytes; keep fewer columns or windows."
        )
    del content
    with told_as_damaged("the file"):
        found = load(data, "the file")
        _try_out(found)
    return found


def _try_out(found: Profile) -> None:
    """Count one row of nulls on its grid and add it: what cannot be counted with must not reach the worker."""
    nulls = pl.DataFrame({name: pl.Series([None], dtype=pl.String) for name in found.schema.names})
    assert profile(nulls, like=found, every=None, sample=False).grid.hash == found.grid.hash
    assert found.hash
    assert found.rows >= 0
