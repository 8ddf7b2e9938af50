"""Errors: one root, each also a builtin, each saying what is wrong, what was expected and what to do."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from difflib import get_close_matches


class BarographError(Exception):
    """Root of every error raised on purpose by this package."""

    def __str__(self) -> str:
        return str(self.args[0]) if self.args else ""


class SchemaError(BarographError, ValueError):
    """The schema contradicts itself or the data it is applied to."""


class PositiveClassUnknown(SchemaError):
    """Which of a label's two classes is the positive one was not said, and no value says it."""


class DataError(BarographError, ValueError):
    """Rows, or a file of rows, cannot be read as asked."""


class ColumnMissing(BarographError, KeyError):
    """A named column does not exist in the data or the profile."""


class ProfileError(BarographError, ValueError):
    """A saved profile is damaged, or was written by a later version."""


class GridMismatch(BarographError, ValueError):
    """Two profiles do not share one grid, so they can neither be added nor compared."""


class AddressError(BarographError, ValueError):
    """A metric address cannot be parsed or names nothing."""


class CheckError(BarographError, ValueError):
    """A check cannot be parsed, could never fail, or stands wrongly in its file."""


class MonitorError(BarographError, ValueError):
    """A monitor cannot be read, watches nothing there is, or could never be an alert."""


class MissingExtra(BarographError, ImportError):
    """An optional dependency is needed and not installed."""


def did_you_mean(name: str, names: Iterable[str]) -> str:
    """Return ``"; did you mean 'x'?"`` for the nearest of `names`, or an empty string.

    Examples
    --------
    >>> did_you_mean("incme", ["income", "age"])
    "; did you mean 'income'?"
    """
    near = get_close_matches(name, list(names), n=1)
    return f"; did you mean {near[0]!r}?" if near else ""


def message_of(error: BarographError) -> str:
    """What an error says, as it was given: a sentence that can be said in another language stays one.

    Examples
    --------
    >>> message_of(DataError("the file is empty."))
    'the file is empty.'
    """
    first = error.args[0] if error.args else ""
    return first if isinstance(first, str) else str(error)


def check_known(
    holder: str, said: Iterable[tuple[str, object, Collection[str]]], error: type[BarographError]
) -> None:
    """Raise `error` for the first setting of a holder, (name, value, values allowed), that is not known.

    Examples
    --------
    >>> check_known("column 'x'", [("kind", "numeric", ("numeric", "text"))], SchemaError)
    """
    for what, value, allowed in said:
        if value not in allowed:
            hint = did_you_mean(str(value), allowed) or "."
            raise error(
                f"{holder}: {what} {value!r} is not known{hint} Expected one of: {', '.join(allowed) or 'none'}."
            )


def no_column(name: str, names: Iterable[str], where: str = "the data") -> ColumnMissing:
    """Build the error for a column that is not there, listing the nearest names."""
    names = list(names)
    shown = ", ".join(repr(n) for n in names[:12]) + (" …" if len(names) > 12 else "")
    hint = did_you_mean(name, names) or "."
    return ColumnMissing(f"no column {name!r} in {where}{hint} Columns: {shown or 'none'}.")
