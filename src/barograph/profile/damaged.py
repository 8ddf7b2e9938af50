"""What a file that was made to deceive raises while it is read, told as what it is: a damaged file."""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager

import polars as pl

from barograph.errors import BarographError, ProfileError

#: A profile's own code checks none of it, neither while it is decoded nor when it is first used.
_DECEPTIONS = (
    KeyError, IndexError, ValueError, TypeError, AttributeError, RecursionError, MemoryError, ArithmeticError,
    AssertionError, struct.error, pl.exceptions.PolarsError, pl.exceptions.PanicException,
)  # fmt: skip


@contextmanager
def told_as_damaged(origin: str) -> Iterator[None]:
    """Raise ProfileError for whatever a damaged profile raises.

    Parameters
    ----------
    origin : named in the error.

    Examples
    --------
    >>> with told_as_damaged("a.baro"):
    ...     {}["grid"]
    Traceback (most recent call last):
    barograph.errors.ProfileError: a.baro is damaged (KeyError); make it again from its rows.
    """
    try:
        yield
    except BarographError:
        raise
    except _DECEPTIONS as error:
        what = "is damaged, or larger than memory holds" if isinstance(error, MemoryError) else "is damaged"
        raise ProfileError(
            f"{origin} {what} ({type(error).__name__}); make it again from its rows."
        ) from error
