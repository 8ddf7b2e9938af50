"""A hash of a model's state, the same in every process that loads it."""

from __future__ import annotations

import hashlib
import pickle
from typing import Any


class _Hashed:
    """A file that hashes what is written to it, so that no second copy of a model is held."""

    def __init__(self) -> None:
        self.sha = hashlib.sha256()

    def write(self, data: Any) -> int:
        self.sha.update(data)
        return len(memoryview(data).cast("B")) if not isinstance(data, bytes) else len(data)


def model_hash(model: object) -> str:
    """SHA-256 of the model's pickle, in hexadecimal digits.

    The pickle is written without a memo: with one its bytes hang on which parts are one object, and that changes when
    a model is stored and loaded. A model that holds itself needs the memo; its hash may then differ after loading.

    Raises
    ------
    Exception
        Whatever the model raises where it cannot be pickled.

    Examples
    --------
    >>> model_hash([1.0, "a"]) == model_hash([1.0, "".join(["a"])])
    True
    """
    for fast in (True, False):
        hashed = _Hashed()
        pickler = pickle.Pickler(hashed, protocol=4)
        pickler.fast = fast
        try:
            pickler.dump(model)
        except (ValueError, RecursionError):
            if not fast:
                raise
            continue
        return hashed.sha.hexdigest()
    raise AssertionError("the second way returns or raises")
