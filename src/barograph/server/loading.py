"""Modules are loaded faster while nobody looks for garbage among them."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def loading() -> Iterator[None]:
    """Collect no garbage until the end of the block, and never look again at what there is then.

    What modules hold lives as long as the process. Python looks through all of it again and again while it grows,
    which takes an eighth of the time of a start, and later at every full collection.

    Examples
    --------
    >>> with loading():
    ...     import fractions
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
