"""A profile as bytes: read back as it was, and refused where it is not what was written."""

from __future__ import annotations

import struct
import sys
from contextlib import suppress
from dataclasses import replace

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import barograph as bg
from barograph.errors import ProfileError
from barograph.profile.codec import FORMAT_VERSION, MAGIC, content, decode, encode, load, save
from barograph.schema.model import Column, Schema


def made() -> bg.Profile:
    n = 300
    rng = np.random.default_rng(5)
    rows = pl.DataFrame(
        {
            "x": [None, np.nan, np.inf, 1e308, *rng.normal(size=n - 4).tolist()],
            "ceci n'est pas 🦜": rng.choice(["a", "b", "ü"], n).tolist(),
            "y": rng.choice(["no", "yes"], n).tolist(),
            "p": rng.choice(["no", "yes"], n).tolist(),
            "s": rng.random(n).tolist(),
        }
    )
    schema = bg.Schema.infer(rows, label="y", prediction="p", score="s", task="binary", positive="yes")
    return bg.profile(rows, schema, name="forêt")


PROFILE = made()
FILE = save(PROFILE)


def test_read_back_as_it_was():
    assert content(load(FILE)) == content(PROFILE)


def test_what_is_read_twice_shares_no_memory():
    body = encode([np.arange(5), np.zeros(2), np.empty(0, np.int64)])
    first = decode(body)
    for each in first:
        each[:] = 9
    assert [each.tolist() for each in decode(body)] == [[0, 1, 2, 3, 4], [0.0, 0.0], []]


def test_read_back_it_adds_and_compares():
    again = load(FILE)
    assert (again + PROFILE).rows == 2 * PROFILE.rows
    assert bg.compare(again, PROFILE).to_dict()["drift"]["detected"] is False


@settings(max_examples=300)
@given(st.integers(0, len(FILE) - 1), st.integers(1, 255))
def test_a_damaged_byte_never_gives_another_profile(at, change):
    damaged = bytearray(FILE)
    damaged[at] ^= change
    with suppress(ProfileError):
        assert load(bytes(damaged)).hash == PROFILE.hash


@given(st.integers(0, len(FILE) - 1))
def test_a_file_cut_short_is_refused(length):
    with pytest.raises(ProfileError, match=r"is damaged|is not a Barograph profile"):
        load(FILE[:length])


def test_a_later_version_says_to_upgrade():
    later = MAGIC + struct.pack("<H", FORMAT_VERSION + 1) + FILE[11:]
    with pytest.raises(
        ProfileError, match=rf"'a.baro' has profile format {FORMAT_VERSION + 1}.*Upgrade barograph"
    ):
        load(later, "'a.baro'")


def test_no_version_is_refused():
    with pytest.raises(ProfileError, match="damaged"):
        load(MAGIC + struct.pack("<H", 0) + FILE[11:])


@pytest.mark.parametrize("data", [b"", b"PAR1", b"BAROGRAPH", b"x,y\n1,2\n" * 50])
def test_what_is_no_profile_is_refused(data):
    with pytest.raises(
        ProfileError, match=r"not a Barograph profile; write one with barograph\.save_profile"
    ):
        load(data)


@given(st.lists(st.integers(-(2**63), 2**63 - 1)))
def test_integers_are_read_back(values):
    assert decode(encode(np.array(values, np.int64))).tolist() == values


@given(st.lists(st.floats()), st.integers(1, 3))
def test_numbers_are_read_back_bit_by_bit(values, columns):
    table = np.array(values * columns, np.float64).reshape(-1, columns)
    again = decode(encode(table))
    assert again.shape == table.shape
    assert again.tobytes() == table.tobytes()


@pytest.mark.parametrize(
    "value", [None, True, 3, 2**200, "🦜", 0.1, float("inf"), {"a": (1.5, None)}, (), ("x", ("y",))]
)
def test_plain_values_are_read_back(value):
    assert decode(encode(value)) == value


def test_integers_take_the_bytes_they_need():
    assert len(encode(np.full(1000, 7))) < 1100
    assert 2000 < len(encode(np.full(1000, 300))) < 2100


def test_equal_schemas_give_equal_bytes():
    one, other = (
        Schema(columns=(Column(name="x", null_values=("-999",), range=(0.0, None)),)) for _ in range(2)
    )
    assert encode(one) == encode(other) != encode(replace(one, timezone="Europe/Berlin"))
    assert decode(encode(one)) == one


def test_a_file_that_unpacks_to_more_than_is_read_is_refused(monkeypatch):
    monkeypatch.setattr(sys.modules[load.__module__], "_MOST_BYTES", 100)
    with pytest.raises(ProfileError, match="unpacks to more than 4 GiB"):
        load(FILE)
