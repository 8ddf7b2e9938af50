"""Addresses of databases, whose secrets stand in environment variables."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Final

from barograph.server.sources.increment import SourceError

#: Only these variables are read: others are no business of a source.
PREFIX: Final = "BAROGRAPH_SOURCE_"
_NAMED: Final = re.compile(r"\$\{([^}]*)\}")


def filled_in(address: str, environment: Mapping[str, str]) -> str:
    """An address with its variables' values.

    Raises
    ------
    SourceError
        For a variable that is not set, or of another name than `BAROGRAPH_SOURCE_…`.

    Examples
    --------
    >>> filled_in("postgresql://me:${BAROGRAPH_SOURCE_PW}@db/x", {"BAROGRAPH_SOURCE_PW": "s"})
    'postgresql://me:s@db/x'
    """

    def value(found: re.Match[str]) -> str:
        name = found[1]
        if not name.startswith(PREFIX):
            raise SourceError(f"${{{name}}} is not read; names of a source's variables begin with {PREFIX}.")
        if name not in environment:
            raise SourceError(f"environment variable {name} is not set; set it where the server is started.")
        return environment[name]

    return _NAMED.sub(value, address)
