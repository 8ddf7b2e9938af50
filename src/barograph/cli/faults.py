"""Faults of the data that figures alone hide, a line each."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from barograph.profile.value import Profile
    from barograph.schema.model import Column

#: Share of a column's values that cannot be read from which it is worth a line.
_WORTH_A_LINE: Final = 0.01
_NAMED: Final = 8


def faults(profile: Profile, path: Path | None, reference: Profile | None) -> Iterator[str]:
    """Say what is wrong with the rows of a profile.

    Parameters
    ----------
    path : the rows; None where only their profile is known.
    reference : whose columns are expected; None where there is none.

    Yields
    ------
    Lines: columns that are not there, columns that are left out, columns that cannot be read.
    """
    expected = profile.grid.columns if reference is None else reference.columns
    if gone := [name for name in expected if name not in profile.columns]:
        yield f"missing columns, which the reference has: {_listed(gone)}"
    if path is not None and (extra := _unknown(profile, path)):
        yield f"not in the schema, left out: {_listed(extra)}"
    for name, share in unread_shares(profile).items():
        if share > _WORTH_A_LINE:
            yield f"{_shown(name)}: {_percent(share)} of values are no {_expected(profile.schema.column(name))}"


def unread_shares(profile: Profile) -> dict[str, float]:
    """Share of the values of each column that cannot be read as its kind; nulls are no values."""
    from barograph.profile.value import ALL

    whole = [i for i, cell in enumerate(profile.cells) if cell.segment == ALL]
    shares = {}
    for name, sums in profile.columns.items():
        grid = profile.grid.columns[name]
        counts = sums.counts[whole].sum(axis=0)
        values = int(counts.sum() - counts[grid.code("null")])
        shares[name] = float(counts[grid.code("mismatched")]) / values if values else 0.0
    return shares


def _unknown(profile: Profile, path: Path) -> list[str]:
    """Columns of the rows that the schema neither describes nor knows as ones without a kind."""
    from barograph.frames.source import source

    known = {*profile.schema.names, *profile.schema.not_profiled}
    return [name for name in source(path).types if name not in known]


def _expected(column: Column) -> str:
    """The plural of what a column's values should be, with the reading where that may be at fault."""
    told = {"numeric": "numbers", "datetime": "times"}.get(column.kind, "text")
    if column.reading == "plain" or column.kind not in ("numeric", "datetime"):
        return told
    dates = column.kind == "datetime" and not column.reading.startswith("epoch")
    return f"{column.reading} {'dates' if dates else told}"


def _percent(share: float) -> str:
    return "100 %" if share == 1.0 else f"{min(100 * share, 99.9):.3g} %"


def _shown(name: str) -> str:
    """A name as it is where it shows on one line, else quoted."""
    return name if name.strip() and name.isprintable() else repr(name)


def _listed(names: list[str]) -> str:
    shown = ", ".join(map(_shown, names[:_NAMED]))
    return f"{shown} and {len(names) - _NAMED:,} more" if len(names) > _NAMED else shown
