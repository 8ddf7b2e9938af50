"""Distinct counts within the sketch's error; shortcuts that change nothing."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from barograph.profile import sketch
from barograph.profile.hashing import hash_numbers
from barograph.profile.sketch import DISTINCT_ERROR, REGISTERS, SmallestHashes, distinct, update_registers


def registers_of(words: np.ndarray) -> np.ndarray:
    registers = np.zeros((1, REGISTERS), np.uint8)
    update_registers(registers, words.copy(), None)
    return registers


def words_of(n: int, salt: int = 0) -> np.ndarray:
    return hash_numbers(np.arange(n, dtype=np.float64), salt)


@pytest.mark.parametrize("n", [10, 100, 1_000, 10_000, 100_000, 1_000_000])
def test_within_three_standard_errors(n):
    assert distinct(registers_of(words_of(n))[0]) == pytest.approx(n, rel=3 * DISTINCT_ERROR, abs=1)


@pytest.mark.parametrize("n", [30, 1_000, 30_000])
def test_no_bias(n):
    estimates = [distinct(registers_of(words_of(n, salt))[0]) for salt in range(100)]
    assert np.mean(estimates) == pytest.approx(n, rel=4 * DISTINCT_ERROR / 10)


def test_nothing_and_one_value():
    assert distinct(registers_of(words_of(0))[0]) == 0.0
    assert distinct(registers_of(np.repeat(words_of(1), 1000))[0]) == pytest.approx(1.0, abs=0.01)


def test_registers_of_parts_merge():
    whole = registers_of(words_of(50_000))
    assert (
        np.maximum(registers_of(words_of(50_000)[:20_000]), registers_of(words_of(50_000)[20_000:])) == whole
    ).all()


@pytest.mark.parametrize("n", [100_000, 400_000])
def test_rows_passed_over_change_nothing(n, monkeypatch):
    shortened = registers_of(words_of(n))
    monkeypatch.setattr(sketch, "_FIRST_ROWS", n)
    assert (registers_of(words_of(n)) == shortened).all()


def test_cells_are_sketched_apart():
    words, cell = words_of(1000), np.arange(1000) % 3
    registers = np.zeros((3, REGISTERS), np.uint8)
    update_registers(registers, words.copy(), cell)
    for c in range(3):
        assert (registers[c] == registers_of(words[cell == c])[0]).all()


rows = st.lists(st.integers(0, 60), max_size=200).map(lambda v: np.array(v, np.uint64))


@given(rows, rows)
def test_smallest_hashes_of_parts_merge(a, b):
    merged = SmallestHashes.union([SmallestHashes.of(a), SmallestHashes.of(b)])
    whole = SmallestHashes.of(np.concatenate((a, b)))
    assert merged.hashes.tolist() == whole.hashes.tolist()
    assert merged.counts.tolist() == whole.counts.tolist()


@pytest.mark.parametrize("repeats", [1, 3, 50])
def test_smallest_hashes_of_many_rows(repeats):
    words = np.random.default_rng(2).permutation(np.repeat(words_of(9_000 // repeats), repeats))
    parts = SmallestHashes.of(words[:1_500])
    for start in range(1_500, len(words), 4_500):
        parts = SmallestHashes.union([parts, SmallestHashes.of(words[start : start + 4_500])])
    whole = SmallestHashes.of(words)
    assert len(whole.hashes) == min(SmallestHashes.K, 9_000 // repeats)
    assert whole.counts.tolist() == [repeats] * len(whole.hashes)
    assert (parts.hashes.tolist(), parts.counts.tolist()) == (whole.hashes.tolist(), whole.counts.tolist())


def test_distinct_share_of_duplicates():
    assert SmallestHashes.of(np.repeat(words_of(100), 4)).distinct_share() == 0.25
    assert SmallestHashes.of(words_of(0)).distinct_share() == 1.0
