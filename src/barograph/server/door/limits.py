"""What one request may hold."""

from __future__ import annotations

from dataclasses import dataclass

from barograph.config.settings import Settings
from barograph.server.door.errors import too_large
from barograph.server.errors import RequestRefused

#: Below this, a body may unpack to any size that fits the others: equal rows pack by more than any ratio.
_LEAST_UNPACKED_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """Limits of one request.

    Attributes
    ----------
    body_bytes : of JSON, as sent and unpacked.
    binary_bytes : of Arrow and Parquet, as sent and unpacked.
    rows, columns : of one batch.
    cells : rows × columns.
    text_length : of one value, in bytes of UTF-8.
    ratio : how many times its size a body may unpack to, above 1 MiB.
    """

    body_bytes: int = 10 << 20
    binary_bytes: int = 50 << 20
    rows: int = 50_000
    columns: int = 1_000
    cells: int = 10_000_000
    text_length: int = 65_536
    ratio: int = 100

    def unpacked_bytes(self, packed_bytes: int, most_bytes: int) -> int:
        """How large a packed body may be unpacked.

        Examples
        --------
        >>> Limits().unpacked_bytes(50_000, 10 << 20)
        5000000
        """
        return min(most_bytes, max(_LEAST_UNPACKED_BYTES, self.ratio * packed_bytes))

    def check_shape(self, rows: int, columns: int) -> None:
        """Refuse a table of too many rows, columns or cells; raises RequestRefused (413)."""
        for what, found, most in (
            ("rows", rows, self.rows),
            ("columns", columns, self.columns),
            ("cells", rows * columns, self.cells),
        ):
            if found > most:
                raise over(what, found, most)


def limits_of(settings: Settings) -> Limits:
    """The limits that a server is set to."""
    return Limits(
        body_bytes=settings.body_bytes, binary_bytes=settings.columnar_body_bytes, rows=settings.rows,
        columns=settings.columns, text_length=settings.text_length, ratio=settings.ratio,
    )  # fmt: skip


def over(what: str, found: int, most: int) -> RequestRefused:
    """Build the error for a batch with more of something than it may have.

    Examples
    --------
    >>> str(over("rows", 70, 50))
    'the batch has 70 rows; expected at most 50. Send it in several.'
    """
    return too_large(
        f"the batch has {found:,} {what}; expected at most {most:,}. Send it in several.",
        limit=what, most=most, found=found,
    )  # fmt: skip
