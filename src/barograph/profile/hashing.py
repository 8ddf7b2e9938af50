"""Hashes of values that never change between versions or machines: splitmix64 over 64-bit words.

Source: Steele, Lea and Flood (2014), "Fast splittable pseudorandom number generators", OOPSLA.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import polars as pl
from numpy.typing import NDArray

Words = NDArray[np.uint64]

_GOLDEN = np.uint64(0x9E3779B97F4A7C15)
_FIRST = np.uint64(0xBF58476D1CE4E5B9)
_SECOND = np.uint64(0x94D049BB133111EB)
_SHIFTS = (np.uint64(30), np.uint64(27), np.uint64(31))
#: Words mixed at a time, so that every pass over them stays in the processor's cache.
_CHUNK = 1 << 15
_KEEP = np.array([(1 << (8 * k)) - 1 for k in range(8)] + [(1 << 64) - 1], dtype=np.uint64)
#: Texts that are encoded faster one by one than Polars is asked.
_FEW = 1 << 9
#: Hash of a value that is missing, before the column's salt.
NULL = np.uint64(0x6E756C6C6E756C6C)


def splitmix64(words: Words, salt: int = 0) -> Words:
    """Mix each word and a salt, in place, so that every input bit moves every output bit; returns `words`.

    Examples
    --------
    >>> hex(int(splitmix64(np.array([0], np.uint64))[0]))
    '0xe220a8397b1dcdaf'
    """
    first = np.uint64((int(_GOLDEN) + salt) % (1 << 64))
    scratch = np.empty(min(len(words), _CHUNK), np.uint64)
    for start in range(0, len(words), _CHUNK):
        part = words[start : start + _CHUNK]
        shifted = scratch[: len(part)]
        part += first
        part ^= np.right_shift(part, _SHIFTS[0], out=shifted)
        part *= _FIRST
        part ^= np.right_shift(part, _SHIFTS[1], out=shifted)
        part *= _SECOND
        part ^= np.right_shift(part, _SHIFTS[2], out=shifted)
    return words


def hash_numbers(values: NDArray[np.float64], salt: int, into: Words | None = None) -> Words:
    """Hash float64 values by their bits, in `into` if it is given; -0.0 hashes as 0.0."""
    same_zero = np.add(values, 0.0, out=None if into is None else into.view(np.float64))
    return splitmix64(same_zero.view(np.uint64), salt)


def hash_integers(values: NDArray[np.int64], salt: int) -> Words:
    """Hash 64-bit integers."""
    return splitmix64(values.astype(np.uint64), salt)


def hash_texts(texts: pl.Series, salt: int) -> Words:
    """Hash the UTF-8 bytes of each string, eight at a time; nulls hash to a constant.

    Cost: one pass over the bytes, about 5 ns a byte.
    """
    filled = texts.fill_null("") if texts.null_count() else texts
    if len(filled) <= _FEW:
        encoded = [text.encode() for text in filled.to_list()]
        lengths, joined = np.array([len(text) for text in encoded], np.int64), b"".join(encoded) + bytes(8)
    else:
        lengths = filled.str.len_bytes().to_numpy().astype(np.int64)
        joined = "".join(filled.to_list()).encode() + bytes(8)
    starts = np.concatenate(([0], np.cumsum(lengths)[:-1])) if len(lengths) else lengths
    # Every offset read as one word: an unaligned view, one byte apart.
    view: Words = np.ndarray((len(joined) - 7,), dtype="<u8", buffer=joined, strides=(1,))
    words = splitmix64(lengths.astype(np.uint64), salt)
    rows = np.arange(len(lengths))
    done = 0
    while rows.size:
        rows = rows[lengths[rows] > done]
        left = np.minimum(lengths[rows] - done, 8)
        words[rows] = splitmix64(words[rows] ^ (view[starts[rows] + done] & _KEEP[left]))
        done += 8
    if texts.null_count():
        words[texts.is_null().to_numpy()] = hash_null(salt)
    return words


def hash_null(salt: int) -> np.uint64:
    """Hash of a missing value in a column of the given salt."""
    return np.uint64(splitmix64(np.array([NULL], np.uint64), salt)[0])


@lru_cache(maxsize=1 << 14)
def salt_of(name: str) -> int:
    """Salt of a column: equal values in different columns must not cancel or coincide."""
    return int(hash_texts(pl.Series([name], dtype=pl.String), 0)[0])
