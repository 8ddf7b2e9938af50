"""A schema inferred from rows of any origin."""

from __future__ import annotations

from typing import Final

from barograph.frames.source import source
from barograph.schema.infer import Told, infer
from barograph.schema.model import Schema

_ROWS: Final = 20_000
_CELLS: Final = 4_000_000
_LEAST_ROWS: Final = 500


def infer_schema(data: object, told: Told | None = None) -> Schema:
    """Infer a schema from a sample of rows; `Schema.infer` says how.

    Parameters
    ----------
    data : anything `source` reads.
    told : roles, task and kinds given by the user.

    Notes
    -----
    Cost: at most 20,000 rows, spread over the data (fewer where there are more than 200 columns).

    Examples
    --------
    >>> import polars as pl
    >>> infer_schema(pl.DataFrame({"zip": ["007", "042"]})).column("zip").kind
    'categorical'
    """
    rows = source(data)
    return infer(rows.sample(sample_rows(len(rows.types))), told)


def sample_rows(columns: int) -> int:
    """Return how many rows inference looks at, so that wide data costs no more than long data.

    Examples
    --------
    >>> sample_rows(20), sample_rows(10_000)
    (20000, 500)
    """
    return min(_ROWS, max(_LEAST_ROWS, _CELLS // max(columns, 1)))
