"""No garbage is looked for while a model is judged."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def collecting_later() -> Iterator[None]:
    """Collect no garbage until the end of the block.

    Judging makes thousands of small values, none of which refer to each other in a circle: they are gone as soon as
    they are not needed. Python looks through them all the same, and through the references that are held, which takes
    a tenth of the time.

    Examples
    --------
    >>> with collecting_later():
    ...     gc.isenabled()
    False
    """
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
