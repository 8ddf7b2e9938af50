"""Hashes never change: a profile saved today must add to one made in ten years."""

from __future__ import annotations

import numpy as np
import polars as pl
import pytest

from barograph.profile.hashing import hash_integers, hash_null, hash_numbers, hash_texts, salt_of, splitmix64

# Of a pure Python splitmix64, for salt 7.
TEXTS = {
    "": 0x63CBE1E459320DD7,
    "a": 0xE5DAAA6FC1A8F201,
    "12345678": 0xD1E404BC4E6C89A4,
    "123456789": 0xC4718BB8D60CC8B3,
    "münchen": 0x557D912ECF8471A7,
    "🦜": 0x37BBAE1C857149DE,
    "x" * 65: 0xB98E4015DAD70AA1,
    "\x00": 0x4442E4266C0AC966,
}
WORD = (1 << 64) - 1


def mixed(word: int) -> int:
    """One step of the published generator, in integers."""
    word = (word + 0x9E3779B97F4A7C15) & WORD
    word = ((word ^ (word >> 30)) * 0xBF58476D1CE4E5B9) & WORD
    word = ((word ^ (word >> 27)) * 0x94D049BB133111EB) & WORD
    return word ^ (word >> 31)


def text_hash(text: str, salt: int) -> int:
    data = text.encode()
    word = mixed(len(data) + salt)
    for i in range(0, len(data), 8):
        word = mixed(word ^ int.from_bytes(data[i : i + 8], "little"))
    return word


def test_splitmix64_of_the_paper():
    words = splitmix64(np.array([0, 1, WORD], np.uint64)).tolist()
    assert words == [0xE220A8397B1DCDAF, 0x910A2DEC89025CC1, 0xE4D971771B652C20]


def test_splitmix64_in_chunks_equals_integers():
    words = np.random.default_rng(0).integers(0, WORD, 40_000, np.uint64)
    assert splitmix64(words.copy(), 5).tolist()[::997] == [mixed((int(w) + 5) & WORD) for w in words[::997]]


@pytest.mark.parametrize("text", TEXTS)
def test_texts(text):
    assert hash_texts(pl.Series([text]), 7).tolist() == [TEXTS[text]] == [text_hash(text, 7)]


def test_a_text_hashes_alike_among_others():
    together = hash_texts(pl.Series([*TEXTS, None]), 7).tolist()
    assert together == [*TEXTS.values(), int(hash_null(7))]


def test_no_texts():
    assert hash_texts(pl.Series([], dtype=pl.String), 7).tolist() == []


def test_numbers():
    words = hash_numbers(np.array([0.0, 1.0, -2.5, 5e-324, 1e308, np.inf]), 7).tolist()
    assert words[:3] == [0x63CBE1E459320DD7, 0x1EDF5EF782630677, 0x1714F3BA1FE4BAF9]
    assert words[3:] == [0x9E5651B0EF953636, 0x51195AD866EFF621, 0xC9A3CA145053DFD3]


def test_both_zeros_hash_alike():
    zero, negative = hash_numbers(np.array([0.0, -0.0]), 7).tolist()
    assert zero == negative


def test_integers():
    words = hash_integers(np.array([0, 1, -1, 2**63 - 1]), 7).tolist()
    assert words == [mixed((i + 7) & WORD) for i in (0, 1, -1, 2**63 - 1)]


def test_null_and_salts():
    assert int(hash_null(7)) == 0xF1B8D8DFC1E210AE
    assert salt_of("income") == 0xC1F4AC5F19F548D0
    assert salt_of("a") != salt_of("b")
